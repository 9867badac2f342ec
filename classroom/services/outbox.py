"""What is on its way to webhooks and record stores: written down as it happens, claimed, sent or given up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from classroom.models import Delivery, Lesson, RecordStore, User, Webhook
from classroom.models.outgoing import Event, Target
from classroom.services.dispatch import send_outgoing_task

# A claim older than this belongs to a worker that died.
CLAIM_LASTS = timedelta(minutes=5)
# How long after each attempt that failed the next one waits; after as many and one more it is given up.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
ATTEMPTS = len(WAITS) + 1
# Whoever has failed for so long is asked no more until somebody resumes it.
FAILING_FOR = timedelta(days=5)
# A report that is written again days later is no news.
NEWS_FOR = timedelta(days=1)
MOST_WAITING = 1000
"""For one target; what comes on top is not written down."""
AT_ONCE = 100
KEPT_FOR = timedelta(days=30)
STATEMENTS = "statements"
State = Delivery.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt. `state` WAITING is: to be tried again, or, with `done_until`, to go on.

    `status` is what was answered, None where nothing was.
    """

    state: Delivery.State
    status: int | None = None
    trouble: str = ""
    done_until: str = ""
    ends_target: bool = False


def announce(*, lesson_id: int, event: Event, now: datetime) -> None:
    """Inside the transaction in which it happens. Simulated lessons tell nobody anything."""
    held = Lesson.objects.filter(id=lesson_id, is_simulation=False, ended_at__gt=now - NEWS_FOR)
    if (lesson := held.select_related("classroom").first()) is None:
        return
    made = [
        Delivery(webhook=one, lesson=lesson, event=event, made_at=now, due_at=now)
        for one in _with_room(hearing(lesson).filter(events__contains=[event]))
    ]
    if event == Event.LESSON_ENDED:
        stores = RecordStore.objects.filter(school=lesson.classroom.school_id, paused_at=None, ended_at=None)
        made += [
            Delivery(store=one, lesson=lesson, event=STATEMENTS, made_at=now, due_at=now) for one in stores
        ]
    if made:
        Delivery.objects.bulk_create(made, ignore_conflicts=True)
        transaction.on_commit(send_outgoing_task)


def hearing(lesson: Lesson) -> QuerySet[Webhook]:
    """Those whose owners may read the lesson now, as a token of theirs could; `lesson` with its classroom."""
    classroom = lesson.classroom
    sharing = classroom.shares.in_force().values("teacher")
    teaches = Q(owner=classroom.teacher_id) | Q(owner__in=sharing)
    reads = Q(owner__role=User.Role.ADMIN) | Q(owner__role=User.Role.TEACHER) & teaches
    return may_be_told().filter(reads, school=classroom.school_id, paused_at=None, ended_at=None)


def may_be_told() -> QuerySet[Webhook]:
    """Those of whoever is still at work in the school."""
    staff = Q(owner__role__in=(User.Role.TEACHER, User.Role.ADMIN))
    there = Q(owner__is_active=True, owner__school=F("school"), school__suspended_at=None)
    return Webhook.objects.filter(staff, there)


def send_test(*, target: Target, now: datetime) -> None:
    """One event that says nothing, tried once."""
    role = "webhook" if isinstance(target, Webhook) else "store"
    with transaction.atomic():
        Delivery.objects.create(**{role: target}, event="test", made_at=now, due_at=now)
        transaction.on_commit(send_outgoing_task)


def due_deliveries(*, now: datetime) -> list[Delivery]:
    """The oldest first, and a few of them. One over which a worker died at each attempt has failed, which
    says nothing of its target."""
    Delivery.objects.filter(_left_by_worker(now), attempts__gte=ATTEMPTS).update(state=State.FAILED)
    return list(Delivery.objects.filter(_may_be_tried(now)).order_by("due_at", "id")[:AT_ONCE])


def claim_delivery(*, delivery_id: int, now: datetime) -> Delivery | None:
    """The delivery, for the one task that may send it: the row count of a filtered UPDATE decides."""
    found = Delivery.objects.filter(_may_be_tried(now), id=delivery_id)
    if not found.update(state=State.SENDING, claimed_at=now, tried_at=now, attempts=F("attempts") + 1):
        return None
    related = ("webhook__owner", "store__school", "lesson__classroom__school__policy")
    return Delivery.objects.select_related(*related).filter(id=delivery_id, claimed_at=now).first()


def finish_delivery(*, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Unless another claim has passed this one."""
    told: dict[str, object] = {"status": outcome.status, "trouble": outcome.trouble}
    match outcome.state:
        case State.WAITING if outcome.done_until:
            told |= {"state": State.WAITING, "attempts": 0, "due_at": now, "done_until": outcome.done_until}
        case State.WAITING if delivery.is_test or delivery.attempts >= ATTEMPTS:
            told |= {"state": State.FAILED}
        case State.WAITING:
            told |= {"state": State.WAITING, "due_at": now + WAITS[delivery.attempts - 1]}
        case _:
            told |= {"state": outcome.state}
    with transaction.atomic():
        claimed = Delivery.objects.filter(id=delivery.id, state=State.SENDING, claimed_at=delivery.claimed_at)
        if claimed.update(**told) and not delivery.is_test:
            _note(delivery.target, outcome, now)


def delete_old_deliveries(*, now: datetime) -> None:
    """Whatever became of them: none is tried for so long."""
    Delivery.objects.filter(made_at__lt=now - KEPT_FOR).delete()


def _note(target: Target, outcome: Outcome, now: datetime) -> None:
    """What the attempt says of its target: that it works, fails, or is to be asked no more."""
    its: QuerySet[Any] = type(target)._default_manager.filter(pk=target.pk)
    if outcome.state == State.DROPPED:
        return
    if not outcome.trouble:
        its.update(failing_since=None)
        return
    its.update(failing_since=Coalesce("failing_since", now))
    because = Target.Ended.GONE if outcome.ends_target else Target.Ended.FAILING
    failing = its.filter(ended_at=None)
    if not outcome.ends_target:
        failing = failing.filter(failing_since__lte=now - FAILING_FOR)
    failing.update(ended_at=now, ended_because=because)


def _with_room(webhooks: Iterable[Webhook]) -> list[Webhook]:
    found = list(webhooks)
    waiting = Delivery.objects.filter(webhook__in=found, state=State.WAITING)
    counts = Counter(waiting.values_list("webhook", flat=True))
    return [one for one in found if counts[one.id] < MOST_WAITING]


def _may_be_tried(now: datetime) -> Q:
    waiting = Q(state=State.WAITING, due_at__lte=now)
    return (waiting | _left_by_worker(now)) & Q(attempts__lt=ATTEMPTS)


def _left_by_worker(now: datetime) -> Q:
    return Q(state=State.SENDING, claimed_at__lt=now - CLAIM_LASTS)
