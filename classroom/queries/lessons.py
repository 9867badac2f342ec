"""A lesson, its policy and its consents, as they are now."""

from datetime import datetime
from typing import cast

from django.db.models import Count, QuerySet

from classroom.messages import Choice, ErrorCode, LessonInfo, StudentState
from classroom.models import Classroom, Consent, Lesson, Policy, SelfReport, User
from emotion.values import Signal


def classrooms_of(teacher: User) -> QuerySet[Classroom]:
    return (
        Classroom.objects.filter(teacher=teacher)
        .select_related("school__policy")
        .annotate(lesson_count=Count("lessons"))
    )


def lessons_of(classroom: Classroom) -> QuerySet[Lesson]:
    return classroom.lessons.annotate(participant_count=Count("consents__participant", distinct=True))


def open_lesson_of(classroom: Classroom) -> Lesson | None:
    return classroom.lessons.filter(ended_at=None).first()


def active_consent(lesson_id: int, participant_id: int) -> Consent | None:
    return Consent.objects.filter(lesson=lesson_id, participant=participant_id, ended_at=None).first()


def policy_of(lesson: Lesson) -> Policy | None:
    try:
        return lesson.classroom.school.policy
    except Policy.DoesNotExist:
        return None


def allowed_signals(lesson_id: int) -> frozenset[Signal]:
    """What may be computed in this lesson; nothing where the school has no policy."""
    policy = Policy.objects.filter(school__classrooms__lessons=lesson_id).first()
    return policy.signals if policy else frozenset()


def camera_refusal(lesson: Lesson, consent: Consent) -> ErrorCode | None:
    """Why snapshots are not accepted under this consent, or None where they are."""
    policy = policy_of(lesson)
    if policy is None or not policy.signals:
        return "no_policy"
    return None if consent.allows_camera else "no_consent"


def lesson_info(lesson: Lesson, now: datetime) -> LessonInfo:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "classroom": lesson.classroom.name,
        "started_at": lesson.started_at.isoformat(),
        "now": (lesson.ended_at or lesson.time_at(now)).isoformat(),
        "open": lesson.is_open,
        "paused": lesson.is_open and lesson.pauses.filter(ended_at=None).exists(),
        "interval_ms": lesson.interval_ms,
        "capture_interval_ms": lesson.capture_interval_ms,
        "speed": lesson.speed,
        "is_simulation": lesson.is_simulation,
        "report_state": lesson.report_state,
    }


def student_state(lesson: Lesson, consent: Consent, now: datetime) -> StudentState:
    policy = policy_of(lesson)
    refusal = camera_refusal(lesson, consent)
    last = SelfReport.objects.filter(lesson=lesson, participant=consent.participant_id).last()
    state: StudentState = {
        "type": "state",
        "lesson": lesson_info(lesson, now),
        "choice": cast(Choice, consent.choice),
        "camera": refusal is None,
        "signals": sorted(policy.signals) if policy else [],
        "self_report": last.kind if last else None,
    }
    if refusal is not None:
        state["camera_refused"] = refusal
    return state
