"""Requests by hand: raw paths, queries, headers, cookies and bodies, through all of our middleware."""

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html import unescape
from random import Random
from typing import Any
from urllib.parse import quote, unquote, urlencode

from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase

from classroom.doors import KnownEncodingOnly
from tests.hostile.mutation import ODD_BYTES, mutants, odd_bytes, odd_text
from tests.test_bad_input import FIELDS, PARAMETER, QUERIES, filled

METHODS = (*("GET", "POST") * 8, "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "post")
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
TYPES = (
    *(
        FORM,
        FORM,
        MULTIPART,
        MULTIPART,
        "application/json",
        "text/plain",
        "",
        "multipart/form-data",
        "x/y; charset=rot13",
    ),
    *(
        f"{FORM}; charset=utf-16",
        f"{FORM}; charset=\0",
        "multipart/form-data; boundary=" + "b" * 300,
        "multipart/mixed",
    ),
)
HEADERS = (
    *("accept", "accept-language", "accept-encoding", "authorization", "cookie", "content-encoding"),
    *(
        "expect",
        "forwarded",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "origin",
        "range",
        "referer",
    ),
    *("upgrade", "user-agent", "x-csrftoken", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"),
    *("x-http-method-override", "x-requested-with", "x_odd", "content_length"),
)
LIKELY_VALUES = (
    *(
        "de, en;q=0.1",
        "gzip, br",
        "bytes=0-",
        "bytes=5-1,,",
        "Bearer x",
        "Basic eDp5",
        "chunked",
        "websocket",
        "*",
        '"x"',
        "-1",
    ),
    *(
        "Mon, 07 Sep 2026 09:00:00 GMT",
        "sessionid=x; csrftoken=y",
        "127.0.0.1",
        "https",
        "http://testserver/",
        "9" * 400,
    ),
)
CONTROLS = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"[^>]*>", re.IGNORECASE)
VALUE = re.compile(r"\bvalue=\"([^\"]*)\"", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it comes over the wire, header values and body as bytes."""

    method: str
    path: bytes
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


class Server:
    """Answers as the web process does, in this thread, so that what a request changed can be taken back."""

    def __init__(self) -> None:
        self._handler = BaseHandler()
        self._handler.load_middleware()

    def answer(self, asked: Asked, *, checks_csrf: bool = False) -> HttpResponseBase | None:
        """None where what was asked is refused before any view, as no request of ours at all."""
        try:
            request = ASGIRequest(_through_the_door(_scope(asked)), io.BytesIO(asked.body))
        except UnicodeDecodeError:  # answered by django.core.handlers.asgi with 400
            return None
        request._dont_enforce_csrf_checks = not checks_csrf  # type: ignore[attr-defined]
        response = self._handler.get_response(request)
        list(response)
        response.close()
        request.close()
        return response


def _scope(asked: Asked) -> dict[str, Any]:
    path, headers = asked.path, [(b"host", b"testserver"), *asked.headers]
    if any(name == b"host" for name, _ in asked.headers):
        headers = headers[1:]
    return {
        "type": "http",
        "method": asked.method,
        "scheme": "http",
        "http_version": "1.1",
        "path": _unquoted(path),
        "raw_path": path,
        "query_string": asked.query,
        "root_path": "",
        "headers": headers,
        "client": ("192.0.2.1", 5000),
        "server": ("testserver", 80),
    }


def _unquoted(path: bytes) -> str:
    """As uvicorn does."""
    return unquote(path.decode("ascii", "replace"))


def _through_the_door(scope: dict[str, Any]) -> dict[str, Any]:
    """What KnownEncodingOnly makes of it; it waits for nothing, so one step runs all of it."""
    seen = {}

    async def inner(scope: dict[str, Any], receive: Any, send: Any) -> None:
        seen.update(scope)

    with suppress(StopIteration):
        KnownEncodingOnly(inner)(scope, None, None).send(None)
    return seen


@dataclass
class Site:
    """What is there to ask for: routes, who may ask with which cookie, and the fields of each page."""

    routes: list[str]
    known: dict[str, str]
    cookies: list[bytes]
    fields: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def learn(self, route: str, page: str) -> None:
        """The names and values of its forms are what a person would send."""
        found = [(unescape(one[1]), _value_of(one[0])) for one in CONTROLS.finditer(page)]
        options = re.findall(r"<option[^>]*value=\"([^\"]*)\"", page)
        names = {name for name, _ in found}
        found += [(name, value) for name in names for value in options[:6]]
        self.fields.setdefault(route, []).extend(found)

    def requests(self, chance: Random) -> Iterator[tuple[str, Asked]]:
        """Without an end."""
        while True:
            route = chance.choice(self.routes)
            yield (
                route,
                Asked(
                    chance.choice(METHODS),
                    self._path(route, chance),
                    self._query(chance),
                    *self._headers_and_body(route, chance),
                ),
            )

    def _path(self, route: str, chance: Random) -> bytes:
        names = [name for _kind, name in PARAMETER.findall(route)]
        known = self.known
        if names and chance.random() < 0.3:
            known = known | {chance.choice(names): odd_text(chance)}
        path = filled(route, known).encode("ascii", "replace")
        if chance.random() < 0.08:
            path = b"/" + next(mutants([path], chance)).lstrip(b"/").replace(b"?", b"%3f")[:6000]
        return path

    def _query(self, chance: Random) -> bytes:
        if chance.random() < 0.5:
            return b""
        pairs = [(chance.choice(QUERIES), self._said(chance)) for _ in range(chance.choice((1, 1, 2, 5)))]
        query = urlencode(pairs, errors="replace").encode()
        return next(mutants([query], chance))[:8000] if chance.random() < 0.3 else query

    def _said(self, chance: Random) -> str:
        return chance.choice(list(self.known.values())) if chance.random() < 0.3 else odd_text(chance)

    def _headers_and_body(self, route: str, chance: Random) -> tuple[tuple[tuple[bytes, bytes], ...], bytes]:
        kind = chance.choice(TYPES) if chance.random() < 0.2 else chance.choice((FORM, MULTIPART))
        pairs = self._pairs(route, chance)
        body = _multipart(pairs, chance) if kind == MULTIPART else urlencode(pairs, errors="replace").encode()
        if kind == "application/json":
            body = b'{"label": "' + odd_bytes(chance) + b'"}'
        if chance.random() < 0.15:
            body = next(mutants([body or b"a=1"], chance))
        headers = [(b"content-type", kind.encode("latin-1")), (b"cookie", chance.choice(self.cookies))]
        # Two lengths, or one that is no number, do not come as far: test_slow_senders.py sends them.
        length = len(body) if chance.random() < 0.95 else chance.choice((0, 1, 10 * len(body), 10**30))
        headers.append((b"content-length", str(length).encode()))
        for _ in range(chance.choice((0, 0, 1, 1, 3))):
            name = chance.choice(HEADERS).encode()
            value = chance.choice(LIKELY_VALUES).encode() if chance.random() < 0.5 else odd_bytes(chance)
            headers.append((name, value.replace(b"\r", b"").replace(b"\n", b"")[:8000]))
        return tuple(headers), body

    def _pairs(self, route: str, chance: Random) -> list[tuple[str, str]]:
        own = self.fields.get(route, [])
        pairs = [one for one in own if chance.random() < 0.8]
        for _ in range(chance.choice((0, 1, 1, 2, 4))):
            names = [name for name, _ in own] or FIELDS
            pairs.append((chance.choice(chance.choice((names, FIELDS))), self._said(chance)))
        chance.shuffle(pairs)
        return [(name, odd_text(chance) if chance.random() < 0.15 else value) for name, value in pairs]


def _value_of(control: str) -> str:
    found = VALUE.search(control)
    return unescape(found[1]) if found else "on"


def _multipart(pairs: list[tuple[str, str]], chance: Random) -> bytes:
    parts = []
    for name, value in pairs:
        kind = chance.choice(
            ("", "", '; filename="a.csv"\r\nContent-Type: text/csv', '; filename="../\0.csv"')
        )
        head = f'--b\r\nContent-Disposition: form-data; name="{quote(name)}"{kind}\r\n\r\n'.encode()
        data = value.encode("utf-8", "replace") if chance.random() < 0.8 else chance.choice(ODD_BYTES)
        parts.append(head + data + b"\r\n")
    return b"".join(parts) + b"--b--\r\n"
