"""Every face of group pictures and of galleries, put together from a photograph and rendered portraits."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from skimage import data

from emotion.attention import AttentionReader
from emotion.detector import FaceDetector
from emotion.face import Face
from emotion.pictures.area import Area
from emotion.pictures.likeness import EYES, eye_shade, unrest
from emotion.pictures.tiles import (
    FINEST_PART,
    FINEST_SIDE,
    LARGEST_SIGHT,
    STEP,
    GroupDetector,
    reading_order,
    tile_sides,
    tiles,
)
from emotion.values import FaceBox, Region
from worker.simulation.camera.portrait import Framing, Light, Look, Portrait, Pose
from worker.simulation.camera.portrait.texture import photograph

MODEL = Path(__file__).parents[2] / "models" / "face_landmarker.task"
HEAD = photograph()[20:220, 124:324]
"""200 x 200 with a face from (56, 46) on, 92 wide and 128 high."""
FACE = Area(56, 46, 148, 174)
DISCS = ((222, 170, 140), (180, 120, 95), (120, 160, 220), (230, 200, 120), (200, 110, 110))
PORTRAITS = (
    Portrait(Look()),
    Portrait(Look(mirrored=True, hair=(0.5, 0.45, 0.45), room_seed=1)),
    Portrait(Look(skin=(0.6, 0.52, 0.46), hair=(0.35, 0.33, 0.35), width=1.05)),
    Portrait(Look(light=Light(side=0.7, warmth=0.6), width=0.95)),
)


class Counting:
    """A detector that counts how often it is asked."""

    def __init__(self, detector: FaceDetector) -> None:
        self.detector, self.sought, self.landmarked = detector, 0, 0

    def find_scored(self, image: np.ndarray) -> tuple[tuple[FaceBox, float], ...]:
        self.sought += 1
        return self.detector.find_scored(image)

    def look(self, image: np.ndarray) -> tuple[Face, ...]:
        self.landmarked += 1
        return self.detector.look(image)


class Scripted:
    """Finds one face at one place, with the score of the next sight; its landmarks move as told."""

    def __init__(self, score: float, again: float, moves: Iterator[float]) -> None:
        self.scores, self.again, self.moves = iter([score]), again, moves

    def find_scored(self, image: np.ndarray) -> tuple[tuple[FaceBox, float], ...]:
        return ((around_the_middle(image), next(self.scores, self.again)),)

    def look(self, image: np.ndarray) -> tuple[Face, ...]:
        box = around_the_middle(image)
        return (make_face(box, image.shape[1], image.shape[0], shift=next(self.moves)),)


def around_the_middle(image: np.ndarray) -> FaceBox:
    """30 x 30 pixels in the middle of a cut or of a picture of 70 x 70, whatever the cut shows."""
    height, width = image.shape[:2]
    return FaceBox(0.5 - 15 / width, 0.5 - 15 / height, 30 / width, 30 / height)


def make_face(box: FaceBox, width: int = 100, height: int = 100, *, shift: float = 0.0) -> Face:
    grid = np.stack(np.meshgrid(np.linspace(0, 1, 22), np.linspace(0, 1, 22)), axis=-1).reshape(-1, 2)[:478]
    points = (np.array((box.left, box.top)) + grid * (box.width, box.height)) * (width, height) + shift
    points[-1] = (box.left + box.width) * width + shift, (box.top + box.height) * height + shift
    landmarks = np.column_stack([points, np.zeros(478)]).astype(np.float32)
    return Face(box, landmarks, np.eye(4, dtype=np.float32), Region(0.5, 0.5, 0.5, 0.0))


def paste(picture: np.ndarray, height: int, left: int, top: int) -> Area:
    """The astronaut's head with a face of that height; where the face is."""
    scale = height / FACE.height
    side = round(200 * scale)
    head = cv2.resize(HEAD, (side, side), interpolation=cv2.INTER_AREA)
    mask = np.zeros((side, side, 1), np.float32)
    cv2.ellipse(mask, (side // 2, side // 2), (round(side * 0.4), round(side * 0.48)), 0, 0, 360, 1, -1)
    rows, columns = slice(max(top, 0), top + side), slice(max(left, 0), left + side)
    under = picture[rows, columns]
    seen = np.s_[-min(top, 0) :, -min(left, 0) :]
    part, share = (each[seen][: under.shape[0], : under.shape[1]] for each in (head, mask))
    under[:] = part * share + under * (1 - share)
    return Area(
        left + FACE.left * scale, top + FACE.top * scale, left + FACE.right * scale, top + FACE.bottom * scale
    )


def background(name: str, width: int, height: int) -> np.ndarray:
    picture = getattr(data, name)()
    picture = picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=2)
    return cv2.resize(np.ascontiguousarray(picture[..., :3]), (width, height), interpolation=cv2.INTER_AREA)


def areas(faces: Sequence[Face], picture: np.ndarray) -> list[Area]:
    height, width = picture.shape[:2]
    return [
        Area(
            face.box.left * width,
            face.box.top * height,
            (face.box.left + face.box.width) * width,
            (face.box.top + face.box.height) * height,
        )
        for face in faces
    ]


def found_and_false(faces: Sequence[Face], truth: Sequence[Area], picture: np.ndarray) -> tuple[int, int]:
    """How many of the true faces were found, and how many were found where there is none, or twice."""
    seen = areas(faces, picture)
    found = sum(any(area.likeness(face) >= 0.3 for area in seen) for face in truth)
    return found, len(seen) - found


@pytest.fixture(scope="module")
def group() -> GroupDetector:
    return GroupDetector.load(MODEL)


@pytest.fixture(scope="module")
def plain() -> FaceDetector:
    return FaceDetector.load(MODEL)


@pytest.fixture(scope="module")
def gallery() -> np.ndarray:
    """Five times five people in a call, 160 x 120 pixels each, turned this way and that."""
    cells = []
    for place in range(25):
        pose = Pose(yaw=(place * 7) % 41 - 20, pitch=(place * 5) % 21 - 10, roll=(place * 3) % 17 - 8)
        framing = Framing(shift_x=(place % 3 - 1) * 0.1, zoom=0.7 + place % 4 * 0.1)
        picture = PORTRAITS[place % 4].render(pose, framing=framing, seed=place)
        cells.append(cv2.resize(picture, (160, 120), interpolation=cv2.INTER_AREA))
    return np.vstack([np.hstack(cells[row : row + 5]) for row in range(0, 25, 5)])


def test_it_finds_everybody_in_a_gallery_and_names_them_in_reading_order(
    group: GroupDetector, gallery: np.ndarray
) -> None:
    middles = [
        (area.left + area.width / 2, area.top + area.height / 2)
        for area in areas(group.detect(gallery), gallery)
    ]
    assert [int(y // 120) * 5 + int(x // 160) for x, y in middles] == list(range(25))


def test_one_pass_of_the_plain_detector_misses_them(plain: FaceDetector, gallery: np.ndarray) -> None:
    assert len(plain.look(gallery)) < 10


@pytest.mark.parametrize("texture", ["brick", "coffee", "gravel"])
def test_it_finds_the_small_faces_of_a_group_and_nothing_else(group: GroupDetector, texture: str) -> None:
    picture = background(texture, 900, 600)
    heights = (24, 28, 32, 40, 48, 64, 80, 100, 128)
    truth = [
        paste(picture, height, 40 + 290 * (place % 3), 15 + 195 * (place // 3))
        for place, height in enumerate(heights)
    ]
    assert found_and_false(group.detect(picture), truth, picture) == (len(heights), 0)


@pytest.mark.parametrize(
    "name", ["chelsea", "coffee", "rocket", "brick", "grass", "gravel", "page", "text", "moon", "clock"]
)
def test_it_sees_no_face_where_there_is_none(group: GroupDetector, name: str) -> None:
    picture = background(name, 640, 480)
    assert group.detect(picture) == ()


def test_a_disc_with_two_letters_is_no_face(group: GroupDetector) -> None:
    picture = np.full((480, 800, 3), 45, np.uint8)
    for place in range(15):
        middle = 80 + 160 * (place % 5), 80 + 160 * (place // 5)
        colour = [(222, 170, 140), (180, 120, 95), (120, 160, 220), (230, 200, 120), (200, 110, 110)][
            place % 5
        ]
        cv2.circle(picture, middle, 34 + place, colour, -1, cv2.LINE_AA)
        text, corner = chr(65 + place) + chr(80 - place), (middle[0] - 22, middle[1] + 10)
        cv2.putText(picture, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 1, (255, 255, 255), 2, cv2.LINE_AA)
    assert group.detect(picture) == ()


@pytest.mark.parametrize(
    ("left", "top"), [(-34, 200), (560, 200), (250, -40), (250, 345)], ids=["left", "right", "top", "bottom"]
)
def test_a_face_at_the_edge_is_found_and_its_box_stays_within(
    group: GroupDetector, left: int, top: int
) -> None:
    picture = background("brick", 700, 480)
    truth = paste(picture, 110, left, top)
    (face,) = group.detect(picture)
    (area,) = areas([face], picture)
    assert area.likeness(truth) > 0.3
    assert 0 <= area.left < area.right <= 700
    assert 0 <= area.top < area.bottom <= 480


def test_faces_that_overlap_are_two(group: GroupDetector) -> None:
    picture = background("grass", 640, 480)
    behind = paste(picture, 120, 200, 120)
    before = paste(picture, 120, 265, 165)
    assert behind.shared(before) > 0
    assert found_and_false(group.detect(picture), [behind, before], picture) == (2, 0)


def test_landmarks_and_pose_are_those_of_the_face_alone(group: GroupDetector, plain: FaceDetector) -> None:
    portrait = PORTRAITS[0].render(Pose(yaw=15))
    (alone,) = plain.detect(portrait)
    picture = background("coffee", 1600, 1000)
    picture[640:880, 1100:1420] = portrait
    (face,) = group.detect(picture)
    moved = face.landmarks - np.array((1100, 640, 0), dtype=np.float32)
    assert np.abs(moved - alone.landmarks)[:, :2].max() < 6
    reader = AttentionReader.load(MODEL)
    expected, attention = reader.read(alone), reader.read(face)
    assert attention.yaw == pytest.approx(expected.yaw, abs=4)
    assert attention.pitch == pytest.approx(expected.pitch, abs=4)
    assert face.landmarks.dtype == np.float32


def test_a_large_face_does_not_hide_a_strip_of_small_ones(group: GroupDetector) -> None:
    picture = background("grass", 1280, 720)
    truth = [paste(picture, 400, 300, 40)] + [
        paste(picture, 66, 1120, 20 + 140 * place) for place in range(5)
    ]
    assert found_and_false(group.detect(picture), truth, picture) == (6, 0)


def test_one_near_face_costs_few_looks(plain: FaceDetector) -> None:
    counting = Counting(plain)
    picture = cv2.resize(PORTRAITS[0].render(), (640, 480))
    assert len(GroupDetector(counting).detect(picture)) == 1
    assert counting.sought <= 8
    assert counting.landmarked == 1


@pytest.mark.parametrize(("width", "height"), [(1, 1), (20, 4), (64, 48)])
def test_a_tiny_picture_has_no_face(group: GroupDetector, width: int, height: int) -> None:
    assert group.detect(np.zeros((height, width, 3), np.uint8)) == ()


def test_a_huge_picture_is_shrunk_and_cut_into_no_more_tiles_than_a_large_one() -> None:
    class Shapes:
        def __init__(self) -> None:
            self.sides: list[int] = []

        def find_scored(self, image: np.ndarray) -> tuple[tuple[FaceBox, float], ...]:
            self.sides.append(max(image.shape))
            return ()

        def look(self, image: np.ndarray) -> tuple[Face, ...]:
            raise AssertionError("there is nothing to landmark")

    huge = np.zeros((3000, 4000, 3), np.uint8)
    shapes = Shapes()
    assert GroupDetector(shapes).detect(huge) == ()
    assert max(shapes.sides) <= LARGEST_SIGHT
    assert len(shapes.sides) < 1.5 * (FINEST_PART / STEP + 1) ** 2


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1920, 1080), (79, 300), (5000, 400)])
def test_tiles_cover_the_picture_and_overlap(width: int, height: int) -> None:
    sides = tile_sides(width, height)
    assert sides[0] >= max(width, height)
    assert sides[-1] == max(FINEST_SIDE, -(-max(width, height) // FINEST_PART))
    for side in sides:
        places = list(tiles(width, height, side))
        for low, high, length in (("left", "right", width), ("top", "bottom", height)):
            edges = sorted({(getattr(tile, low), getattr(tile, high)) for tile in places})
            assert edges[0][0] == 0
            assert edges[-1][1] == length
            assert all(left[1] - right[0] >= (1 - STEP) * side - 1 for left, right in pairwise(edges))


@pytest.mark.parametrize(
    ("score", "again", "step", "faces"),
    [
        (0.95, 0.3, 9.0, 1),  # sure at first sight: nobody asks again
        (0.8, 0.8, 0.0, 1),  # found again, landmarks stay
        (0.7, 0.6, 0.0, 1),
        (0.7, 0.6, 4.0, 0),  # the landmarks wander
        (0.7, 0.4, 0.0, 0),  # it is not found again
        (0.55, 0.9, 0.0, 0),  # it never looked like a face
    ],
)
def test_what_is_not_sure_has_to_be_seen_again(score: float, again: float, step: float, faces: int) -> None:
    scripted = Scripted(score, again, (step * (count % 2) for count in range(100)))
    assert len(GroupDetector(scripted).detect(np.zeros((70, 70, 3), np.uint8))) == faces


def test_unrest_is_told_in_face_widths() -> None:
    box = FaceBox(0.2, 0.2, 0.4, 0.4)
    assert unrest([make_face(box), make_face(box)]) == 0
    shifted = [make_face(box), make_face(box, shift=8.0)]
    assert unrest(shifted) == pytest.approx(np.hypot(4, 4) / 40, rel=1e-3)


def test_a_face_is_darker_where_its_eyes_are() -> None:
    face = make_face(FaceBox(0.2, 0.2, 0.6, 0.6))
    picture = np.full((100, 100, 3), 180, np.uint8)
    assert eye_shade(picture, face) == 0
    for pair in EYES:
        x, y = face.midpoint(pair)
        cv2.circle(picture, (round(x), round(y)), 5, (60, 60, 60), -1)
    assert eye_shade(picture, face) > 1
    assert eye_shade(255 - picture, face) < -1


def test_areas_that_share_little_are_two_faces() -> None:
    area = Area(10, 10, 50, 50)
    assert area.is_face_of(area)
    assert area.likeness(area) == 1
    assert area.is_face_of(Area(20, 12, 34, 26)), "a part of it"
    assert not area.is_face_of(Area(36, 10, 76, 50))
    assert area.likeness(Area(60, 60, 70, 70)) == 0


def test_rows_are_read_from_the_top_and_each_from_the_left() -> None:
    boxes = [(0.6, 0.12), (0.1, 0.1), (0.35, 0.15), (0.5, 0.55), (0.05, 0.5)]
    faces = [make_face(FaceBox(left, top, 0.1, 0.2)) for left, top in boxes]
    assert [boxes.index((face.box.left, face.box.top)) for face in reading_order(faces)] == [1, 2, 0, 4, 3]
    assert reading_order(reversed(faces)) == reading_order(faces)


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"face_landmarker\.task"):
        GroupDetector.load(tmp_path / "face_landmarker.task")
