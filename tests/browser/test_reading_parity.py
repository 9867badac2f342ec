"""The browser reads a picture as the worker does: the same pixels, the same networks, the same answers."""

from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from playwright.sync_api import Page

from classroom.local.browser_networks import FOLDER
from emotion import pipeline
from emotion.attention import AttentionReader
from emotion.classifier import ExpressionClassifier
from emotion.detector import FaceDetector
from emotion.pipeline import Analyser
from emotion.values import Analysis, Attention, Signal
from tests.browser.reading import addresses, open_reader, png, read, read_in_firefox
from tests.firefox import Tab
from tests.product import ROOT, Product
from worker.simulation.camera.portrait import LOOKS, Expression, Framing, Portrait, Pose

pytestmark = pytest.mark.browser
Picture = NDArray[np.uint8]
ALL = frozenset(Signal)
DEGREES, OPENNESS, GAZE, VARIATION = 1.5, 0.03, 0.05, 0.05
POSES = [Pose(), Pose(yaw=18), Pose(yaw=-30, pitch=6), Pose(pitch=-14, roll=9), Pose(pitch=10, roll=-20)]
EXPRESSIONS = [Expression(), Expression(smile=1.0), Expression(eyelids=0.7)]
GAZES = [
    Expression(gaze_x=0.8),
    Expression(gaze_y=-0.8),
    Expression(mouth_open=0.9),
    Expression(brow_lower=1),
]


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    """The worker's own, with the browser's expression network."""
    bundle = ROOT / "models" / "face_landmarker.task"
    network = ROOT / "models" / FOLDER / "edge.tflite"
    return Analyser(
        FaceDetector.load(bundle),
        AttentionReader.load(bundle),
        ExpressionClassifier.load(network, sparing=True),
    )


@pytest.fixture
def page(open_page: Callable[..., Page], running_product: Product) -> Page:
    page = open_page("/healthz")
    open_reader(page, running_product, "presence", "attention", "expression")
    return page


def rendered() -> Iterator[Picture]:
    """The portrait at known poses, with its faces, near and far, and at the picture's edge."""
    for number, look in enumerate(LOOKS[:3]):
        portrait = Portrait(look)
        for pose in POSES:
            for expression in EXPRESSIONS:
                yield portrait.render(pose, expression, seed=number)
        for expression in GAZES:
            yield portrait.render(Pose(), expression, seed=number)
        yield portrait.render(Pose(), framing=Framing(zoom=0.45), seed=number)
        yield portrait.render(Pose(yaw=10), framing=Framing(zoom=1.4, shift_x=0.25), seed=number)


def shipped() -> Iterator[Picture]:
    """The photograph that the portrait is made of: whole, turned, mirrored; and pictures without a face."""
    file = ROOT / "worker/simulation/camera/portrait/astronaut.png"
    photograph = np.asarray(cv2.imread(str(file), cv2.IMREAD_COLOR_RGB), np.uint8)
    height, width = photograph.shape[:2]
    scale = (320 * 240 / (width * height)) ** 0.5
    small = cv2.resize(
        photograph, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA
    )
    yield from (small, small[:, ::-1], cv2.rotate(small, cv2.ROTATE_90_CLOCKWISE), small[::-1, ::-1])
    yield np.zeros((240, 320, 3), np.uint8)
    yield np.random.default_rng(5).integers(0, 256, (240, 320, 3), np.uint8)


def differences(one: Analysis, other: dict[str, Any]) -> dict[str, float]:
    """How far two readings of one picture are apart, by what is measured."""
    assert other["faces"] == one.faces
    assert (other["attention"] is None) == (one.attention is None)
    assert (other["expression"] is None) == (one.expression is None)
    found: dict[str, float] = {}
    if one.attention is not None:
        names = Attention.__dataclass_fields__.keys() - {"yawning"}
        found = {name: abs(getattr(one.attention, name) - other["attention"][name]) for name in names}
        assert other["attention"]["yawning"] == one.attention.yawning
    if one.expression is not None:
        pairs = zip(one.expression.probabilities, other["expression"]["probabilities"], strict=True)
        found["expression"] = sum(abs(first - second) for first, second in pairs) / 2
    return found


MOST = {
    **dict.fromkeys(("yaw", "pitch", "roll"), DEGREES),
    "eye_openness": OPENNESS,
    **dict.fromkeys(("gaze_x", "gaze_y"), GAZE),
    "expression": VARIATION,
}


RUN = """async ([files, network, values]) => {
    const { Runtime } = await import("/static/js/reading/runtime.js");
    const runtime = await Runtime.start(files);
    const loaded = await runtime.network(new Uint8Array(await (await fetch(network)).arrayBuffer()));
    const answers = await loaded.run(Float32Array.from(values));
    return [loaded.heads, answers.map((one) => [...one])];
}"""
NETWORKS = {
    "finder": "face_detector",
    "landmarks": "face_landmarks_detector",
    "blendshapes": "face_blendshapes",
    "expression": "edge",
}
# Float32 in another order of sums: of the largest answer, where that is more than 1.
SAME = 2e-5


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_gives_the_numbers_that_it_gives_a_worker(
    page: Page, running_product: Product, name: str
) -> None:
    """In the order that the arithmetic counts on."""
    here = Interpreter(str(ROOT / "models" / FOLDER / f"{NETWORKS[name]}.tflite"))
    here.allocate_tensors()
    (given,) = here.get_input_details()
    values = np.random.default_rng(2).random(given["shape"], np.float32)
    here.set_tensor(given["index"], values)
    here.invoke()
    own = addresses(running_product)
    asked = [own["runtime"], own["networks"][name], values.ravel().tolist()]
    names, answers = page.workers[0].evaluate(RUN, asked)
    expected = [here.get_tensor(each["index"]).ravel() for each in here.get_output_details()]
    if name == "expression":
        by_name = here.get_signature_runner().get_output_details()
        expected = [here.get_tensor(by_name[each]["index"]).ravel() for each in names]
    assert len(answers) == len(expected)
    for one, other in zip(expected, answers, strict=True):
        assert np.abs(one - other).max() <= SAME * max(1, np.abs(one).max())


def test_rendered_faces_and_photographs_are_read_as_the_worker_reads_them(
    page: Page, analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "decode", lambda picture: picture)  # JPEGs are told apart below
    pictures = [np.ascontiguousarray(each) for each in (*rendered(), *shipped())]
    read_here = [analyser.analyse(picture, ALL) for picture in pictures]
    read_there = read(page, map(png, pictures))
    found = [differences(one, other["analysis"]) for one, other in zip(read_here, read_there, strict=True)]
    assert sum(bool(each) for each in found) >= 60
    assert {name: largest(found, name) for name in MOST if largest(found, name) > MOST[name]} == {}


def test_firefox_reads_a_face_as_the_worker_reads_it(
    tab: Tab, running_product: Product, analyser: Analyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "decode", lambda picture: picture)
    picture = next(rendered())
    (there,) = read_in_firefox(tab, running_product, [png(picture)], *ALL)
    found = differences(analyser.analyse(np.ascontiguousarray(picture), ALL), there["analysis"])
    assert found.keys() == MOST.keys()
    assert {name for name, value in found.items() if value > MOST[name]} == set()


def largest(found: list[dict[str, float]], name: str) -> float:
    return max(each.get(name, 0.0) for each in found)
