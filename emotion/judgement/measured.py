"""What the rule of engagement is worth, as `validate --json` measured it: one file for page and docs."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

PLACE = Path(__file__).with_suffix(".json")


class Figure(NamedTuple):
    """An area under the curve and its 95 % bounds."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Faces:
    pictures: int
    share: float
    people: int
    lowest: float
    few: int


@dataclass(frozen=True, slots=True)
class Seconds:
    takes: int
    engaged: float
    drifting: float
    away: float
    unknown: float


@dataclass(frozen=True, slots=True)
class Measured:
    """`levels` counts pictures by label and level; `sequences` are shares of seconds by behaviour."""

    students: int
    pictures: int
    auc_disengaged: Figure
    auc_engaged: Figure
    levels: dict[str, dict[str, int]]
    faces: Faces
    sequences: dict[str, Seconds]
    light: dict[str, Faces]


@cache
def measured() -> Measured:
    return msgspec.json.decode(PLACE.read_bytes(), type=Measured)
