"""The committed table: what the shipped network reads of each clip, look by look."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from statistics import fmean
from typing import Protocol

import msgspec

from emotion.labels import EMOTIONS
from emotion.values import Analysis, Signal
from worker.simulation.camera.clips.clip import CLIPS, FRAMES, Filming, Meaning

NEARLY_ALL = 0.85  # share of a clip's pictures that must be read as meant
SAME_PROBABILITY, SAME_DEGREES, SAME_SHARE = 0.08, 3.0, 0.15
EYES_OPEN_FROM, EYES_CLOSED_TO = 0.5, 0.2


class Reader(Protocol):
    def analyse(self, jpeg: bytes, signals: frozenset[Signal], /) -> Analysis: ...


@dataclass(frozen=True, slots=True)
class LookSummary:
    """What was read of one clip in one look: shares of its pictures, and means over those with a face.

    `tops` counts labels with the highest probability; the means are None where no face was found.
    """

    look: int
    faces: float
    as_meant: float
    tops: Mapping[str, float]
    certain: float
    probabilities: tuple[float, ...] | None
    yaw: float | None
    pitch: float | None
    eye_openness: float | None

    @property
    def is_usable(self) -> bool:
        return self.as_meant >= NEARLY_ALL

    def resembles(self, other: "LookSummary") -> bool:
        """Whether another measurement of the same clip says the same."""
        shares = (
            abs(self.faces - other.faces) <= SAME_SHARE and abs(self.as_meant - other.as_meant) <= SAME_SHARE
        )
        angles = _close(self.yaw, other.yaw, SAME_DEGREES) and _close(self.pitch, other.pitch, SAME_DEGREES)
        pairs = zip(self.probabilities or (), other.probabilities or (), strict=True)
        return shares and angles and all(_close(one, two, SAME_PROBABILITY) for one, two in pairs)


@dataclass(frozen=True, slots=True)
class ClipTable:
    """Readings of every clip, made with the expression network of checksum `weights_sha256`."""

    weights_sha256: str
    readings: Mapping[str, tuple[LookSummary, ...]]

    def usable(self, clip: str) -> frozenset[int]:
        """The looks in which the clip is read as meant."""
        return frozenset(reading.look for reading in self.readings[clip] if reading.is_usable)


def load_table() -> ClipTable:
    content = (resources.files("worker.simulation.camera.clips") / "table.json").read_bytes()
    return msgspec.json.decode(content, type=ClipTable)


def write_table(table: ClipTable, path: Path) -> None:
    """One line a reading, so that a change shows where it is."""
    clips = (
        f'    "{clip}": [\n      ' + ",\n      ".join(json.dumps(asdict(row)) for row in rows) + "\n    ]"
        for clip, rows in table.readings.items()
    )
    head = f'{{\n  "weights_sha256": "{table.weights_sha256}",\n  "readings": {{\n'
    path.write_text(head + ",\n".join(clips) + "\n  }\n}\n", encoding="utf-8")


def read_clip(reader: Reader, filming: Filming, clip: str, look: int) -> LookSummary:
    """Measure all pictures of a clip as a worker would."""
    seen = [reader.analyse(filming.jpeg(clip, frame), frozenset(Signal)) for frame in range(FRAMES)]
    return summary(look, CLIPS[clip].meaning, seen)


def summary(look: int, meaning: Meaning, seen: Sequence[Analysis]) -> LookSummary:
    attentions = [one.attention for one in seen if one.attention]
    expressions = [one.expression for one in seen if one.expression]
    tops = [str(one.top) for one in expressions]
    columns = zip(*(one.probabilities for one in expressions), strict=True)
    return LookSummary(
        look=look,
        faces=_share(one.faces == 1 for one in seen),
        as_meant=_share(is_as_meant(meaning, one) for one in seen),
        tops={label: round(tops.count(label) / len(seen), 3) for label in EMOTIONS if label in tops},
        certain=_share(one.expression is not None and not one.expression.uncertain for one in seen),
        probabilities=tuple(round(fmean(column), 3) for column in columns) or None,
        yaw=_mean(one.yaw for one in attentions),
        pitch=_mean(one.pitch for one in attentions),
        eye_openness=_mean(one.eye_openness for one in attentions),
    )


def is_as_meant(meaning: Meaning, seen: Analysis) -> bool:
    if seen.attention is None or seen.expression is None:
        return not meaning.face and seen.faces == 0
    attention = seen.attention
    return (
        meaning.face
        and seen.faces == 1
        and (meaning.expression is None or seen.expression.top is meaning.expression)
        and _within(attention.yaw, meaning.yaw)
        and _within(attention.pitch, meaning.pitch)
        and _eyes_as_meant(attention.eye_openness, meaning.eyes)
    )


def _eyes_as_meant(openness: float, eyes: str | None) -> bool:
    if eyes is None:
        return True
    return openness >= EYES_OPEN_FROM if eyes == "open" else openness <= EYES_CLOSED_TO


def _within(value: float, limits: tuple[float, float] | None) -> bool:
    return limits is None or limits[0] <= value <= limits[1]


def _close(one: float | None, two: float | None, tolerance: float) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= tolerance


def _share(these: Iterable[bool]) -> float:
    return round(fmean(these), 3)


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return round(fmean(known), 3) if known else None
