"""What can still be learned of one class-only student from the class's words. Attacked, not assumed.

The attacker sees every word of every step, knows the rule, the results of all who share, and whatever the
false students of the attack show. docs/privacy.md prints the figures that come out here.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from math import comb

import pytest

from classroom import disclosure
from classroom.disclosure import GRID, Group, Member, Words
from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS, Emotion
from reports.aggregates import stretches
from reports.briefing import briefing
from reports.pages import turn_cards
from reports.phases import with_phases
from reports.values import MoodStep, PolicyInForce, Summary
from tests.analyses import resembling

START = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
N = 5
SIZES = range(5, 13)
# How many of an ordinary class are with the lesson.
PRIOR = 0.7
# Where no taps are told, whatever was counted.
RULE_OF_TAPS = (
    "Taps are counted for everybody while 5 or more were present who showed no results; otherwise for "
    "those who showed theirs, from 5 on."
)
SAD, HAPPY = (tuple(float(e is emotion) for e in EMOTIONS) for emotion in (Emotion.SAD, Emotion.HAPPY))


def member(number, is_engaged, emotion=Emotion.NEUTRAL, *, fresh=True):
    level = Level.ENGAGED if is_engaged else Level.AWAY
    return Member(number, fresh, level, resembling(emotion).probabilities)


def words_of(engaged, size, shared_engaged=0, shared=0):
    """The word for a group of `size` with so many engaged, and those who share beside it."""
    grouped = [member(n, n < engaged) for n in range(size)]
    sharing = [member(100 + n, n < shared_engaged) for n in range(shared)]
    group = Group(frozenset(range(size)))
    return disclosure.class_words(group, grouped, sharing, N).level


def played(steps):
    """What is told over a lesson: `steps` are the candidates of each step of the grid."""
    group, shown, before, told = Group(), None, None, []
    for number, candidates in enumerate(steps):
        at = START + number * GRID
        joined = START if number < 3 else at - timedelta(hours=1)
        group = disclosure.stepped(group, candidates, at=at, last_joined_at=joined, minimum=N)
        if not group.speaks(at):
            shown = before = None
            told.append(Words())
            continue
        raw = disclosure.class_words(group, candidates, [], N)
        shown, before = disclosure.steady(shown, before, raw), raw
        told.append(shown)
    return told


# --- without cheating: what the attacker waits for -------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("others", ["alike", "one differing", "half and half"])
def test_leaving_or_covering_the_camera_tells_nothing_of_who_did(size, others):
    """From then on the last value with a face is held, so the same is told as if nothing had happened."""
    engaged = {"alike": size, "one differing": size - 2, "half and half": size // 2}[others]
    rest = [member(n, n <= engaged) for n in range(1, size)]
    stays, left = [*rest, member(0, True)], [*rest, member(0, True, fresh=False)]
    assert played([stays] * 6 + [left] * 6) == played([stays] * 12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("late", range(1, N))
def test_few_late_comers_change_no_word(size, late):
    """Fewer than the minimum who come late are in no figure, so nothing that they do can be told."""
    rest = [member(n, n % 2 == 0) for n in range(size)]
    alone = played([rest] * 12)
    for is_engaged, emotion in product((True, False), (Emotion.SAD, Emotion.HAPPY)):
        comers = [member(50 + n, is_engaged, emotion) for n in range(late)]
        assert played([rest] * 6 + [rest + comers] * 6) == alone


@pytest.mark.parametrize("size", SIZES)
def test_no_word_tells_that_all_of_the_group_are_alike_whatever_is_known_of_those_who_share(size):
    for shared in range(13):
        for shared_engaged in range(shared + 1):
            told = [words_of(engaged, size, shared_engaged, shared) for engaged in range(size + 1)]
            assert told[size] == told[size - 1]
            assert told[0] == told[1]


@pytest.mark.parametrize("size", SIZES)
def test_no_word_tells_that_all_of_the_group_look_sad_whatever_is_known_of_those_who_share(size):
    sad, happy = resembling(Emotion.SAD).probabilities, resembling(Emotion.HAPPY).probabilities
    group = Group(frozenset(range(size)))
    for shared, shown in product(range(13), (sad, happy)):
        sharing = [Member(100 + n, True, Level.ENGAGED, shown) for n in range(shared)]
        of_all = [Member(n, True, Level.ENGAGED, SAD) for n in range(size)]
        but_one = [
            Member(0, True, Level.ENGAGED, tuple(float(e is Emotion.HAPPY) for e in EMOTIONS)),
            *of_all[1:],
        ]
        words = [disclosure.class_words(group, one, sharing, N).expressions for one in (of_all, but_one)]
        index = EMOTIONS.index(Emotion.SAD)
        assert words[0][index] == words[1][index]


def concluded(told):
    """All that the report concludes from the words, as text: a step of the grid is half a minute."""
    mood = tuple(
        MoodStep(30 * number + at_s, words.level, words.expressions, None)
        for number, words in enumerate(told)
        for at_s in (0, 10, 20)
    )
    lesson_s = 30 * len(told)
    best, hardest = stretches(mood, lesson_s)
    policy = PolicyInForce("full", ("attention", "expression", "presence"), True, N)
    empty = Summary(lesson_s, 1000, 12, policy, (), mood, (), best, hardest, ())
    summary = with_phases(empty, [], seed=1)
    return str([summary.phases, summary.estimates, briefing(summary, None), turn_cards(summary)])


def a_lesson_with_a_dip(size, *, first_shows=lambda step: True, others_show=lambda step: not 40 <= step < 70):
    """Each step's candidates, 55 minutes of them: one of the group, and all others alike."""
    return [
        [member(0, first_shows(step)), *(member(n, others_show(step)) for n in range(1, size))]
        for step in range(110)
    ]


@pytest.mark.parametrize("size", SIZES)
def test_what_one_of_the_group_does_while_all_others_are_alike_changes_no_conclusion(size):
    """Two reports are laid side by side that differ in one class-only student: at most in the words told."""
    ways = (lambda step: True, lambda step: False, lambda step: step % 2 == 0, lambda step: step >= 90)
    lessons = [played(a_lesson_with_a_dip(size, first_shows=way)) for way in ways]
    assert len({concluded(told) for told in lessons}) == 1
    assert "Fewer were with you from minute" in concluded(lessons[0])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("late", range(1, N))
def test_few_late_comers_change_no_conclusion(size, late):
    rest = a_lesson_with_a_dip(size)
    comers = [member(50 + n, False, Emotion.SAD) for n in range(late)]
    joined = [rest[step] + (comers if step >= 30 else []) for step in range(110)]
    assert concluded(played(joined)) == concluded(played(rest))


@pytest.mark.parametrize("size", SIZES[1:])
def test_who_covers_the_camera_changes_no_conclusion(size):
    """Of five it leaves fewer than the smallest group, and the class is silent: so are the conclusions."""
    rest = a_lesson_with_a_dip(size)
    left = [[member(0, True, fresh=step < 30), *rest[step][1:]] for step in range(110)]
    assert concluded(played(left)) == concluded(played(rest))


def test_a_conclusion_of_words_holds_no_count_mean_or_share():
    text = concluded(played(a_lesson_with_a_dip(8))).replace(RULE_OF_TAPS, "")
    assert not any(word in text for word in ("%", "counted", "student", "Estimate"))


# --- with false students ---------------------------------------------------------------------------------


@cache
def guessed_right(size, false_students):
    """How often the best attack names the victim's level from one word.

    The attacker sets the levels of the false students as is best; the honest others are with the lesson in
    `PRIOR` of the time, independently. Guessing blindly is right in `PRIOR`.
    """
    honest = size - false_students - 1
    best = PRIOR
    for false_engaged in range(false_students + 1):
        likely = {}
        for others in range(honest + 1):
            chance = comb(honest, others) * PRIOR**others * (1 - PRIOR) ** (honest - others)
            for victim, its_chance in ((1, PRIOR), (0, 1 - PRIOR)):
                word = words_of(false_engaged + others + victim, size)
                likely.setdefault(word, [0.0, 0.0])[victim] += chance * its_chance
        best = max(best, sum(max(one) for one in likely.values()))
    return best


@pytest.mark.parametrize("size", SIZES)
def test_without_false_students_a_word_hardly_tells_more_than_a_blind_guess(size):
    assert guessed_right(size, 0) <= PRIOR + 0.02


@pytest.mark.parametrize(
    ("honest", "most"),
    [(1, 1.0), (2, 0.79), (3, 0.79), (4, 0.746), (5, 0.746), (6, 0.727), (7, 0.727), (8, 0.718)],
)
def test_false_students_tell_as_much_as_the_page_says(honest, most):
    """`honest` students among false ones, as docs/privacy.md has it and the student is told."""
    found = max(guessed_right(size, size - honest) for size in SIZES if size >= honest)
    assert found == pytest.approx(most, abs=0.001)
