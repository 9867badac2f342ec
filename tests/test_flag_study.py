"""The study of flags: its lessons can be played again, and the page says what came of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.flag_study import page
from benchmarks.flag_study.__main__ import EARLIER, OUTCOMES
from benchmarks.flag_study.confusion import measured
from benchmarks.flag_study.scenarios import SCENARIOS
from benchmarks.flag_study.student import Act, Camera, Habit, Student, readings
from benchmarks.flag_study.study import Count, Outcome, play
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis

HOUR = 3600.0


def played(student: Student, seed: int = 1) -> list[Analysis]:
    return [analysis for _, analysis in readings(student, measured(), HOUR, np.random.default_rng(seed))]


def test_a_lesson_comes_out_the_same_each_time() -> None:
    found = play(SCENARIOS[0], 1)
    assert found == play(SCENARIOS[0], 1)
    assert found.false_sad.of == found.false_disengaged.of == 6


def test_the_one_to_be_found_is_not_counted_among_mistakes() -> None:
    turned = next(one for one in SCENARIOS if one.name == "one turned away")
    found = play(turned, 1)
    assert (found.missed and found.missed.of, found.false_disengaged.of, found.false_sad.of) == (1, 5, 6)


def test_a_poor_camera_drops_as_many_readings_as_it_says() -> None:
    seen = [one.faces for one in played(Student(camera=Camera(dropped=0.3)))]
    assert np.mean(seen) == pytest.approx(0.7, abs=0.05)


def test_a_habit_fills_its_share_of_the_lesson() -> None:
    """Over many students, as each sits in an own way."""
    habit = Habit(Act(yaw=90), 0.5, 60)
    seen = [
        one.attention.yaw > 45
        for seed in range(20)
        for one in played(Student((habit,)), seed)
        if one.attention
    ]
    assert np.mean(seen) == pytest.approx(0.5, abs=0.1)


def test_expressions_are_misread_as_often_as_they_were_measured() -> None:
    """Over many students: each has an own row of the table."""
    read = [one.expression for seed in range(40) for one in played(Student(), seed) if one.expression]
    sad = np.mean([not one.uncertain and one.top is Emotion.SAD for one in read])
    row = measured().row(Emotion.NEUTRAL)
    assert row.sum() == pytest.approx(1)
    assert sad == pytest.approx(row[EMOTIONS.index(Emotion.SAD)], abs=0.03)


def test_the_page_shows_the_outcomes_that_are_kept() -> None:
    outcomes, earlier = page.kept(OUTCOMES), page.kept(EARLIER)
    text = (page.DOCS / "flags.md").read_text()
    assert page.table(outcomes, earlier) == text.split(page.BEGIN)[1].split(page.END)[0].strip()
    drawn = (page.DOCS / "img" / "flag-study.svg").read_text()
    assert drawn == page.plot(outcomes)
    assert [one.name for one in outcomes] == [one.name for one in SCENARIOS]


def test_the_worst_lesson_is_named() -> None:
    outcomes = page.kept(OUTCOMES)
    bad = replace(outcomes[3], false_sad=Count(30, 240))
    words = page.worst([*outcomes[:3], bad, *outcomes[4:]])
    assert f"*sad* by mistake {page.interval(bad.false_sad)}, {bad.name}" in words


def test_outcomes_are_kept_and_read_again(tmp_path: Path) -> None:
    outcomes = page.kept(OUTCOMES)
    page.keep(outcomes, tmp_path / "kept.json")
    assert page.kept(tmp_path / "kept.json") == outcomes


@pytest.mark.parametrize("one", page.kept(OUTCOMES), ids=lambda one: one.name)
def test_as_shipped_fewer_than_two_students_in_a_hundred_are_flagged_by_mistake(one: Outcome) -> None:
    assert max(one.false_sad.share, one.false_disengaged.share) < page.ALLOWED / 100


def test_who_looks_sad_through_an_hour_is_found() -> None:
    (one,) = (it for it in page.kept(OUTCOMES) if it.name == "one sad through an hour")
    assert one.missed is not None
    assert one.missed.share < 0.1
