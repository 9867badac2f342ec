"""Whose camera waits for a parent or guardian, and what one may allow."""

from classroom.models import Consent, GuardianAnswer, Participant, Policy
from classroom.terms import Terms
from emotion.values import Signal


def needs_guardian(policy: Policy, participant: Participant) -> bool:
    """Staff who try the product are nobody's ward, and a rendered face is nobody's at all."""
    is_real = not (participant.is_trial or participant.is_simulated)
    return policy.requires_guardian_consent and bool(policy.signals) and is_real


def allowed_by(
    policy: Policy, participant: Participant, answer: GuardianAnswer | None, choice: str
) -> Terms | None:
    """What policy and guardian both allow of a camera in this way; None where the guardian allows nothing."""
    if not needs_guardian(policy, participant):
        return policy.terms
    if answer is None or choice == Consent.Choice.NO_CAMERA or not answer.covers(choice):
        return None
    if lacks_school(policy, answer):
        return None
    return policy.terms & answer.terms


def lacks_school(policy: Policy, answer: GuardianAnswer) -> bool:
    """A student handed the question on, and now the school has to tell who answers."""
    return policy.school_asks_guardians and not answer.was_asked_by_school


def ways_of_guardian(policy: Policy) -> tuple[Consent.Choice, ...]:
    """What a guardian is asked: no way from which nothing would be shown to anybody."""
    found = [Consent.Choice.NO_CAMERA]
    if policy.signals & {Signal.ATTENTION, Signal.EXPRESSION}:
        found.append(Consent.Choice.CLASS_MOOD)
    if policy.signals:
        found.append(Consent.Choice.OWN_RESULTS)
    return tuple(found)
