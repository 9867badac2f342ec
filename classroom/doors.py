"""What stands before every view: logins that wait, and input that no database can hold."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import redis
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, parse_cookie
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import parse_header_parameters
from django.views.defaults import bad_request, page_not_found, permission_denied

from classroom import cookies, services
from classroom.errors import TooManyLogins
from classroom.models import User

REFUSED = (BadRequest, SuspiciousOperation, MultiPartParserError)
DEVICE_COOKIE = "known-device"
# Where a request says what its browser is known by from now on: no name that a header can have.
KNOWN_NOW = "classroom.known-device"
# No account's name is longer. What follows is passed over: see `classroom.names.MOST_TYPED`.
LONGEST_NAME = 150
# A whole part of a path that is a number, but larger than that of any row.
NO_ROW = re.compile(r"/[0-9]{19,}(?=[/.]|\Z)")


class PatientBackend(ModelBackend):
    """Passwords, looked at only as fast as `services.logins` allows: every login form comes through here."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **others: Any,
    ) -> User | None:
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **others)
        username = username[:LONGEST_NAME]
        address, device = request.META["REMOTE_ADDR"], request.COOKIES.get(DEVICE_COOKIE, "")
        services.begin_login(username=username, address=address, device=device, now=timezone.now())
        user = super().authenticate(request, username, password, **others)
        if user is not None:
            services.login_was_right(username=username, address=address, device=device, now=timezone.now())
            request.META[KNOWN_NOW] = services.device_of(username)
        return user


class PatientLoginMiddleware:
    """Answers a login that came too early with the same form and how long to wait; a browser whose password
    was right is known from then on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (device := request.META.get(KNOWN_NOW)) is not None:
            cookies.keep(response, DEVICE_COOKIE, device, for_s=services.DEVICE_KNOWN_FOR_S)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, TooManyLogins):
            return None
        form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
        context = {
            "form": form,
            "next": request.POST.get("next", ""),
            "wait": str(error),
            "provider": settings.IDENTITY_PROVIDER,
        }
        response = render(request, "registration/login.html", context, status=429)
        response.headers["Retry-After"] = str(error.wait_s)
        return response


class RedisAwayMiddleware:
    """Where a count of tries or a used code cannot be looked up nobody gets on, and reads why."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, redis.RedisError):
            return None
        response = render(request, "503.html", status=503)
        response.headers["Retry-After"] = "60"
        return response


class ButtonAddressMiddleware:
    """Says what to do at an address that only a button sends to: a login leads there if it came between."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or not request.accepts("text/html"):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


class ReadableInputMiddleware:
    """Refuses what no view can use, in one line of the log: no host, no form, text that no row can hold."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            is_readable = _is_readable(request)
        except REFUSED as error:
            return _refused(request, error)
        if not is_readable:
            return _refused(request, BadRequest())
        if NO_ROW.search(request.path_info):
            return page_not_found(request, Http404())
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, PermissionDenied):
            return permission_denied(request, error)
        return _refused(request, error) if isinstance(error, REFUSED) else None


class KnownEncodingOnly:
    """Django reads the address by the encoding of the form, whatever Python has under that name, before any
    of its handlers can catch what comes of it. The middleware above refuses the one that is put instead."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = [(name, _in_known_encoding(name, value)) for name, value in scope["headers"]]
        return await self.application({**scope, "headers": headers}, receive, send)


class ReadableCookiesOnly:
    """The same for sockets, whose session is looked up by a cookie."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        headers = [value.decode("latin1") for name, value in scope["headers"] if name == b"cookie"]
        cookies = [text for header in headers for text in parse_cookie(header).values()]
        application = self.application if all(map(_is_storable, cookies)) else WebsocketDenier()
        return await application(scope, receive, send)


def _in_known_encoding(name: bytes, value: bytes) -> bytes:
    if name != b"content-type":
        return value
    charset = parse_header_parameters(value.decode("latin1"))[1].get("charset", "utf-8")
    return value if charset.lower() == "utf-8" else b"text/plain; charset=latin-1"


def _refused(request: HttpRequest, error: Exception) -> HttpResponse:
    # The page of the error does not read again what could not be read.
    request._mark_post_parse_error()  # type: ignore[attr-defined]  # Django's own, without a stub
    return bad_request(request, error)


def _is_readable(request: HttpRequest) -> bool:
    request.get_host()
    if (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8":
        return False
    return all(map(_is_storable, _texts(request)))


def _texts(request: HttpRequest) -> Iterable[str]:
    yield request.path_info
    yield from request.COOKIES.values()
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            yield name
            yield from values


def _is_storable(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:  # half of a pair of code units
        return False
