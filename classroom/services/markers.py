"""Key moments: marked while the lesson runs; renamed and removed then, and in the report."""

from datetime import datetime, timedelta

from django.db import transaction

from classroom import queries
from classroom.errors import LabelMissing, LessonClosed, MarkerGone, TooManyMoments, TooManySlides
from classroom.models import Lesson, Marker
from classroom.models.lessons import LONGEST_LABEL
from classroom.services.reports import ask_for_report
from classroom.wire import events
from classroom.wire.messages import MarkersChanged

# So long a label may take after its key was pressed.
LATEST_LABEL_MS = 10 * 60 * 1000
# With so many in a lesson programs and slides add no more.
MOST_BY_PROGRAMS = 500
# By hand: each of them is a part of the page, and of the paper.
MOST = 1000


def add_marker(*, lesson_id: int, label: str, now: datetime, ago_ms: int = 0) -> Marker:
    """Mark a key moment that was `ago_ms` real milliseconds ago; every camera then sends a snapshot at once.

    Never before the start, and at most `LATEST_LABEL_MS` ago. Raises LabelMissing, LessonClosed,
    TooManyMoments.
    """
    label = _cleaned(label)
    ago = timedelta(milliseconds=min(max(ago_ms, 0), LATEST_LABEL_MS))
    with transaction.atomic():
        marker = mark(lesson_id, label, now - ago)
        if Marker.objects.filter(lesson=lesson_id).count() > MOST:
            raise TooManyMoments
        transaction.on_commit(lambda: events.announce_to_students(lesson_id, {"type": "snap_now"}))
    return marker


def mark_by_program(*, lesson_id: int, label: str, now: datetime) -> Marker:
    """Now, under a label that is clean; no camera is called by it. Raises LessonClosed, TooManySlides."""
    with transaction.atomic():
        marker = mark(lesson_id, label, now)
        if Marker.objects.filter(lesson=lesson_id).count() > MOST_BY_PROGRAMS:
            raise TooManySlides
    return marker


def mark(lesson_id: int, label: str, now: datetime) -> Marker:
    """Inside a transaction, under a label that is clean. Raises LessonClosed."""
    lesson = _locked(lesson_id)
    if not lesson.is_open:
        raise LessonClosed
    marker = Marker.objects.create(lesson=lesson, at=max(lesson.started_at, lesson.time_at(now)), label=label)
    _tell(lesson)
    return marker


def rename_marker(*, lesson_id: int, marker_id: int, label: str) -> None:
    """Raises LabelMissing, MarkerGone."""
    label = _cleaned(label)
    with transaction.atomic():
        lesson = _locked(lesson_id)
        if not lesson.markers.filter(id=marker_id).update(label=label):
            raise MarkerGone
        _tell(lesson)


def remove_marker(*, lesson_id: int, marker_id: int) -> None:
    """One that is gone already is as it should be."""
    with transaction.atomic():
        lesson = _locked(lesson_id)
        removed, _ = lesson.markers.filter(id=marker_id).delete()
        if removed:
            _tell(lesson)


def _cleaned(label: str) -> str:
    label = " ".join(label.split())[:LONGEST_LABEL]
    if not label:
        raise LabelMissing
    return label


def _locked(lesson_id: int) -> Lesson:
    return Lesson.objects.select_for_update(no_key=True).get(id=lesson_id)


def _tell(lesson: Lesson) -> None:
    """The screens of an open lesson; of one that has ended the report is written again."""
    if not lesson.is_open:
        ask_for_report(lesson)
        return
    markers = [queries.marker_info(marker) for marker in lesson.markers.all()]
    message: MarkersChanged = {"type": "markers", "markers": markers}
    transaction.on_commit(lambda: events.announce_to_teachers(lesson.id, message))
