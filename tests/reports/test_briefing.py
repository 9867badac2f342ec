"""The three sentences: from frozen figures to what happened and what to do."""

from dataclasses import replace

import pytest

from classroom.disclosure import Amount, Whose
from classroom.panels import HEIGHT
from classroom.queries import SaidCheck, ToldAnswers
from reports.aggregates import marked, shown_under, told_apart
from reports.briefing import briefing, turn_line
from reports.conclusions import Attended
from reports.sketches import sketch
from reports.taps import self_report_steps
from reports.turns import moment_near, turns
from reports.values import Estimate, Span, Stretch
from tests.reports.values import FULL, PRESENCE, a_mood, a_summary, in_words

MOST, HALF, FEW = Amount.MOST, Amount.HALF, Amount.FEW
SELF_REPORT = replace(FULL, preset="self_report", signals=())
ALL_MINUTES = {60 * minute: 20 for minute in range(45)}


def phase(first, last, told):
    """From minute to minute, by a figure or a word."""
    is_word = isinstance(told, Amount)
    return Stretch(Span(60 * first, 60 * last), None if is_word else told, told if is_word else None)


def estimate(first, last, mean, counted=(6, 7)):
    return Estimate(Span(60 * first, 60 * last), mean, mean - 0.05, mean + 0.05, *counted)


def said(kind, minute, count):
    return [(60 * minute + 5, who, kind) for who in range(count)]


def a_lesson(policy=FULL, *, taps=(), told=ALL_MINUTES, labels=(), **fields):
    return a_summary(
        policy=policy,
        self_reports=self_report_steps(taps, told),
        moments=tuple(marked(60 * minute, label, taps, told) for minute, label in labels),
        **fields,
    )


WORDS = {
    "mood": in_words(*[MOST] * 138, *[HALF] * 54, *[MOST] * 78),
    "phases": (phase(0, 23, MOST), phase(23, 32, HALF), phase(32, 45, MOST)),
    "best": phase(0, 5, MOST),
    "hardest": phase(24, 29, HALF),
}
FIGURES = {
    "mood": a_mood(*[0.85] * 138, *[0.5] * 54, *[0.85] * 78),
    "phases": (phase(0, 23, 0.85), phase(23, 32, 0.5), phase(32, 45, 0.85)),
    "best": phase(0, 5, 0.85),
    "hardest": phase(24, 29, 0.5),
    "estimates": (
        estimate(0, 45, 0.78),
        estimate(0, 23, 0.85),
        estimate(23, 32, 0.5, (5, 7)),
        estimate(32, 45, 0.85),
        estimate(0, 5, 0.86),
        estimate(24, 29, 0.49),
    ),
}
NONE_STANDS_OUT = "No part of this lesson stands out as worth teaching again."


def lines(summary, attended=None):
    return [(one.lead, one.evidence) for one in briefing(summary, attended)]


def test_a_fall_in_the_words_of_the_class():
    told = lines(a_lesson(taps=said("lost", 24, 6), labels=[(22, "recursion")], **WORDS))
    assert told == [
        (
            "Worth teaching again: minute 23 to 32, after “recursion”.",
            "From most to about half of the class with you. 6 students said “lost” in minute 24.",
        ),
        (
            "Your best five minutes: minute 0 to 5; the hardest: minute 24 to 29.",
            "Of the class with you in the best: most; in the hardest: about half.",
        ),
        ("“Lost” was said most in minute 24, after “recursion”.", "6 students said so."),
    ]


def test_a_fall_in_the_figures_of_those_who_show_them():
    again, contrast, _said = lines(a_lesson(**FIGURES))
    assert again == (
        "Worth teaching again: minute 23 to 32.",
        (
            "Engagement of those who show it went from 85% (80% to 90%) to 50% (45% to 55%). "
            "5\N{EN DASH}7 students counted."
        ),
    )
    assert contrast[1] == (
        "Engagement of those who show it: 86% (81% to 91%) in the best, 49% (44% to 54%) in the hardest. "
        "6\N{EN DASH}7 students counted."
    )


@pytest.mark.parametrize(
    ("fields", "lead", "evidence"),
    [
        (
            {"mood": in_words(*[MOST] * 60)},
            "Not enough to say how the lesson went.",
            (
                "Of 45 minutes taught, 10 allow a statement about the class. "
                "A statement takes at least 5 students who are counted."
            ),
        ),
        (
            {"lesson_s": 60},
            "Not enough to say how the lesson went.",
            (
                "Of 1 minute taught, 0 allow a statement about the class. "
                "A statement takes at least 5 students who are counted."
            ),
        ),
        (
            {"mood": in_words(*[MOST] * 270), "phases": (phase(0, 45, MOST),)},
            NONE_STANDS_OUT,
            "In the 45 minutes that allow a statement, no drop lasted, and few or none said “lost”.",
        ),
        (
            {"policy": SELF_REPORT},
            NONE_STANDS_OUT,
            "In the 45 minutes in which taps are counted, few or none said “lost”.",
        ),
        (
            {"policy": SELF_REPORT, "told": {}},
            "Not enough to say how the lesson went.",
            "Of 45 minutes taught, 0 allow a statement about the class.",
        ),
        (
            {"policy": SELF_REPORT, "taps": said("lost", 12, 4), "labels": [(11, "sets")]},
            "Worth teaching again: minute 12 to 13, after “sets”.",
            "4 students said “lost” in minute 12.",
        ),
        (
            {"policy": PRESENCE, "taps": said("lost", 12, 3)},
            NONE_STANDS_OUT,
            "In the 45 minutes in which taps are counted, few or none said “lost”.",
        ),
        (
            {"taps": said("lost", 12, 4), "mood": in_words(*[MOST] * 6)},
            "Worth teaching again: minute 12 to 13.",
            "4 students said “lost” in minute 12.",
        ),
    ],
    ids=[
        "little told",
        "a minute",
        "even",
        "no camera",
        "too few for taps",
        "many lost without cameras",
        "fewer than a fifth lost",
        "many lost and little told",
    ],
)
def test_the_first_sentence(fields, lead, evidence):
    assert lines(a_lesson(**fields))[0] == (lead, evidence)


def test_the_two_worst_passages_are_named_and_no_more():
    taps = [*said("lost", 5, 4), *said("lost", 12, 9), *said("lost", 13, 5), *said("lost", 40, 6)]
    assert lines(a_lesson(SELF_REPORT, taps=taps))[0] == (
        "Worth teaching again: minute 12 to 14.",
        "9 students said “lost” in minute 12. Also minute 40 to 41.",
    )


def test_of_a_fall_that_lasts_the_beginning_is_worth_teaching_again():
    phases = (phase(0, 10, MOST), phase(10, 40, FEW))
    taps = [*said("lost", 12, 3), *said("lost", 30, 2)]
    assert lines(a_lesson(phases=phases, taps=taps))[0] == (
        "Worth teaching again: minute 10 to 20.",
        (
            "From most to few of the class with you. It stayed so until minute 40. "
            "3 students said “lost” in minute 12."
        ),
    )


@pytest.mark.parametrize(
    ("best", "hardest", "is_worth_it"),
    [(0.8, 0.5, True), (0.8, 0.55, False), (MOST, FEW, True), (MOST, HALF, False), (HALF, FEW, True)],
)
def test_the_hardest_minutes_far_below_the_best_are_worth_it_though_nothing_lasted(
    best, hardest, is_worth_it
):
    summary = a_lesson(mood=in_words(*[MOST] * 270), best=phase(0, 5, best), hardest=phase(30, 35, hardest))
    first = lines(summary)[0]
    if is_worth_it:
        assert first == (
            "Worth teaching again: minute 30 to 35.",
            "The hardest five minutes, far below the best.",
        )
    else:
        assert first[0] == NONE_STANDS_OUT


def test_figures_stand_side_by_side_with_their_intervals_or_both_without():
    some = {**FIGURES, "estimates": FIGURES["estimates"][:-1]}
    assert "85% in the best, 50% in the hardest." in lines(a_lesson(**some))[1][1]


def test_what_was_said_in_a_fall_makes_no_second_passage_of_it():
    told = lines(a_lesson(taps=said("lost", 24, 6), **WORDS))[0][1]
    assert "Also" not in told


@pytest.mark.parametrize(
    ("taps", "line"),
    [
        (
            (),
            (
                "Nobody said “lost” in the 45 minutes that were counted.",
                "Nobody said anything else either, so this does not say that they followed.",
            ),
        ),
        (
            [*said("following", 7, 3), *said("following", 8, 2), *said("need_a_break", 30, 1)],
            (
                "Nobody said “lost” in the 45 minutes that were counted.",
                "“Following” was said 5 times. 1 student asked for a break in minute 30.",
            ),
        ),
        (
            said("need_a_break", 30, 1),
            (
                "Nobody said “lost” in the 45 minutes that were counted.",
                "1 student asked for a break in minute 30.",
            ),
        ),
        (
            [*said("lost", 7, 1), *said("need_a_break", 30, 3)],
            (
                "“Lost” was said most in minute 7.",
                "1 student said so. 3 students asked for a break in minute 30.",
            ),
        ),
    ],
)
def test_the_last_sentence_is_what_students_said(taps, line):
    assert lines(a_lesson(SELF_REPORT, taps=taps))[-1] == line


def check(minute, yes, partly, no, asked=20, of=Whose.CLASS):
    return SaidCheck(60 * minute + 3.0, False, ToldAnswers(5, of, asked, yes, partly, no))


UNTOLD = SaidCheck(600.0, True, None)


@pytest.mark.parametrize(
    ("taps", "words"),
    [
        (said("right_pace", 7, 1), "Said of the pace: right pace once."),
        (
            [*said("too_fast", 7, 3), *said("too_fast", 23, 5), *said("too_slow", 30, 2)],
            (
                "Said of the pace: too fast 8 times and too slow 2 times; "
                "5 students said “too fast” in minute 23."
            ),
        ),
        (
            [*said("too_fast", 7, 1), *said("too_slow", 23, 2)],
            "Said of the pace: too fast once and too slow 2 times; 2 students said “too slow” in minute 23.",
        ),
        ([*said("too_fast", 7, 1), *said("too_fast", 8, 1)], "Said of the pace: too fast 2 times."),
    ],
)
def test_the_last_sentence_says_how_the_pace_was_found(taps, words):
    assert lines(a_lesson(SELF_REPORT, taps=taps))[-1] == (
        "Nobody said “lost” in the 45 minutes that were counted.",
        words,
    )


UNHEARD = (
    "Nothing can be told of what was said.",
    (
        "Taps are counted for everybody while 5 or more were present who showed no results; otherwise for "
        "those who showed theirs, from 5 on."
    ),
)


def test_where_taps_are_not_told_it_is_said_why_and_nothing_of_the_pace():
    assert lines(a_lesson(taps=said("too_fast", 7, 9), told={}))[1:] == [UNHEARD]


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (
            [check(12, 14, 4, 2)],
            "“With me?” was asked in minute 12: 14 yes, 4 partly, 2 no, from 20 students asked.",
        ),
        (
            [check(12, 14, 4, 2), UNTOLD, check(30, 5, 4, 6), check(40, 0, 0, 0)],
            (
                "“With me?” was asked 3 times, with the fewest for yes in minute 30: "
                "5 yes, 4 partly, 6 no, from 20 students asked."
            ),
        ),
        (
            [check(12, 3, 1, 1, asked=6, of=Whose.SHARED)],
            "“With me?” was asked in minute 12: 3 yes, 1 partly, 1 no, of 6 students who show their results.",
        ),
    ],
)
def test_the_last_sentence_says_what_was_answered_to_with_me(checks, words):
    assert briefing(a_lesson(SELF_REPORT), None, checks)[-1].evidence == words
    alone = briefing(a_lesson(SELF_REPORT, told={}), None, checks)[-1]
    assert (alone.lead, alone.evidence) == (words, "")


def test_a_check_of_too_few_is_not_told():
    told = briefing(a_lesson(told={}), None, [UNTOLD])
    assert [(one.lead, one.evidence) for one in told[1:]] == [UNHEARD]


def test_where_the_school_counts_no_taps_nothing_is_said_of_them():
    assert len(lines(a_lesson(replace(FULL, allows_self_report=False), told={}))) == 1


@pytest.mark.parametrize(
    ("attended", "line"),
    [
        (
            Attended(20, 18),
            ("Nearly everybody stayed to the end.", "20 joined; 18 of them there in the last five minutes."),
        ),
        (
            Attended(20, 17),
            ("Most stayed to the end.", "20 joined; 17 of them there in the last five minutes."),
        ),
        (
            Attended(12, 9),
            ("Most stayed to the end.", "12 joined; 9 of them there in the last five minutes."),
        ),
        (Attended(12, 8), ("Many left early.", "12 joined; 8 of them there in the last five minutes.")),
        (
            Attended(1, 1),
            ("Everybody stayed to the end.", "1 joined; 1 there in the last five minutes."),
        ),
    ],
)
def test_without_cameras_attendance_says_how_the_lesson_went(attended, line):
    assert lines(a_lesson(SELF_REPORT), attended)[1] == line


def test_without_attendance_an_even_class_is_told_by_itself():
    even = a_lesson(mood=in_words(*[MOST] * 270), phases=(phase(0, 45, MOST),))
    assert lines(even)[1] == (
        "The class was even: no five minutes stand out as best or hardest.",
        "Of the class with you most of the time: most.",
    )


EVEN = "In the 45 minutes that allow a statement, no drop lasted, and few or none said “lost”. "
IN_FIGURES = {
    "mood": a_mood(*[0.8] * 270),
    "phases": (phase(0, 45, 0.8),),
    "estimates": (estimate(0, 45, 0.8),),
}
IN_WORDS = {"mood": in_words(*[MOST] * 270), "phases": (phase(0, 45, MOST),)}


@pytest.mark.parametrize(
    ("fields", "throughout"),
    [
        (
            IN_FIGURES,
            "Engagement of those who show it: 80% (75% to 85%) throughout; 6\N{EN DASH}7 students counted.",
        ),
        (IN_WORDS, "Of the class with you most of the time: most."),
    ],
)
def test_an_even_lesson_says_so_once_then_who_left_early_and_what_was_said(fields, throughout):
    assert lines(a_lesson(taps=said("following", 7, 3), **fields), Attended(12, 9)) == [
        (NONE_STANDS_OUT, EVEN + throughout),
        ("Most stayed to the end.", "12 joined; 9 of them there in the last five minutes."),
        ("Nobody said “lost” in the 45 minutes that were counted.", "“Following” was said 3 times."),
    ]


def test_where_little_can_be_told_of_the_class_it_is_not_called_even():
    little = a_lesson(mood=a_mood(*[0.8] * 30), estimates=(estimate(0, 45, 0.8),))
    found = lines(little, Attended(12, 12))
    assert found[0][0] == "Not enough to say how the lesson went."
    assert found[1][0] == "Everybody stayed to the end."


def test_beside_what_is_worth_teaching_again_the_mean_of_the_lesson_is_told():
    found = lines(a_lesson(taps=said("lost", 12, 4), **IN_WORDS), Attended(12, 12))
    assert found[1][0] == "The class was even: no five minutes stand out as best or hardest."


def test_of_a_lesson_too_short_for_it_nobody_is_said_to_have_stayed():
    assert lines(a_lesson(SELF_REPORT), Attended(12, None))[1] == (
        "12 joined.",
        "In so short a lesson it means little who left early.",
    )


def test_a_class_whose_level_changed_is_not_called_even():
    fields = {**FIGURES, "best": None, "hardest": None}
    assert lines(a_lesson(**fields))[1][0] == "No five minutes stand out as best or hardest."


@pytest.mark.parametrize(
    ("high", "low", "are_named"),
    [(0.85, 0.5, True), (0.85, 0.75, True), (0.85, 0.77, False), (0.8, 0.75, False)],
)
def test_the_best_and_the_hardest_minutes_are_not_named_if_their_intervals_overlap(high, low, are_named):
    best, hardest = phase(0, 5, high), phase(24, 29, low)
    phases = (phase(0, 20, high), phase(20, 45, low))
    found = told_apart(best, hardest, (estimate(0, 5, high), estimate(24, 29, low - 0.01)), phases)
    assert found == ((best, hardest) if are_named else (None, None))
    assert told_apart(best, hardest, (estimate(0, 5, high),), phases) == (best, hardest)


@pytest.mark.parametrize(
    ("high", "low", "changes_at", "are_named"),
    [
        (0.85, 0.7, None, False),
        (0.85, 0.5, None, True),
        (0.85, 0.7, 20, True),
        (0.85, 0.7, 30, False),
        (Amount.MOST, Amount.HALF, None, False),
        (Amount.HALF, Amount.FEW, None, False),
        (Amount.MOST, Amount.FEW, None, True),
        (Amount.MOST, Amount.HALF, 24, True),
        (Amount.MOST, Amount.HALF, 25, False),
    ],
)
def test_the_best_and_the_hardest_minutes_are_named_if_far_apart_or_the_level_changed_between(
    high, low, changes_at, are_named
):
    best, hardest = phase(3, 8, high), phase(24, 29, low)
    at = changes_at or 45
    phases = (phase(2, at, high), phase(at, 45, low))[: 2 if changes_at else 1]
    assert told_apart(best, hardest, (), phases) == ((best, hardest) if are_named else (None, None))


# --- when it changed ---


def test_each_change_has_a_verdict_in_a_teachers_words():
    summary = a_lesson(labels=[(22, "recursion"), (33, "an exercise")], **WORDS)
    assert [turn_line(one, summary).lead for one in turns(summary)] == [
        "Fewer were with you from minute 23 onwards, after “recursion”.",
        "More were with you from minute 32 onwards, after “an exercise”.",
    ]


def test_a_change_of_less_than_a_tenth_is_none():
    small = a_lesson(phases=(phase(0, 20, 0.8), phase(20, 45, 0.71)))
    assert turns(small) == ()
    assert lines(a_lesson(phases=small.phases, mood=a_mood(*[0.8] * 270)))[0][0] == NONE_STANDS_OUT


@pytest.mark.parametrize(
    ("minute", "is_near"), [(19.9, False), (20, True), (23, True), (24, True), (24.1, False)]
)
def test_a_key_moment_stands_beside_a_change_that_is_near(minute, is_near):
    moment = marked(int(60 * minute), "x", (), ())
    assert (moment_near(60 * 23, (moment,)) is moment) is is_near


def test_of_two_key_moments_the_nearer_stands_beside_it():
    early, late = (marked(60 * minute, str(minute), (), ()) for minute in (21, 22))
    assert moment_near(60 * 23, (early, late)) is late


def test_the_picture_shows_both_sides_the_band_and_the_key_moment():
    summary = a_lesson(labels=[(22, "recursion")], **FIGURES)
    fall, rise = (sketch(one, summary) for one in turns(summary))
    before, after = fall.bars
    assert (fall.width, before.x, before.width, after.x, after.width) == (19, 0, 10, 10, 9)
    assert (before.y, after.y) == pytest.approx((0.15 * HEIGHT, 0.5 * HEIGHT))
    assert (after.band_y, after.band_height) == pytest.approx((0.45 * HEIGHT, 0.1 * HEIGHT))
    assert (fall.moment_x, rise.moment_x) == (9, None)
    assert len(fall.dots) == 19 and fall.dots[0] == (0.5, pytest.approx(0.15 * HEIGHT))


def test_a_picture_of_words_has_steps_and_no_dots():
    summary = a_lesson(**WORDS)
    fall = sketch(turns(summary)[0], summary)
    assert fall.dots == () and fall.bars[0].y < fall.bars[1].y < HEIGHT
    assert {bar.band_height for bar in fall.bars} == {0}


# --- it tells no more than the rest of the report ---


def test_a_policy_without_attention_leaves_only_what_was_said():
    summary = shown_under(a_lesson(taps=said("lost", 24, 6), **FIGURES), replace(FULL, signals=("presence",)))
    text = str(lines(summary, Attended(12, 12)))
    assert "ngagement" not in text and "with you" not in text and "6 students said so" in text
    assert turns(summary) == ()


def test_what_is_concluded_from_words_alone_holds_no_number_of_the_class():
    """Minutes alone: how many of whom would tell of somebody who shows no own results."""
    summary = a_lesson(told={}, **WORDS)
    *found, last = lines(summary)
    text = " ".join(f"{lead} {evidence}" for lead, evidence in found)
    assert "%" not in text and "student" not in text and "counted" not in text
    assert last == UNHEARD
