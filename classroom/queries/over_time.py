"""A student's own lessons one after the other, class by class, for nobody but that student.

What it shows is what `own_data` shows of each: what consent and policy let be stored, and time has left.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classroom.disclosure import FEW, MOST, Amount
from classroom.models import Attendance, Consent, Lesson, Participant, PulseAnswer, RollupBin, SelfReport
from classroom.panels import Panel, panel
from classroom.queries import mine
from classroom.queries.lessons import policy_for
from classroom.queries.mine import Taps
from classroom.stays import connected_seconds
from emotion.judgement.persistence import BIN_S
from emotion.values import Signal

LESSONS = 20
"""The newest of each class."""
MEASURED_S = 180
"""From less than this no word is made of a lesson."""
OF_TIME = {
    Amount.MOST: gettext_lazy("most of the time"),
    Amount.HALF: gettext_lazy("about half of the time"),
    Amount.FEW: gettext_lazy("little of the time"),
}
HEIGHTS = {Amount.MOST: 0.9, Amount.HALF: 0.55, Amount.FEW: 0.2}
"""How high a word stands: little is not nothing, and most is not all."""


@dataclass(frozen=True, slots=True)
class OwnPoint:
    """One lesson. `there_s` is None where attendance is kept no more, `said_left` whether taps still are.

    `with_lesson` is how much of the measured time was with the lesson; `without` says why there is no word.
    """

    lesson: Lesson
    lesson_s: int
    there_s: int | None
    with_lesson: Amount | None
    without: str
    said_left: bool
    taps: tuple[Taps, ...]
    answers: tuple[Taps, ...]

    @property
    def there(self) -> str:
        if self.there_s is None:
            return _("not kept")
        minutes = {"there": round(self.there_s / 60), "total": round(self.lesson_s / 60)}
        return _("%(there)s of %(total)s min") % minutes

    @property
    def level(self) -> str:
        return str(OF_TIME[self.with_lesson]) if self.with_lesson else self.without

    @property
    def said(self) -> str:
        return self._told(self.taps)

    @property
    def answered(self) -> str:
        return self._told(self.answers)

    def _told(self, said: Sequence[Taps]) -> str:
        if said:
            return ", ".join(map(str, said))
        return _("nothing") if self.said_left else _("not kept")


@dataclass(frozen=True, slots=True)
class OverTime:
    """Lessons of one class, the newest first, and what at least two of them tell as pictures."""

    place: Participant
    points: tuple[OwnPoint, ...]
    panels: tuple[Panel, ...]


def over_time(places: Sequence[Participant], now: datetime) -> list[OverTime]:
    """Of each class that had a lesson of theirs; six statements, however many lessons."""
    by_class: dict[int, list[Lesson]] = defaultdict(list)
    for lesson in mine.own_lessons(places).filter(ended_at__isnull=False):
        if len(by_class[lesson.classroom_id]) < LESSONS:
            by_class[lesson.classroom_id].append(lesson)
    points = _points(by_class, places, now)
    found = []
    for place in places:
        own = tuple(points[lesson.id] for lesson in by_class[place.classroom_id])
        if own:
            found.append(OverTime(place, own, panels(own[::-1])))
    return found


def panels(points: Sequence[OwnPoint]) -> tuple[Panel, ...]:
    """`points` have the oldest first. A figure that fewer than two of them have is not drawn."""
    there = [
        one.there_s / one.lesson_s if one.there_s is not None and one.lesson_s else None for one in points
    ]
    levels = [HEIGHTS[one.with_lesson] if one.with_lesson else None for one in points]
    lost = [_count(one.taps, SelfReport.Kind.LOST) if one.said_left else None for one in points]
    most = max((one for one in lost if one), default=0)
    yes = [_share(one.answers, PulseAnswer.Kind.YES) for one in points]
    drawn = (
        panel(_("Time I was there"), _("from none to the whole lesson"), there, 1),
        panel(_("With the lesson"), _("little, about half or most of the time"), levels, 1),
        panel(_("I said “lost”"), _("from never to %(most)s times") % {"most": most}, lost, max(1, most)),
        panel(_("I answered “yes” to “With me?”"), _("from never to each time"), yes, 1),
    )
    told = (True, True, most > 0, True)
    return tuple(one for one, is_told in zip(drawn, told, strict=True) if is_told and len(one.dots) > 1)


def _points(
    by_class: dict[int, list[Lesson]], places: Sequence[Participant], now: datetime
) -> dict[int, OwnPoint]:
    shown = [lesson for its in by_class.values() for lesson in its]
    place_in = {one.classroom_id: one for one in places}
    rows = Q(lesson__in=shown, participant__in=places)
    consents: dict[int, list[Consent]] = defaultdict(list)
    for consent in Consent.objects.filter(rows):
        consents[consent.lesson_id].append(consent)
    stays: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in Attendance.objects.filter(rows):
        stays[one.lesson_id].append((one.joined_at, one.left_at or one.last_seen_at))
    levels = _levels(rows)
    taps, answers = mine.said_by_lesson(SelfReport, rows), mine.said_by_lesson(PulseAnswer, rows)
    return {
        lesson.id: OwnPoint(
            lesson=lesson,
            lesson_s=int(lesson.seconds_at(lesson.ended_at)) if lesson.ended_at else 0,
            there_s=_there_s(lesson, stays[lesson.id]),
            with_lesson=levels.get(lesson.id),
            without=_without(consents[lesson.id]),
            said_left=_said_left(lesson, place_in[lesson.classroom_id], now),
            taps=mine.as_taps(SelfReport.Kind, taps[lesson.id]),
            answers=mine.as_taps(PulseAnswer.Kind, answers[lesson.id]),
        )
        for lesson in shown
    }


def _levels(rows: Q) -> dict[int, Amount]:
    """By lesson, where enough was measured, how much of it was with the lesson."""
    judged = Q(engaged__gt=0) | Q(drifting__gt=0) | Q(away__gt=0)
    sums = RollupBin.objects.filter(rows, judged).order_by().values_list("lesson")
    counted = sums.annotate(Count("starts_at"), Sum("engaged"), Sum("drifting"), Sum("away"))
    return {
        lesson: _amount(engaged / (engaged + drifting + away))
        for lesson, bins, engaged, drifting, away in counted
        if bins * BIN_S >= MEASURED_S
    }


def _amount(share: float) -> Amount:
    if share >= MOST:
        return Amount.MOST
    return Amount.FEW if share <= FEW else Amount.HALF


def _without(consents: Iterable[Consent]) -> str:
    """Why nothing is told of head and eyes, as far as the own consents say."""
    agreed = list(consents)
    if agreed and all(one.was_withdrawn for one in agreed):
        return _("withdrawn")
    if not any(Signal.ATTENTION in one.signals for one in agreed):
        return _("not measured")
    return _("too little measured, or kept no more")


def _there_s(lesson: Lesson, stays: Sequence[tuple[datetime, datetime]]) -> int | None:
    if not stays:
        return None
    assert lesson.ended_at is not None
    within = [(max(joined, lesson.started_at), min(left, lesson.ended_at)) for joined, left in stays]
    return connected_seconds(within)


def _said_left(lesson: Lesson, place: Participant, now: datetime) -> bool:
    """What was said is kept as long as readings are."""
    policy = policy_for(lesson, place)
    if policy is None or lesson.ended_at is None:
        return True
    return now <= lesson.ended_at + timedelta(days=min(policy.retention_days, policy.names_days))


def _part(part: int | None, whole: int) -> float | None:
    return part / whole if part is not None and whole else None


def _count(said: Sequence[Taps], kind: str) -> int:
    return sum(one.count for one in said if one.kind == kind)


def _share(said: Sequence[Taps], kind: str) -> float | None:
    total = sum(one.count for one in said)
    return _count(said, kind) / total if total else None
