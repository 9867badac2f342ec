"""Numbers as sentences: each with its evidence, none that calls an expression a feeling."""

from dataclasses import replace

import pytest

from classroom.disclosure import Amount
from emotion.labels import EMOTIONS, Emotion
from reports import sentences
from reports.aggregates import compared, marked
from reports.taps import self_report_steps
from reports.values import Span
from tests.reports.values import (
    FLAT,
    FULL,
    PRESENCE,
    SELF_REPORT,
    a_block,
    a_mood,
    a_step,
    a_summary,
    an_individual,
    in_words,
)

MOST, HALF, FEW = Amount.MOST, Amount.HALF, Amount.FEW
NO_FACE = {"faces": 0, "engaged": 0, "engagements": 0, "expressions": 0, "certain": 0}
NO_LEVEL = {"engaged": 0, "engagements": 0, "engagement_permille": 0}
NO_EXPRESSION = {"expressions": 0, "certain": 0}
FAINTLY_SAD = (0, 0, 0, 0, 21_000, 0, 9_000)


def sums(emotion):
    return tuple(30_000 if one is emotion else 0 for one in EMOTIONS)


def student(*groups):
    """Blocks one after the other, each group a number of blocks and what is different in them."""
    blocks = [fields for count, fields in groups for _ in range(count)]
    return an_individual(7, [a_block(30 * i, **fields) for i, fields in enumerate(blocks)], taught_s=2700)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (
            student((20, {})),
            [
                "With you 100% of 10 min measured.",
                "The expression was most often neutral: clearly for 10 min, of 10 min read.",
            ],
        ),
        (
            student(
                (15, {"expression_sums": sums(Emotion.SAD)}), (5, {"engaged": 0, "away": 30, "certain": 0})
            ),
            [
                "With you 75%, down or away 25% of 10 min measured.",
                (
                    "The expression most often resembled sadness: clearly for 7.5 min, of 10 min read; "
                    "not sure for 2.5 min."
                ),
            ],
        ),
        (
            student((3, {"expression_sums": sums(Emotion.SAD)}), (5, {"expression_sums": FAINTLY_SAD})),
            [
                "With you 100% of 4 min measured.",
                (
                    "The expression most often resembled sadness: clearly for 1.5 min and weakly "
                    "for 2.5 min, of 4 min read."
                ),
            ],
        ),
        (
            student((20, {"certain": 0})),
            [
                "With you 100% of 10 min measured.",
                "Not sure which expression, in all the 10 min that were read.",
            ],
        ),
        (
            student((20, {**NO_LEVEL, **NO_EXPRESSION})),
            ["A face was seen in 100% of the readings, over 10 min."],
        ),
        (
            student((20, NO_FACE)),
            ["The camera was on for 10 min, but saw a face in only 0% of the readings: absent."],
        ),
        (student((2, {})), ["Not enough evidence: 1 min measured."]),
    ],
    ids=["well", "sad and away", "faintly sad", "uncertain", "presence only", "absent", "too short"],
)
def test_a_student_in_words(one, told):
    assert sentences.individual_sentences(one) == told


def moment(mood, at_s=120, said=(), told=()):
    return compared(marked(at_s, "x", said, told), mood)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (0.8, 0.6, "Engagement of those who show it fell from 80% to 60%."),
        (0.5, 0.75, "Engagement of those who show it rose from 50% to 75%."),
        (0.8, 0.78, "Engagement of those who show it stayed about the same: 80% before, 78% after."),
        (0.8, None, "Not enough to say about the class before and after."),
        (None, None, "Not enough to say about the class before and after."),
    ],
)
def test_a_key_moment_in_exact_figures(before, after, sentence):
    assert sentences.moment_words(moment(a_mood(*[before] * 12, *[after] * 12))) == sentence


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (MOST, HALF, "Of the class with you before: most; after: about half."),
        (FEW, FEW, "Of the class with you before: few; after: few."),
        (MOST, None, "Not enough to say about the class before and after."),
    ],
)
def test_a_key_moment_in_the_words_of_the_class(before, after, sentence):
    assert sentences.moment_words(moment(in_words(*[before] * 12, *[after] * 12))) == sentence


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (FLAT, "Their expressions stayed about the same."),
        (
            (0, 0, 0, 0.5, 0.1, 0, 0.4),
            "Share of their expressions closest to “happiness”: 20% before, 50% after.",
        ),
        (None, ""),
    ],
)
def test_the_expression_that_changed_most_is_named(after, sentence):
    steps = [a_step(10 * i) for i in range(12)]
    steps += [a_step(120 + 10 * i, expression_shares=after) for i in range(12)]
    assert sentences.expression_words(moment(steps)) == sentence


@pytest.mark.parametrize(
    ("mood", "said", "text"),
    [
        (a_mood(*[0.8] * 12), None, "2:00 minutes, 10 students"),
        (a_mood(0.8), None, "0:10 minutes, 10 students"),
        (in_words(*[MOST] * 12), None, "the class in words, 2:00 minutes"),
        ((), None, "nothing to show"),
        ((), [], "nobody said anything"),
        ((), [(60, 1, "lost"), (61, 2, "lost"), (62, 3, "following")], "1 following and 2 lost"),
        (in_words(MOST), [(60, 1, "lost")], "the class in words, 0:10 minutes; 1 lost"),
    ],
)
def test_a_side_says_what_it_rests_on(mood, said, text):
    told = () if said is None else (0, 60)
    assert sentences.side_words(moment(mood, said=said or (), told=told).before) == text


IN_WORDS = in_words(*[MOST] * 144, *[HALF] * 60, *[FEW] * 18)
NOT_ENOUGH = "Not enough to say anything about the class as a whole."


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"mood": IN_WORDS},
            [
                (
                    "Most of the class were with you for 24 of 45 minutes; about half for 10; few for 3; "
                    "not enough to say for 8."
                )
            ],
        ),
        ({"mood": in_words(*[MOST] * 270)}, ["Most of the class were with you for 45 of 45 minutes."]),
        (
            {"mood": in_words(*[FEW] * 6), "lesson_s": 60},
            ["Most of the class were with you for 0 of 1 minute; few for 1."],
        ),
        (
            {"mood": a_mood(*[0.8] * 27), "lesson_s": 540},
            [
                (
                    "Those who show their own results (10 students): engagement 80% on average, "
                    "in 4 of 9 minutes."
                )
            ],
        ),
        ({"mood": a_mood(None, None)}, [NOT_ENOUGH]),
        ({}, [NOT_ENOUGH]),
        (
            {"policy": replace(FULL, signals=("expression",))},
            ["The school's policy computes no attention, so there is no engagement in this report."],
        ),
        (
            {"policy": PRESENCE},
            ["The school's policy computes neither attention nor expression, so this report has neither."],
        ),
    ],
    ids=["words", "all", "a minute", "shared", "too few", "nothing", "no attention", "presence"],
)
def test_the_class_in_words(fields, told):
    *found, taps = sentences.class_sentences(a_summary(**{"policy": FULL, **fields}))
    assert found == told
    assert taps == (
        "Taps are counted for everybody while 5 or more were present who showed no results; "
        "otherwise for those who showed theirs, from 5 on."
    )


def test_where_no_camera_was_asked_for_taps_are_counted_once_enough_are_there():
    *_found, taps = sentences.class_sentences(a_summary(policy=SELF_REPORT))
    assert taps == "Taps are counted while 5 or more were present."


def test_words_and_figures_stand_beside_each_other():
    mood = tuple(replace(step, level=MOST) for step in a_mood(*[0.8] * 60))
    first, second, *_taps = sentences.class_sentences(a_summary(policy=FULL, mood=mood))
    assert first.startswith("Most of the class") and second.startswith("Those who show")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ([], "Nobody said “lost” in the 2 minutes that were counted."),
        ([(70, 1, "lost")], "At most 1 student said “lost” within one minute, minute 1."),
        (
            [(70, 1, "lost"), (71, 2, "lost")],
            "At most 2 students said “lost” within one minute, minute 1.",
        ),
    ],
)
def test_what_students_said_in_words(said, sentence):
    summary = a_summary(policy=FULL, self_reports=self_report_steps(said, {0: 5, 60: 5}))
    assert sentences.said_sentence(summary) == sentence


@pytest.mark.parametrize(
    ("span", "words"),
    [(Span(250, 262), "minute 4, for 12 s"), (Span(1260, 1500), "minute 21, for 4 min")],
)
def test_a_pause_is_told_by_where_it_began_and_how_long_it_was(span, words):
    assert sentences.pause_words(span) == words


def test_where_the_policy_has_no_taps_none_are_spoken_of():
    assert sentences.class_sentences(a_summary(policy=replace(FULL, allows_self_report=False))) == [
        NOT_ENOUGH
    ]
    assert sentences.class_sentences(a_summary())[1:] == []


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_no_expression_is_called_a_feeling(emotion):
    one = student((20, {"expression_sums": sums(emotion)}))
    sentence = sentences.individual_sentences(one)[-1]
    assert "resembled" in sentence or emotion is Emotion.NEUTRAL
    assert " is " not in sentence
