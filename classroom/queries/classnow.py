"""The class at one moment, loaded once: what the step, the hint, the view and the tiles are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Q

from classroom import disclosure
from classroom.disclosure import Group, Member, Whose
from classroom.models import (
    Attendance,
    Consent,
    Lesson,
    MoodGroup,
    Participant,
    ParticipantState,
    Policy,
    PulseAnswer,
    SelfReport,
)
from classroom.mood import Sharer
from classroom.queries.lessons import policy_of
from classroom.stays import HEARD_WITHIN
from emotion.judgement.engagement import Level

FRESH_S = 15
# Queues and ticks take real time, however fast a lesson runs.
FRESH_REAL_S = 4
# A participant whose socket was not heard of for this long has left.
SELF_REPORT_LASTS = timedelta(minutes=5)

Tap = tuple[datetime, str]
"""When somebody said something last, and what."""


@dataclass(frozen=True, slots=True)
class ClassNow:
    """Everybody who ever joined, as rows and values. `at` is lesson time; `lesson` knows its policy.

    `present` and `left` leave trials out; `trying` are those of them who are connected. `consents` are of the
    whole lesson, in the order given; `taps` and `paces` are the newest of the last five minutes, of each who
    said how it goes, and how the pace is; `answers` are those to the last pulse check of that time that each
    answered.
    """

    lesson: Lesson
    policy: Policy | None
    at: datetime
    consents: Sequence[Consent]
    states: Mapping[int, ParticipantState]
    present: frozenset[int]
    left: frozenset[int]
    trying: frozenset[int]
    taps: Mapping[int, Tap]
    paces: Mapping[int, Tap]
    answers: Mapping[int, Tap]
    told: MoodGroup | None

    @classmethod
    def load(cls, lesson: Lesson, now: datetime, *, lock: bool = False) -> "ClassNow":
        """`lesson` with its classroom, school and policy. `lock` holds the group's row for a step."""
        at = lesson.time_at(now)
        consents = list(
            Consent.objects.filter(lesson=lesson).select_related("participant").order_by("given_at", "id")
        )
        trials = {c.participant_id for c in consents if c.participant.is_trial}
        present, left = _attendance(lesson, now)
        taps, paces = _taps(lesson, at)
        groups = MoodGroup.objects.filter(lesson=lesson)
        return cls(
            lesson=lesson,
            policy=policy_of(lesson),
            at=at,
            consents=consents,
            states={one.participant_id: one for one in lesson.states.defer("signals")},
            present=present - trials,
            left=left - trials,
            trying=present & trials,
            taps=taps,
            paces=paces,
            answers=_answers(lesson, at),
            told=(groups.select_for_update() if lock else groups).first(),
        )

    @property
    def participants(self) -> dict[int, Participant]:
        return {consent.participant_id: consent.participant for consent in self.consents}

    @property
    def standings(self) -> dict[int, str]:
        """Of each who takes part, as it was agreed to."""
        return {consent.participant_id: consent.standing for consent in self.active}

    @property
    def active(self) -> list[Consent]:
        return [consent for consent in self.consents if consent.ended_at is None]

    @property
    def minimum(self) -> int:
        assert self.policy is not None
        return disclosure.smallest_group(self.policy, self.active)

    @property
    def group(self) -> Group:
        return group_of(self.told) if self.told else Group()

    @property
    def joined_at(self) -> dict[int, datetime]:
        """When each came first, whatever the way, in real time."""
        first: dict[int, datetime] = {}
        for consent in self.consents:
            first.setdefault(consent.participant_id, consent.given_at)
        return first

    @property
    def last_joined_at(self) -> datetime | None:
        """When anybody joined last, whatever the way, in lesson time."""
        joined_at = self.joined_at
        return self.lesson.time_at(max(joined_at.values())) if joined_at else None

    @property
    def candidates(self) -> list[Member]:
        """Class-only participants who count; fresh is whose face was seen lately."""
        joined_at = self.joined_at
        return [
            replace(self._class_only(consent.participant_id), joined_at=joined_at[consent.participant_id])
            for consent in self._counting()
            if consent.choice == Consent.Choice.CLASS_MOOD
        ]

    @property
    def sharers(self) -> list[Sharer]:
        """Those who show their own results and count."""
        return [self._sharer(c.participant_id) for c in self._counting() if c.shares_own_results]

    @property
    def shared_since(self) -> dict[int, datetime]:
        """Since when each shows own results, in lesson time."""
        since = disclosure.shared_since(self.consents)
        return {one: self.lesson.time_at(at) for one, at in since.items()}

    @property
    def whose_taps(self) -> Whose | None:
        if self.policy is None:
            return None
        here, sharing = self.present & self.counting, self.shared_since.keys()
        showed = disclosure.showed_since(self.lesson, self.consents, self.at - SELF_REPORT_LASTS)
        return disclosure.whose_taps(
            self.lesson, others=here - showed, sharing=here & sharing, minimum=self.minimum
        )

    @property
    def counting(self) -> frozenset[int]:
        """Those who count, whatever the way."""
        return frozenset(consent.participant_id for consent in self._counting())

    def is_fresh(self, measured_at: datetime | None) -> bool:
        return measured_at is not None and measured_at >= self.at - fresh_for(self.lesson)

    def _counting(self) -> list[Consent]:
        return disclosure.counting(self.active, self.policy)

    def _class_only(self, participant_id: int) -> Member:
        state = self.states.get(participant_id)
        if state is None:
            return Member(participant_id, False, Level.UNKNOWN)
        probabilities = tuple(state.seen_probabilities) if state.seen_probabilities else None
        return Member(participant_id, self.is_fresh(state.seen_at), Level(state.seen_level), probabilities)

    def _sharer(self, participant_id: int) -> Sharer:
        state = self.states.get(participant_id)
        if state is None or not self.is_fresh(state.measured_at):
            return Sharer(Member(participant_id, False, Level.UNKNOWN), None)
        probabilities = tuple(state.probabilities) if state.probabilities and state.faces else None
        return Sharer(Member(participant_id, True, Level(state.level), probabilities), state.engagement)


def group_of(told: MoodGroup) -> Group:
    """As the rule reads it."""
    return Group(
        counted=frozenset(told.counted),
        last_counted=frozenset(told.last_counted),
        ready_at=told.ready_at,
        fresh_at=told.fresh_at,
        sent_out=told.sent_out,
        sent_out_at=told.sent_out_at,
    )


def fresh_for(lesson: Lesson) -> timedelta:
    """How old, in lesson time, a measurement may be and still say how somebody is now."""
    return timedelta(seconds=max(FRESH_S, 3 * lesson.interval_ms / 1000, FRESH_REAL_S * lesson.pace))


def _attendance(lesson: Lesson, now: datetime) -> tuple[frozenset[int], frozenset[int]]:
    """Who is connected, and who was."""
    heard_from = lesson.time_at(now - HEARD_WITHIN)
    here = Count("id", filter=Q(left_at=None, last_seen_at__gte=heard_from))
    rows = Attendance.objects.filter(lesson=lesson).order_by().values_list("participant").annotate(here=here)
    stays = dict(rows)
    present = frozenset(one for one, count in stays.items() if count)
    return present, frozenset(stays) - present


def _answers(lesson: Lesson, at: datetime) -> dict[int, Tap]:
    recent = PulseAnswer.objects.filter(lesson=lesson, at__gt=at - SELF_REPORT_LASTS)
    return {
        one: (said_at, kind)
        for one, said_at, kind in recent.order_by("pulse").values_list("participant_id", "at", "kind")
    }


def _taps(lesson: Lesson, at: datetime) -> tuple[dict[int, Tap], dict[int, Tap]]:
    """How it goes, and how the pace is."""
    taps: dict[int, Tap] = {}
    paces: dict[int, Tap] = {}
    recent = SelfReport.objects.filter(lesson=lesson, at__gt=at - SELF_REPORT_LASTS).order_by("at", "id")
    for one, said_at, kind in recent.values_list("participant_id", "at", "kind"):
        (paces if kind in SelfReport.PACES else taps)[one] = said_at, kind
    return taps, paces
