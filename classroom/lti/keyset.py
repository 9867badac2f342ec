"""The published keys of a platform: asked for once an hour, and again where one is new."""

from typing import Any

from django.core.cache import cache

from classroom.errors import KeyUnknown
from classroom.lti.asked import asked, given
from classroom.lti.keys import PublicKey, keys_in, public_key
from classroom.lti.reading import json_of
from classroom.lti.values import Endpoints

KEPT_S = 3600
# A stranger can name any key: whoever does has the platform asked no more often than this.
ASKED_AGAIN_AFTER_S = 30
MOST_BYTES = 200_000


def key_of(platform: Endpoints, name: str, algorithm: str) -> PublicKey:
    """Raises KeyUnknown, AlgorithmRefused, PlatformAway, PlatformSaysNo."""
    known: dict[str, dict[str, Any]] | None = cache.get(_key(platform))
    if (known is None or name not in known) and cache.add(f"{_key(platform)}:asked", 1, ASKED_AGAIN_AFTER_S):
        known = _ask(platform)
    if not known or name not in known:
        raise KeyUnknown
    return public_key(known[name], algorithm)


def _ask(platform: Endpoints) -> dict[str, dict[str, Any]]:
    answer = asked("GET", platform.keys_url, headers={"Accept": "application/json"}, most_bytes=MOST_BYTES)
    known = keys_in(json_of(given(answer).body))
    cache.set(_key(platform), known, KEPT_S)
    return known


def _key(platform: Endpoints) -> str:
    return f"lti-keys:{platform.key}"
