"""A pulse check: the class is asked "With me?", answers with one tap, and the numbers are told once."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from classroom import queries
from classroom.access import any_lesson
from classroom.errors import (
    ConsentMissing,
    NobodyToAsk,
    PulseCheckClosed,
    PulseCheckOpen,
    PulseCheckTooSoon,
    SelfReportNotAllowed,
    UnknownPulseAnswer,
)
from classroom.models import Consent, Lesson, PulseAnswer, PulseCheck
from classroom.queries import ClassNow
from classroom.services.self_reports import check_allowed
from classroom.wire import events

Draw = Callable[[], float]
OPEN_FOR = timedelta(seconds=30)
"""Real time: people answer, however fast a lesson runs."""
BETWEEN_RANDOM = timedelta(minutes=12)
"""Lesson time that passes at least before the lesson asks by itself, from its start or the last check on."""
CHANCE = 1 / 36
"""Of each ten-second step after that: six minutes more in the mean, and nobody can wait for it."""
AGAIN_AFTER = timedelta(seconds=60)
"""Real time from one check to the next."""


def ask_pulse_check(*, lesson_id: int, now: datetime, by_lesson: bool = False) -> PulseCheck:
    """Raises what `check_allowed` does, NobodyToAsk, PulseCheckOpen, PulseCheckTooSoon."""
    lesson = any_lesson(lesson_id)
    check_allowed(lesson)
    looked, at = ClassNow.load(lesson, now), lesson.time_at(now)
    if not looked.present:
        raise NobodyToAsk
    last = PulseCheck.objects.filter(lesson=lesson).last()
    if last is not None and last.closed_at is None:
        if at < last.closes_at:
            raise PulseCheckOpen
        close_pulse_checks(looked)
    if last is not None and last.at > lesson.time_at(now - AGAIN_AFTER):
        raise PulseCheckTooSoon
    try:
        with transaction.atomic():
            pulse = PulseCheck.objects.create(
                lesson=lesson, at=at, closes_at=lesson.time_at(now + OPEN_FOR), by_lesson=by_lesson
            )
            transaction.on_commit(lambda: _announce_open(pulse, lesson, now))
    except IntegrityError as error:
        raise PulseCheckOpen from error
    return pulse


def ask_at_random(looked: ClassNow, *, now: datetime, draw: Draw) -> None:
    """One step of a lesson whose class is asked at random moments; `draw` gives a number in [0, 1)."""
    lesson = looked.lesson
    if not lesson.classroom.asks_at_random or not looked.present or lesson.open_pauses.exists():
        return
    last = PulseCheck.objects.filter(lesson=lesson).last()
    since = last.at if last else lesson.started_at
    if looked.at - since >= BETWEEN_RANDOM and draw() < CHANCE:
        with suppress(NobodyToAsk, PulseCheckOpen, PulseCheckTooSoon, SelfReportNotAllowed):
            ask_pulse_check(lesson_id=lesson.id, now=now, by_lesson=True)


def answer_pulse_check(
    *, lesson_id: int, participant_id: int, pulse_id: int, kind: str, now: datetime
) -> None:
    """The last answer while it is open counts.

    The consent is locked as for a tap, and the check, so that its numbers are made before an answer or
    after it. Raises what `check_allowed` does, UnknownPulseAnswer, ConsentMissing, PulseCheckClosed.
    """
    if kind not in PulseAnswer.Kind:
        raise UnknownPulseAnswer
    lesson = any_lesson(lesson_id)
    check_allowed(lesson)
    at = lesson.time_at(now)
    with transaction.atomic():
        own: dict[str, Any] = {"lesson": lesson, "participant_id": participant_id}
        if Consent.objects.active().filter(**own).select_for_update(no_key=True).first() is None:
            raise ConsentMissing
        asked = PulseCheck.objects.filter(lesson=lesson, id=pulse_id, closed_at=None, closes_at__gt=at)
        if (pulse := asked.select_for_update(no_key=True).first()) is None:
            raise PulseCheckClosed
        PulseAnswer.objects.update_or_create(pulse=pulse, defaults={"at": at, "kind": kind}, **own)


def close_pulse_checks(looked: ClassNow, *, is_last: bool = False) -> None:
    """Tell the numbers of a check whose time is over; with `is_last`, because the lesson ends."""
    due = PulseCheck.objects.filter(lesson=looked.lesson, closed_at=None)
    if not is_last:
        due = due.filter(closes_at__lte=looked.at)
    with transaction.atomic():
        for pulse in due.select_for_update(no_key=True):
            pulse.closed_at, pulse.told = looked.at, queries.pulse_told(pulse, looked)
            pulse.save(update_fields=["closed_at", "told"])
            transaction.on_commit(partial(_announce, pulse))


def _announce_open(pulse: PulseCheck, lesson: Lesson, now: datetime) -> None:
    _announce(pulse)
    asked = queries.pulse_asked(pulse, lesson, now)
    events.announce_to_students(lesson.id, {"type": "pulse_opened", "pulse": asked})


def _announce(pulse: PulseCheck) -> None:
    events.announce_to_teachers(pulse.lesson_id, {"type": "pulse", "pulse": queries.pulse_info(pulse)})
