"""Accounts and their logins: links that set a password, confirmed addresses, logins that end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from classroom.models import User
from classroom.wire import events


def password_reset_link(user: User, request: HttpRequest) -> str:
    """The address under which this account sets a new password, once, within three days."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return request.build_absolute_uri(reverse("account_reset_password_from_key", kwargs=key))


@transaction.atomic
def note_confirmed_email(*, user: User, email: str) -> None:
    """The address is this person's, as whoever opened a mail sent there has shown."""
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=True)
    user.email = email
    user.save(update_fields=["email"])


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


def delete_ended_logins(*, now: datetime) -> int:
    """Address and browser are kept as long as the login lasts; answers how many went."""
    Session.objects.filter(expire_date__lt=now).delete()
    return sum(login.purge() for login in UserSession.objects.iterator())
