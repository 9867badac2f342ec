"""What students said: the taps that may be told of the class, and those of each who shows own results."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from classroom import disclosure, queries
from classroom.disclosure import Whose
from classroom.models import Consent, Lesson, SelfReport
from reports.values import (
    MINUTE_S,
    PaceCounts,
    PolicyInForce,
    SelfReportCounts,
    SelfReportStep,
    Span,
    minute_of,
)

Tap = tuple[int, int, str]
"""When in seconds, who, and what."""
OwnTaps = dict[int, list[SelfReport]]
"""By participant, in order. Nobody of whom it may not be told is in it."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Of whom it is told what they said in a minute, and who of them was there."""

    whose: Whose
    people: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sharing:
    """When somebody showed own results, in seconds, and since when until now; None: no more."""

    spans: tuple[tuple[float, float], ...]
    since_s: float | None

    @property
    def goes_on(self) -> bool:
        return self.since_s is not None

    def meets(self, minute: int) -> bool:
        return any(start < minute + MINUTE_S and minute <= end for start, end in self.spans)


def heard_minutes(
    lesson: Lesson,
    present: Mapping[int, Collection[int]],
    sharing: Mapping[int, Sharing],
    policy: PolicyInForce | None,
) -> dict[int, Heard]:
    """The minutes of which it may be told what was said, by their first second."""
    if policy is None or not policy.allows_self_report:
        return {}
    found = {}
    for minute, who in sorted(present.items()):
        shown = {one for one in who if one in sharing and sharing[one].meets(minute)}
        showing = frozenset(one for one in shown if sharing[one].goes_on)
        others = frozenset(who) - shown
        whose = disclosure.whose_taps(
            lesson, others=others, sharing=showing, minimum=policy.minimum_group_size
        )
        if whose is not None:
            found[minute] = Heard(whose, frozenset(who) if whose is Whose.CLASS else showing)
    return found


def self_report_steps(said: Iterable[Tap], told: Mapping[int, int]) -> tuple[SelfReportStep, ...]:
    """Counts for each minute that may be told."""
    by_minute: dict[int, list[Tap]] = defaultdict(list)
    for one in said:
        by_minute[minute_of(one[0])].append(one)
    return tuple(
        SelfReportStep(
            Span(minute, minute + MINUTE_S),
            present,
            count_said(by_minute[minute]),
            PaceCounts(**_people_saying(by_minute[minute], SelfReport.PACES)),
        )
        for minute, present in told.items()
    )


def count_said(said: Iterable[Tap]) -> SelfReportCounts:
    """How it went; of the pace nothing."""
    return SelfReportCounts(**_people_saying(said, set(SelfReport.Kind) - set(SelfReport.PACES)))


def _people_saying(said: Iterable[Tap], kinds: Collection[str]) -> Counter[str]:
    return Counter(kind for _who, kind in {(who, kind) for _at, who, kind in said} if kind in kinds)


def sharing_of(lesson: Lesson, consents: Sequence[Consent]) -> dict[int, Sharing]:
    """Of everybody who ever showed own results: until they did no more, their taps stood beside a name.

    `consents` of the whole lesson, in the order in which they were given.
    """

    def seconds(at: datetime) -> float:
        return lesson.seconds_at(lesson.time_at(at))

    since = {one: seconds(at) for one, at in disclosure.shared_since(consents).items()}
    spans: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one in consents:
        if one.shares_own_results:
            until = seconds(one.ended_at) if one.ended_at else inf
            spans[one.participant_id].append((seconds(one.given_at), until))
    return {who: Sharing(tuple(its), since.get(who)) for who, its in spans.items()}


def is_heard(tap: Tap, heard: Mapping[int, Heard], sharing: Mapping[int, Sharing]) -> bool:
    at_s, who, _kind = tap
    if (minute := heard.get(minute_of(at_s))) is None:
        return False
    since_s = sharing[who].since_s if who in sharing else None
    return minute.whose is Whose.CLASS or (since_s is not None and at_s >= int(since_s))


def taps_of(lesson: Lesson) -> list[Tap]:
    """Of who was blocked too, else the numbers would tell what that one said."""
    rows = lesson.self_reports.filter(participant__is_trial=False)
    taps = rows.values_list("at", "participant_id", "kind")
    return [(int(lesson.seconds_at(at)), who, kind) for at, who, kind in taps]


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
