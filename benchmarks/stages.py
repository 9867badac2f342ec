"""What the Analyser's processor time goes into, beside its floor: the same networks bare, in the same run."""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import cv2
import numpy as np

from benchmarks.bare_finder import BareFinder
from benchmarks.figures import Stage, Stages
from emotion.attention import AttentionReader
from emotion.blendshapes import IN_BUNDLE as BLENDSHAPES
from emotion.blendshapes import BlendshapeNetwork
from emotion.classifier import ExpressionClassifier
from emotion.detector import MODEL_FILE, FaceDetector
from emotion.finder import Finder
from emotion.image import decode
from emotion.landmarker import IN_BUNDLE as LANDMARKS
from emotion.landmarker import Landmarker
from emotion.litert import interpreter, member
from emotion.pipeline import EXPRESSION_FILE, Analyser
from emotion.preprocess import face_crop
from emotion.values import Signal
from tests.small_faces import jpeg
from worker.simulation.camera.portrait import LOOKS, Portrait

EVERYTHING, PRESENCE = frozenset(Signal), frozenset({Signal.PRESENCE})
PEOPLE = 6
WARM_UP = 2
Work = Callable[[], object]


class Timed:
    """A part of the Analyser whose calls are added up, in milliseconds of processor, until `taken`."""

    def __init__(self, part: Any) -> None:
        self._part = part
        self._ms = 0.0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._part, name)

        def timed(*arguments: Any) -> Any:
            began = process_time()
            try:
                return call(*arguments)
            finally:
                self._ms += 1000 * (process_time() - began)

        return timed

    def taken(self) -> float:
        ms, self._ms = self._ms, 0.0
        return ms


class Clocks:
    """By name what each piece of work took, each time."""

    def __init__(self) -> None:
        self._ms: dict[str, list[float]] = {}

    def note(self, name: str, ms: float) -> None:
        self._ms.setdefault(name, []).append(ms)

    def time(self, name: str, work: Work) -> None:
        began = process_time()
        work()
        self.note(name, 1000 * (process_time() - began))

    def __getitem__(self, name: str) -> float:
        return median(self._ms[name])


def measure(models: Path, *, rounds: int) -> Stages:
    """Everything in turn, snapshot by snapshot, so that a busy minute is everybody's; medians."""
    analyser, parts, bare = Analyser.load(models), Parts(models), Bare(models)
    portraits = [Portrait(look) for look in LOOKS[:PEOPLE]]
    clocks = Clocks()
    for turn in range(WARM_UP + rounds):
        noted = clocks if turn >= WARM_UP else Clocks()
        for portrait in portraits:
            face, room = jpeg(portrait.render(seed=turn)), jpeg(portrait.empty(seed=turn))
            _time_whole(noted, analyser, face, room)
            parts.time(noted, face)
            bare.time(noted, face)
    return _stages(clocks)


def _time_whole(clocks: Clocks, analyser: Analyser, face: bytes, room: bytes) -> None:
    last = analyser.analyse(face, EVERYTHING).sighting
    clocks.time("found", lambda: analyser.analyse(face, EVERYTHING))
    clocks.time("followed", lambda: analyser.analyse(face, EVERYTHING, last))
    clocks.time("presence", lambda: analyser.analyse(face, PRESENCE))
    nobody = analyser.analyse(room, EVERYTHING).sighting
    clocks.time("empty", lambda: analyser.analyse(room, EVERYTHING))
    clocks.time("still empty", lambda: analyser.analyse(room, EVERYTHING, nobody))


class Parts:
    """An Analyser of its parts, each with a clock."""

    def __init__(self, models: Path) -> None:
        bundle = models / MODEL_FILE
        loaded: dict[str, Any] = {
            "finder": Finder.load(bundle),
            "landmarks": Landmarker.load(bundle),
            "blendshapes": BlendshapeNetwork.load(bundle),
            "expression": ExpressionClassifier.load(models / EXPRESSION_FILE, sparing=True),
        }
        self._timed: dict[str, Any] = {name: Timed(part) for name, part in loaded.items()}
        self._detector = FaceDetector(loaded["finder"], loaded["landmarks"])
        self._analyser = Analyser(
            FaceDetector(self._timed["finder"], self._timed["landmarks"]),
            AttentionReader(self._timed["blendshapes"]),
            self._timed["expression"],
        )

    def time(self, clocks: Clocks, face: bytes) -> None:
        image = decode(face)
        points = self._detector.detect(image)[0].crop_points()
        clocks.time("decode", lambda: decode(face))
        clocks.time("crop", lambda: face_crop(image, *points))
        last = self._analyser.analyse(face, EVERYTHING).sighting
        self._take(Clocks(), "")
        self._analyser.analyse(face, EVERYTHING)
        self._take(clocks, "found")
        self._analyser.analyse(face, EVERYTHING, last)
        self._take(clocks, "followed")

    def _take(self, clocks: Clocks, kind: str) -> None:
        for name, part in self._timed.items():
            clocks.note(f"{name} {kind}", part.taken())


class Bare:
    """The floor: nothing but decoding and each network once, in LiteRT on one thread, its input ready."""

    def __init__(self, models: Path) -> None:
        bundle = models / MODEL_FILE
        self._finder = BareFinder(bundle)
        self._networks = {
            "landmarks": _network(member(bundle, LANDMARKS)),
            "blendshapes": _network(member(bundle, BLENDSHAPES)),
            "expression": _network(models / EXPRESSION_FILE),
        }

    def time(self, clocks: Clocks, face: bytes) -> None:
        data = np.frombuffer(face, np.uint8)
        image, seen = decode(face), self._finder.seen(decode(face))
        clocks.time("decode bare", lambda: cv2.imdecode(data, cv2.IMREAD_COLOR_RGB))
        clocks.time("finder bare", lambda: self._finder.network.run(seen))
        clocks.time("finder bare and read", lambda: self._finder.find(image))
        for name, run in self._networks.items():
            clocks.time(f"{name} bare", run)


def _network(model: Path | bytes) -> Work:
    """One pass over noise: what a network sees is nothing to its time."""
    made = interpreter(model)
    (given,) = made.get_input_details()
    random = np.random.default_rng(1)
    values = (random.random(given["shape"]) * 100).astype(given["dtype"])
    outputs = [each["index"] for each in made.get_output_details()]

    def run() -> Sequence[object]:
        made.set_tensor(given["index"], values)
        made.invoke()
        return [made.get_tensor(index) for index in outputs]

    return run


def _stages(clocks: Clocks) -> Stages:
    stages = [Stage("decode", clocks["decode"], clocks["decode"], clocks["decode bare"])]
    for name in ("finder", "landmarks", "blendshapes", "expression"):
        timed = (clocks[f"{name} {kind}"] for kind in ("found", "followed", "bare"))
        stages.append(Stage(name, *timed))
    stages.insert(4, Stage("crop", clocks["crop"], clocks["crop"], None))
    found, followed = clocks["found"], clocks["followed"]
    around = Stage(
        "Python around",
        found - sum(each.found for each in stages),
        followed - sum(each.followed for each in stages),
        None,
    )
    return Stages(
        stages=[*stages, around],
        found=found,
        followed=followed,
        presence=clocks["presence"],
        empty=clocks["empty"],
        still_empty=clocks["still empty"],
        floor=sum(each.floor for each in stages if each.floor is not None),
        bare_finder=clocks["finder bare and read"],
    )
