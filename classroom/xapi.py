"""What happened in a lesson, as xAPI 1.0.3 statements for a record store. Pure.

A `Happening` has no place for a name, an expression, engagement or anything else that was measured, so no
statement has one.
"""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID, uuid5

VERSION = "1.0.3"
MOST_AT_ONCE = 50
OURS = UUID("6d1c3f0e-5a0b-4f57-9a53-2d6a1c0f9be7")
ADL_VERBS = "http://adlnet.gov/expapi/verbs/"
ADL_TYPES = "http://adlnet.gov/expapi/activities/"
VIRTUAL_CLASSROOM = "https://w3id.org/xapi/virtual-classroom"
VIRTUAL_CLASSROOM_TYPE = f"{VIRTUAL_CLASSROOM}/activity-types/virtual-classroom"


class Did(Enum):
    """The verbs: those of ADL, and for a key moment the one that is nearest."""

    INITIALIZED = f"{ADL_VERBS}initialized"
    TERMINATED = f"{ADL_VERBS}terminated"
    ATTENDED = f"{ADL_VERBS}attended"
    RESPONDED = f"{ADL_VERBS}responded"
    BOOKMARKED = "http://id.tincanapi.com/verb/bookmarked"


@dataclass(frozen=True, slots=True)
class Happening:
    """`who` is a made-up name; `said` is the kind of a tap, and empty for everything else."""

    who: str
    did: Did
    lesson_id: int
    classroom_id: int
    at: datetime
    said: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """`place` orders the statements of a lesson, each after what happened before it."""

    place: str
    content: dict[str, Any]


def statements(happenings: Sequence[Happening], home: str) -> list[Statement]:
    """In order; the same values make the same ids. `home` is this server's address without a last slash."""
    return sorted((_statement(one, home) for one in happenings), key=lambda one: one.place)


def headers(key: str, secret: str) -> dict[str, str]:
    credentials = b64encode(f"{key}:{secret}".encode()).decode()
    return {
        "Authorization": f"Basic {credentials}",
        "Content-Type": "application/json",
        "X-Experience-API-Version": VERSION,
    }


def _statement(one: Happening, home: str) -> Statement:
    at = one.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    content = {
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": one.who}},
        "verb": {"id": one.did.value, "display": {"en": one.did.name.lower()}},
        "object": _object(one, home),
        "context": {
            "platform": "ClassPulse",
            "contextActivities": {
                "parent": [_parent(one, home)],
                "category": [{"id": VIRTUAL_CLASSROOM, "definition": {"type": f"{ADL_TYPES}profile"}}],
            },
        },
        "timestamp": at,
    }
    if one.said:
        content["result"] = {"response": one.said}
    number = uuid5(OURS, json.dumps(content, sort_keys=True))
    return Statement(f"{at} {number}", {"id": str(number), **content})


def _object(one: Happening, home: str) -> dict[str, Any]:
    if one.did is Did.RESPONDED:
        return _activity(f"{home}/lessons/{one.lesson_id}/#self-report", f"{ADL_TYPES}question")
    return _lesson(one, home)


def _parent(one: Happening, home: str) -> dict[str, Any]:
    if one.did is Did.RESPONDED:
        return _lesson(one, home)
    return _activity(f"{home}/classrooms/{one.classroom_id}/", f"{ADL_TYPES}course")


def _lesson(one: Happening, home: str) -> dict[str, Any]:
    return _activity(f"{home}/lessons/{one.lesson_id}/", VIRTUAL_CLASSROOM_TYPE)


def _activity(number: str, kind: str) -> dict[str, Any]:
    return {"objectType": "Activity", "id": number, "definition": {"type": kind}}
