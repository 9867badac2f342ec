"""Phases and intervals: from the sums of those who share, else from the class's words."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from classroom.disclosure import Amount
from reports.aggregates import shown_under
from reports.phases import phases_in_words, shared_minutes, with_phases
from reports.values import Span
from tests.reports.values import FULL, a_block, a_mood, a_summary, an_individual, in_words

MOST, HALF, FEW = Amount.MOST, Amount.HALF, Amount.FEW
MINUTE_STEPS = 6


def a_student(number, *levels, start=0):
    """Half minutes with these levels of engagement; None: nothing was measured."""
    blocks = [
        a_block(30 * (start + index), engagement_permille=round(30_000 * level))
        for index, level in enumerate(levels)
        if level is not None
    ]
    return an_individual(number, blocks, taught_s=2700)


def a_class(size, *levels):
    """Some always a little higher than others."""
    return [a_student(n, *(level + 0.01 * (n % 3) for level in levels)) for n in range(size)]


LIVE = a_mood(*[0.8] * 270)
"""Figures of those who share stood on the live page all the time."""


def a_told(**fields):
    return a_summary(**{"policy": FULL, "mood": LIVE, **fields})


def told(sharing, **fields):
    return with_phases(a_told(**fields), sharing, seed=7)


def spans(phases):
    return [(one.span.start_s // 60, one.span.end_s // 60) for one in phases]


def test_a_dip_of_those_who_share_is_a_phase_of_its_own():
    summary = told(a_class(6, *[0.8] * 40, *[0.5] * 16, *[0.8] * 34))
    assert spans(summary.phases) == [(0, 20), (20, 28), (28, 45)]
    assert [one.engagement for one in summary.phases] == pytest.approx([0.81, 0.51, 0.81])
    assert {one.level for one in summary.phases} == {None}


def test_the_lesson_and_each_phase_have_an_interval_with_how_many_were_counted():
    summary = told([*a_class(6, *[0.8] * 40, *[0.5] * 50), a_student(9, *[0.8] * 20)])
    assert [one.span for one in summary.estimates] == [Span(0, 2700), *(one.span for one in summary.phases)]
    for one in summary.estimates:
        assert one.low <= one.mean <= one.high
    assert [(one.fewest, one.most) for one in summary.estimates] == [(6, 7), (6, 7), (6, 6)]


def test_an_even_lesson_is_one_phase():
    assert spans(told(a_class(6, *[0.8] * 90)).phases) == [(0, 45)]


@pytest.mark.parametrize("size", [0, 1, 4])
def test_fewer_than_the_smallest_group_have_no_figure(size):
    summary = told(a_class(size, *[0.8] * 40, *[0.4] * 50))
    assert (summary.phases, summary.estimates) == ((), ())


def test_a_minute_with_fewer_than_the_smallest_group_is_in_no_figure():
    sharing = [*a_class(4, *[0.8] * 90), a_student(5, *[0.8] * 20)]
    minutes = shared_minutes(sharing, a_told())
    assert minutes.starts == tuple(range(0, 600, 60))


def test_a_pause_is_in_no_figure():
    paused = a_told(pauses=(Span(300, 600),))
    assert 300 not in shared_minutes(a_class(6, *[0.8] * 90), paused).starts


def test_a_minute_of_which_nothing_was_told_live_is_in_no_figure():
    mood = (*LIVE[:60], *(replace(step, shared=None) for step in LIVE[60:]))
    sharing = a_class(6, *[0.8] * 90)
    assert shared_minutes(sharing, a_told(mood=mood)).starts == tuple(range(0, 600, 60))
    assert shared_minutes(sharing, a_told(mood=())) is None


def test_less_than_three_minutes_have_no_interval():
    assert told(a_class(6, *[0.8] * 4), lesson_s=120).estimates == ()
    assert [one.span for one in told(a_class(6, *[0.8] * 6), lesson_s=180).estimates] == [Span(0, 180)]


def test_without_a_policy_there_is_nothing():
    summary = with_phases(a_told(policy=None), a_class(6, *[0.8] * 90), seed=7)
    assert (summary.phases, summary.estimates) == ((), ())


def test_the_same_lesson_is_written_the_same_again():
    rng = np.random.default_rng(1)
    sharing = [a_student(n, *rng.uniform(0.5, 1, 90)) for n in range(6)]
    assert told(sharing) == told(sharing)
    other = with_phases(a_told(), sharing, seed=8)
    assert other.estimates != told(sharing).estimates and other.phases == told(sharing).phases


# --- in words ---


def minutes_of(*runs):
    return in_words(*[level for level, minutes in runs for _ in range(minutes * MINUTE_STEPS)])


@pytest.mark.parametrize(
    ("mood", "phases"),
    [
        (minutes_of((MOST, 20), (FEW, 10), (MOST, 15)), [(0, 20, MOST), (20, 30, FEW), (30, 45, MOST)]),
        (minutes_of((MOST, 20), (HALF, 2), (MOST, 23)), [(0, 45, MOST)]),
        (minutes_of((MOST, 20), (FEW, 5), (MOST, 20)), [(0, 45, MOST)]),
        (minutes_of((MOST, 20), (FEW, 6), (MOST, 19)), [(0, 20, MOST), (20, 26, FEW), (26, 45, MOST)]),
        (minutes_of((MOST, 45)), [(0, 45, MOST)]),
        (minutes_of((MOST, 20), (None, 10), (FEW, 15)), [(0, 20, MOST), (30, 45, FEW)]),
        (minutes_of((MOST, 4)), []),
        ((), []),
        (
            minutes_of((MOST, 28), (HALF, 3), (FEW, 5), (MOST, 9)),
            [(0, 28, MOST), (28, 36, FEW), (36, 45, MOST)],
        ),
    ],
    ids=[
        "a dip",
        "two minutes",
        "five minutes",
        "six minutes",
        "even",
        "a gap",
        "too short",
        "nothing",
        "in two steps",
    ],
)
def test_where_nobody_shares_the_words_make_the_phases(mood, phases):
    found = phases_in_words(mood, 2700)
    assert [(*span, one.level) for span, one in zip(spans(found), found, strict=True)] == phases
    assert {one.engagement for one in found} <= {None}


def test_a_class_at_the_edge_of_a_word_goes_to_and_fro_and_has_one_phase():
    rng = np.random.default_rng(4)
    shares = np.repeat([0.35, 0.65], 135)
    mood = in_words(*(HALF if one else MOST for one in rng.random(270) < shares))
    assert len(phases_in_words(mood, 2700)) == 1


def test_neighbours_never_have_the_same_word():
    rng = np.random.default_rng(2)
    for _ in range(50):
        mood = in_words(*rng.choice([MOST, HALF, FEW], 270, p=[0.5, 0.3, 0.2]))
        assert all(one.level is not other.level for one, other in pairwise(phases_in_words(mood, 2700)))


def test_the_words_are_asked_only_where_too_few_share():
    mood = minutes_of((MOST, 20), (FEW, 25))
    assert {one.level for one in told([], mood=mood).phases} == {MOST, FEW}
    both = tuple(replace(step, shared=live.shared) for step, live in zip(mood, LIVE, strict=True))
    assert {one.level for one in told(a_class(6, *[0.8] * 90), mood=both).phases} == {None}
    assert told([], mood=mood).estimates == ()


# --- the policy of today ---

STORED = told(a_class(6, *[0.8] * 40, *[0.5] * 50))
IN_WORDS = told([], mood=minutes_of((MOST, 20), (FEW, 25)))


@pytest.mark.parametrize(
    ("stored", "today", "kept"),
    [
        (STORED, FULL, True),
        (STORED, replace(FULL, minimum_group_size=6), True),
        (STORED, replace(FULL, minimum_group_size=7), False),
        (STORED, replace(FULL, signals=("attention", "presence")), False),
        (STORED, replace(FULL, signals=("expression", "presence")), False),
        (IN_WORDS, replace(FULL, minimum_group_size=7), True),
        (IN_WORDS, replace(FULL, signals=("attention", "presence")), True),
        (IN_WORDS, replace(FULL, signals=("expression", "presence")), False),
        (IN_WORDS, None, False),
    ],
)
def test_a_narrower_policy_hides_what_it_no_longer_allows(stored, today, kept):
    found = shown_under(stored, today)
    assert bool(found.phases) is kept
    assert bool(found.estimates) is (kept and stored is STORED)
