"""Who has to have a second factor. Without it the pages are reached that set one up, and nothing else."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from channels.db import database_sync_to_async
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from classroom.access import Visitor
from classroom.models import User

ROLES: dict[str, set[str]] = {
    "none": set(),
    "admins": {User.Role.ADMIN},
    "teachers": {User.Role.ADMIN, User.Role.TEACHER},
}
SETTING_UP = {
    "logout",
    "account_logout",
    "account_reauthenticate",
    "login_again",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
}


def is_required(user: Visitor) -> bool:
    roles = ROLES[settings.REQUIRE_SECOND_FACTOR]
    return bool(roles) and isinstance(user, User) and (user.role in roles or user.is_staff)


def is_missing(user: Visitor) -> bool:
    return is_required(user) and not is_mfa_enabled(user)


def missing_among(accounts: QuerySet[User]) -> QuerySet[User]:
    """Active ones that have to set one up."""
    roles = ROLES[settings.REQUIRE_SECOND_FACTOR]
    if not roles:
        return accounts.none()
    required = accounts.filter(Q(role__in=roles) | Q(is_staff=True), is_active=True)
    return required.exclude(Exists(Authenticator.objects.filter(user=OuterRef("pk"))))


class SecondFactorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        if not is_missing(request.user):
            return None
        request.needs_second_factor = True  # type: ignore[attr-defined]  # the page says why it is shown
        name = request.resolver_match.url_name if request.resolver_match else None
        return None if name in SETTING_UP else redirect("mfa_index")


class SecondFactorOnly:
    """The same for sockets."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        is_refused = await database_sync_to_async(is_missing)(scope["user"])
        application = WebsocketDenier() if is_refused else self.application
        return await application(scope, receive, send)
