"""What each student who shows own results said, as far as the report may tell it."""

from classroom import disclosure, queries
from classroom.models import Consent, Lesson, SelfReport

OwnTaps = dict[int, list[SelfReport]]
"""By participant, in order. Nobody of whom it may not be told is in it."""


def own_taps(lesson: Lesson) -> OwnTaps:
    """Of those who agreed to it, since they share; nothing where the policy of today allows no taps."""
    policy = queries.policy_of(lesson)
    if policy is None or not policy.allows_self_report:
        return {}
    consents = list(Consent.objects.filter(lesson=lesson).order_by("given_at", "id"))
    since = disclosure.shared_since(consents)
    agreed = [
        one.participant_id for one in consents if one.ended_at is None and disclosure.tells_own_taps(one)
    ]
    found: OwnTaps = {one: [] for one in agreed}
    for tap in SelfReport.objects.filter(lesson=lesson, participant__in=agreed):
        if tap.at >= lesson.time_at(since[tap.participant_id]):
            found[tap.participant_id].append(tap)
    return found
