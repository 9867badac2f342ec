"""What clients may ask over their sockets, read from untrusted text into declared types."""

import json
from typing import Any, cast

from classroom.models import SelfReport
from classroom.wire.messages import RefreshRequest, RevealRequest, SelfReportRequest

LONGEST_TEXT = 4_000


def student_request(text: str) -> SelfReportRequest | None:
    """None where the text is no request of a student."""
    match _object(text):
        case {"type": "self_report", "kind": str(kind)} if kind in SelfReport.Kind.values:
            return cast(SelfReportRequest, {"type": "self_report", "kind": kind})
    return None


def teacher_request(text: str) -> RevealRequest | RefreshRequest | None:
    match _object(text):
        case {"type": "reveal", "on": bool(on)}:
            return {"type": "reveal", "on": on}
        case {"type": "refresh"}:
            return {"type": "refresh"}
    return None


def _object(text: str) -> dict[str, Any]:
    """Empty for what is too long, too deep, a number without end, or no object."""
    if len(text) > LONGEST_TEXT:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
