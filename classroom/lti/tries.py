"""Tries to come in: begun here, answered by the platform once, within ten minutes, in the same browser."""

import hashlib
import secrets
from dataclasses import dataclass, replace

from django.core.cache import cache
from django.utils.crypto import constant_time_compare

from classroom.errors import LaunchOutdated, OtherBrowser

LASTS_S = 600
# Hints of more are handed on and not kept: those of all tries that one address may begin stay below 30 MB.
MOST_KEPT_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the platform said as it began: it goes back there unchanged."""

    platform_id: int
    login_hint: str
    message_hint: str = ""
    target: str = ""

    @property
    def kept(self) -> "Asked":
        """With hints that were too long to keep, without a way to begin again."""
        told = f"{self.login_hint}{self.message_hint}".encode(errors="surrogatepass")
        return self if len(told) <= MOST_KEPT_BYTES else replace(self, login_hint="", message_hint="")


@dataclass(frozen=True, slots=True)
class Try:
    """`secret` is for a cookie of the browser alone; the other two travel by way of the platform."""

    state: str
    nonce: str
    secret: str


@dataclass(frozen=True, slots=True)
class Taken:
    asked: Asked
    nonce: str
    secret_digest: str

    def check_browser(self, secret: str) -> None:
        """Raises OtherBrowser: without this, a link could log somebody in as somebody else."""
        if not secret or not constant_time_compare(_digest(secret), self.secret_digest):
            raise OtherBrowser


def begin_try(asked: Asked) -> Try:
    made = Try(*(secrets.token_urlsafe(24) for _ in range(3)))
    cache.set(_key(made.state), Taken(asked.kept, made.nonce, _digest(made.secret)), LASTS_S)
    return made


def take_try(state: str) -> Taken:
    """Of two answers to the same try the first takes it. Raises LaunchOutdated."""
    found: Taken | None = cache.get(_key(state)) if 0 < len(state) <= 100 else None
    if found is None or not cache.delete(_key(state)):
        raise LaunchOutdated
    return found


def _key(state: str) -> str:
    return f"lti-try:{_digest(state)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
