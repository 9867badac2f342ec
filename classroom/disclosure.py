"""Who may be told what about whom: every rule that keeps a student's result from others, and nothing else.

Pure: rows and clocks come in as values. Live view, hints, report, downloads and administration ask here.
docs/privacy.md prints the rule of the class figures and says what can still be learned from them.

Three kinds of participants with an active consent: those who show their own results (S), those who are
counted for the class mood only (candidates for the group G), and those without camera. Nobody is told who
of the last two is which.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import fsum
from typing import TypeVar

from classroom.models import Consent, Flag, Lesson, Participant, Policy
from classroom.terms import fewest
from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS
from emotion.values import Signal

GRID = timedelta(seconds=30)
"""A figure that includes class-only members changes on this grid only."""
QUIET = timedelta(seconds=60)
"""The group is formed when nobody joined for so long ..."""
FORMED_WITHIN = timedelta(minutes=5)
"""... and at latest so long after enough could have been counted."""
HELD = timedelta(minutes=10)
"""With fewer than the minimum fresh for so long, the group is not counted."""
MOST, FEW = 0.75, 0.25
MOSTLY, SOME = 0.5, 0.2

Word = TypeVar("Word")

RESTS_ON = {
    Flag.Kind.PERSISTENTLY_SAD: Signal.EXPRESSION,
    Flag.Kind.PERSISTENTLY_DISENGAGED: Signal.ATTENTION,
}
"""The signal without which a kind of flag is neither drafted nor shown."""

TAPS_TOLD_SINCE = 4
"""The version of the wording that says that the teacher sees the own taps after the lesson too."""
COMPARED_SINCE = 5
"""That which says that a lesson stands beside the own earlier ones, too."""

COUNTED: dict[str, set[Consent.Standing]] = {
    Policy.Counted.ACCOUNTS: {Consent.Standing.ACCOUNT},
    Policy.Counted.KNOWN: {Consent.Standing.ACCOUNT, Consent.Standing.KNOWN},
    Policy.Counted.EVERYBODY: {Consent.Standing.ACCOUNT, Consent.Standing.KNOWN, Consent.Standing.NEW},
}
"""Who counts towards the smallest group, by the policy's setting."""


class Amount(StrEnum):
    """How much of the class is with the lesson: three quarters or more, a quarter or less, or between."""

    MOST = "most"
    HALF = "half"
    FEW = "few"


class Whose(StrEnum):
    """Of whom it is counted what they say: of everybody here, or of those who show their results."""

    CLASS = "class"
    SHARED = "shared"


class Strength(StrEnum):
    """The mean share of one expression: a half or more, a fifth or more, or less."""

    MOSTLY = "mostly"
    SOME = "some"
    HARDLY = "hardly"


@dataclass(frozen=True, slots=True)
class Words:
    """The class in coarse words; `expressions` in the order of the labels. None: not enough to say."""

    level: Amount | None = None
    expressions: tuple[Strength, ...] | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One whose camera counts. `level` and `probabilities` are the last values with a face.

    `is_fresh` says that they are recent enough to be how somebody is now. `joined_at` is when this one came
    to the lesson first, whatever the way, in real time.
    """

    participant_id: int
    is_fresh: bool
    level: Level
    probabilities: tuple[float, ...] | None = None
    joined_at: datetime | None = None

    @property
    def says_anything(self) -> bool:
        return self.level is not Level.UNKNOWN or self.probabilities is not None


@dataclass(frozen=True, slots=True)
class Group:
    """Class-only members counted now, those counted last, and the steps that decide when they are.

    `ready_at` is since when enough could be counted, `fresh_at` the last step at which enough were fresh.
    `sent_out` is how many a teacher blocked or removed, `sent_out_at` when the last of them, in real time.
    """

    counted: frozenset[int] = frozenset()
    last_counted: frozenset[int] = frozenset()
    ready_at: datetime | None = None
    fresh_at: datetime | None = None
    sent_out: int = 0
    sent_out_at: datetime | None = None

    def speaks(self, at: datetime) -> bool:
        """Whether the group is part of a figure at the step `at`."""
        return bool(self.counted) and self.fresh_at is not None and at - self.fresh_at < HELD

    def without(self, participant_id: int) -> "Group":
        """After a withdrawal: nobody is counted, and no id is kept, but the gap it leaves is."""
        gone = frozenset({participant_id})
        mark = frozenset({min([0, *self.last_counted]) - 1})
        last = self.last_counted - gone | mark if gone <= self.last_counted else self.last_counted
        counted = frozenset() if gone <= self.counted else self.counted
        return replace(self, counted=counted, last_counted=last)

    def sending_out(self, participant_id: int, now: datetime) -> "Group":
        """After somebody was blocked or removed: nobody is counted, whoever it was.

        Else a teacher would learn who is class-only by sending out one after the other, or by letting them in
        again: see `_is_new`.
        """
        last = self.last_counted - {participant_id}
        return replace(
            self, counted=frozenset(), last_counted=last, sent_out=self.sent_out + 1, sent_out_at=now
        )


def standing(participant: Participant, lesson: Lesson) -> Consent.Standing:
    """What a place vouches for in the lesson, now: a consent keeps it as it was given. With its `user`.

    Places made in the browser of a teacher or administrator are never counted; in a demonstration simulated
    ones only.
    """
    if participant.is_trial or participant.is_simulated != lesson.is_simulation:
        return Consent.Standing.UNCOUNTED
    if _has_account(participant, lesson):
        return Consent.Standing.ACCOUNT
    is_known = participant.since.date() < lesson.started_at.date()
    return Consent.Standing.KNOWN if is_known else Consent.Standing.NEW


def counts(standing: str, counted: str) -> bool:
    """Whether a place of this standing counts towards the smallest group that is shown."""
    return standing in COUNTED[counted]


def counting(consents: Iterable[Consent], policy: Policy | None) -> list[Consent]:
    """Those of participants who count, as each was given; none without a policy. All of them active."""
    if policy is None:
        return []
    agreed = list(consents)
    counted = who_counts(policy, agreed)
    return [one for one in agreed if counts(one.standing, counted)]


def _has_account(participant: Participant, lesson: Lesson) -> bool:
    """A student's account of the lesson's school; another vouches for nobody here."""
    user = participant.user
    if user is None or user.is_teacher or user.is_admin:
        return False
    return user.school_id == lesson.classroom.school_id


def ways(participant: Participant, lesson: Lesson, policy: Policy) -> tuple[Consent.Choice, ...]:
    """The ways to take part that this student is offered: no camera from which nothing would be shown."""
    found = [Consent.Choice.NO_CAMERA]
    told_of_class = policy.signals & {Signal.ATTENTION, Signal.EXPRESSION}
    if told_of_class and counts(standing(participant, lesson), policy.counted):
        found.append(Consent.Choice.CLASS_MOOD)
    if policy.signals:
        found.append(Consent.Choice.OWN_RESULTS)
    return tuple(found)


def smallest_group(policy: Policy, consents: Iterable[Consent]) -> int:
    """The policy's, or a larger one under which somebody without own results joined, whatever the way."""
    agreed = (c.minimum_group_size for c in consents if not c.shares_own_results)
    return max([policy.minimum_group_size, *agreed])


def who_counts(policy: Policy, consents: Iterable[Consent]) -> str:
    """The policy's setting, or a narrower one under which somebody without own results joined.

    Whatever the way; but who is never counted, as a teacher who tries it out, takes nobody out.
    """
    joined = (one for one in consents if one.standing != Consent.Standing.UNCOUNTED)
    return fewest(policy.counted, *(one.counted for one in joined if not one.shares_own_results))


def shared_since(consents: Iterable[Consent]) -> dict[int, datetime]:
    """Since when, in real time, each shows own results: nothing from before that is told to anybody.

    Consents of one lesson, in the order in which they were given.
    """
    since: dict[int, datetime] = {}
    active: set[int] = set()
    for consent in consents:
        if not consent.shares_own_results or consent.was_withdrawn:
            since.pop(consent.participant_id, None)
            continue
        since.setdefault(consent.participant_id, consent.given_at)
        if consent.ended_at is None:
            active.add(consent.participant_id)
    return {one: since[one] for one in since.keys() & active}


def said_by_name(lesson: Lesson, consents: Iterable[Consent], said_at: Mapping[int, datetime]) -> set[int]:
    """Who showed own results when they said something, at `said_at`, lesson time: it stood beside the name.

    Whatever their way is now. Consents of the lesson, ended ones too.
    """
    return {
        one.participant_id
        for one in consents
        if one.shares_own_results
        and (at := said_at.get(one.participant_id)) is not None
        and lesson.time_at(one.given_at) <= at
        and (one.ended_at is None or at <= lesson.time_at(one.ended_at))
    }


def tells_own_taps(consent: Consent) -> bool:
    """Whether a report may say what this one tapped."""
    return consent.shares_own_results and consent.version >= TAPS_TOLD_SINCE


def compares_lessons(consent: Consent) -> bool:
    """Whether a report may compare this one's lesson with others of the same student."""
    return consent.shares_own_results and consent.version >= COMPARED_SINCE


def whose_taps(
    lesson: Lesson, *, others: Collection[int], sharing: Collection[int], minimum: int
) -> Whose | None:
    """Of whom it is told how many tapped what, everywhere; None: of nobody.

    `others` count, are there and do not show their results, `sharing` do all three. The taps of those who
    show them stand beside their names, so what the numbers of the class leave over has to be of enough.
    Nothing is told of a lesson out of which somebody was removed: the numbers before and after would tell
    what that one said.
    """
    if lesson.lacks_somebody:
        return None
    if len(others) >= minimum:
        return Whose.CLASS
    return Whose.SHARED if len(sharing) >= minimum else None


def hides_who_asks(present: Collection[int], minimum: int) -> bool:
    """Whether enough are here that a question without a name is anybody's.

    Out of a lesson somebody may have been removed: nothing is told then of the questions until that moment.
    """
    return len(present) >= minimum


def whose_answers(
    lesson: Lesson, group: Group, *, others: Sequence[Member], sharing: Collection[int], minimum: int
) -> Whose | None:
    """Of whom it is told how many answered what; None: of nobody.

    `others` count and do not show their results, nor did when they answered; `sharing` count and show them;
    of all who are there or answered. The answers of those who show them stand beside their names. So the
    numbers of the class are told where the others alone are enough; after somebody was sent out only where
    enough of them came afterwards, or a teacher would ask, send out and ask again.
    """
    newcomers = [member.participant_id for member in others if _is_new(member, group)]
    if not lesson.lacks_somebody and len(newcomers) >= minimum + group.sent_out:
        return Whose.CLASS
    return Whose.SHARED if len(sharing) >= minimum else None


def stepped(
    group: Group, candidates: Sequence[Member], *, at: datetime, last_joined_at: datetime | None, minimum: int
) -> Group:
    """The group at the step `at` of the grid.

    `candidates` are all class-only participants who count; `last_joined_at` is when anybody at all joined
    last. Members come in at least `minimum` at a time; one who withdraws or changes the way dissolves the
    group; whoever covers the camera or leaves stays in it with the last value.
    """
    consenting = frozenset(member.participant_id for member in candidates)
    fresh = frozenset(m.participant_id for m in candidates if m.is_fresh and m.says_anything)
    if not group.counted <= consenting:
        group = replace(group, counted=frozenset(), fresh_at=None)
    coming = fresh - group.counted
    entering = [member for member in candidates if member.participant_id in coming]
    if not _may_enter(group, entering, minimum):
        group = replace(group, ready_at=None)
    else:
        group = replace(group, ready_at=group.ready_at or at)
        if _is_time(group, at, last_joined_at):
            counted = group.counted | fresh
            group = replace(group, counted=counted, last_counted=counted, ready_at=None)
    is_fresh = len(group.counted & fresh) >= minimum
    return replace(group, fresh_at=at) if is_fresh else group


def class_words(group: Group, grouped: Sequence[Member], sharing: Sequence[Member], minimum: int) -> Words:
    """S and G together, where G has enough members that say anything; else nothing.

    G counts as if one of it at least were unlike the others: whoever knows the results of S would else learn
    from some words that all of G are alike, and so of each how it is.
    """
    members = [member for member in grouped if member.participant_id in group.counted]
    fresh = [member for member in sharing if member.is_fresh]
    return Words(
        level=_class_level(_levels(members), _levels(fresh), minimum),
        expressions=_class_expressions(_read(members), _read(fresh), minimum),
    )


def steady(shown: Words | None, raw_before: Words | None, raw: Words) -> Words:
    """What is shown at a step: a word changes only when two steps agree; the first one stands at once."""
    if shown is None or raw_before is None:
        return raw
    return Words(
        level=_steady(shown.level, raw_before.level, raw.level),
        expressions=_steady_each(shown.expressions, raw_before.expressions, raw.expressions),
    )


def _steady(shown: Word | None, before: Word | None, now: Word | None) -> Word | None:
    return now if shown is None or now is None or now == before else shown


def _steady_each(
    shown: tuple[Strength, ...] | None, before: tuple[Strength, ...] | None, now: tuple[Strength, ...] | None
) -> tuple[Strength, ...] | None:
    if shown is None or before is None or now is None:
        return now
    words = zip(shown, before, now, strict=True)
    return tuple(new if new == old else kept for kept, old, new in words)


def _may_enter(group: Group, entering: Sequence[Member], minimum: int) -> bool:
    """Enough at once, and against the group that was shown last none or enough changed."""
    changed = (group.counted | {member.participant_id for member in entering}) ^ group.last_counted
    newcomers = [member for member in entering if _is_new(member, group)]
    return len(newcomers) >= minimum + group.sent_out and (not changed or len(changed) >= minimum)


def _is_new(member: Member, group: Group) -> bool:
    """Whom no teacher can have sent out and let in again, but under another name.

    So of these there have to be as many more as were sent out.
    """
    if group.sent_out_at is None:
        return True
    return member.joined_at is not None and member.joined_at > group.sent_out_at


def _is_time(group: Group, at: datetime, last_joined_at: datetime | None) -> bool:
    assert group.ready_at is not None
    is_quiet = last_joined_at is None or at - last_joined_at >= QUIET
    return is_quiet or at - group.ready_at >= FORMED_WITHIN


def _levels(members: Iterable[Member]) -> list[Level]:
    return [member.level for member in members if member.level is not Level.UNKNOWN]


def _read(members: Iterable[Member]) -> list[tuple[float, ...]]:
    return [member.probabilities for member in members if member.probabilities is not None]


def _class_level(grouped: Sequence[Level], sharing: Sequence[Level], minimum: int) -> Amount | None:
    if len(grouped) < minimum:
        return None
    with_lesson = min(max(grouped.count(Level.ENGAGED), 1), len(grouped) - 1)
    share = (with_lesson + sharing.count(Level.ENGAGED)) / (len(grouped) + len(sharing))
    if share >= MOST:
        return Amount.MOST
    return Amount.FEW if share <= FEW else Amount.HALF


def _class_expressions(
    grouped: Sequence[tuple[float, ...]], sharing: Sequence[tuple[float, ...]], minimum: int
) -> tuple[Strength, ...] | None:
    if len(grouped) < minimum:
        return None
    most, everybody = len(grouped) - 1, len(grouped) + len(sharing)
    sums = zip(_sums(grouped), _sums(sharing), strict=True)
    return tuple(_strength((min(of_group, most) + of_sharing) / everybody) for of_group, of_sharing in sums)


def _sums(expressions: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(map(fsum, zip(*expressions, strict=True))) or (0.0,) * len(EMOTIONS)


def _strength(share: float) -> Strength:
    if share >= MOSTLY:
        return Strength.MOSTLY
    return Strength.SOME if share >= SOME else Strength.HARDLY
