"""Rows as they stand in the two files, worked by hand."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from emotion.cells import safe
from emotion.labels import EMOTIONS, Emotion
from emotion.pictures.reading import FaceReading, FrameReading
from emotion.pictures.table import CONSENSUS_COLUMNS, FACE_COLUMNS, write_tables
from emotion.values import Attention, EmotionScores, FaceBox

ATTENTION = Attention(yaw=-12.34, pitch=0.04, roll=-0.04, eye_openness=0.5, gaze_x=0, gaze_y=0)


def scores(emotion: Emotion, share: float, *, uncertain: bool = False) -> EmotionScores:
    rest = (1 - share) / 6
    return EmotionScores(tuple(share if each == emotion else rest for each in EMOTIONS), uncertain)


HAPPY = scores(Emotion.HAPPY, 0.7)


def face(left: float = 0.25, expression: EmotionScores | None = HAPPY, error: str = "") -> FaceReading:
    return FaceReading(FaceBox(left, 0.5, 0.1, 0.2), ATTENTION, expression, error)


def picture(*faces: FaceReading, source: str = "a.jpg", at_ms: int | None = None) -> FrameReading:
    return FrameReading(source, at_ms, 640, 480, faces)


def tables(folder: Path, *readings: FrameReading) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    write_tables(readings, folder / "out.csv", folder / "consensus.csv")
    return rows(folder / "out.csv"), rows(folder / "consensus.csv")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_columns_are_named() -> None:
    labels = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    box, attention = ("left", "top", "width", "height"), ("yaw", "pitch", "roll", "eye_openness")
    told = ("label", "clarity", *attention, "error")
    assert list(FACE_COLUMNS) == ["file", "time", "page", "face", *box, *labels, *told]
    assert CONSENSUS_COLUMNS[:5] == ("file", "time", "page", "faces", "mean_angry")
    assert CONSENSUS_COLUMNS[-2:] == ("spread_neutral", "error")


def test_a_face_is_one_row_with_fixed_decimals(tmp_path: Path) -> None:
    write_tables([picture(face())], tmp_path / "out.csv", tmp_path / "consensus.csv")
    header, row = (tmp_path / "out.csv").read_bytes().decode().splitlines()
    assert header == ",".join(FACE_COLUMNS)
    shares = "0.0500,0.0500,0.0500,0.7000,0.0500,0.0500,0.0500"
    assert row == f"a.jpg,,,1,160,240,64,96,{shares},happy,weakly,-12.3,0.0,0.0,0.500,"


def test_below_the_confidence_limit_the_label_is_uncertain(tmp_path: Path) -> None:
    ((row,), _) = tables(tmp_path, picture(face(expression=scores(Emotion.SAD, 0.3, uncertain=True))))
    assert (row["label"], row["clarity"], row["sad"]) == ("uncertain", "not_sure", "0.3000")


def test_a_picture_without_a_face_is_in_both_tables(tmp_path: Path) -> None:
    (row,), (frame,) = tables(tmp_path, picture())
    assert (row["file"], row["face"], row["error"]) == ("a.jpg", "", "no face found")
    assert (frame["faces"], frame["mean_happy"], frame["error"]) == ("0", "", "")


def test_a_picture_that_cannot_be_read_is_a_row_with_its_error(tmp_path: Path) -> None:
    (row,), (frame,) = tables(tmp_path, FrameReading("a.jpg", 2500, error="the picture is damaged"))
    assert (row["time"], row["face"], row["error"]) == ("00:00:02.500", "", "the picture is damaged")
    assert (frame["time"], frame["faces"], frame["error"]) == ("00:00:02.500", "", "the picture is damaged")


def test_a_face_without_expression_keeps_pose_and_eyes_and_does_not_count(tmp_path: Path) -> None:
    (row,), (frame,) = tables(tmp_path, picture(face(expression=None, error="it cannot be cut out")))
    assert (row["happy"], row["label"], row["yaw"]) == ("", "", "-12.3")
    assert row["error"] == "it cannot be cut out"
    assert frame["faces"] == "0"


def test_the_consensus_is_mean_and_standard_deviation_over_the_faces(tmp_path: Path) -> None:
    read = picture(
        face(0.1, scores(Emotion.HAPPY, 0.7)), face(0.6, scores(Emotion.HAPPY, 0.1, uncertain=True))
    )
    _, (frame,) = tables(tmp_path, read)
    assert frame["faces"] == "2"
    assert (frame["mean_happy"], frame["spread_happy"]) == ("0.4000", "0.3000")
    assert (frame["mean_sad"], frame["spread_sad"]) == ("0.1000", "0.0500")


def test_one_face_has_no_spread(tmp_path: Path) -> None:
    _, (frame,) = tables(tmp_path, picture(face()))
    assert frame["spread_happy"] == "0.0000"


def test_faces_of_a_recording_keep_their_numbers_and_rows_are_sorted_by_them(tmp_path: Path) -> None:
    found, _ = tables(
        tmp_path,
        picture(face(0.6), source="a.avi", at_ms=0),
        picture(face(0.1), face(0.6), source="a.avi", at_ms=1000),
    )
    assert [(row["time"], row["face"], row["left"]) for row in found] == [
        ("00:00:00.000", "1", "384"),
        ("00:00:01.000", "1", "384"),
        ("00:00:01.000", "2", "64"),
    ]


def test_faces_are_counted_anew_in_each_file(tmp_path: Path) -> None:
    found, _ = tables(tmp_path, *(picture(face(), face(0.6), source=name) for name in ("a.jpg", "b.jpg")))
    assert [(row["file"], row["face"]) for row in found] == [
        ("a.jpg", "1"),
        ("a.jpg", "2"),
        ("b.jpg", "1"),
        ("b.jpg", "2"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " ="])
def test_a_name_that_a_spreadsheet_would_run_is_marked_as_text(start: str, tmp_path: Path) -> None:
    name = f"{start}HYPERLINK(1).jpg"
    assert safe(name) == f"'{name}"
    (row,), (frame,) = tables(tmp_path, picture(face(), source=name))
    assert row["yaw"] == "-12.3"  # a number is no text
    assert row["file"] == frame["file"] == f"'{name}"


def test_names_with_commas_quotes_and_lines_come_back_whole(tmp_path: Path) -> None:
    name = 'a, "b"\nc.jpg'
    write_tables([picture(face(), source=name)], tmp_path / "out.csv", tmp_path / "consensus.csv")
    (row,) = rows(tmp_path / "out.csv")
    assert row["file"] == name


def test_a_table_that_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    def broken():
        yield picture(face())
        raise KeyboardInterrupt

    tables(tmp_path, picture(face()))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(KeyboardInterrupt):
        write_tables(broken(), tmp_path / "out.csv", tmp_path / "consensus.csv")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_faces_of_each_page_are_numbered_anew(tmp_path: Path) -> None:
    faces, consensus = tables(tmp_path, *(replace(picture(face()), page=page) for page in (1, 2)))
    assert [(row["page"], row["face"]) for row in faces] == [("1", "1"), ("2", "1")]
    assert [row["page"] for row in consensus] == ["1", "2"]
