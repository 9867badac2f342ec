"""Who counts towards the smallest group, who is offered which way, and since when somebody shares."""

from collections.abc import Iterable
from datetime import datetime

from classroom.disclosure.guardians import allowed_by
from classroom.models import Consent, Flag, GuardianAnswer, Lesson, Participant, Policy
from classroom.terms import fewest
from emotion.values import Signal

RESTS_ON = {
    Flag.Kind.PERSISTENTLY_SAD: Signal.EXPRESSION,
    Flag.Kind.PERSISTENTLY_DISENGAGED: Signal.ATTENTION,
}
"""The signal without which a kind of flag is neither drafted nor shown."""

COUNTED: dict[str, set[Consent.Standing]] = {
    Policy.Counted.ACCOUNTS: {Consent.Standing.ACCOUNT},
    Policy.Counted.KNOWN: {Consent.Standing.ACCOUNT, Consent.Standing.KNOWN},
    Policy.Counted.EVERYBODY: {Consent.Standing.ACCOUNT, Consent.Standing.KNOWN, Consent.Standing.NEW},
}
"""Who counts towards the smallest group, by the policy's setting."""


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


def ways(
    participant: Participant, lesson: Lesson, policy: Policy, guardian: GuardianAnswer | None = None
) -> tuple[Consent.Choice, ...]:
    """The ways to take part that this student is offered: no camera from which nothing would be shown, and
    none that waits for a guardian. `guardian` is the newest answer, where there is any."""
    found = ways_of_school(participant, lesson, policy)
    return tuple(one for one in found if _is_open(one, participant, policy, guardian))


def ways_of_school(participant: Participant, lesson: Lesson, policy: Policy) -> tuple[Consent.Choice, ...]:
    """What it would be without a guardian's say."""
    found = [Consent.Choice.NO_CAMERA]
    told_of_class = policy.signals & {Signal.ATTENTION, Signal.EXPRESSION}
    if told_of_class and counts(standing(participant, lesson), policy.counted):
        found.append(Consent.Choice.CLASS_MOOD)
    if policy.signals:
        found.append(Consent.Choice.OWN_RESULTS)
    return tuple(found)


def _is_open(
    way: Consent.Choice, participant: Participant, policy: Policy, guardian: GuardianAnswer | None
) -> bool:
    if way == Consent.Choice.NO_CAMERA:
        return True
    allowed = allowed_by(policy, participant, guardian, way)
    return allowed is not None and bool(allowed.signals)


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
