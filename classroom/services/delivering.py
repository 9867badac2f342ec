"""One attempt to deliver: what is sent, whether it still may be, and what the answer means."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from django.urls import reverse

from classroom import outbound, queries, second_factor, xapi
from classroom.errors import AddressNotAllowed, NoAnswer, SecretLost
from classroom.models import Delivery, RecordStore, Webhook
from classroom.models.outgoing import Event
from classroom.sealed import opened
from classroom.services.outbox import Outcome, hearing, may_be_told
from classroom.signatures import signed_headers

SECONDS = 5.0
State, Trouble = Delivery.State, Delivery.Trouble


def deliver(*, delivery: Delivery, now: datetime) -> Outcome:
    """Whatever goes wrong is an outcome too. Rights are asked for once more here, at the last moment."""
    try:
        if delivery.webhook is not None:
            return _to_webhook(delivery, delivery.webhook, now)
        assert delivery.store is not None
        return _to_store(delivery, delivery.store)
    except SecretLost:
        return Outcome(State.WAITING, trouble=Trouble.SECRET)
    except AddressNotAllowed:
        return Outcome(State.WAITING, trouble=Trouble.ADDRESS)
    except NoAnswer:
        return Outcome(State.WAITING, trouble=Trouble.NO_ANSWER)


def _to_webhook(delivery: Delivery, webhook: Webhook, now: datetime) -> Outcome:
    heard = hearing(delivery.lesson) if delivery.lesson else may_be_told()
    if not heard.filter(id=webhook.id).exists() or second_factor.is_missing(webhook.owner):
        return Outcome(State.DROPPED)
    body = json.dumps(_event(delivery, webhook), separators=(",", ":")).encode()
    headers = signed_headers(
        message_id=delivery.message_id, seconds=int(now.timestamp()), body=body, keys=_keys(webhook, now)
    )
    answer = outbound.send("POST", webhook.address, headers=headers, body=body, seconds=SECONDS)
    return _outcome(answer.status)


def _keys(webhook: Webhook, now: datetime) -> list[str]:
    """The newest first; the one before as long as it is good, too."""
    sealed = [webhook.secret]
    if webhook.former_until is not None and now < webhook.former_until:
        sealed.append(webhook.former_secret)
    return [opened(one) for one in sealed]


def _event(delivery: Delivery, webhook: Webhook) -> dict[str, Any]:
    """Thin: what it is, when, and where a token reads more. It names nobody and holds no figure."""
    data: dict[str, Any] = {}
    if (lesson := delivery.lesson) is not None:
        data = {
            "lesson_id": lesson.id,
            "classroom_id": lesson.classroom_id,
            "lesson": webhook.origin + reverse("api:lesson", args=[lesson.id]),
        }
        if delivery.event == Event.REPORT_READY:
            data["report"] = webhook.origin + reverse("api:report", args=[lesson.id])
    at = delivery.made_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"type": delivery.event, "timestamp": at, "data": data}


def _to_store(delivery: Delivery, store: RecordStore) -> Outcome:
    if store.school.suspended_at is not None:
        return Outcome(State.DROPPED)
    headers = xapi.headers(store.key, opened(store.secret))
    if (lesson := delivery.lesson) is None:
        return _outcome(_asked(store, headers))
    if not store.is_listening:
        return Outcome(State.DROPPED)
    told = xapi.statements(queries.happenings(lesson, store), store.origin)
    left = [one for one in told if one.place > delivery.done_until]
    batch = left[: xapi.MOST_AT_ONCE]
    outcome = _outcome(_posted(store, headers, [one.content for one in batch]) if batch else HTTPStatus.OK)
    if outcome.state == State.SENT and len(left) > len(batch):
        return Outcome(State.WAITING, status=outcome.status, done_until=batch[-1].place)
    return outcome


def _asked(store: RecordStore, headers: dict[str, str]) -> int:
    """A test reads one statement: it shows that the store answers to this key, and leaves nothing there."""
    answer = outbound.send("GET", f"{_statements_of(store)}?limit=1", headers=headers, seconds=SECONDS)
    return answer.status


def _posted(store: RecordStore, headers: dict[str, str], batch: Sequence[dict[str, Any]]) -> int:
    """One that the store has already (409) is delivered; it must not keep the rest of its batch out."""
    body = json.dumps(batch).encode()
    answer = outbound.send("POST", _statements_of(store), headers=headers, body=body, seconds=SECONDS)
    if answer.status != HTTPStatus.CONFLICT:
        return answer.status
    if len(batch) == 1:
        return HTTPStatus.NO_CONTENT
    half = len(batch) // 2
    first = _posted(store, headers, batch[:half])
    return _posted(store, headers, batch[half:]) if _is_fine(first) else first


def _statements_of(store: RecordStore) -> str:
    return f"{store.address.rstrip('/')}/statements"


def _is_fine(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def _outcome(status: int) -> Outcome:
    """A redirect is an error too: it is not followed."""
    if _is_fine(status):
        return Outcome(State.SENT, status=status)
    if status == HTTPStatus.GONE:
        return Outcome(State.FAILED, status=status, trouble=Trouble.REFUSED, ends_target=True)
    return Outcome(State.WAITING, status=status, trouble=Trouble.REFUSED)
