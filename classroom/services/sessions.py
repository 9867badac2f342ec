"""Ends logins: the sessions in the database, and the sockets that were opened under them."""

from collections.abc import Collection, Iterator
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction

from classroom.wire import events


def end_sessions(*, user_ids: Collection[int], now: datetime) -> int:
    """All logins of these accounts, wherever; answers how many there were.

    A session does not say in a column whose it is, so each that is open is read.
    """
    ids = set(map(str, user_ids))
    keys = [session.session_key for session in _open_sessions(now) if session_owner(session) in ids]
    Session.objects.filter(session_key__in=keys).delete()
    transaction.on_commit(lambda: _close_sockets(keys))
    return len(keys)


def session_owner(session: Session) -> str | None:
    owner: str | None = session.get_decoded().get(SESSION_KEY)
    return owner


def _open_sessions(now: datetime) -> Iterator[Session]:
    return Session.objects.filter(expire_date__gt=now).iterator()


def _close_sockets(keys: Collection[str]) -> None:
    for key in keys:
        events.end_all(events.login_of(key), code=events.RIGHTS_LOST_CODE)
