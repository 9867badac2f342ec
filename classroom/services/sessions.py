"""Ends logins: the sessions in the database, and the sockets that were opened under them."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from classroom.models import User
from classroom.wire import events


@receiver(user_logged_in)
def note_login(request: HttpRequest, user: User, **signal: Any) -> None:
    """Into the list of own logins, by whatever page somebody came in."""
    if "REMOTE_ADDR" in request.META:
        UserSession.objects.create_from_request(request, user=user)


def end_login(*, login: UserSession) -> None:
    """With it end the sockets that were opened under it."""
    login.end()
    events.end_all(events.login_of(login.session_key), code=events.RIGHTS_LOST_CODE)


def end_logins(*, logins: Iterable[UserSession]) -> None:
    for login in logins:
        end_login(login=login)


def end_sessions(*, user_ids: Collection[int], now: datetime) -> int:
    """All logins of these accounts, wherever; answers how many there were.

    A session does not say in a column whose it is, so each that is open is read.
    """
    ids = set(map(str, user_ids))
    keys = [session.session_key for session in _open_sessions(now) if session_owner(session) in ids]
    Session.objects.filter(session_key__in=keys).delete()
    transaction.on_commit(lambda: _close_sockets(keys))
    return len(keys)


def delete_ended_logins(*, now: datetime) -> int:
    """Address and browser are kept as long as the login lasts; answers how many went."""
    Session.objects.filter(expire_date__lt=now).delete()
    return sum(login.purge() for login in UserSession.objects.iterator())


def session_owner(session: Session) -> str | None:
    owner: str | None = session.get_decoded().get(SESSION_KEY)
    return owner


def _open_sessions(now: datetime) -> Iterator[Session]:
    return Session.objects.filter(expire_date__gt=now).iterator()


def _close_sockets(keys: Collection[str]) -> None:
    for key in keys:
        events.end_all(events.login_of(key), code=events.RIGHTS_LOST_CODE)
