"""One simulated lesson, read as a worker reads snapshots and as a browser reads its camera, and judged."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from emotion.attention import AttentionReader
from emotion.classifier import ExpressionClassifier
from emotion.detector import FaceDetector
from emotion.geometry import GEOMETRY
from emotion.judgement.engagement import Level, ParticipantSignals, fold
from emotion.judgement.persistence import (
    DEFAULT_THRESHOLDS,
    Bin,
    Finding,
    FindingKind,
    FlagThresholds,
    bin_of,
    find,
)
from emotion.pipeline import Analyser
from emotion.values import Analysis, EmotionScores, Sighting, Signal
from worker.simulation.camera.clips import CLIPS, FRAMES, Filming
from worker.simulation.camera.portrait import LOOKS
from worker.simulation.scripts import Scene, Script, clip_at

ALL = frozenset(Signal)
FRESH_S = GEOMETRY.region.fresh_ms / 1000
ARRIVING = Scene(0, 3, "attentive")
STUDENTS = {
    "keen": Script(0, "", (("attentive", 12), ("restless", 3), ("smiling", 3))),
    "average": Script(1, "", (("attentive", 9), ("restless", 4), ("looking_down", 2), ("second_screen", 2))),
    "sad": Script(2, "", (("sad", 12), ("attentive", 1))),
    "elsewhere": Script(3, "", (("turned_left", 4), ("turned_right", 3), ("attentive", 2)), (ARRIVING,)),
    "at the phone": Script(4, "", (("looking_down", 9), ("attentive", 2)), (ARRIVING,)),
    "asleep": Script(5, "", (("eyes_closed", 1),), (ARRIVING,)),
    "takes notes": Script(6, "", (("attentive", 2), ("looking_down", 1))),
    "comes and goes": Script(10, "", (("attentive", 3), ("empty_chair", 1), ("dim_light", 1))),
}

# Pictures are unpacked once. Whether the last sighting is fresh is a question of lesson time, not of the run.
READ = """async ([pictures, shots, freshS]) => {
    const shown = {};
    for (const [name, picture] of Object.entries(pictures)) {
        const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
        const asItIs = { colorSpaceConversion: "none", premultiplyAlpha: "none" };
        shown[name] = await createImageBitmap(new Blob([bytes]), asItIs);
    }
    let freshUntil = 0;
    const read = [];
    for (const [at, name] of shots) {
        if (at >= freshUntil) await reader.forget();
        const { analysis } = await reader.read(await createImageBitmap(shown[name]));
        if (analysis.sighting?.found) freshUntil = at + freshS;
        read.push(analysis);
    }
    return read;
}"""


@dataclass(frozen=True, slots=True)
class Shot:
    """What a camera shows at a second of lesson time."""

    at: int
    clip: str
    frame: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What is made of one student's readings: the level after each, and the sums of ten seconds."""

    levels: tuple[Level, ...]
    bins: tuple[Bin, ...]


Lesson = Mapping[str, Judged]
Flags = frozenset[tuple[str, FindingKind]]


def shots(script: Script, *, minutes: float, every_s: int) -> list[Shot]:
    times = range(0, round(60 * minutes), every_s)
    return [Shot(at, clip_at(script, at), number % FRAMES) for number, at in enumerate(times)]


class WorkersWay:
    """A worker's reader of JPEGs, with several expression networks on the same crops."""

    def __init__(self, bundle: Path, networks: Mapping[str, Path]) -> None:
        self._classifiers = _AllOf(
            {n: ExpressionClassifier.load(p, sparing=True) for n, p in networks.items()}
        )
        self._analyser = Analyser(FaceDetector.load(bundle), AttentionReader.load(bundle), self._classifiers)

    def read(self, filming: Filming, taken: Sequence[Shot]) -> dict[str, list[Analysis]]:
        """By network."""
        last: Sighting | None = None
        fresh_until = 0.0
        read: dict[str, list[Analysis]] = {name: [] for name in self._classifiers.of}
        for shot in taken:
            seen = last if shot.at < fresh_until else None
            analysis = self._analyser.analyse(filming.jpeg(shot.clip, shot.frame), ALL, seen)
            last = analysis.sighting
            if last is not None and last.found:
                fresh_until = shot.at + FRESH_S
            for name, scores in self._classifiers.newest.items():
                read[name].append(replace(analysis, expression=scores if analysis.expression else None))
        return read


class _AllOf:
    """Answers with the first network's scores and keeps those of all."""

    def __init__(self, of: Mapping[str, ExpressionClassifier]) -> None:
        self.of = of
        self.newest: dict[str, EmotionScores | None] = dict.fromkeys(of)

    def classify(self, crop: NDArray[np.uint8]) -> EmotionScores:
        scores = {name: one.classify(crop) for name, one in self.of.items()}
        self.newest.update(scores)
        return next(iter(scores.values()))


def read_in_browser(page: Page, filming: Filming, taken: Sequence[Shot]) -> list[Analysis]:
    """By the front door of static/js/reading, which is open as `reader`; of pixels, not JPEGs."""
    pictures = {
        _name(one): _png(filming.picture(CLIPS[one.clip], one.frame)) for one in set(_pictures(taken))
    }
    told = page.evaluate(READ, [pictures, [[one.at, _name(one)] for one in taken], FRESH_S])
    return msgspec.convert(told, list[Analysis])


def _pictures(taken: Sequence[Shot]) -> Iterator[Shot]:
    return (replace(one, at=0) for one in taken)


def _name(shot: Shot) -> str:
    return f"{shot.clip} {shot.frame}"


def _png(picture: NDArray[np.uint8]) -> str:
    return b64encode(cv2.imencode(".png", picture[:, :, ::-1])[1].tobytes()).decode()


def film(script: Script) -> Filming:
    assert script.look is not None
    return Filming(LOOKS[script.look])


def judged(taken: Sequence[Shot], read: Sequence[Analysis]) -> Judged:
    state: ParticipantSignals | None = None
    levels, bins = [], []
    for shot, analysis in zip(taken, read, strict=True):
        state, engagement = fold(state, analysis, shot.at)
        levels.append(engagement.level)
        bins.append(bin_of(analysis, engagement, shot.at))
    return Judged(tuple(levels), tuple(bins))


def flags(lesson: Lesson, *, lesson_s: float, thresholds: FlagThresholds = DEFAULT_THRESHOLDS) -> Flags:
    """Who is drafted for what."""
    bins = {name: one.bins for name, one in lesson.items()}
    return frozenset(
        (name, kind)
        for kind in FindingKind
        for name, verdict in find(bins, kind=kind, lesson_s=lesson_s, thresholds=thresholds).items()
        if isinstance(verdict, Finding)
    )


def same_level(one: Lesson, other: Lesson) -> float:
    """The share of the students' seconds with the same level."""
    pairs = [pair for name in one for pair in zip(one[name].levels, other[name].levels, strict=True)]
    return sum(first is second for first, second in pairs) / len(pairs)
