"""A policy that narrows holds at once, everywhere: what it forbids is deleted wherever it is stored.

Of the real participants only: those of a demonstration are rendered, and keep what was read from them.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from classroom import disclosure
from classroom.models import (
    Attendance,
    Consent,
    Flag,
    Hint,
    Lesson,
    MoodGroup,
    MoodPoint,
    ParticipantState,
    Policy,
    Reading,
    RollupBin,
)
from classroom.models.measurements import no_expression_sums
from classroom.personal import PERSONAL, delete_rows
from classroom.services.consents import write_report_again
from classroom.services.guardian_answers import end_unguarded
from classroom.services.retention import delete_past_periods, past, past_places
from classroom.wire import events
from classroom.wire.messages import SharedInfo, WordsInfo
from emotion.values import Signal

# Which hints rest on a signal.
HINTS_ON = {
    Signal.EXPRESSION: [Hint.Kind.PERSISTENTLY_SAD],
    Signal.ATTENTION: [Hint.Kind.PERSISTENTLY_DISENGAGED, Hint.Kind.CLASS_DRIFTING],
}
# Later than this nothing can still be on its way from before a change.
SETTLED_AFTER = timedelta(days=7)
PERIODS = ("retention_days", "sums_days", "names_days", "log_days", "flags_days")

NOTHING = Q(pk__in=[])
NO_ENGAGEMENT = dict.fromkeys(["engagement", "engagement_low", "engagement_high"])
NO_EXPRESSION = {"probabilities": None, "uncertain": None, "engagement": None}
NO_ATTENTION = {
    **dict.fromkeys(["yaw", "pitch", "roll", "eye_openness", "gaze_x", "gaze_y", "engagement"]),
    "level": "unknown",
}
# Before December 2026 a lively expression raised engagement: its sum goes with the expression, levels stay.
NO_EXPRESSION_SUMS = {
    **dict.fromkeys(["expressions", "certain", "sad", "engagement_permille", "engagements"], 0),
    "expression_sums": no_expression_sums(),
}
NO_ATTENTION_SUMS = dict.fromkeys(["engagement_permille", "engagements", "engaged", "drifting", "away"], 0)


@dataclass(frozen=True, slots=True)
class Concern:
    """How many stored rows a policy would blank, rewrite or delete.

    Of readings and sums the lessons in which anybody was, whatever is stored of them: how many rows there
    are, asked for again and again, would tell how many cameras are on.
    """

    lessons_read: int
    lessons_summed: int
    flags: int
    reports: int
    past_lessons_read: int
    past_lessons_summed: int
    past_flags: int
    past_looks: int
    past_places: int


def narrows(before: Policy, after: Policy) -> bool:
    """Whether the new policy allows less, or keeps anything for a shorter time."""
    shorter = any(getattr(after, name) < getattr(before, name) for name in PERIODS)
    return shorter or before.terms.widens(after.terms)


def concerned(policy: Policy, now: datetime) -> Concern:
    """What a policy that is not saved yet would take from what is stored."""
    before = Policy.objects.get(school=policy.school_id)
    narrower = bool(before.signals - policy.signals)
    lessons = Lesson.objects.filter(classroom__school=policy.school_id)
    told = _told(policy).filter(lesson=OuterRef("id"))
    return Concern(
        lessons_read=_attended(lessons, now, before.retention_days).count() if narrower else 0,
        lessons_summed=_attended(lessons, now, before.sums_days).count() if narrower else 0,
        flags=_flags(policy).filter(lesson__in=lessons).count(),
        reports=lessons.filter(Exists(told), report__isnull=False, is_simulation=False).count(),
        past_lessons_read=_past_lessons(lessons, now, policy.retention_days, before.retention_days),
        past_lessons_summed=_past_lessons(lessons, now, policy.sums_days, before.sums_days),
        past_flags=_past("flags", policy, now),
        past_looks=_past("looks", policy, now),
        past_places=past_places(policy, now).count(),
    )


def apply_policy(*, school_id: int, now: datetime) -> Counter[str]:
    """Delete what the school's policy forbids or keeps no longer; everybody in a lesson is seated anew."""
    policy = Policy.objects.select_related("school").get(school=school_id)
    end_unguarded(school_id=school_id, now=now)
    _seat_anew(school_id)
    return enforce(policy=policy) + delete_past_periods(policy=policy, now=now)


def enforce_policy(*, school_id: int, now: datetime) -> Counter[str]:
    """The safety net for a policy chosen lately, whose task was lost or met a reading on its way."""
    policy = Policy.objects.filter(school=school_id, chosen_at__gte=now - SETTLED_AFTER).first()
    return enforce(policy=policy) if policy else Counter()


def enforce(*, policy: Policy) -> Counter[str]:
    """Lesson by lesson; answers how many rows of each kind were changed or deleted."""
    holding = Q(ended_at=None)
    for rows in (_readings, _states, _sums, _flags, _hints, _told):
        holding |= Q(Exists(rows(policy).filter(lesson=OuterRef("id"))))
    lessons = Lesson.objects.filter(holding, classroom__school=policy.school_id)
    done: Counter[str] = Counter()
    for lesson_id in lessons.order_by("id").values_list("id", flat=True):
        done += _enforce_in(lesson_id, policy)
    return done


@transaction.atomic
def _enforce_in(lesson_id: int, policy: Policy) -> Counter[str]:
    """Lesson and consents are locked as a worker locks them: what it writes comes before, or knows better."""
    lesson = Lesson.objects.select_for_update(no_key=True).get(id=lesson_id)
    consents = Consent.objects.active().filter(lesson=lesson).order_by("id")
    list(consents.select_for_update(no_key=True).values_list("id", flat=True))
    done = _narrow_rows(lesson, policy)
    done["moods"] = 0 if lesson.is_simulation else _narrow_told(lesson, policy)
    if done.total() and not lesson.is_open:
        write_report_again(lesson)
    return done


def _narrow_rows(lesson: Lesson, policy: Policy) -> Counter[str]:
    readings, sums = _readings(policy).filter(lesson=lesson), _sums(policy).filter(lesson=lesson)
    if policy.signals:
        changed = {
            "readings": _update(readings, _blank(policy, NO_EXPRESSION, NO_ATTENTION)),
            "sums": _update(sums, _blank(policy, NO_EXPRESSION_SUMS, NO_ATTENTION_SUMS)),
        }
    else:
        changed = {"readings": readings.delete()[0], "sums": sums.delete()[0]}
    return Counter(
        **changed,
        states=_states(policy).filter(lesson=lesson).delete()[0],
        flags=delete_rows(_flags(policy).filter(lesson=lesson)),
        hints=_hints(policy).filter(lesson=lesson).delete()[0],
    )


def _narrow_told(lesson: Lesson, policy: Policy) -> int:
    """What the teacher was told of the class, live and on the grid."""
    points = list(_told(policy).filter(lesson=lesson))
    for point in points:
        point.words, point.shared = _words(point.words, policy), _shared(point.shared, policy)
    MoodPoint.objects.bulk_update(points, ["words", "shared"], batch_size=500)
    if (told := MoodGroup.objects.select_for_update().filter(lesson=lesson).first()) is not None:
        told.words, told.raw_words = _words(told.words, policy), _words(told.raw_words, policy)
        told.shared = _shared(told.shared, policy)
        told.save(update_fields=["words", "raw_words", "shared"])
    return len(points)


def _words(words: WordsInfo | None, policy: Policy) -> WordsInfo | None:
    if words is None:
        return None
    level = words["level"] if policy.allows_attention else None
    expressions = words["expressions"] if policy.allows_expression else None
    return {"level": level, "expressions": expressions} if level or expressions else None


def _shared(shared: SharedInfo | None, policy: Policy) -> SharedInfo | None:
    """Engagement goes with the expression that may have raised it."""
    if shared is None or shared["counted"] < policy.minimum_group_size:
        return None
    kept: dict[str, Any] = dict(shared)
    if not policy.allows_expression and shared["expression_shares"] is not None:
        kept |= {"expression_shares": None, "expression_spread": None} | NO_ENGAGEMENT
    if not policy.allows_attention:
        kept |= dict.fromkeys(["engaged", "drifting", "away"], 0) | NO_ENGAGEMENT
    says_anything = kept["expression_shares"] or kept["engaged"] + kept["drifting"] + kept["away"]
    return cast(SharedInfo, kept) if says_anything else None


def _readings(policy: Policy) -> QuerySet[Reading]:
    forbidden = _forbidden(
        policy,
        Q(probabilities__isnull=False) | Q(uncertain__isnull=False),
        Q(yaw__isnull=False)
        | Q(eye_openness__isnull=False)
        | Q(engagement__isnull=False)
        | ~Q(level="unknown"),
    )
    return Reading.objects.filter(forbidden, participant__is_simulated=False)


def _sums(policy: Policy) -> QuerySet[RollupBin]:
    levels = Q(engaged__gt=0) | Q(drifting__gt=0) | Q(away__gt=0)
    forbidden = _forbidden(policy, Q(expressions__gt=0) | Q(sad__gt=0), levels | Q(engagement_permille__gt=0))
    return RollupBin.objects.filter(forbidden, participant__is_simulated=False)


def _states(policy: Policy) -> QuerySet[ParticipantState]:
    remembers_expression = Q(signals__isnull=False) & ~Q(signals__expression=[])
    remembers_attention = Q(signals__isnull=False) & ~Q(signals__baseline=None)
    forbidden = _forbidden(
        policy,
        Q(probabilities__isnull=False) | Q(seen_probabilities__isnull=False) | remembers_expression,
        Q(engagement__isnull=False) | ~Q(seen_level="unknown") | remembers_attention,
    )
    return ParticipantState.objects.filter(forbidden, participant__is_simulated=False)


def _flags(policy: Policy) -> QuerySet[Flag]:
    kinds = [kind for kind, signal in disclosure.RESTS_ON.items() if signal not in policy.signals]
    return Flag.objects.filter(kind__in=kinds, participant__is_simulated=False)


def _hints(policy: Policy) -> QuerySet[Hint]:
    kinds = [kind for signal, its in HINTS_ON.items() if signal not in policy.signals for kind in its]
    of_class = Q(participant=None, lesson__is_simulation=False)
    return Hint.objects.filter(of_class | Q(participant__is_simulated=False), kind__in=kinds)


def _told(policy: Policy) -> QuerySet[MoodPoint]:
    expression = Q(words__isnull=False) & ~Q(words__expressions=None)
    expression |= Q(shared__isnull=False) & ~Q(shared__expression_shares=None)
    attention = Q(words__isnull=False) & ~Q(words__level=None)
    attention |= Q(shared__engaged__gt=0) | Q(shared__drifting__gt=0) | Q(shared__away__gt=0)
    too_few = Q(shared__counted__lt=policy.minimum_group_size)
    told = MoodPoint.objects.filter(lesson__is_simulation=False)
    return told.filter(_forbidden(policy, expression, attention) | too_few)


def _forbidden(policy: Policy, expression: Q, attention: Q) -> Q:
    """Rows that hold what the policy does not allow; all of them where it allows no camera."""
    if not policy.signals:
        return Q()
    found = NOTHING
    if not policy.allows_expression:
        found |= expression
    if not policy.allows_attention:
        found |= attention
    return found


def _blank(policy: Policy, expression: dict[str, Any], attention: dict[str, Any]) -> dict[str, Any]:
    return (expression if not policy.allows_expression else {}) | (
        attention if not policy.allows_attention else {}
    )


def _update(rows: QuerySet[Any], values: dict[str, Any]) -> int:
    """Where everything is allowed nothing is to be blanked."""
    return rows.update(**values) if values else 0


def _attended(lessons: QuerySet[Lesson], now: datetime, days: int) -> QuerySet[Lesson]:
    """Lessons in which somebody real was, that are open or ended less than so many days ago."""
    kept = Q(ended_at=None) | Q(ended_at__gte=now - timedelta(days=days))
    stays = Attendance.objects.filter(lesson=OuterRef("id"), participant__is_simulated=False)
    return lessons.filter(kept, Exists(stays))


def _past_lessons(lessons: QuerySet[Lesson], now: datetime, days: int, days_before: int) -> int:
    """Attended lessons of which nothing would be kept any more."""
    return _attended(lessons, now, days_before).filter(ended_at__lt=now - timedelta(days=days)).count()


def _past(name: str, policy: Policy, now: datetime) -> int:
    return sum(rows.count() for kind in PERSONAL if kind.name == name for rows in past(kind, policy, now))


def _seat_anew(school_id: int) -> None:
    """Open sockets of students come back at once, and are told what holds now."""
    seated = Consent.objects.active().filter(
        lesson__classroom__school=school_id, lesson__ended_at=None, participant__is_simulated=False
    )
    for lesson_id, participant_id in seated.order_by("id").values_list("lesson", "participant"):
        events.end_seats(lesson_id, participant_id, code=events.RESEATED_CODE)
