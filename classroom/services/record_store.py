"""The school's record store: set up, paused and removed by its administrators."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction

from classroom.errors import StoreSecretMissing, TooManyRequests
from classroom.models import AccountChange, Policy, RecordStore, School, User
from classroom.outbound import check_address
from classroom.sealed import seal
from classroom.services.account_log import log_change
from classroom.services.dispatch import send_policy_task
from classroom.services.outbox import send_test
from classroom.services.rates import counted
from classroom.services.webhooks import RESUMED, TESTS_A_MINUTE


@transaction.atomic
def set_store(
    *,
    school: School,
    actor: User,
    address: str,
    key: str,
    secret: str,
    told: Collection[str],
    origin: str,
    now: datetime,
) -> RecordStore:
    """An empty secret leaves the one that there is, at the same host. Students of lessons that run are asked
    again where more of them is to go there. Raises AddressNotAllowed, StoreSecretMissing."""
    check_address(address)
    before = RecordStore.objects.select_for_update().filter(school=school).first()
    store = RecordStore(
        school=school, address=address, key=key, told=sorted(told), origin=origin, made_at=now
    )
    if secret:
        store.secret = seal(secret)
    elif before is not None and before.host == store.host:
        store.secret = before.secret
    else:
        raise StoreSecretMissing
    if before is not None:
        store.id, store.made_at, store.paused_at = before.id, before.made_at, before.paused_at
    store.save()
    _hold(school, store.sendings)
    detail = f"{store.host}: {', '.join(store.told_labels)}"[:200]
    log_change(school=school, kind=AccountChange.Kind.STORE_SET, actor=actor, detail=detail, now=now)
    return store


@transaction.atomic
def remove_store(*, store: RecordStore, actor: User, now: datetime) -> None:
    """What it has stays there: that is the school's to delete."""
    if RecordStore.objects.filter(id=store.id).delete()[0]:
        _hold(store.school, [])
        kind = AccountChange.Kind.STORE_ENDED
        log_change(school=store.school, kind=kind, actor=actor, detail=store.host[:200], now=now)


def pause_store(*, store: RecordStore, now: datetime) -> None:
    """Of lessons that end meanwhile nothing is sent, later either."""
    RecordStore.objects.filter(id=store.id, paused_at=None).update(paused_at=now)


def resume_store(*, store: RecordStore) -> None:
    RecordStore.objects.filter(id=store.id).update(**RESUMED)


def try_store(*, store: RecordStore, now: datetime) -> None:
    """Raises TooManyRequests."""
    if counted(f"store-test:{store.id}:{now:%Y%m%d%H%M}", 60) > TESTS_A_MINUTE:
        raise TooManyRequests
    send_test(target=store, now=now)


def _hold(school: School, sendings: list[str]) -> None:
    """In the policy, so that whatever asks what it allows finds it there; seats are asked anew."""
    if Policy.objects.filter(school=school).update(sendings=sendings):
        transaction.on_commit(partial(send_policy_task, school.id))
