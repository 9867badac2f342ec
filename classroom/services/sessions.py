"""Ends logins: the sessions in the database, and the sockets that were opened under them."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
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


def end_other_logins(*, user: User, kept: str | None, now: datetime) -> None:
    """All but the one with the session key `kept`, and those that wait for the second factor."""
    for login in UserSession.objects.filter(user=user).exclude(session_key=kept):
        end_login(login=login)
    end_sessions(user_ids=[user.pk], now=now, kept=kept)


def end_sessions(*, user_ids: Collection[int], now: datetime, kept: str | None = None) -> int:
    """All logins of these accounts, wherever, also those that wait for the second factor; answers how many.

    A session does not say in a column whose it is, so each that is open is read.
    """
    owners = {name for user_id in user_ids for name in _names_in_sessions(user_id)}
    keys = [session.session_key for session in _open_sessions(now) if owners & _owners(session)]
    keys = [key for key in keys if key != kept]
    Session.objects.filter(session_key__in=keys).delete()
    transaction.on_commit(lambda: _close_sockets(keys))
    return len(keys)


def delete_ended_logins(*, now: datetime) -> int:
    """Address and browser are kept as long as the login lasts; answers how many went."""
    Session.objects.filter(expire_date__lt=now).delete()
    its_session = Session.objects.filter(session_key=OuterRef("session_key"))
    deleted: int = UserSession.objects.filter(~Exists(its_session)).delete()[0]
    return deleted


def _names_in_sessions(user_id: int) -> tuple[tuple[str, str], ...]:
    """allauth keeps a login that waits for its second factor under a key of its own, in its own spelling."""
    return (SESSION_KEY, str(user_id)), (LOGIN_SESSION_KEY, user_pk_to_url_str(User(id=user_id)))


def _owners(session: Session) -> set[tuple[str, Any]]:
    told = session.get_decoded()
    waiting = told.get(LOGIN_SESSION_KEY) or {}
    return {(SESSION_KEY, told.get(SESSION_KEY)), (LOGIN_SESSION_KEY, waiting.get("user_pk"))}


def _open_sessions(now: datetime) -> Iterator[Session]:
    return Session.objects.filter(expire_date__gt=now).iterator()


def _close_sockets(keys: Collection[str]) -> None:
    for key in keys:
        events.end_all(events.login_of(key), code=events.RIGHTS_LOST_CODE)
