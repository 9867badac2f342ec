"""How often people agree with what a school's lessons measured: reviewers with drafts, answers with levels.

Told from `NEEDED` answers on, of many people, with how far chance alone may have moved each share.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Sum

from classroom import disclosure
from classroom.disclosure import RESTS_ON
from classroom.models import Consent, Flag, Policy, PulseAnswer, RollupBin, School
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BIN_S
from emotion.judgement.wilson import wilson
from emotion.values import Signal

NEEDED = 200
STEP = 50
"""Answers are told of in steps of so many: nobody learns what one more of them was."""
BEFORE_S = 30
"""How long before the question the level is looked at: the question itself makes people look up."""
Z_TWO_SIDED_95 = 1.959964
DECISIONS = (Flag.State.CONFIRMED, Flag.State.DISMISSED)
LEVELS = (Level.ENGAGED, Level.DRIFTING, Level.AWAY)
BINS = ("engaged", "drifting", "away")


@dataclass(frozen=True, slots=True)
class Share:
    """Of the answers so many, and the bounds within which it is with 95 %."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
    """`count` is a whole number of steps; `shares` are of so many, in the order of what could be answered."""

    count: int
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class OfKind:
    """The drafts of one kind of flag: what was decided, and how many expired undecided, rounded down."""

    kind: Flag.Kind
    decided: Tally | None
    expired: int


@dataclass(frozen=True, slots=True)
class OfLevel:
    """What those who had this level just before they were asked "With me?" answered."""

    level: Level
    answers: Tally | None


Answer = tuple[int, str]
"""Who, and what."""


def tally(answers: Iterable[Answer], options: Iterable[str], minimum: int) -> Tally | None:
    """None: not yet known, whether answers are missing or people. `answers` have the oldest first.

    Of whole steps of them alone: a share of all would move with one more, and so tell what it was.
    """
    given = list(answers)
    given = given[: _rounded(len(given))]
    by_person = Counter(who for who, _what in given).values()
    if len(given) < NEEDED or not disclosure.is_of_many(by_person, minimum):
        return None
    counts = Counter(what for _who, what in given)
    return Tally(len(given), tuple(_share(counts[one], len(given)) for one in options))


def decisions(school: School, policy: Policy) -> list[OfKind]:
    """Of the kinds that the policy of today still draws from; in real lessons, of real students."""
    real = Flag.objects.filter(
        lesson__classroom__school=school, lesson__is_simulation=False, participant__is_trial=False
    )
    found = []
    for kind, signal in RESTS_ON.items():
        if signal not in policy.signals:
            continue
        drafts = real.filter(kind=kind)
        reviewed = drafts.filter(state__in=DECISIONS).order_by("reviewed_at", "id")
        decided = list(reviewed.values_list("reviewed_by", "participant", "state"))
        by_reviewer = tally(((who or 0, state) for who, _of, state in decided), DECISIONS, _least(policy))
        by_student = tally(((whom, state) for _by, whom, state in decided), DECISIONS, _least(policy))
        expired = _rounded(drafts.filter(state=Flag.State.EXPIRED).count())
        found.append(OfKind(kind, by_reviewer and by_student, expired))
    return found


def answers(school: School, policy: Policy) -> list[OfLevel]:
    """Of those who show own results; nothing where no level is read, or nobody is asked."""
    if Signal.ATTENTION not in policy.signals or not policy.allows_self_report:
        return []
    by_level: Mapping[Level, list[Answer]] = {level: [] for level in LEVELS}
    for who, kind, *sums in _with_levels(school).values_list("participant_id", "kind", *BINS):
        counts = dict(zip(LEVELS, (one or 0 for one in sums), strict=True))
        if any(counts.values()):
            by_level[max(counts, key=counts.__getitem__)].append((who, kind))
    return [OfLevel(one, tally(by_level[one], PulseAnswer.Kind.values, _least(policy))) for one in LEVELS]


def _with_levels(school: School) -> QuerySet[PulseAnswer]:
    """Answers under a consent that shares them, each with the sums of the half minute before the question."""
    shared = PulseAnswer.objects.filter(
        lesson__classroom__school=school,
        lesson__is_simulation=False,
        lesson__ended_at__isnull=False,
        participant__is_trial=False,
        lesson__consents__participant=F("participant"),
        lesson__consents__ended_at=None,
        lesson__consents__choice=Consent.Choice.OWN_RESULTS,
        lesson__consents__signals__contains=[Signal.ATTENTION],
        lesson__consents__given_at__lte=F("pulse__at") - timedelta(seconds=BEFORE_S),
    )
    before = RollupBin.objects.filter(
        lesson=OuterRef("lesson"),
        participant=OuterRef("participant"),
        starts_at__gte=OuterRef("pulse__at") - timedelta(seconds=BEFORE_S + BIN_S),
        starts_at__lte=OuterRef("pulse__at") - timedelta(seconds=BIN_S),
    )
    summed = {
        name: Subquery(
            before.order_by().values("lesson").annotate(its=Sum(name)).values("its"),
            output_field=IntegerField(),
        )
        for name in BINS
    }
    return shared.order_by("pulse__at", "id").annotate(**summed)


def _least(policy: Policy) -> int:
    return policy.minimum_group_size


def _rounded(count: int) -> int:
    return count // STEP * STEP


def _share(count: int, total: int) -> Share:
    return Share(count / total, *wilson(count / total, total, Z_TWO_SIDED_95))
