"""Faces are followed by place and size, and by nothing else."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion.pictures.tracks import GAP_MS, Tracks, unlikeness
from emotion.values import FaceBox

SECOND = 1000


def box(left: float, top: float = 0.4, size: float = 0.1) -> FaceBox:
    return FaceBox(left, top, size, size)


def followed(*pictures: list[FaceBox], step_ms: int = SECOND, gap_ms: int = GAP_MS) -> list[tuple[int, ...]]:
    """The numbers of each picture's boxes, with `step_ms` from one picture to the next."""
    tracks, numbers = Tracks(), []
    for index, boxes in enumerate(pictures):
        tracks, given_now = tracks.follow(boxes, index * step_ms, gap_ms)
        numbers.append(given_now)
    return numbers


def test_new_faces_are_numbered_in_their_order() -> None:
    assert followed([box(0.1), box(0.4), box(0.7)]) == [(1, 2, 3)]


@pytest.mark.parametrize(
    "now",
    [box(0.42), box(0.4, 0.45), box(0.36, 0.36), box(0.4, size=0.12), box(0.4, size=0.085)],
    ids=["aside", "lower", "both", "nearer", "farther"],
)
def test_a_face_that_moves_a_little_keeps_its_number(now: FaceBox) -> None:
    assert followed([box(0.4)], [now]) == [(1,), (1,)]


@pytest.mark.parametrize(
    "now",
    [box(0.49), box(0.4, 0.49), box(0.4, size=0.14), box(0.4, size=0.07)],
    ids=["aside", "lower", "much nearer", "much farther"],
)
def test_a_face_elsewhere_or_of_another_size_gets_a_new_number(now: FaceBox) -> None:
    assert followed([box(0.4)], [now]) == [(1,), (2,)]


def test_a_tile_of_a_gallery_that_moves_to_another_place_gets_a_new_number() -> None:
    assert followed([box(0.1), box(0.4)], [box(0.1), box(0.7)]) == [(1, 2), (1, 3)]


def test_tiles_that_trade_places_get_new_numbers_where_the_faces_differ() -> None:
    near, far = 0.16, 0.1
    before = [box(0.1, size=near), box(0.6, size=far)]
    after = [box(0.1, size=far), box(0.6, size=near)]
    assert followed(before, after) == [(1, 2), (3, 4)]


def test_a_number_stays_with_the_place_where_the_faces_are_alike() -> None:
    assert followed([box(0.1), box(0.6)], [box(0.6), box(0.1)]) == [(1, 2), (2, 1)]


def test_the_nearest_of_two_faces_gets_the_number() -> None:
    assert followed([box(0.4), box(0.46)], [box(0.41), box(0.47)]) == [(1, 2), (1, 2)]


def test_as_many_faces_as_can_be_keep_a_number() -> None:
    # The left one now stands nearest to where the right one was; both moved to the right.
    assert followed([box(0.40), box(0.46)], [box(0.46), box(0.52)]) == [(1, 2), (1, 2)]


@pytest.mark.parametrize(("missing", "number"), [(1, 1), (4, 1), (5, 2)])
def test_a_face_may_be_away_for_some_seconds(missing: int, number: int) -> None:
    away = [[] for _ in range(missing)]
    assert followed([box(0.4)], *away, [box(0.4)])[-1] == (number,)


def test_the_gap_can_be_as_long_as_the_pictures_are_apart() -> None:
    minute = 60 * SECOND
    assert followed([box(0.4)], [box(0.4)], step_ms=minute) == [(1,), (2,)]
    assert followed([box(0.4)], [box(0.4)], step_ms=minute, gap_ms=minute) == [(1,), (1,)]


def test_a_number_is_never_given_twice() -> None:
    assert followed([box(0.4)], [], [], [], [], [], [], [box(0.4)], [box(0.4), box(0.1)])[-1] == (2, 3)


def test_a_box_without_area_is_nobody_known() -> None:
    assert followed([box(0.4, size=0)], [box(0.4, size=0)]) == [(1,), (2,)]


sizes = st.floats(0.01, 0.5)
places = st.floats(0, 1)
boxes = st.builds(FaceBox, places, places, sizes, sizes)
pictures = st.lists(st.lists(boxes, max_size=6), max_size=8)


@settings(deadline=None)
@given(pictures)
def test_every_face_has_a_number_of_its_own(seen: list[list[FaceBox]]) -> None:
    numbers = followed(*seen)
    assert [len(given_now) for given_now in numbers] == [len(now) for now in seen]
    assert all(len(set(given_now)) == len(given_now) for given_now in numbers)


@settings(deadline=None)
@given(pictures)
def test_new_numbers_count_up_without_a_gap(seen: list[list[FaceBox]]) -> None:
    known: set[int] = set()
    for given_now in followed(*seen):
        new = [number for number in given_now if number not in known]
        assert new == list(range(len(known) + 1, len(known) + 1 + len(new)))
        known.update(new)


@settings(deadline=None)
@given(pictures)
def test_only_like_boxes_share_a_number(seen: list[list[FaceBox]]) -> None:
    last: dict[int, FaceBox] = {}
    for now, given_now in zip(seen, followed(*seen), strict=True):
        for face, number in zip(now, given_now, strict=True):
            if number in last:
                assert unlikeness(face, last[number]) is not None
            last[number] = face


@settings(deadline=None)
@given(boxes, boxes)
def test_unlikeness_has_no_direction(one: FaceBox, other: FaceBox) -> None:
    assert unlikeness(one, one) == 0
    there, back = unlikeness(one, other), unlikeness(other, one)
    assert there == (None if back is None else pytest.approx(back, abs=1e-9))


@settings(deadline=None)
@given(st.permutations([box(0.1), box(0.3), box(0.5), box(0.7)]))
def test_the_order_in_which_faces_are_found_does_not_matter(order: list[FaceBox]) -> None:
    first = [box(0.11), box(0.31), box(0.51), box(0.71)]
    (_, numbers) = followed(first, list(order))
    assert dict(zip([face.left for face in order], numbers, strict=True)) == {0.1: 1, 0.3: 2, 0.5: 3, 0.7: 4}


@settings(deadline=None)
@given(st.lists(places, min_size=2, max_size=2), st.integers(1, 20))
def test_a_still_gallery_keeps_its_numbers(corner: list[float], length: int) -> None:
    tiles = [
        box(0.5 * corner[0] + 0.25 * across, 0.4 * corner[1] + 0.25 * down)
        for down, across in itertools.product(range(2), range(2))
    ]
    assert set(followed(*[tiles] * length)) == {(1, 2, 3, 4)}
