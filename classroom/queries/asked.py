"""What a class is asked now, as each student and the teacher are told it."""

from datetime import datetime

from classroom.models import Lesson, PulseAnswer, PulseCheck
from classroom.wire.messages import PulseAsked, PulseInfo


def open_pulse(lesson: Lesson, participant_id: int, now: datetime) -> PulseAsked | None:
    """The check that a student may answer now, with what that one answered."""
    pulse = PulseCheck.objects.filter(
        lesson=lesson, closed_at=None, closes_at__gt=lesson.time_at(now)
    ).first()
    if pulse is None:
        return None
    own = PulseAnswer.objects.filter(pulse=pulse, participant=participant_id).first()
    return pulse_asked(pulse, lesson, now, answer=own.kind if own else None)


def pulse_asked(pulse: PulseCheck, lesson: Lesson, now: datetime, *, answer: str | None = None) -> PulseAsked:
    left_s = (pulse.closes_at - lesson.time_at(now)).total_seconds() / lesson.pace
    return {"id": pulse.id, "closes_in_ms": max(0, round(left_s * 1000)), "answer": answer}


def newest_pulse(lesson: Lesson) -> PulseInfo | None:
    pulse = PulseCheck.objects.filter(lesson=lesson).last()
    return pulse_info(pulse) if pulse else None


def pulse_info(pulse: PulseCheck) -> PulseInfo:
    return {
        "id": pulse.id,
        "at": pulse.at.isoformat(),
        "open": pulse.closed_at is None,
        "by_lesson": pulse.by_lesson,
        "told": pulse.told,
    }
