"""Numbers as sentences: each with its evidence, none that calls an expression a feeling."""

import pytest

from emotion.labels import EMOTIONS, Emotion
from reports import words
from reports.aggregates import moment
from reports.individuals import individual
from reports.values import PolicyInForce, SelfReportCounts, Side, Span, Stretch
from tests.reports.values import FLAT, a_block, a_mood, a_step, a_summary

FULL = PolicyInForce("full", ("attention", "expression", "presence"), True, 5)
PRESENCE = PolicyInForce("presence", ("presence",), True, 5)
NO_FACE = {"faces": 0, "engaged": 0, "engagements": 0, "expressions": 0, "certain": 0}
NO_LEVEL = {"engaged": 0, "engagements": 0, "engagement_permille": 0}
NO_EXPRESSION = {"expressions": 0, "certain": 0}


def sums(emotion):
    return tuple(30_000 if one is emotion else 0 for one in EMOTIONS)


def student(*groups):
    """Blocks one after the other, each group a number of blocks and what is different in them."""
    blocks = [fields for count, fields in groups for _ in range(count)]
    return individual(7, [a_block(30 * i, **fields) for i, fields in enumerate(blocks)], taught_s=2700)


@pytest.mark.parametrize(
    ("one", "sentences"),
    [
        (
            student((20, {})),
            [
                "With you 100 % of 10 min measured.",
                "The expression was most often neutral: 100 % of 10 min read, uncertain 0 %.",
            ],
        ),
        (
            student(
                (15, {"expression_sums": sums(Emotion.SAD)}), (5, {"engaged": 0, "away": 30, "certain": 0})
            ),
            [
                "With you 75 %, away 25 % of 10 min measured.",
                "The expression most often resembled sadness: 75 % of 10 min read, uncertain 25 %.",
            ],
        ),
        (
            student((20, {"certain": 0})),
            [
                "With you 100 % of 10 min measured.",
                "The expression was uncertain throughout the 10 min that were read.",
            ],
        ),
        (
            student((20, {**NO_LEVEL, **NO_EXPRESSION})),
            ["A face was seen in 100 % of the readings, over 10 min."],
        ),
        (
            student((20, NO_FACE)),
            ["The camera was on for 10 min, but saw a face in only 0 % of the readings: absent."],
        ),
        (student((2, {})), ["Not enough evidence: 1 min measured."]),
    ],
    ids=["well", "sad and away", "uncertain", "presence only", "absent", "too short"],
)
def test_a_student_in_words(one, sentences):
    assert words.individual_sentences(one) == sentences


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (0.8, 0.6, "Engagement fell from 80 % to 60 %."),
        (0.5, 0.75, "Engagement rose from 50 % to 75 %."),
        (0.8, 0.78, "Engagement stayed about the same: 80 % before, 78 % after."),
        (0.8, None, "Not enough evidence to compare engagement before and after."),
        (None, None, "Not enough evidence to compare engagement before and after."),
    ],
)
def test_a_key_moment_in_words(before, after, sentence):
    assert words.moment_words(moment(120, "x", a_mood(*[before] * 12, *[after] * 12), [])) == sentence


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (FLAT, "Expressions stayed about the same."),
        (
            (0, 0, 0, 0.5, 0.1, 0, 0.4),
            "Share of expressions closest to “happiness”: 20 % before, 50 % after.",
        ),
        (None, ""),
    ],
)
def test_the_expression_that_changed_most_is_named(after, sentence):
    steps = [a_step(10 * i) for i in range(12)]
    steps += [a_step(120 + 10 * i, expression_shares=after) for i in range(12)]
    assert words.expression_words(moment(120, "x", steps, [])) == sentence


@pytest.mark.parametrize(
    ("side", "text"),
    [
        (Side(12, 14, 0.8, None, SelfReportCounts()), "12 steps of 10 s, 14 students counted"),
        (Side(1, 1, 0.8, None, SelfReportCounts()), "1 step of 10 s, 1 student counted"),
        (Side(0, 0, None, None, SelfReportCounts()), "0 steps of 10 s"),
    ],
)
def test_a_side_says_what_it_rests_on(side, text):
    assert words.side_words(side) == text


@pytest.mark.parametrize(
    ("fields", "first"),
    [
        (
            {"policy": FULL, "mood": a_mood(*[0.8] * 27), "lesson_s": 540},
            "Engagement was 80 % on average; 10 students were counted, in 50 % of the lesson.",
        ),
        (
            {"policy": FULL, "mood": a_mood(None, None)},
            "Not enough evidence for the class: at no time were enough students counted.",
        ),
        (
            {"policy": PRESENCE},
            "The school's policy computes no attention, so there is no engagement in this report.",
        ),
    ],
    ids=["counted", "too few", "not computed"],
)
def test_the_class_in_words(fields, first):
    assert words.class_sentences(a_summary(**fields))[0] == first


def test_the_best_and_the_hardest_minutes_in_words():
    best, hardest = Stretch(Span(0, 300), 0.9), Stretch(Span(600, 900), 0.4)
    summary = a_summary(policy=FULL, mood=a_mood(0.8), best=best, hardest=hardest)
    assert (
        "Most were with you from minute 0 to 5 (90 %), fewest from minute 10 to 15 (40 %)."
        in words.class_sentences(summary)
    )


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_no_expression_is_called_a_feeling(emotion):
    one = student((20, {"expression_sums": sums(emotion)}))
    sentence = words.individual_sentences(one)[-1]
    assert "resembled" in sentence or emotion is Emotion.NEUTRAL
    assert " is " not in sentence
