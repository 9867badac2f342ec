"""One student's lesson beside that student's own earlier ones of the same class: never beside anybody else's.

Of the level alone: an expression is compared with nothing. What comes out is a word, never a number.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classroom import disclosure, queries
from classroom.models import Consent, Lesson, RollupBin
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BIN_S
from emotion.judgement.wilson import wilson
from emotion.values import Signal
from reports.individuals import Individual

LOOKED_AT = 5
"""The newest of the earlier lessons that are looked at."""
LESSONS_NEEDED = 3
MINUTES_NEEDED = 10
"""Measured in each lesson that is compared."""
SAME = 0.1
"""By less than this a lesson is as the earlier ones."""
Z_TWO_SIDED_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Measured:
    """How much of the measured minutes of one lesson was with the lesson."""

    minutes: float
    share: float


class Compared(StrEnum):
    CLEARLY_MORE = "clearly_more"
    WEAKLY_MORE = "weakly_more"
    SAME = "same"
    WEAKLY_LESS = "weakly_less"
    CLEARLY_LESS = "clearly_less"


WORDS = {
    Compared.CLEARLY_MORE: gettext_lazy("Clearly more with you than in earlier lessons of this student."),
    Compared.WEAKLY_MORE: gettext_lazy("Weakly more with you than in earlier lessons of this student."),
    Compared.SAME: gettext_lazy("With you about as much as in earlier lessons of this student."),
    Compared.WEAKLY_LESS: gettext_lazy("Weakly less with you than in earlier lessons of this student."),
    Compared.CLEARLY_LESS: gettext_lazy("Clearly less with you than in earlier lessons of this student."),
}


def compared(now: Measured, earlier: Sequence[Measured]) -> Compared | None:
    """Clearly: with 95 % beyond every one of the earlier lessons. None: not enough lessons yet.

    A minute counts as one independent look, as for flags.
    """
    shares = [one.share for one in earlier if one.minutes >= MINUTES_NEEDED]
    if len(shares) < LESSONS_NEEDED:
        return None
    difference = now.share - median(shares)
    low, high = wilson(now.share, now.minutes, Z_TWO_SIDED_95)
    if abs(difference) < SAME:
        return Compared.SAME
    if difference > 0:
        return Compared.CLEARLY_MORE if low > max(shares) else Compared.WEAKLY_MORE
    return Compared.CLEARLY_LESS if high < min(shares) else Compared.WEAKLY_LESS


def earlier_words(
    lesson: Lesson, individuals: Mapping[int, Individual], *, says_not_enough: bool = True
) -> dict[int, str]:
    """A sentence for each of whom enough of this lesson was measured, if it may be compared.

    With too few earlier lessons it `says_not_enough`, or there is none.

    Nothing in a demonstration: the simulated students of each are new.
    """
    now = {
        one: Measured(its.measured_minutes, its.level_shares[Level.ENGAGED])
        for one, its in individuals.items()
        if its.measured_minutes >= MINUTES_NEEDED
    }
    if lesson.is_simulation or not now:
        return {}
    asked = _may_be_compared(Consent.objects.sharing().given_here().filter(lesson=lesson), now)
    found = _earlier(lesson, [one.participant_id for one in asked])
    results = {
        one.participant_id: compared(now[one.participant_id], found.get(one.participant_id, ()))
        for one in asked
    }
    return {one: _words(its) for one, its in results.items() if its is not None or says_not_enough}


def _words(found: Compared | None) -> str:
    if found is not None:
        return str(WORDS[found])
    return _(
        "Not enough lessons yet to compare with: from %(count)s earlier ones on, each with %(minutes)s "
        "minutes measured."
    ) % {"count": LESSONS_NEEDED, "minutes": MINUTES_NEEDED}


def _earlier(lesson: Lesson, participants: Collection[int]) -> dict[int, list[Measured]]:
    """What those shared of earlier lessons of the class, as far as today's policy still shows it.

    Since each chose to share, and without what came with the place from somebody else.
    """
    held = Lesson.objects.filter(
        classroom=lesson.classroom_id,
        started_at__lt=lesson.started_at,
        ended_at__isnull=False,
        is_simulation=False,
    )
    newest = list(held.order_by("-started_at").values_list("id", flat=True)[:LOOKED_AT])
    shared = _may_be_compared(Consent.objects.sharing().given_here().filter(lesson__in=newest), participants)
    judged = Q(engaged__gt=0) | Q(drifting__gt=0) | Q(away__gt=0)
    sums = RollupBin.objects.filter(
        judged,
        lesson__in=newest,
        participant__in=list(participants),
        lesson__consents__in=[one.id for one in shared],
        lesson__consents__participant=F("participant"),
        starts_at__gte=F("lesson__consents__given_at"),
    )
    rows = sums.order_by().values_list("participant_id", "lesson_id")
    counted = rows.annotate(Count("starts_at"), Sum("engaged"), Sum("drifting"), Sum("away"))
    found: dict[int, list[Measured]] = defaultdict(list)
    for participant, _lesson, bins, engaged, drifting, away in counted:
        found[participant].append(Measured(bins * BIN_S / 60, engaged / (engaged + drifting + away)))
    return found


def _may_be_compared(consents: QuerySet[Consent], participants: Collection[int]) -> list[Consent]:
    rows = consents.filter(participant__in=list(participants))
    given = list(rows.select_related("participant", "lesson__classroom__school__policy"))
    signals = queries.signals_under(given)
    return [one for one in given if disclosure.compares_lessons(one) and Signal.ATTENTION in signals[one.id]]
