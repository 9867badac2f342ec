"""The rule held against labelled pictures and recordings: what is counted, and what a bad file is told."""

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from emotion.judgement.measured import PLACE
from emotion.judgement.validate.area import figure, pairs
from emotion.judgement.validate.faces import Faces, faces
from emotion.judgement.validate.pictures import validate
from emotion.judgement.validate.rows import BadRows, Frame, Picture, read
from emotion.judgement.validate.sequences import replay
from emotion.judgement.validate.tables import tables
from emotion.values import Attention

PAGE = Path(__file__).parents[2] / "docs" / "engagement.md"
AHEAD = Attention(0, 0, 0, 0.9, 0, 0)
DOWN = Attention(0, -28, 0, 0.05, 0, -0.7)
PICTURES = "student,label,found,yaw,pitch,eye_openness,gaze_y"
FRAMES = "person,light,behaviour,yaw,pitch,eye_openness,gaze_y"


def pictures(labels: dict[int, Attention], students: Sequence[str] = ("a", "b", "c")) -> list[Picture]:
    """Of each student two pictures with the labels 1 and 2, five with 3: those make the own normal."""
    counts = {1: 2, 2: 2, 3: 5}
    return [
        Picture(student, label, look)
        for student in students
        for label, look in labels.items()
        for _ in range(counts[label])
    ]


def written(folder: Path, *lines: str, name: str = "rows.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def command(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "emotion.judgement.validate", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


# Areas


@pytest.mark.parametrize(
    ("scores", "area"),
    [((0.1, 0.9), 1.0), ((0.9, 0.1), 0.0), ((0.5, 0.5), 0.5)],
    ids=["right", "wrong", "tied"],
)
def test_an_area_is_the_share_of_pairs_in_order_and_ties_count_half(
    scores: tuple[float, float], area: float
) -> None:
    assert pairs(scores, ["a", "a"], [False, True]).area == area


def test_pairs_of_different_students_count_in_the_pool_and_not_within() -> None:
    found = pairs([0.2, 0.4, 0.6, 0.8], ["a", "a", "b", "b"], [False, True, False, True])
    assert found.area == 3 / 4
    assert found.within == (1.0, 1.0)


def test_an_interval_comes_from_drawing_students_and_is_the_same_each_time() -> None:
    """Student c is read wrong: where c is drawn often the area falls."""
    scores = [0.1, 0.9, 0.1, 0.9, 0.9, 0.1]
    found = pairs(scores, ["a", "a", "b", "b", "c", "c"], [False, True] * 3)
    value, low, high = once = figure(found)
    assert low < value < high
    assert figure(found) == once


def test_two_rules_that_agree_differ_by_nothing_whoever_is_drawn() -> None:
    found = pairs([0.1, 0.9, 0.4, 0.3], ["a", "a", "b", "b"], [False, True] * 2)
    assert figure(found, minus=found) == (0, 0, 0)


# Pictures


def test_students_who_look_down_where_people_say_disengaged_are_told_apart() -> None:
    found = validate(pictures({1: DOWN, 2: AHEAD, 3: AHEAD}))
    assert (found.students, found.pictures) == (3, 27)
    assert set(found.auc_disengaged) == {1}
    assert [*found.within_disengaged] == [1, 3]
    assert found.levels["disengaged"] == {"engaged": 0, "drifting": 0, "away": 6}
    assert found.levels["engaged"] == {"engaged": 15, "drifting": 0, "away": 0}


def test_a_pose_is_compared_with_the_students_own() -> None:
    """One sits turned by 20 degrees: that is no less engaged than another's 0."""
    turned = Attention(20, 0, 0, 0.9, 0, 0)
    rows = pictures({1: DOWN, 3: AHEAD}, "ab") + pictures({1: DOWN, 3: turned}, "c")
    assert validate(rows).levels["engaged"]["engaged"] == 15


def test_labels_of_one_kind_tell_nothing() -> None:
    with pytest.raises(BadRows, match="nothing to tell apart"):
        validate(pictures({2: AHEAD}))


# Recordings


def take(person: str, behaviour: str, look: Attention | None, light: str = "") -> list[Frame]:
    return [Frame(person, light, behaviour, look)] * 3


def test_a_recording_is_repeated_after_the_own_sitting() -> None:
    found = replay([*take("a", "neutralface", AHEAD), *take("a", "phone", DOWN), *take("a", "gone", None)])
    assert found["neutralface"].engaged == 1
    assert found["phone"].away == 1
    assert found["gone"].unknown == 1
    assert found["phone"].takes == 1


def test_shares_are_means_over_takes() -> None:
    sitting = [*take("a", "sitting", AHEAD), *take("b", "sitting", AHEAD)]
    found = replay([*sitting, *take("a", "reading", AHEAD), *take("b", "reading", DOWN)])
    assert (found["reading"].engaged, found["reading"].away, found["reading"].takes) == (0.5, 0.5, 2)


def test_a_sitting_in_another_light_stands_for_one_that_is_missing() -> None:
    found = replay([*take("a", "sitting", AHEAD, "norm"), *take("a", "phone", DOWN, "low")])
    assert found["phone"].takes == 1


def test_who_never_sat_is_left_out_and_if_nobody_did_that_is_said() -> None:
    found = replay([*take("a", "sitting", AHEAD), *take("b", "phone", DOWN)])
    assert list(found) == ["sitting"]
    with pytest.raises(BadRows, match="own normal"):
        replay(take("b", "phone", DOWN))


# Faces


def test_who_is_seen_far_less_often_is_counted() -> None:
    found = faces([("a", True)] * 9 + [("a", False), ("b", True), ("b", False)])
    assert found == Faces(pictures=12, share=round(10 / 12, 4), people=2, lowest=0.5, few=1)


# Files


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["student,label,yaw", "a,1,2"], "lacks the columns pitch, eye_openness, gaze_y"),
        (["person,yaw,pitch,eye_openness,gaze_y", "a,1,2,3,4"], "lacks the columns behaviour"),
        ([PICTURES, "a,4,1,0,0,.9,0"], "line 2: label is '4'"),
        ([PICTURES, "a,good,1,0,0,.9,0"], "line 2: label is 'good', and a number is needed"),
        ([PICTURES, "a,1,1,0,0,.9,0", "a,1,1,0,nan,.9,0"], "line 3: pitch is 'nan'"),
        ([PICTURES, "a,1,1,0,0"], "line 2: eye_openness is None"),
        ([PICTURES, ",1,1,0,0,.9,0"], "line 2: student is empty"),
        ([PICTURES, "a,1,0,,,,"], "no rows in which a face was found"),
        ([PICTURES], "no rows in which a face was found"),
        ([""], "lacks the columns"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_where_and_why(
    tmp_path: Path, lines: list[str], words: str
) -> None:
    with pytest.raises(BadRows) as refusal:
        read(written(tmp_path, *lines))
    assert words in str(refusal.value)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRows, match="No such file"):
        read(tmp_path / "nowhere.csv")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0 no text")
    with pytest.raises(BadRows, match="no CSV in UTF-8"):
        read(tmp_path / "picture.csv")


def test_a_folder_is_all_its_files_and_kinds_are_told_by_their_columns(tmp_path: Path) -> None:
    written(tmp_path, PICTURES, "a,1,1,0,0,.9,0", "a,3,0,,,,", name="one.csv")
    written(tmp_path, FRAMES, "p,norm,sitting,0,0,.9,0", name="two.csv")
    rows = read(tmp_path)
    assert rows.pictures == (Picture("a", 1, AHEAD), Picture("a", 3, None))
    assert rows.frames == (Frame("p", "norm", "sitting", AHEAD),)


def test_the_command_prints_tables_and_writes_the_same_figures(tmp_path: Path) -> None:
    rows = [
        (
            one.student,
            one.label,
            1,
            one.attention.yaw,
            one.attention.pitch,
            one.attention.eye_openness,
            one.attention.gaze_y,
        )
        for one in pictures({1: DOWN, 2: AHEAD, 3: AHEAD})
        if one.attention
    ]
    with (tmp_path / "rows.csv").open("w", newline="") as file:
        csv.writer(file).writerows([PICTURES.split(","), *rows])
    done = command(tmp_path / "rows.csv", "--json", tmp_path / "out" / "found.json")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out" / "found.json").read_text())
    assert found["auc_disengaged"] == [1, 1, 1]
    assert len(found["auc_engaged"]) == 3
    assert done.stdout.strip() == tables(found)


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    done = command(written(tmp_path, "name,age", "a,7"))
    assert done.returncode == 1
    assert "lacks the columns" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_page_prints_the_figures_that_are_kept() -> None:
    kept = json.loads(PLACE.read_text())
    assert (
        tables(kept)
        == PAGE.read_text().split("<!-- measured:begin -->")[1].split("<!-- measured:end -->")[0].strip()
    )


def test_what_is_kept_is_better_than_the_rule_before_whoever_is_drawn() -> None:
    kept = json.loads(PLACE.read_text())
    assert kept["gain_disengaged"][1] > 0 and kept["gain_engaged"][1] > 0
    assert kept["auc_disengaged"][0] >= 0.87 and kept["auc_engaged"][0] >= 0.70
    seconds = {name: one["engaged"] for name, one in kept["sequences"].items()}
    assert seconds["neutralface"] >= 0.95 and seconds["raisehand"] >= 0.95
    assert seconds["frowning"] >= 0.8 and seconds["phone"] <= 0.25
