"""Lessons with something in every table, for tests of what is deleted and what stays."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from classroom import services
from classroom.models import (
    AccessLogEntry,
    Attendance,
    Consent,
    Flag,
    Hint,
    Lesson,
    MoodGroup,
    MoodPoint,
    Participant,
    PulseAnswer,
    PulseCheck,
    Question,
    QuestionVote,
    Report,
    School,
    SelfReport,
    Strike,
)
from classroom.wire.measurement import Measurement
from emotion.labels import EMOTIONS
from tests.analyses import attentive
from tests.factories import make_classroom, make_flag, make_lesson, make_participant

WORDS = {"level": "most", "expressions": ["some", *["hardly"] * 6]}
SHARED = {
    "counted": 5,
    "engaged": 5,
    "drifting": 0,
    "away": 0,
    "engagement": 0.9,
    "engagement_low": 0.8,
    "engagement_high": 0.95,
    "expression_shares": [0.4, *[0.1] * 6],
    "expression_spread": 0.1,
}


def measured_lesson(school: School, *, started_at: datetime, students: int = 1, **fields: Any) -> Lesson:
    """An open lesson with everything about its students; the reports and the class's own rows too."""
    lesson = make_lesson(classroom=make_classroom(school=school), started_at=started_at, **fields)
    members = [
        make_participant(lesson=lesson, choice="own_results", is_simulated=lesson.is_simulation)
        for _ in range(students)
    ]
    Participant.objects.filter(id__in=[one.id for one in members]).update(created_at=started_at)
    for member in members:
        fill(lesson, member)
    for step in (20, 30):
        at = started_at + timedelta(seconds=step)
        MoodPoint.objects.create(lesson=lesson, at=at, words=WORDS, shared=SHARED)
    MoodGroup.objects.create(
        lesson=lesson, words=WORDS, raw_words=WORDS, words_at=at, shared=SHARED, shared_at=at, stepped_at=at
    )
    Hint.objects.create(lesson=lesson, at=at, kind="class_drifting")
    Hint.objects.create(lesson=lesson, at=at, kind="several_lost")
    return lesson


def fill(lesson: Lesson, participant: Participant) -> None:
    """Rows of every kind about one student."""
    about = {"lesson": lesson, "participant": participant}
    consent = Consent.objects.get(**about)
    times = [lesson.started_at + timedelta(seconds=second) for second in range(10, 24, 2)]
    services.record_readings(
        lesson_id=lesson.id,
        measurements=[Measurement(participant.id, consent.id, at, attentive()) for at in times],
    )
    SelfReport.objects.create(**about, at=times[0], kind="lost")
    asked = {"at": times[0], "closes_at": times[1], "closed_at": times[1]}
    pulse, _created = PulseCheck.objects.get_or_create(lesson=lesson, defaults=asked)
    question = Question.objects.create(**about, at=times[0], text="Why?", state="open")
    QuestionVote.objects.create(**about, question=question, at=times[1])
    PulseAnswer.objects.create(**about, pulse=pulse, at=times[0], kind="partly")
    Strike.objects.create(**about, starts_at=times[0], ends_at=times[-1], reason="Notes.", at=times[-1])
    Hint.objects.create(**about, at=times[0], kind="persistently_sad")
    Attendance.objects.create(**about, joined_at=times[0], last_seen_at=times[-1], left_at=times[-1])
    AccessLogEntry.objects.create(**about, viewer_name="T", place="report", at=times[-1])
    for kind, state in (("persistently_sad", "confirmed"), ("persistently_disengaged", "draft")):
        note_in_admin_log(lesson, make_flag(**about, kind=kind, state=state))
    note_in_admin_log(lesson, participant)


def note_in_admin_log(lesson: Lesson, row: Flag | Participant) -> None:
    LogEntry.objects.create(
        user=lesson.classroom.teacher,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row),
        action_flag=CHANGE,
    )


def ended(lesson: Lesson, *, minutes: int = 45) -> Lesson:
    """The lesson with its end and a stored report."""
    lesson.ended_at = lesson.started_at + timedelta(minutes=minutes)
    lesson.report_state = Lesson.ReportState.READY
    lesson.save()
    MoodGroup.objects.filter(lesson=lesson).delete()
    Report.objects.create(lesson=lesson, built_at=lesson.ended_at, summary={"sad": len(EMOTIONS)})
    return lesson
