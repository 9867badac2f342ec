"""Who may be counted in the class mood, and what the consensus says. No database."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from classroom.mood import Group, Member, consensus, contributors, regroup
from emotion.engagement import Level
from emotion.labels import EMOTIONS, Emotion
from tests.analyses import resembling

N = 5
people = st.frozensets(st.integers(1, 14))


def group(*ids, last=None):
    return Group(frozenset(ids), frozenset(ids if last is None else last))


def member(
    number=1, *, shares=True, fresh=True, level=Level.ENGAGED, engagement=0.8, emotion=Emotion.NEUTRAL
):
    return Member(number, shares, fresh, level, engagement, resembling(emotion).probabilities)


def test_a_group_smaller_than_the_minimum_is_never_counted():
    assert regroup(Group(), {1, 2, 3, 4}, N).counted == frozenset()


def test_the_group_is_counted_as_soon_as_it_is_large_enough():
    assert regroup(Group(), range(5), N).counted == frozenset(range(5))


def test_few_who_come_late_wait_until_enough_of_them_came():
    counted = group(*range(5))
    assert regroup(counted, range(9), N) == counted
    assert regroup(counted, range(10), N) == group(*range(10))


def test_when_one_leaves_nobody_of_the_group_is_counted():
    left = regroup(group(*range(8)), range(7), N)
    assert left.counted == frozenset()
    assert left.last_counted == frozenset(range(8))


def test_the_group_comes_back_once_it_differs_enough_from_the_one_shown_last():
    gone = group(last=range(8))
    assert regroup(gone, range(7), N) == gone
    assert regroup(gone, range(1, 12), N).counted == frozenset(range(1, 12))


@given(st.lists(people, max_size=30))
def test_no_two_groups_that_were_ever_shown_one_after_the_other_differ_by_few(comings):
    shown, current = [frozenset()], Group()
    for eligible in comings:
        current = regroup(current, eligible, N)
        assert current.counted <= eligible
        assert len(current.counted) == 0 or len(current.counted) >= N
        if current.counted and current.counted != shown[-1]:
            shown.append(current.counted)
    for before, after in pairwise(shown):
        assert len(before ^ after) >= N


def test_who_shares_is_counted_without_a_group():
    assert contributors([member(1), member(2, shares=False)], Group(), N) == (member(1),)


def test_the_group_counts_only_while_enough_of_it_are_fresh():
    grouped = [member(number, shares=False) for number in range(5)]
    counted = group(*range(5))
    assert len(contributors(grouped, counted, N)) == 5
    stale = [*grouped[:4], member(4, shares=False, fresh=False)]
    assert contributors(stale, counted, N) == ()


def test_an_unknown_level_and_an_old_reading_are_not_counted():
    assert contributors([member(1, level=Level.UNKNOWN), member(2, fresh=False)], Group(), N) == ()


def test_the_consensus_of_nobody_is_no_evidence():
    mood = consensus([])
    assert (mood.counted, mood.expression_shares, mood.engagement) == (0, None, None)


def test_the_consensus_is_the_mean_with_its_spread():
    happy, sad = (
        member(1, emotion=Emotion.HAPPY, engagement=0.9),
        member(2, emotion=Emotion.SAD, engagement=0.5),
    )
    mood = consensus([happy, sad])
    shares = dict(zip(EMOTIONS, mood.expression_shares, strict=True))
    assert (shares[Emotion.HAPPY], shares[Emotion.SAD], shares[Emotion.ANGRY]) == (0.45, 0.45, 0.0)
    assert mood.expression_spread == 0.45
    assert (mood.engagement_low, mood.engagement, mood.engagement_high) == (0.6, 0.7, 0.8)


def test_a_class_of_one_mind_has_no_spread():
    assert consensus([member(1), member(2), member(3)]).expression_spread == 0.0


def test_levels_are_counted():
    levels = consensus([member(1), member(2, level=Level.AWAY), member(3)]).levels
    assert (levels[Level.ENGAGED], levels[Level.AWAY], levels[Level.DRIFTING]) == (2, 1, 0)


@given(st.lists(st.sampled_from(list(Emotion)), min_size=1, max_size=40))
def test_shares_are_rounded_to_twentieths(emotions):
    mood = consensus([member(number, emotion=emotion) for number, emotion in enumerate(emotions)])
    assert all(0 <= share <= 1 for share in mood.expression_shares)
    assert all(abs(share * 20 - round(share * 20)) < 1e-9 for share in mood.expression_shares)
