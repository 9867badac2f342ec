"""Webhooks: made, changed, renewed and removed by their owners; administrators can remove them too."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from classroom.errors import TooManyRequests, TooManyWebhooks
from classroom.models import AccountChange, Delivery, School, User, Webhook
from classroom.outbound import check_address
from classroom.sealed import seal
from classroom.services.account_log import log_change
from classroom.services.outbox import send_test
from classroom.services.rates import counted
from classroom.signatures import new_secret

MOST_WEBHOOKS = 10
FORMER_LASTS = timedelta(days=1)
TESTS_A_MINUTE = 6
RESUMED = {"paused_at": None, "ended_at": None, "ended_because": "", "failing_since": None}
Kind = AccountChange.Kind


@transaction.atomic
def make_webhook(
    *,
    owner: User,
    school: School,
    name: str,
    address: str,
    events: Collection[str],
    origin: str,
    now: datetime,
) -> tuple[Webhook, str]:
    """The webhook, and its secret, told here and never again. Raises AddressNotAllowed, TooManyWebhooks."""
    check_address(address)
    User.objects.select_for_update(no_key=True).get(id=owner.id)
    if Webhook.objects.filter(owner=owner).count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    secret = new_secret()
    webhook = Webhook.objects.create(
        owner=owner,
        school=school,
        name=name,
        address=address,
        events=sorted(events),
        secret=seal(secret),
        origin=origin,
        made_at=now,
    )
    _log(webhook, Kind.HOOK_MADE, owner, now)
    return webhook, secret


@transaction.atomic
def choose_events(*, webhook: Webhook, events: Collection[str], now: datetime) -> None:
    webhook.events = sorted(events)
    webhook.save(update_fields=["events"])
    _log(webhook, Kind.HOOK_CHANGED, webhook.owner, now)


@transaction.atomic
def renew_secret(*, webhook: Webhook, now: datetime) -> str:
    """Another secret, told here and never again; for a day the one before signs too."""
    secret = new_secret()
    webhook.former_secret, webhook.former_until = webhook.secret, now + FORMER_LASTS
    webhook.secret = seal(secret)
    webhook.save(update_fields=["secret", "former_secret", "former_until"])
    _log(webhook, Kind.HOOK_CHANGED, webhook.owner, now)
    return secret


@transaction.atomic
def pause_webhook(*, webhook: Webhook, now: datetime) -> None:
    """What waits is not sent later: whoever pauses wants quiet."""
    Webhook.objects.filter(id=webhook.id, paused_at=None).update(paused_at=now)
    waiting = Delivery.objects.filter(webhook=webhook, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.DROPPED)


def resume_webhook(*, webhook: Webhook) -> None:
    """One that was paused, or that had ended because it was gone or failing."""
    Webhook.objects.filter(id=webhook.id).update(**RESUMED)


def try_webhook(*, webhook: Webhook, now: datetime) -> None:
    """Raises TooManyRequests."""
    if counted(f"webhook-test:{webhook.id}:{now:%Y%m%d%H%M}", 60) > TESTS_A_MINUTE:
        raise TooManyRequests
    send_test(target=webhook, now=now)


@transaction.atomic
def remove_webhook(*, webhook: Webhook, actor: User, now: datetime) -> None:
    """With what was sent to it. One that is gone already stays so."""
    if Webhook.objects.filter(id=webhook.id).delete()[0]:
        _log(webhook, Kind.HOOK_ENDED, actor, now)


def _log(webhook: Webhook, kind: AccountChange.Kind, actor: User, now: datetime) -> None:
    """Under its name and never with its address, which may hold a secret."""
    log_change(
        school=webhook.school, kind=kind, actor=actor, subject=webhook.owner, detail=webhook.name, now=now
    )
