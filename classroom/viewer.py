"""What follows from who looks: language and time zone of a page, and none at all for a suspended school."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from classroom import queries
from classroom.access import is_barred
from classroom.errors import SchoolSuspended
from classroom.models import User
from classroom.models.people import time_zones


class LanguageMiddleware:
    """Every page in a language of its visitor, and told so to whatever keeps pages.

    Where an account has chosen one, that follows once the account is known.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(asked_by(request) or settings.DEFAULT_LANGUAGE):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


class ViewerMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if is_barred(user):
            logout(request)
            return render(request, "suspended.html", {"sentence": SchoolSuspended.sentence}, status=403)
        with language_and_zone_of(user):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
            return response

    def process_view(self, request: HttpRequest, view: object, args: object, named: dict[str, Any]) -> None:
        """Where nobody asked for a language that there is: the school's, whose secret brought one here."""
        is_program = "Accept-Language" not in request.headers
        if is_program or asked_by(request) or (isinstance(request.user, User) and _chosen_by(request.user)):
            return
        language = queries.language_of_school(request.user, request.COOKIES, join_token=named.get("token"))
        if language in dict(settings.LANGUAGES):
            translation.activate(language)  # until the response has left LanguageMiddleware


def asked_by(request: HttpRequest) -> str | None:
    """The language chosen on a page before, else the browser's first that there is."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        return chosen
    for asked, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        try:
            return translation.get_supported_language_variant(asked)
        except LookupError:
            continue
    return None


@contextmanager
def language_and_zone_of(user: User) -> Iterator[None]:
    zone = ZoneInfo(user.time_zone) if user.time_zone in time_zones() else timezone.get_default_timezone()
    with timezone.override(zone), translation.override(_chosen_by(user) or translation.get_language()):
        yield


@contextmanager
def language_of_reader(user: User | None, *, otherwise: str | None = None) -> Iterator[None]:
    """Of a mail: what the reader chose, else the school's; whoever has it sent may read another one."""
    of_school = user.school.language if user and user.school else ""
    known = (one for one in (_chosen_by(user), otherwise, of_school) if one in dict(settings.LANGUAGES))
    with translation.override(next(known, settings.DEFAULT_LANGUAGE)):
        yield


def _chosen_by(user: User | None) -> str:
    """Nothing where there is no catalogue of it any more."""
    return user.language if user and user.language in dict(settings.LANGUAGES) else ""
