"""Who may be told what: the rules, as tables and properties. No database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom import disclosure
from classroom.disclosure import FORMED_WITHIN, GRID, HELD, Amount, Group, Member, Strength, Whose, Words
from classroom.models import Classroom, Consent, Lesson, Participant, Policy, School, User
from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS, Emotion
from tests.analyses import resembling

START = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
N = 5


def at(step):
    return START + step * GRID


def member(number, level=Level.ENGAGED, emotion=Emotion.NEUTRAL, *, fresh=True):
    return Member(number, fresh, level, resembling(emotion).probabilities)


def members(numbers, **fields):
    return [member(number, **fields) for number in numbers]


def stepped(group, candidates, step=10, *, joined=None, minimum=N):
    return disclosure.stepped(group, candidates, at=at(step), last_joined_at=joined, minimum=minimum)


def formed(numbers):
    group = stepped(Group(), members(numbers))
    assert group.counted == frozenset(numbers)
    return group


# --- the group is formed ---------------------------------------------------------------------------------


def test_a_group_smaller_than_the_minimum_is_never_counted():
    assert stepped(Group(), members(range(1, 5))).counted == frozenset()


@pytest.mark.parametrize(("quiet_s", "size"), [(59, 0), (60, 8), (600, 8)])
def test_everybody_who_is_there_is_counted_once_nobody_joined_for_a_minute(quiet_s, size):
    group = stepped(Group(), members(range(1, 9)), joined=at(10) - timedelta(seconds=quiet_s))
    assert len(group.counted) == size


def test_where_people_keep_joining_the_group_is_formed_five_minutes_after_enough_were_there():
    group, steps = Group(), int(FORMED_WITHIN / GRID)
    for step in range(steps + 1):
        assert group.counted == frozenset()
        group = stepped(group, members(range(1, 6 + step)), step, joined=at(step))
    assert len(group.counted) == 5 + steps


def test_who_was_not_measured_yet_is_not_counted():
    candidates = [*members(range(1, 8)), Member(8, False, Level.UNKNOWN), member(9, fresh=False)]
    assert stepped(Group(), candidates).counted == frozenset(range(1, 8))


@pytest.mark.parametrize(("late", "size"), [(4, 5), (5, 10)])
def test_few_who_come_late_wait_until_enough_of_them_came(late, size):
    group = stepped(formed(range(1, 6)), members(range(1, 6 + late)), 12)
    assert len(group.counted) == size


def test_who_leaves_or_covers_the_camera_stays_counted_with_the_last_value():
    group = formed(range(1, 9))
    kept = stepped(group, [*members(range(1, 8)), member(8, Level.AWAY, fresh=False)], 12)
    assert kept.counted == group.counted
    assert kept.speaks(at(12))


def test_with_too_few_fresh_for_ten_minutes_the_group_is_silent_and_speaks_again_as_it_was():
    group = formed(range(1, 9))
    stale = members(range(1, 5)) + members(range(5, 9), fresh=False)
    for step in range(11, 11 + int(HELD / GRID)):
        group = stepped(group, stale, step)
    assert not group.speaks(at(11 + int(HELD / GRID)))
    group = stepped(group, members(range(1, 9)), 40)
    assert group.counted == frozenset(range(1, 9))
    assert group.speaks(at(40))


def test_one_who_takes_another_way_dissolves_the_group_until_enough_changed():
    group = stepped(formed(range(1, 9)), members(range(1, 8)), 12)
    assert group.counted == frozenset()
    assert group.last_counted == frozenset(range(1, 9))
    assert stepped(group, members(range(1, 8)), 20).counted == frozenset()
    three_more = [*range(1, 8), *range(9, 12)]
    assert stepped(group, members(three_more), 20).counted == frozenset(), "four changed"
    assert stepped(group, members([*three_more, 12]), 20).counted == {*three_more, 12}, "five changed"


def test_a_withdrawal_leaves_no_id_but_the_gap_it_left():
    group = formed(range(1, 6)).without(3)
    assert group.counted == frozenset()
    assert 3 not in group.last_counted
    assert stepped(group, members([1, 2, 4, 5]), 20, minimum=4).counted == frozenset()
    assert len(group.without(4).last_counted) == 5, "two who withdrew are two gaps"


def came(numbers, step):
    return [replace(one, joined_at=at(step)) for one in members(numbers)]


@pytest.mark.parametrize("who", [3, 99])
def test_whoever_is_sent_out_nobody_is_counted_until_as_many_more_came_afterwards(who):
    """Counted or not: the same from then on."""
    group = formed([1, 2, 4, 5, 6, 7] + [who] * (who == 3)).sending_out(who, at(20))
    assert (group.counted, group.last_counted) == (frozenset(), {1, 2, 4, 5, 6, 7})
    there = came([1, 2, 4, 5, 6, 7, *range(50, 60)], 19) + came([3, 99], 20)
    assert stepped(group, there, 40).counted == frozenset(), "nobody came afterwards"
    assert stepped(group, there + came(range(10, 15), 21), 40).counted == frozenset(), "five did"
    everybody = there + came(range(10, 16), 21)
    assert len(stepped(group, everybody, 40).counted) == len(everybody), "and one may be who was sent out"


def test_each_who_is_sent_out_is_one_more_who_has_to_come_after_the_last_of_them():
    group = Group()
    for step, who in enumerate((1, 2, 3), start=20):
        group = group.sending_out(who, at(step))
    assert stepped(group, came(range(10, 30), 22), 40).counted == frozenset(), "before the last of them"
    assert stepped(group, came(range(10, 17), 23), 40).counted == frozenset(), "seven"
    assert stepped(group, came(range(10, 18), 23), 40).counted == set(range(10, 18))


def test_once_counted_again_others_come_in_by_the_same_rule():
    """Whoever was sent out and let in is one of them only beside as many who came afterwards."""
    group = stepped(Group().sending_out(1, at(10)), came(range(20, 26), 11), 20)
    assert len(group.counted) == 6
    back = came(range(20, 26), 11) + came(range(1, 9), 5)
    assert stepped(group, back, 30).counted == group.counted
    assert len(stepped(group, back + came(range(30, 36), 25), 30).counted) == 20


people = st.frozensets(st.integers(1, 14))
comings = st.lists(st.tuples(people, people), max_size=40)


@given(comings)
def test_no_two_groups_that_were_ever_counted_one_after_the_other_differ_by_few(steps):
    group, shown = Group(), [frozenset()]
    for step, (consenting, fresh) in enumerate(steps):
        candidates = [member(one, fresh=one in fresh) for one in consenting]
        group = stepped(group, candidates, step)
        assert group.counted <= consenting
        assert not group.counted or len(group.counted) >= N
        if group.counted and group.counted != shown[-1]:
            shown.append(group.counted)
    assert all(len(one ^ other) >= N for one, other in pairwise(shown))


# --- words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engaged", "away", "word"),
    [
        (8, 0, Amount.MOST),
        (6, 2, Amount.MOST),
        (5, 3, Amount.HALF),
        (3, 5, Amount.HALF),
        (2, 6, Amount.FEW),
        (0, 8, Amount.FEW),
    ],
)
def test_most_and_few_include_all_and_none(engaged, away, word):
    everybody = members(range(1, 1 + engaged)) + members(range(20, 20 + away), level=Level.AWAY)
    group = Group(frozenset(one.participant_id for one in everybody))
    assert disclosure.class_words(group, everybody, [], N).level is word


@pytest.mark.parametrize(
    ("happy", "sad", "words"),
    [
        (8, 0, (Strength.MOSTLY, Strength.HARDLY)),
        (5, 3, (Strength.MOSTLY, Strength.SOME)),
        (7, 1, (Strength.MOSTLY, Strength.HARDLY)),
    ],
)
def test_an_expression_is_mostly_some_or_hardly_there(happy, sad, words):
    everybody = members(range(1, 1 + happy), emotion=Emotion.HAPPY)
    everybody += members(range(20, 20 + sad), emotion=Emotion.SAD)
    told = disclosure.class_words(Group(frozenset(m.participant_id for m in everybody)), everybody, [], N)
    assert (
        told.expressions[EMOTIONS.index(Emotion.HAPPY)],
        told.expressions[EMOTIONS.index(Emotion.SAD)],
    ) == words


def test_those_who_share_are_in_the_words_too_but_never_make_up_the_number():
    group = Group(frozenset(range(1, 5)))
    sharing = members(range(10, 20))
    assert disclosure.class_words(group, members(range(1, 5)), sharing, N) == Words()
    counted = Group(frozenset(range(1, 6)))
    few = disclosure.class_words(counted, members(range(1, 6), level=Level.AWAY), sharing, N)
    assert few.level is Amount.HALF


def test_a_word_changes_only_when_two_steps_agree():
    most, half, few = (Words(level) for level in (Amount.MOST, Amount.HALF, Amount.FEW))
    shown, before, told = None, None, []
    for raw in (most, half, most, half, half, few, half, few, few):
        shown = disclosure.steady(shown, before, raw)
        before = raw
        told.append(shown.level)
    assert told == [
        *[Amount.MOST] * 4,
        *[Amount.HALF] * 4,
        Amount.FEW,
    ]


# --- who counts, and which ways are offered -----------------------------------------------------------------

EVERYBODY, KNOWN, ACCOUNTS = Policy.Counted
SCHOOL = School(id=1)
GUEST = {"created_at": START}
KINDS = {
    "guest of today": GUEST,
    "guest of yesterday": GUEST | {"created_at": START - timedelta(days=1)},
    "account": GUEST | {"user": User(school=SCHOOL)},
    "account of another school": GUEST | {"user": User(school=School(id=2))},
    "account without a school": GUEST | {"user": User()},
    "teacher trying": GUEST | {"user": User(school=SCHOOL), "is_trial": True},
    "simulated": GUEST | {"is_simulated": True},
}


def lesson_with(preset=Policy.Preset.FULL, counted=EVERYBODY, *, is_simulation=False):
    signals = {
        Policy.Preset.SELF_REPORT: (False, False, False),
        Policy.Preset.PRESENCE: (True, False, False),
        Policy.Preset.ATTENTION: (True, True, False),
        Policy.Preset.FULL: (True, True, True),
    }[preset]
    names = ("allows_presence", "allows_attention", "allows_expression")
    policy = Policy(preset=preset, counted=counted, **dict(zip(names, signals, strict=True)))
    lesson = Lesson(classroom=Classroom(school=SCHOOL), started_at=START, is_simulation=is_simulation)
    return lesson, policy


@pytest.mark.parametrize(
    ("counted", "kinds"),
    [
        (EVERYBODY, set(KINDS) - {"teacher trying", "simulated"}),
        (KNOWN, {"guest of yesterday", "account"}),
        (ACCOUNTS, {"account"}),
    ],
)
def test_who_counts_towards_the_smallest_group_is_a_setting(counted, kinds):
    lesson, policy = lesson_with(counted=counted)
    standings = {kind: disclosure.standing(Participant(**row), lesson) for kind, row in KINDS.items()}
    counting = {kind for kind, standing in standings.items() if disclosure.counts(standing, policy.counted)}
    assert counting == kinds


def test_in_a_demonstration_simulated_students_count_and_nobody_else():
    lesson, policy = lesson_with(is_simulation=True)
    standings = {kind: disclosure.standing(Participant(**row), lesson) for kind, row in KINDS.items()}
    counting = {kind for kind, standing in standings.items() if disclosure.counts(standing, policy.counted)}
    assert counting == {"simulated"}


@pytest.mark.parametrize(
    ("preset", "counted", "kind", "ways"),
    [
        ("self_report", EVERYBODY, "account", "no_camera"),
        ("presence", EVERYBODY, "account", "no_camera own_results"),
        ("attention", EVERYBODY, "guest of today", "no_camera class_mood own_results"),
        ("full", EVERYBODY, "guest of today", "no_camera class_mood own_results"),
        ("full", KNOWN, "guest of today", "no_camera own_results"),
        ("full", ACCOUNTS, "guest of yesterday", "no_camera own_results"),
        ("full", ACCOUNTS, "account", "no_camera class_mood own_results"),
        ("full", ACCOUNTS, "account of another school", "no_camera own_results"),
        ("full", EVERYBODY, "teacher trying", "no_camera own_results"),
    ],
)
def test_no_camera_is_offered_from_which_nothing_would_be_shown(preset, counted, kind, ways):
    lesson, policy = lesson_with(Policy.Preset(preset), counted)
    offered = disclosure.ways(Participant(**KINDS[kind]), lesson, policy)
    assert " ".join(offered) == ways


@pytest.mark.parametrize(("choice", "size"), [("class_mood", 7), ("own_results", 5), ("no_camera", 7)])
def test_who_agreed_to_a_larger_group_is_counted_in_no_smaller_one(choice, size):
    policy = Policy(minimum_group_size=5)
    consents = [Consent(choice=choice, minimum_group_size=7), Consent(choice=choice, minimum_group_size=5)]
    assert disclosure.smallest_group(policy, consents) == size


@pytest.mark.parametrize(
    ("choice", "standing", "counted"),
    [
        ("class_mood", "account", "accounts"),
        ("no_camera", "account", "accounts"),
        ("own_results", "account", "everybody"),
        ("no_camera", "uncounted", "everybody"),
    ],
)
def test_who_agreed_to_be_counted_with_fewer_is_counted_with_no_others(choice, standing, counted):
    consents = [Consent(choice=choice, standing=standing, counted="accounts"), Consent(standing="new")]
    assert disclosure.who_counts(Policy(counted="everybody"), consents) == counted
    assert (consents[1] in disclosure.counting(consents, Policy(counted="everybody"))) == (
        counted == "everybody"
    )


def test_a_policy_that_counts_fewer_holds_for_who_agreed_to_more():
    assert (
        disclosure.who_counts(Policy(counted="accounts"), [Consent(choice="class_mood", standing="new")])
        == "accounts"
    )


def agreed(choice, minute, *, until=None, withdrawn=False):
    end = None if until is None else START + timedelta(minutes=until)
    given = START + timedelta(minutes=minute)
    return Consent(participant_id=1, choice=choice, given_at=given, ended_at=end, was_withdrawn=withdrawn)


@pytest.mark.parametrize(
    ("consents", "minute"),
    [
        ([agreed("own_results", 3)], 3),
        ([agreed("class_mood", 0, until=9), agreed("own_results", 9)], 9),
        ([agreed("own_results", 2, until=5), agreed("own_results", 5)], 2),
        ([agreed("own_results", 0, until=4), agreed("class_mood", 4)], None),
        ([agreed("own_results", 0, until=4), agreed("class_mood", 4, until=6), agreed("own_results", 6)], 6),
        ([agreed("own_results", 0, until=4, withdrawn=True)], None),
        ([agreed("own_results", 0, until=4, withdrawn=True), agreed("own_results", 8)], 8),
        ([agreed("own_results", 0, until=4)], None),
    ],
)
def test_nothing_is_told_from_before_somebody_shares(consents, minute):
    since = disclosure.shared_since(consents)
    assert since == ({} if minute is None else {1: START + timedelta(minutes=minute)})


# --- borders -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "speaks"), [(HELD - timedelta(seconds=1), True), (HELD, False)])
def test_a_group_speaks_for_less_than_ten_minutes_after_enough_were_fresh(later, speaks):
    assert Group(frozenset({1, 2, 3}), fresh_at=START).speaks(START + later) == speaks


@pytest.mark.parametrize(
    ("before", "who", "after"),
    [
        (Group(frozenset({1, 2, 3}), frozenset({1, 2, 3})), 2, Group(frozenset(), frozenset({1, 3, -1}))),
        (Group(frozenset(), frozenset({1, 3, -1})), 3, Group(frozenset(), frozenset({1, -1, -2}))),
        (Group(frozenset({4}), frozenset({4})), 4, Group(frozenset(), frozenset({-1}))),
        (Group(frozenset({1, 2}), frozenset({1, 2})), 9, Group(frozenset({1, 2}), frozenset({1, 2}))),
    ],
    ids=["one of it", "a second gap", "the last one", "nobody from it"],
)
def test_who_withdraws_leaves_one_gap_in_the_groups_where_they_were(before, who, after):
    assert before.without(who) == after


def test_a_group_that_dissolved_remembers_only_who_was_counted():
    group = stepped(formed(range(1, 9)), members(range(1, 8)), 12)
    assert group == Group(last_counted=frozenset(range(1, 9)))


def test_a_group_that_just_formed_waits_for_nobody():
    assert formed(range(1, 6)) == Group(frozenset(range(1, 6)), frozenset(range(1, 6)), None, at(10))


def test_too_few_for_a_while_begin_to_wait_anew():
    """Five minutes with enough of them: those before some left do not count."""
    steps = int(FORMED_WITHIN / GRID)
    group = stepped(Group(), members(range(1, 6)), 0, joined=at(0))
    group = stepped(group, members(range(1, 5)), steps - 1, joined=at(steps - 1))
    group = stepped(group, members(range(1, 6)), steps, joined=at(steps))
    assert group.counted == frozenset()
    assert stepped(group, members(range(1, 6)), 2 * steps, joined=at(2 * steps)).counted


def test_exactly_enough_who_are_fresh_keep_the_group_speaking():
    half = members(range(1, 6)) + members(range(6, 9), fresh=False)
    assert stepped(formed(range(1, 9)), half, 20).fresh_at == at(20)


@pytest.mark.parametrize(
    ("others", "sharing", "whose"),
    [(4, 0, None), (5, 0, Whose.CLASS), (4, 4, None), (4, 5, Whose.SHARED), (5, 5, Whose.CLASS)],
)
def test_taps_are_told_from_the_smallest_group_on(others, sharing, whose):
    told = disclosure.whose_taps(Lesson(), others=range(others), sharing=range(sharing), minimum=N)
    assert told is whose


def test_out_of_which_somebody_was_removed_no_tap_is_told():
    lesson = Lesson(lacks_somebody=True)
    assert disclosure.whose_taps(lesson, others=range(30), sharing=range(30), minimum=N) is None


def test_without_a_policy_nobody_counts_and_with_one_those_who_do():
    _lesson, policy = lesson_with(counted=ACCOUNTS)
    consents = [Consent(standing="account", counted="accounts"), Consent(standing="known")]
    assert disclosure.counting(consents, policy) == consents[:1]
    assert disclosure.counting(consents, None) == []


@pytest.mark.parametrize(("role", "vouches"), [("student", True), ("teacher", False), ("admin", False)])
def test_only_a_students_account_is_one(role, vouches):
    lesson, _policy = lesson_with()
    guest_of_today = Participant(user=User(school=SCHOOL, role=role), created_at=START)
    assert (disclosure.standing(guest_of_today, lesson) == "account") == vouches


def sure(number, emotion):
    return Member(number, True, Level.ENGAGED, tuple(float(one is emotion) for one in EMOTIONS))


@pytest.mark.parametrize(
    ("away", "word"), [(0, Amount.MOST), (1, Amount.HALF)], ids=["nobody shares", "one shares and is away"]
)
def test_one_of_a_group_that_is_all_with_the_lesson_counts_as_if_it_were_not(away, word):
    group, sharing = members(range(1, 6)), members(range(10, 10 + away), level=Level.AWAY)
    assert disclosure.class_words(Group(frozenset(range(1, 6))), group, sharing, N).level is word


@pytest.mark.parametrize(
    ("happy", "sharing_sad", "sharing_happy", "word"),
    [
        (5, 3, 0, Strength.MOSTLY),
        (5, 4, 0, Strength.SOME),
        (1, 0, 0, Strength.SOME),
        (1, 1, 0, Strength.HARDLY),
        (1, 0, 3, Strength.MOSTLY),
    ],
)
def test_an_expression_is_named_by_its_mean_with_one_of_the_group_unlike_it(
    happy, sharing_sad, sharing_happy, word
):
    group = [sure(number, Emotion.HAPPY if number <= happy else Emotion.NEUTRAL) for number in range(1, 6)]
    sharing = [sure(10 + number, Emotion.SAD) for number in range(sharing_sad)]
    sharing += [sure(20 + number, Emotion.HAPPY) for number in range(sharing_happy)]
    told = disclosure.class_words(Group(frozenset(range(1, 6))), group, sharing, N)
    assert told.expressions[EMOTIONS.index(Emotion.HAPPY)] is word


@pytest.mark.parametrize(("grouped", "sharing"), [(1, 0), (0, 1), (1, 1)], ids=["grouped", "sharing", "both"])
def test_expressions_over_other_labels_are_not_added_up(grouped, sharing):
    odd = Member(9, True, Level.ENGAGED, (0.5, 0.5))
    group, shared = [*members(range(1, 6)), *[odd] * grouped], [odd] * sharing
    with pytest.raises(ValueError, match="zip"):
        disclosure.class_words(Group(frozenset({*range(1, 6), 9})), group, shared, N)


MOSTLY, SOME, HARDLY = Strength


@pytest.mark.parametrize(
    ("shown", "before", "now", "told"),
    [
        (Words(Amount.MOST), None, Words(Amount.FEW), Words(Amount.FEW)),
        (None, Words(Amount.MOST), Words(Amount.FEW), Words(Amount.FEW)),
        (Words(None), Words(Amount.MOST), Words(Amount.FEW), Words(Amount.FEW)),
        (Words(Amount.MOST), Words(Amount.MOST), Words(None), Words(None)),
        (
            Words(None, (SOME, HARDLY)),
            Words(None, (SOME, SOME)),
            Words(None, (MOSTLY, SOME)),
            Words(None, (SOME, SOME)),
        ),
        (Words(None, None), Words(None, (SOME,)), Words(None, (HARDLY,)), Words(None, (HARDLY,))),
        (Words(None, (SOME,)), Words(None, None), Words(None, (HARDLY,)), Words(None, (HARDLY,))),
        (Words(None, (SOME,)), Words(None, (SOME,)), Words(None, None), Words(None, None)),
    ],
    ids=[
        "no step before",
        "nothing shown yet",
        "no level shown yet",
        "no level now",
        "each expression by itself",
        "no expressions shown yet",
        "no expressions before",
        "no expressions now",
    ],
)
def test_a_word_stands_at_once_or_waits_for_a_second_step(shown, before, now, told):
    assert disclosure.steady(shown, before, now) == told


def test_words_for_other_labels_are_no_step_before():
    with pytest.raises(ValueError, match="zip"):
        disclosure.steady(Words(None, (SOME,)), Words(None, (SOME, SOME)), Words(None, (SOME,)))
