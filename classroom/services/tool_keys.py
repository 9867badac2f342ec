"""The keys that this install signs with towards learning platforms: made when first needed, and rotated."""

from datetime import datetime
from typing import Any

from django.utils.crypto import salted_hmac

from classroom.lti import keys
from classroom.models import ToolKey

# The newest signs; the one before it stays published for what it has just signed.
PUBLISHED = 2


def tool_key(*, now: datetime) -> keys.OwnKey:
    """The key that signs now. One that another SECRET_KEY sealed is of no use and counts as none."""
    newest = ToolKey.objects.first()
    found = _opened(newest) if newest else None
    return found or rotate_tool_key(now=now)


def rotate_tool_key(*, now: datetime) -> keys.OwnKey:
    """A new key signs from now on; of the others the newest stays published until the next one."""
    made = keys.new_key()
    ToolKey.objects.create(name=made.name, sealed=keys.sealed(made, _secret()), made_at=now)
    kept = ToolKey.objects.values("id")[:PUBLISHED]
    ToolKey.objects.exclude(id__in=list(kept.values_list("id", flat=True))).delete()
    return made


def published_keys(*, now: datetime) -> dict[str, Any]:
    """A JSON Web Key Set, with one key at least."""
    tool_key(now=now)
    opened = [_opened(row) for row in ToolKey.objects.all()]
    return {"keys": [key.published for key in opened if key is not None]}


def _opened(row: ToolKey) -> keys.OwnKey | None:
    return keys.opened(row.name, bytes(row.sealed), _secret())


def _secret() -> bytes:
    return salted_hmac("classroom.lti.keys", "key").hexdigest().encode()
