"""Which pages may open a socket: those of this very scheme, host and port, and the origins that are trusted.

The same rule by which Django lets a form be posted. Another port of this machine is another program.
"""

from typing import Any
from urllib.parse import SplitResult, urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import validate_host
from django.utils.http import is_same_domain

DEFAULT_PORTS = {"http": 80, "https": 443}
Place = tuple[str, str, int | None]


class OwnOriginOnly:
    """Refuses every other socket before anything about the visitor is looked up."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        application = self.application if may_open(scope) else WebsocketDenier()
        return await application(scope, receive, send)


def may_open(scope: dict[str, Any]) -> bool:
    """Whether the socket's Origin is that of the host it asks for, or in CSRF_TRUSTED_ORIGINS."""
    if (origin := _place(_header(scope, b"origin"))) is None:
        return False
    if any(_matches(origin, trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS):
        return True
    # The web server sets the scheme by what the proxies say that it was told to believe.
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    own = _place(f"{scheme}://{_header(scope, b'host')}")
    return own is not None and validate_host(own[1], settings.ALLOWED_HOSTS) and origin == own


def _matches(origin: Place, trusted: str) -> bool:
    scheme, host, port = origin
    pattern = _place(trusted.replace("://*.", "://.", 1))
    return (
        pattern is not None
        and (scheme, port) == (pattern[0], pattern[2])
        and is_same_domain(host, pattern[1])
    )


def _place(origin: str) -> Place | None:
    """Scheme, host and port of an origin, and None for what is none."""
    try:
        parts = urlsplit(origin)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, _host(parts), port) if parts.hostname and port else None


def _host(parts: SplitResult) -> str:
    """As ALLOWED_HOSTS writes it: an IPv6 address stands in brackets."""
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host


def _header(scope: dict[str, Any], name: bytes) -> str:
    values = [value for header, value in scope.get("headers", []) if header == name]
    return values[0].decode("latin1") if len(values) == 1 else ""
