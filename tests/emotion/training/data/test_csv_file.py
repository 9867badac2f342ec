import numpy as np
import pytest

from emotion.labels import EMOTIONS
from emotion.training.data.errors import DataError
from emotion.training.data.load import load

HEADER = "emotion,pixels,Usage"
VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def pixels(number):
    return np.random.default_rng(number).integers(0, 256, 2304)


def make_row(label=3, usage="Training", picture=None, text=None):
    drawn = " ".join(map(str, pixels(picture if picture is not None else label)))
    return f"{label},{drawn if text is None else text},{usage}"


def whole():
    """Seven faces to learn from and one to choose by."""
    return [make_row(label) for label in range(7)] + [make_row(5, "PublicTest", picture=20)]


def write_faces(folder, rows, *, header=HEADER, name="fer2013.csv"):
    path = folder / name
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def write_votes(folder, rows):
    (folder / "fer2013new.csv").write_text("\n".join([VOTES_HEADER, *rows]) + "\n")


def make_vote(usage="Training", counts="0,10,0,0,0,0,0,0,0,0", image="fer0000000.png"):
    return f"{usage},{image},{counts}"


def test_the_file_gives_its_splits_in_the_order_of_the_rows(tmp_path):
    rows = whole()
    rows.insert(2, make_row(6, "PrivateTest", picture=30))

    data = load(write_faces(tmp_path, rows))

    assert data.split("Training").labels.tolist() == list(range(7))
    assert data.split("Training").source_rows.tolist() == [0, 1, 3, 4, 5, 6, 7]
    assert data.split("PrivateTest").source_rows.tolist() == [2]
    assert data.choosing_name == "PublicTest"
    np.testing.assert_array_equal(data.choosing.images[0].ravel(), pixels(20))


def test_the_folder_of_the_file_will_do(tmp_path):
    write_faces(tmp_path, whole())

    assert len(load(tmp_path).training) == 7


def test_columns_are_found_by_their_heading(tmp_path):
    turned = [",".join([row.split(",")[0], row.split(",")[2], row.split(",")[1]]) for row in whole()]

    data = load(write_faces(tmp_path, turned, header="emotion, Usage, pixels", name="icml_face_data.csv"))

    np.testing.assert_array_equal(data.choosing.images[0].ravel(), pixels(20))


def test_quoted_cells_are_understood(tmp_path):
    quoted = [",".join(f'"{cell}"' for cell in row.split(",")) for row in whole()]

    assert len(load(write_faces(tmp_path, quoted)).training) == 7


def test_identical_pictures_are_twins(tmp_path):
    rows = [*whole(), make_row(3, picture=20), make_row(2, "PrivateTest", picture=4)]

    data = load(write_faces(tmp_path, [*rows, make_row(4, picture=50)]))

    assert data.dropped == {"twin in another split": 2, "blank": 0}
    assert data.training.source_rows.tolist() == [0, 1, 2, 3, 5, 6, 10]


def test_votes_come_from_the_file_beside(tmp_path):
    votes = [make_vote(counts=f"0,{10 - label},0,0,0,0,{label},0,0,0") for label in range(7)]
    write_votes(tmp_path, [*votes, make_vote("PublicTest")])

    data = load(write_faces(tmp_path, whole()))

    assert data.training.needed_votes()[4].tolist() == [0, 6, 0, 0, 0, 0, 4, 0, 0, 0]


def test_a_row_without_a_fer_plus_picture_is_no_face(tmp_path):
    nothing = make_vote(counts="0,0,0,0,0,0,0,0,0,10", image="")
    rows = [*whole(), make_row(3, picture=40)]
    write_votes(tmp_path, [make_vote()] * 7 + [make_vote("PublicTest"), nothing])

    assert load(write_faces(tmp_path, rows)).dropped["not a face for most annotators"] == 1


@pytest.mark.parametrize(
    ("row", "what"),
    [
        (make_row(text="1 2 3"), "3 pixels instead of 48 x 48 = 2304"),
        (make_row(text=""), "0 pixels"),
        (make_row(text=" ".join(["7"] * 2305)), "2305 pixels"),
        (make_row(text=" ".join(["7"] * 2303 + ["x"])), "no whole number"),
        (make_row(text=" ".join(["7"] * 2303 + ["1.5"])), "no whole number"),
        (make_row(text=" ".join(["7"] * 2303 + ["256"])), "a pixel of 256, outside 0 to 255"),
        (make_row(text=" ".join(["7"] * 2303 + ["-1"])), "a pixel of -1, outside"),
        (make_row(text=" ".join(["7"] * 2303 + ["9" * 30])), "outside"),
        (make_row("7", picture=1), "the emotion '7'"),
        (make_row("happy", picture=1), "the emotion 'happy'"),
        (make_row(usage="Testing"), "the usage 'Testing'"),
        ("3,1 2 3", "2 cells instead of 3"),
    ],
)
def test_a_corrupt_row_is_refused_with_its_number(tmp_path, row, what):
    rows = whole()
    rows.insert(4, row)

    with pytest.raises(DataError, match=rf"fer2013\.csv, row 4 \(line 6\): .*{what}"):
        load(write_faces(tmp_path, rows))


def test_a_file_without_a_column_is_refused_with_its_name(tmp_path):
    with pytest.raises(DataError, match="lacks the column usage"):
        load(write_faces(tmp_path, whole(), header="emotion,pixels,split"))


@pytest.mark.parametrize("content", [b"", b"emotion,pixels,Usage\n", b"\xff\xfe\x00", b"PNG\x00\x00"])
def test_a_file_that_is_no_such_table_is_refused_by_name(tmp_path, content):
    path = tmp_path / "fer2013.csv"
    path.write_bytes(content)

    with pytest.raises(DataError, match=r"fer2013\.csv"):
        load(path)


def test_votes_of_another_number_of_rows_are_refused_with_both_counts(tmp_path):
    write_votes(tmp_path, [make_vote()] * 7)

    with pytest.raises(DataError, match=r"7 rows and fer2013\.csv 8.*do without"):
        load(write_faces(tmp_path, whole()))


@pytest.mark.parametrize(
    ("vote", "what"),
    [
        (make_vote("PublicTest"), "that row of fer2013.csv says otherwise"),
        (make_vote(counts="0,11,0,0,0,0,0,0,0,0"), "the vote '11'"),
        (make_vote(counts="0,,0,0,0,0,0,0,0,0"), "the vote ''"),
        (make_vote(counts="0,1"), "4 cells instead of 12"),
    ],
)
def test_a_corrupt_vote_is_refused_with_its_row(tmp_path, vote, what):
    write_votes(tmp_path, [make_vote()] * 3 + [vote] + [make_vote()] * 3 + [make_vote("PublicTest")])

    with pytest.raises(DataError, match=rf"fer2013new\.csv, row 3 \(line 5\): .*{what}"):
        load(write_faces(tmp_path, whole()))


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere"):
        load(tmp_path / "nowhere")


def test_a_folder_without_faces_is_told_what_it_could_hold(tmp_path):
    with pytest.raises(DataError, match=r"labels\.csv.*fer2013\.csv.*train"):
        load(tmp_path)


def as_saved(path, *, encoding="utf-8", delimiter=",", quoted=False, first=""):
    """The table as a spreadsheet saves it."""
    rows = [line.split(",") for line in path.read_text().splitlines()]
    cells = [[f'"{cell}"' if quoted else cell for cell in row] for row in rows]
    path.write_text(first + "\r\n".join(delimiter.join(row) for row in cells) + "\r\n", encoding=encoding)


SAVED = [
    {"encoding": "utf-8-sig"},
    {"encoding": "utf-8-sig", "delimiter": ";"},
    {"delimiter": "\t"},
    {"encoding": "utf-16", "delimiter": "\t"},
    {"encoding": "utf-16", "delimiter": ";"},
    {"encoding": "utf-16-le"},
    {"encoding": "utf-16-be"},
    {"delimiter": ";", "quoted": True},
    {"delimiter": ";", "first": "sep=;\r\n", "encoding": "utf-8-sig"},
    {"delimiter": "|", "first": "sep=|\r\n"},
]


@pytest.mark.parametrize("saved", SAVED, ids=repr)
def test_a_table_that_a_spreadsheet_saved_is_read(tmp_path, saved):
    path = write_faces(tmp_path, whole())
    before = load(path).fingerprint
    as_saved(path, **saved)
    assert load(path).fingerprint == before


def test_letters_of_another_encoding_beside_the_faces_do_no_harm(tmp_path):
    path = write_faces(tmp_path, [f"{row},Mädchen" for row in whole()], header=f"{HEADER},Straße")
    path.write_bytes(path.read_text().encode("cp1252"))
    assert len(load(path).training) == 7


def test_rows_of_empty_cells_are_none(tmp_path):
    rows = whole()
    rows.insert(3, ",,")
    assert len(load(write_faces(tmp_path, rows)).training) == 7


def test_a_column_that_is_there_twice_is_refused(tmp_path):
    rows = [f"{row},{label}" for label, row in enumerate(whole())]
    with pytest.raises(DataError, match=r"has the column emotion twice"):
        load(write_faces(tmp_path, rows, header=f"{HEADER},Emotion"))
    assert len(load(write_faces(tmp_path, rows, header=f"{HEADER},")).training) == 7


def test_kaggle_s_own_download_is_read_from_its_folder(tmp_path):
    turned = [f"{label}, {usage}, {drawn}" for label, drawn, usage in (row.split(",") for row in whole())]
    write_faces(tmp_path, turned, header="emotion, Usage, pixels", name="icml_face_data.csv")
    (tmp_path / "example_submission.csv").write_text("emotion\n0\n")
    assert len(load(tmp_path).training) == 7


def test_a_folder_with_a_table_of_another_name_says_which_may_be_named(tmp_path):
    write_faces(tmp_path, whole(), name="faces.csv")
    with pytest.raises(DataError, match=r"Name the file itself .*: faces\.csv"):
        load(tmp_path)


def test_numbers_of_other_classes_are_left_out_where_classes_are_named(tmp_path, capsys):
    rows = [make_row(7, picture=50), *whole(), make_row(7, picture=51)]
    path = write_faces(tmp_path, rows)
    write_votes(tmp_path, [make_vote(row.rsplit(",", 1)[1]) for row in rows])
    with pytest.raises(DataError, match="the emotion '7' is no whole number"):
        load(path)
    data = load(path, classes=EMOTIONS)
    assert data.training.source_rows.tolist() == list(range(1, 8))
    assert capsys.readouterr().err == "passed over: 2 rows with the emotion 7\n"


@pytest.mark.parametrize("width", [0, 2])
def test_cells_beside_the_table_that_a_spreadsheet_filled_up_are_passed_over(tmp_path, width):
    rows = [row + ",," if number < 4 else row for number, row in enumerate(whole())]
    assert len(load(write_faces(tmp_path, rows, header=HEADER + "," * width)).training) == 7


def test_a_cell_with_something_in_it_beside_the_table_is_refused(tmp_path):
    rows = [row + ",x" if number == 2 else row for number, row in enumerate(whole())]
    with pytest.raises(DataError, match=r"row 2 \(line 4\): 4 cells instead of 3"):
        load(write_faces(tmp_path, rows))


def test_a_cell_of_several_lines_is_one_cell(tmp_path):
    rows = [row + (',"two\n\nlines"' if number == 2 else ",") for number, row in enumerate(whole())]
    assert len(load(write_faces(tmp_path, rows, header=HEADER + ",note")).training) == 7


def test_spaces_before_quotes_are_none_of_a_cell(tmp_path):
    rows = [", ".join(f'"{cell}"' for cell in row.split(",")) for row in whole()]
    assert len(load(write_faces(tmp_path, rows)).training) == 7


def test_empty_rows_before_the_headings_and_a_mark_at_the_end_are_no_rows(tmp_path):
    assert len(load(write_faces(tmp_path, [HEADER, *whole(), "\x1a"], header=",,")).training) == 7


@pytest.mark.parametrize("inner", ["fer2013", "archive/fer2013"])
def test_data_in_a_folder_of_its_own_is_found_as_an_archive_unpacks_it(tmp_path, inner):
    (tmp_path / inner).mkdir(parents=True)
    write_faces(tmp_path / inner, whole())
    assert len(load(tmp_path).training) == 7


def test_of_two_folders_with_data_one_has_to_be_named(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_faces(tmp_path / name, whole())
    with pytest.raises(DataError, match=r"holds several sets of faces; name one of them: .*/a, .*/b"):
        load(tmp_path)
