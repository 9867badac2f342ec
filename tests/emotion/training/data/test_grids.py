import csv
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.training.data.errors import DataError
from emotion.training.data.grids import COLUMNS, GRIDS, TABLE
from emotion.training.data.load import load
from emotion.training.data.votes import majority, strict_majority


def make_row(usage="Training", **changes):
    row = dict.fromkeys(COLUMNS, 0) | {"usage": usage, "label": 3, "votes_happiness": 10}
    del row["row"]  # is its place in the table, unless a test says otherwise
    return row | changes


def one_of_each(usage="Training"):
    return [make_row(usage, label=label) for label in range(7)]


def write_folder(folder, rows, *, blank=()):
    """The files of the data set: face i of a split is filled with noise of its own, or blank."""
    with (folder / TABLE).open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows({"row": at, **row} for at, row in enumerate(rows))
    for usage, name in GRIDS.items():
        count = sum(row["usage"] == usage for row in rows)
        if count:
            cv2.imwrite(str(folder / name), make_grid(count, blank if usage == "Training" else ()))
    return folder


def make_grid(count, blank=()):
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

    data = load(write_folder(tmp_path, rows))

    assert data.training.labels.tolist() == [index % 7 for index in range(70)]
    assert data.training.source_rows.tolist() == list(range(70))
    assert data.choosing_name == "PublicTest"
    assert data.choosing.labels.tolist() == [5]
    assert data.choosing.source_rows.tolist() == [70]
    for index in (0, 1, 63, 64, 69):
        np.testing.assert_array_equal(data.training.images[index], make_face(index))


def test_flags_mark_twins_in_splits_that_are_not_at_hand(tmp_path):
    rows = [
        *one_of_each(),
        make_row(twin_in_held_out_test=1),
        make_row(twin_in_publictest=1),
        make_row(twin_in_train=1),
        make_row("PublicTest", twin_in_train=1),
        make_row("PublicTest", twin_in_held_out_test=1),
    ]

    data = load(write_folder(tmp_path, rows))

    assert data.dropped["twin in another split"] == 2
    assert data.training.source_rows.tolist() == [*range(7), 9]
    assert data.choosing.twins.tolist() == [True, False]


def test_rows_that_show_no_face_are_left_out(tmp_path):
    rows = [*one_of_each(), make_row(votes_not_a_face=6), make_row(), make_row("PublicTest")]

    data = load(write_folder(tmp_path, rows, blank=[8]))

    assert data.dropped == {"twin in another split": 0, "not a face for most annotators": 1, "blank": 1}


def test_votes_are_kept_as_they_were_counted(tmp_path):
    rows = [*one_of_each(), make_row("PublicTest", votes_happiness=6, votes_fear=3, votes_unknown=1)]

    assert load(write_folder(tmp_path, rows)).choosing.votes.tolist() == [[0, 6, 0, 0, 0, 0, 3, 0, 1, 0]]


def test_the_third_split_is_read_where_it_is_there(tmp_path):
    rows = [*one_of_each(), *one_of_each("PublicTest"), make_row("PrivateTest", label=2)]

    assert load(write_folder(tmp_path, rows)).split("PrivateTest").labels.tolist() == [2]


@pytest.mark.parametrize("name", ["train_64cols.png", "publictest_64cols.png"])
def test_a_missing_grid_is_named(tmp_path, name):
    write_folder(tmp_path, [*one_of_each(), make_row("PublicTest")])
    (tmp_path / name).unlink()

    with pytest.raises(DataError, match=name):
        load(tmp_path)


@pytest.mark.parametrize("name", [TABLE, "train_64cols.png", "publictest_64cols.png"])
def test_a_damaged_file_is_named(tmp_path, name):
    write_folder(tmp_path, [*one_of_each(), make_row("PublicTest")])
    (tmp_path / name).write_bytes(b"\xff\xfe not what it should be")

    with pytest.raises(DataError, match=name):
        load(tmp_path)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        *[("label", text) for text in ("", "happy", "7", "-1", "9" * 5000)],
        ("votes_fear", "11"),
        ("twin_in_train", "yes"),
        ("usage", "Test"),
        ("row", "1.5"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_its_line(tmp_path, column, text):
    rows = [*one_of_each(), make_row(**{column: text}), make_row("PublicTest")]

    with pytest.raises(DataError, match=f"line 9: {column} "):
        load(write_folder(tmp_path, rows))


def test_a_table_without_a_column_is_refused_with_its_name(tmp_path):
    table = write_folder(tmp_path, one_of_each()) / TABLE
    table.write_text(table.read_text().replace("twin_in_train", "something"))

    with pytest.raises(DataError, match="lacks the column twin_in_train"):
        load(tmp_path)


def test_a_grid_with_fewer_faces_than_rows_is_refused(tmp_path):
    rows = [make_row() for _ in range(65)] + [make_row("PublicTest")]
    folder = write_folder(tmp_path, rows)
    cv2.imwrite(str(folder / "train_64cols.png"), make_grid(64))

    with pytest.raises(DataError, match="65 rows"):
        load(folder)


@pytest.mark.slow
@pytest.mark.skipif("FER2013" not in os.environ, reason="needs FER2013=<folder with labels.csv and grids>")
def test_the_test_sets_of_fer_plus_have_the_faces_that_are_known():
    data = load(Path(os.environ["FER2013"]))

    publictest = data.split("PublicTest").needed_votes()
    assert (strict_majority(publictest) >= 0).sum() == 3199
    assert (majority(publictest) >= 0).sum() == 3553
    assert (strict_majority(data.split("Training").needed_votes()) >= 0).sum() == 25060
    assert len(data.training) == 27867


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("utf-8-sig", ";"), ("utf-16", "\t")]
)
def test_labels_that_a_spreadsheet_saved_are_read(tmp_path, encoding, delimiter):
    write_folder(tmp_path, [make_row(label=index % 7) for index in range(70)])
    before = load(tmp_path).fingerprint
    text = (tmp_path / TABLE).read_text()
    (tmp_path / TABLE).write_text(text.replace(",", delimiter), encoding=encoding)
    assert load(tmp_path).fingerprint == before


def test_a_column_of_labels_that_is_there_twice_is_refused(tmp_path):
    write_folder(tmp_path, one_of_each())
    text = (tmp_path / TABLE).read_text().splitlines()
    (tmp_path / TABLE).write_text("\n".join([f"{text[0]},label", *(f"{line},1" for line in text[1:])]))
    with pytest.raises(DataError, match="has the column label twice"):
        load(tmp_path)


def test_a_folder_of_any_name_will_do(tmp_path):
    (tmp_path / "plain").mkdir()
    write_folder(tmp_path / "plain", [*one_of_each(), make_row("PublicTest", label=5)])
    folder = (tmp_path / "plain").rename(tmp_path / os.fsdecode(b"Pr\xfcfung"))
    assert len(load(folder).training) == 7
