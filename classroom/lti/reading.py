"""Text out of what a platform sent: anything may stand there."""

import json
from typing import Any

from classroom.errors import PlatformSaysNo

Claims = dict[str, Any]


def text_in(claims: object, name: str, most: int) -> str:
    """The text under the name; empty where there is none, or one that is too long or no row could hold."""
    value = claims.get(name) if isinstance(claims, dict) else None
    return value.strip() if isinstance(value, str) and len(value) <= most and _is_storable(value) else ""


def dict_in(claims: object, name: str) -> Claims:
    value = claims.get(name) if isinstance(claims, dict) else None
    return value if isinstance(value, dict) else {}


def texts_in(claims: object, name: str) -> list[str]:
    value = claims.get(name) if isinstance(claims, dict) else None
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def json_of(body: bytes) -> Any:
    """Raises PlatformSaysNo."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise PlatformSaysNo from error


def _is_storable(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:  # half of a pair of code units
        return False
