import csv

import cv2
import numpy as np
import pytest

from emotion.labels import EMOTIONS, Emotion
from emotion.training.data import (
    GRIDS,
    TWIN_COLUMNS,
    VOTE_COLUMNS,
    DataError,
    load_fer2013,
    seven_label_votes,
)

COLUMNS = ["usage", "label", *VOTE_COLUMNS, "votes_not_a_face", *TWIN_COLUMNS]


def make_row(usage="Training", **changes):
    row = dict.fromkeys(COLUMNS, 0) | {"usage": usage, "label": 3, "votes_happiness": 10}
    return row | changes


def write_folder(folder, rows, *, blank=()):
    """The files of the data set: face i of a split is filled with noise of its own, or blank."""
    with (folder / "labels.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    for usage, name in GRIDS.items():
        count = sum(row["usage"] == usage for row in rows)
        cv2.imwrite(str(folder / name), make_grid(count, blank if usage == "Training" else ()))
    return folder


def make_grid(count, blank):
    lines = -(-count // 64)
    grid = np.zeros((lines * 48, 64 * 48), np.uint8)
    for index in set(range(count)) - set(blank):
        top, left = 48 * (index // 64), 48 * (index % 64)
        grid[top : top + 48, left : left + 48] = make_face(index)
    return grid


def make_face(index):
    return np.random.default_rng(index).integers(0, 256, (48, 48)).astype(np.uint8)


def test_faces_are_cut_from_the_grid_in_the_order_of_the_rows(tmp_path):
    rows = [make_row(label=index % 7) for index in range(70)] + [make_row("PublicTest", label=5)]

    data = load_fer2013(write_folder(tmp_path, rows))

    assert data.training.labels.tolist() == [index % 7 for index in range(70)]
    assert data.publictest.labels.tolist() == [5]
    for index in (0, 1, 63, 64, 69):
        np.testing.assert_array_equal(data.training.images[index], make_face(index))


def test_rows_that_would_leak_or_mislead_are_left_out_and_counted(tmp_path):
    rows = [
        make_row(),
        make_row(twin_in_held_out_test=1),
        make_row(twin_in_publictest=1),
        make_row(twin_in_held_out_test=1, twin_in_publictest=1),
        make_row(votes_not_a_face=6),
        make_row(votes_not_a_face=5),
        make_row(),
        make_row("PublicTest"),
    ]

    data = load_fer2013(write_folder(tmp_path, rows, blank=[6]))

    assert len(data.training) == 2
    assert data.dropped == {
        "twin in the held-out test split": 2,
        "twin in PublicTest": 1,
        "not a face for most annotators": 1,
        "blank": 1,
    }


def test_publictest_is_kept_whole(tmp_path):
    rows = [make_row(), make_row("PublicTest", twin_in_held_out_test=1, votes_not_a_face=9)]

    assert len(load_fer2013(write_folder(tmp_path, rows)).publictest) == 1


def test_votes_become_shares_and_single_votes_are_dropped(tmp_path):
    votes = {"votes_happiness": 6, "votes_neutral": 2, "votes_fear": 1, "votes_contempt": 0}
    rows = [make_row(**votes), make_row("PublicTest")]

    shares = load_fer2013(write_folder(tmp_path, rows)).training.votes[0]

    assert shares.tolist() == [0.25, 0.75, 0, 0, 0, 0, 0, 0]


def test_votes_are_put_in_the_order_of_the_labels_without_contempt():
    votes = np.zeros((2, 8), np.float32)
    votes[0, 0], votes[0, 4], votes[0, 7] = 0.5, 0.25, 0.25
    votes[1, 7] = 1

    seven = seven_label_votes(votes)

    assert seven[0, EMOTIONS.index(Emotion.NEUTRAL)] == pytest.approx(2 / 3)
    assert seven[0, EMOTIONS.index(Emotion.ANGRY)] == pytest.approx(1 / 3)
    assert seven[1].tolist() == [0] * 7


@pytest.mark.parametrize("name", ["labels.csv", *GRIDS.values()])
def test_a_missing_file_is_named(tmp_path, name):
    write_folder(tmp_path, [make_row(), make_row("PublicTest")])
    (tmp_path / name).unlink()

    with pytest.raises(DataError, match=name):
        load_fer2013(tmp_path)


@pytest.mark.parametrize("name", ["labels.csv", *GRIDS.values()])
def test_a_damaged_file_is_named(tmp_path, name):
    write_folder(tmp_path, [make_row(), make_row("PublicTest")])
    (tmp_path / name).write_bytes(b"\xff\xfe not what it should be")

    with pytest.raises(DataError, match=name):
        load_fer2013(tmp_path)


@pytest.mark.parametrize("label", ["", "happy", "7", "-1"])
def test_a_label_that_is_none_of_the_seven_is_refused(tmp_path, label):
    rows = [make_row(), make_row(label=label), make_row("PublicTest")]

    with pytest.raises(DataError, match="label"):
        load_fer2013(write_folder(tmp_path, rows))


def test_a_grid_with_fewer_faces_than_rows_is_refused(tmp_path):
    rows = [make_row() for _ in range(65)] + [make_row("PublicTest")]
    folder = write_folder(tmp_path, rows)
    cv2.imwrite(str(folder / GRIDS["Training"]), make_grid(64, ()))

    with pytest.raises(DataError, match="65 rows"):
        load_fer2013(folder)
