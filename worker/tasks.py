"""Celery's tasks: each one loads, makes one call, and is done."""

import logging
import time
from collections.abc import Iterator, Mapping

from celery import shared_task
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from classroom import queries, services
from classroom.models import Delivery, Lesson
from classroom.quiet import service_away
from classroom.services.dispatch import (
    send_attendance_task,
    send_outgoing_task,
    send_report_task,
    send_summary_task,
    send_upkeep_task,
)
from classroom.terms import Reader
from classroom.wire import bell, events, mailbox
from classroom.wire.measurement import Measurement
from emotion.image import BadImage
from emotion.values import Signal
from reports import build, mailing
from worker.runtime import analyser, network
from worker.speed import Speed

logger = logging.getLogger(__name__)

AWAY_PAUSE_S = 1.0
OUTGOING_S = 10.0
ATTENDANCE_S = 5.0
speed = Speed()


@shared_task
def analyse_lesson(*, lesson_id: int) -> None:
    """Analyse the newest snapshots of a lesson, and record them with what browsers read themselves.

    Ringing first lets another process share the work.
    """
    batch = mailbox.take(lesson_id, timezone.now(), most=speed.most)
    if batch.ring:
        bell.ring(lesson_id)
    began_at = time.monotonic()
    try:
        _record(lesson_id, batch)
    except (OperationalError, InterfaceError) as error:
        if service_away(error) is None:
            raise
        logger.warning("Snapshots of lesson %s are lost", lesson_id, exc_info=True)
        # The bell is down, so the next post rings; without this pause each would cost a task that fails.
        time.sleep(AWAY_PAUSE_S)
    else:
        speed.note(batch.size, time.monotonic() - began_at)


@shared_task
def build_report(*, lesson_id: int) -> None:
    """Build a report that is waiting; a second task for the same one finds it claimed."""
    now = timezone.now()
    if not services.claim_report(lesson_id=lesson_id, now=now):
        return
    state = Lesson.ReportState.FAILED
    try:
        build.build_report(
            lesson_id=lesson_id,
            now=now,
            progress=lambda percent: services.report_progress(lesson_id=lesson_id, percent=percent),
        )
        state = Lesson.ReportState.READY
    except Exception:
        logger.exception("The report of lesson %s could not be built", lesson_id)
    services.finish_report(lesson_id=lesson_id, claimed_at=now, state=state)


@shared_task
def send_summary(*, mail_id: int) -> None:
    """Mail a report's sentences; a second task for the same mail finds it claimed."""
    now = timezone.now()
    if (claimed := services.claim_summary(mail_id=mail_id, now=now)) is None:
        return
    was_sent = mailing.send(claimed)
    services.finish_summary(mail=claimed, was_sent=was_sent, now=timezone.now())


@shared_task
def send_outgoing() -> None:
    """What is due to webhooks and record stores, for some seconds: a report may come between.

    A target that did not take what it was sent is left alone until the next round.
    """
    ends_at, failing = time.monotonic() + OUTGOING_S, set()
    for one in services.due_deliveries(now=timezone.now()):
        target = (one.webhook_id, one.store_id)
        while target not in failing and (claimed := _claimed(one.id)):
            outcome = services.deliver(delivery=claimed, now=timezone.now())
            services.finish_delivery(delivery=claimed, outcome=outcome, now=timezone.now())
            if outcome.trouble:
                failing.add(target)
            if time.monotonic() > ends_at:
                send_outgoing_task()
                return


@shared_task
def send_pending_reports() -> None:
    """Beat's safety net: reports whose task was lost, or whose worker died, and all that is to be sent."""
    for lesson_id in services.due_reports(now=timezone.now()):
        send_report_task(lesson_id)
    for mail_id in services.due_summaries(now=timezone.now()):
        send_summary_task(mail_id)
    if services.due_deliveries(now=timezone.now()):
        send_outgoing_task()
    if services.due_returns(now=timezone.now()):
        send_attendance_task()


@shared_task
def read_roster(*, course_id: int) -> None:
    services.read_course_roster(course_id=course_id, now=timezone.now())


@shared_task
def return_attendance() -> None:
    """Tell learning platforms who attended, for some seconds: a report may come between; beat comes again.

    One that was away or refused is left alone until the next round.
    """
    ends_at, failing = time.monotonic() + ATTENDANCE_S, set()
    for one in services.due_returns(now=timezone.now()):
        if time.monotonic() > ends_at:
            return
        platform = one.platform_class.platform_id
        if platform in failing:
            continue
        if (claimed := services.claim_return(return_id=one.pk, now=timezone.now())) is None:
            continue
        turn = services.take_turn(
            claimed=claimed, is_over=lambda: time.monotonic() > ends_at, now=timezone.now()
        )
        services.finish_turn(claimed=claimed, turn=turn, now=timezone.now())
        if turn.has_failed:
            failing.add(platform)


@shared_task
def close_forgotten_lessons() -> None:
    """And end the stays that nobody ended, after it: a lesson is not forgotten while one is open."""
    now = timezone.now()
    services.close_forgotten_lessons(now=now)
    services.end_lost_stays(now=now)


@shared_task
def send_schools() -> None:
    """To be looked after, each in a task of its own; those that wait longest first."""
    for school_id in services.take_due_schools(now=timezone.now()):
        send_upkeep_task(school_id)


@shared_task
def look_after_school(*, school_id: int) -> None:
    services.drop_past_months(now=timezone.now())
    services.look_after_school(school_id=school_id, now=timezone.now())


@shared_task
def turn_months() -> None:
    services.turn_months(now=timezone.now())


@shared_task
def delete_what_is_nobodys() -> None:
    services.delete_what_is_nobodys(now=timezone.now())
    services.expire_flags(now=timezone.now())


@shared_task
def apply_policy(*, school_id: int) -> None:
    services.drop_past_months(now=timezone.now())
    services.apply_policy(school_id=school_id, now=timezone.now())


def _claimed(delivery_id: int) -> Delivery | None:
    return services.claim_delivery(delivery_id=delivery_id, now=timezone.now())


def _record(lesson_id: int, batch: mailbox.Batch) -> None:
    measurements = [*batch.measurements, *_analyse(lesson_id, batch)]
    if measurements:
        services.record_readings(lesson_id=lesson_id, measurements=measurements)
        participant_ids = {one.participant_id for one in measurements}
        services.step_lesson(lesson_id=lesson_id, participant_ids=participant_ids, now=timezone.now())


def _analyse(lesson_id: int, batch: mailbox.Batch) -> list[Measurement]:
    """A batch without a picture loads no network."""
    if not batch.snapshots:
        return []
    signals = queries.allowed_signals(lesson_id, (one.consent_id for one in batch.snapshots), timezone.now())
    measured = list(_measure(lesson_id, batch, signals))
    mailbox.keep(lesson_id, ((snapshot, one.analysis.sighting) for snapshot, one in measured))
    return [one for _, one in measured]


def _measure(
    lesson_id: int, batch: mailbox.Batch, signals: Mapping[int, frozenset[Signal]]
) -> Iterator[tuple[mailbox.Snapshot, Measurement]]:
    """Nothing is computed that the policy or the snapshot's consent does not allow.

    One that cannot be read takes no other of its batch with it.
    """
    reader = analyser()
    for snapshot in batch.snapshots:
        allowed = signals.get(snapshot.consent_id, frozenset())
        if not allowed:
            continue
        try:
            analysis = reader.analyse(snapshot.jpeg, allowed, batch.seen.get(snapshot.participant_id))
        except BadImage as error:
            events.announce_to_participant(
                lesson_id,
                snapshot.participant_id,
                {"type": "error", "code": "not_jpeg", "detail": str(error)},
            )
            continue
        except Exception as error:  # noqa: BLE001
            # Its text and traceback may hold points of a face.
            logger.warning("A snapshot of lesson %s could not be read: %s", lesson_id, type(error).__name__)
            continue
        who = (snapshot.participant_id, snapshot.consent_id)
        yield snapshot, Measurement(*who, snapshot.taken_at, analysis, Reader.SERVER, network())
