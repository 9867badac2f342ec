"""The browser's reader measures what the worker's does: the same numbers from the same arrays."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.bare_finder import BareFinder
from emotion import pipeline
from emotion.attention import AttentionReader, eye_openness, gaze, head_pose
from emotion.classifier import ExpressionClassifier, ExpressionNetwork
from emotion.detector import FaceDetector
from emotion.face import Face
from emotion.finder import IN_BUNDLE as FINDER
from emotion.geometry import GEOMETRY
from emotion.image import decode
from emotion.landmarker import IN_BUNDLE as LANDMARKS
from emotion.landmarker import Landmarker
from emotion.litert import Network
from emotion.model_card import ModelCard
from emotion.pipeline import Analyser
from emotion.pose import pose_matrix
from emotion.preprocess import face_crop, network_input
from emotion.region import fits, region_of, to_picture
from emotion.values import Analysis, Region, Sighting, Signal
from emotion.yawn import yawning
from tests.javascript.node import node
from tests.javascript.reading.asked import BrowsersReader, Refused, picture
from tests.small_faces import Scene, draw, jpeg
from worker.simulation.camera.portrait import LOOKS, Expression, Framing, Light, Portrait, Pose

MODELS = Path(__file__).parents[3] / "models"
BUNDLE, EDGE = MODELS / "face_landmarker.task", MODELS / "edge.tflite"
# What the browser gets reads and gives floats; the file here holds the same network in steps.
CARD = json.loads(EDGE.with_suffix(".json").read_text()) | {"input_dtype": "float32"}
OTHER_CARD = CARD | {"contempt": "to_neutral", "temperature": 1.3, "reads": "one way"}
EVERYTHING, RELAXED = frozenset(Signal), Expression()
Pixels = NDArray[np.uint8]
Marks = NDArray[np.float32]


def rendered(
    look: int, pose: Pose, expression: Expression = RELAXED, zoom: float = 1.0, **more: Any
) -> Pixels:
    """As a browser sends it: what a JPEG keeps of it."""
    shown = Portrait(LOOKS[look]).render(pose, expression, framing=Framing(zoom=zoom), seed=look, **more)
    return decode(jpeg(shown))


PICTURES = [
    rendered(0, Pose()),
    rendered(1, Pose(yaw=25, pitch=5), Expression(smile=1.0)),
    rendered(2, Pose(yaw=-20, roll=15), Expression(mouth_open=0.9, brow_raise=1, eye_wide=1)),
    rendered(3, Pose(pitch=-12), Expression(eyelids=0.6), zoom=0.75),
    rendered(4, Pose(roll=-25), Expression(brow_lower=1, furrow=1), light=Light(gain=0.5, side=0.6)),
    rendered(5, Pose(yaw=10), Expression(gaze_x=0.8, gaze_y=-0.5), zoom=1.6),
]
NUMBERS = range(len(PICTURES))
UPSIDE_DOWN = np.ascontiguousarray(PICTURES[0][::-1, ::-1])


def card_of(values: dict[str, Any]) -> ModelCard:
    return msgspec.convert(values, ModelCard)


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector.load(BUNDLE)


@pytest.fixture(scope="module")
def faces(detector: FaceDetector) -> list[Face]:
    found = [detector.detect(each) for each in PICTURES]
    assert [len(each) for each in found] == [1] * len(PICTURES)
    return [face for (face,) in found]


@pytest.fixture(scope="module")
def browser() -> Iterator[BrowsersReader]:
    finder, marks = Network.of_bundle(BUNDLE, FINDER), Network.of_bundle(BUNDLE, LANDMARKS)
    shapes, expressions = Network.of_bundle(BUNDLE, "face_blendshapes.tflite"), ExpressionNetwork(EDGE)
    asked = BrowsersReader(
        node(),
        {
            "finder": lambda values: [each.ravel() for each in finder.run(values.reshape(1, 128, 128, 3))],
            "landmarks": lambda values: [each.ravel() for each in marks.run(values.reshape(1, 256, 256, 3))],
            "blendshapes": lambda values: [each.ravel() for each in shapes.run(values.reshape(1, 146, 2))],
            "expressions": lambda values: expressions.run(values.reshape(48, 48, 1)),
        },
    )
    yield asked
    asked.close()


def random_marks(faces: list[Face]) -> Iterator[Marks]:
    """Faces moved, turned and made larger in the picture, their points shaken."""
    random = np.random.default_rng(18)
    for number in range(40):
        turn, size = random.uniform(-np.pi, np.pi), random.uniform(0.3, 2)
        map_ = size * np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
        marks = faces[number % len(faces)].landmarks @ map_.T + random.uniform(-80, 240, 3)
        yield (marks + random.normal(0, random.choice([0, 2, 20]), (478, 3))).astype(np.float32)


# --- numbers from landmarks -------------------------------------------------------------------------------


def test_the_geometry_is_the_data_files(browser: BrowsersReader) -> None:
    assert browser.ask("geometry") == json.loads((MODELS.parent / "emotion/geometry.json").read_text())


def test_head_poses_are_the_same(browser: BrowsersReader, faces: list[Face]) -> None:
    for marks in [*(face.landmarks for face in faces), *random_marks(faces)]:
        told = browser.ask("pose", marks, 320, 240)
        expected = pose_matrix(marks, 320, 240)
        assert [told[angle] for angle in ("yaw", "pitch", "roll")] == pytest.approx(
            head_pose(expected), abs=0.01
        )
        assert np.array(told["rotation"]) == pytest.approx(expected[:3, :3], abs=1e-5)
        assert told["translation"] == pytest.approx(expected[:3, 3].tolist(), abs=1e-3)


def test_eyes_are_as_open(browser: BrowsersReader, faces: list[Face]) -> None:
    for marks in [*(face.landmarks for face in faces), *random_marks(faces)]:
        assert browser.ask("openness", marks) == pytest.approx(eye_openness(marks), abs=1e-4)


def test_gaze_and_yawns_are_the_same(browser: BrowsersReader) -> None:
    random = np.random.default_rng(4)
    for shapes in random.uniform(0, 1, (60, len(GEOMETRY.blendshapes.names))):
        named = dict(zip(GEOMETRY.blendshapes.names, shapes.tolist(), strict=True))
        seen = browser.ask("gaze", named)
        assert (seen["gaze_x"], seen["gaze_y"]) == pytest.approx(gaze(named), abs=1e-6)
        assert browser.ask("isYawning", named) == yawning(named)


def test_squares_are_laid_alike(browser: BrowsersReader, faces: list[Face]) -> None:
    before = faces[0].region
    for marks in [*(face.landmarks for face in faces), *random_marks(faces)]:
        laid = region_of(marks, 320, 240)
        assert browser.ask("regionOf", marks, 320, 240) == pytest.approx(asdict(laid), abs=1e-9)
        assert browser.ask("toPicture", asdict(laid), 320, 240, 256) == pytest.approx(
            to_picture(laid, 320, 240, 256).ravel().tolist(), abs=1e-9
        )
        assert browser.ask("fits", asdict(before), asdict(laid), 320, 240) == fits(before, laid, 320, 240)


# --- pixels -----------------------------------------------------------------------------------------------


def noise(width: int, height: int) -> Pixels:
    return np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)


def off(one: NDArray[Any], other: NDArray[Any]) -> tuple[float, float]:
    """The largest difference and the mean one."""
    apart = np.abs(one.astype(float) - other.astype(float))
    return float(apart.max()), float(apart.mean())


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("size", [0.3, 0.7, 1.0, 2.5, 6.0])
def test_a_crop_has_the_same_pixels(
    number: int, size: float, browser: BrowsersReader, faces: list[Face]
) -> None:
    image = cv2.resize(PICTURES[number], None, fx=size, fy=size, interpolation=cv2.INTER_AREA)
    face = Face(faces[number].box, faces[number].landmarks * np.float32(size), *2 * (faces[number].region,))
    crop = browser.ask("crop", picture(image), face.landmarks)
    largest, mean = off(crop.reshape(48, 48), face_crop(image, *face.crop_points()))
    assert largest <= 1
    assert mean < 0.1


@pytest.mark.parametrize("at", [(-60, 20), (250, 190), (100, 100)])
def test_a_crop_at_the_edge_and_of_noise_has_the_same_pixels(
    at: tuple[int, int], browser: BrowsersReader, faces: list[Face]
) -> None:
    image = noise(320, 240)
    for face in faces:
        moved = Face(
            face.box, face.landmarks - face.landmarks[33] + np.float32([*at, 0]), face.matrix, face.region
        )
        crop = browser.ask("crop", picture(image), moved.landmarks).reshape(48, 48)
        largest, mean = off(crop, face_crop(image, *moved.crop_points()))
        assert largest <= 1
        assert mean < 0.1


def test_no_crop_is_cut_where_no_face_can_be(browser: BrowsersReader) -> None:
    with pytest.raises(Refused, match="no face fits"):
        browser.ask("crop", picture(PICTURES[0]), np.full((478, 3), 100, np.float32))


def test_a_crop_is_standardised_alike(browser: BrowsersReader) -> None:
    random = np.random.default_rng(7)
    even = np.full((48, 48), 90, np.uint8)
    crops = [
        even,
        even + random.integers(0, 4, (48, 48), np.uint8),
        random.integers(0, 256, (48, 48), np.uint8),
    ]
    crops += [np.where(random.uniform(size=(48, 48)) < 0.01, 255, 100).astype(np.uint8)]
    for crop in crops:
        values = browser.ask("networkInput", crop, 48, 48).reshape(48, 48, 1)
        assert values == pytest.approx(network_input(crop), abs=1e-5)


def test_parts_and_quarter_turns_and_mirror_images_are_exact(browser: BrowsersReader) -> None:
    image = noise(33, 21)
    edges = {"left": 4, "top": 7, "right": 30, "bottom": 20}
    cut = browser.ask("cut", picture(image), edges).reshape(13, 26, 4)
    assert np.array_equal(cut[..., :3], image[7:20, 4:30])
    turned = browser.ask("quarterTurned", picture(image)).reshape(33, 21, 4)
    assert np.array_equal(turned[..., :3], np.rot90(image))
    gray = np.ascontiguousarray(image[..., 0])
    assert np.array_equal(browser.ask("mirrored", gray, 33, 21).reshape(21, 33), gray[:, ::-1])


# --- what the networks see and answer -----------------------------------------------------------------------


def test_faces_among_the_finders_answers_are_the_same(browser: BrowsersReader) -> None:
    bare, random = BareFinder(BUNDLE), np.random.default_rng(2)
    for faces_in_it in range(6):
        places, logits = random.normal(0, 6, (896, 16)), random.normal(-9, 2, 896)
        places[:, 2:4] = random.uniform(15, 60, (896, 2))
        likely = random.choice(896, 12 * faces_in_it, replace=False)
        logits[likely] = random.uniform(-1, 4, len(likely))
        expected = bare.answers(places.astype(np.float32), logits.astype(np.float32))
        answers = browser.ask("answers", places.astype(np.float32), logits.astype(np.float32))
        assert len(answers) == len(expected)
        for (score, *numbers), (points, sure) in zip(answers, expected, strict=True):
            assert score == pytest.approx(sure, abs=1e-6)
            assert numbers == pytest.approx(points.ravel().tolist(), abs=1e-5)


@pytest.mark.parametrize("number", NUMBERS)
def test_landmarks_are_laid_on_the_same_points(
    number: int, browser: BrowsersReader, faces: list[Face]
) -> None:
    region = faces[number].region
    expected = Landmarker.load(BUNDLE).read(PICTURES[number], region)
    marks = browser.ask("landmarks", picture(PICTURES[number]), asdict(region))
    assert marks["presence"] == pytest.approx(expected.presence, abs=1e-4)
    largest, mean = off(marks["points"].reshape(478, 3), expected.points)
    assert largest < 0.05
    assert mean < 0.005


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "card", [CARD, CARD | {"contempt": "to_neutral", "temperature": 1.3, "reads": "one way"}]
)
def test_an_expression_is_as_likely(
    number: int, card: dict[str, Any], browser: BrowsersReader, faces: list[Face]
) -> None:
    crop = face_crop(PICTURES[number], *faces[number].crop_points())
    read = ExpressionClassifier(card_of(card), ExpressionNetwork(EDGE), sparing=True).classify(crop)
    scores = browser.ask("classify", card, crop)
    assert scores["probabilities"] == pytest.approx(read.probabilities, abs=1e-4)
    assert scores["uncertain"] == read.uncertain


@pytest.mark.parametrize(
    "change",
    [
        {"format_version": 3},
        {"input_dtype": "int8"},
        {"crop": CARD["crop"] | {"face_size": 18.5}},
        {"normalisation": CARD["normalisation"] | {"limit": 3}},
        {"contempt": None},
        {"shown_head": "other"},
    ],
)
def test_a_network_made_for_another_program_is_refused(
    change: dict[str, Any], browser: BrowsersReader
) -> None:
    with pytest.raises(Refused, match="the model card has"):
        browser.ask("classify", CARD | change, np.full((48, 48), 90, np.uint8))


# --- whole pictures -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def worker() -> Analyser:
    classifier = ExpressionClassifier(card_of(CARD), ExpressionNetwork(EDGE), sparing=True)
    return Analyser(FaceDetector.load(BUNDLE), AttentionReader.load(BUNDLE), classifier)


def asked(
    browser: BrowsersReader, image: Pixels, signals: frozenset[Signal], last: Sighting | None
) -> Analysis:
    told = browser.ask("analyse", CARD, picture(image), sorted(signals), last and asdict(last))
    return msgspec.convert(told, Analysis)


def lossless(image: Pixels) -> bytes:
    """For `analyse`, which these tests let take PNG."""
    return cv2.imencode(".png", image[..., ::-1])[1].tobytes()


@pytest.fixture(autouse=True)
def _pictures_without_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        pipeline, "decode", lambda png: cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR_RGB)
    )


def same(one: Analysis, other: Analysis, *, degrees: float, eyes: float, shares: float) -> bool:
    """Whether two analyses are one, within so much; gaze may differ by twice as much as openness."""
    if one.attention is None or other.attention is None or one.expression is None or other.expression is None:
        return (one.faces, one.attention, one.expression) == (other.faces, other.attention, other.expression)
    angles = [
        abs((getattr(one.attention, name) - getattr(other.attention, name) + 180) % 360 - 180)
        for name in ("yaw", "pitch", "roll")
    ]
    gazes = [
        abs(getattr(one.attention, name) - getattr(other.attention, name)) for name in ("gaze_x", "gaze_y")
    ]
    moved = np.abs(np.subtract(one.expression.probabilities, other.expression.probabilities)).sum() / 2
    return (
        one.faces == other.faces
        and max(angles) <= degrees
        and abs(one.attention.eye_openness - other.attention.eye_openness) <= eyes
        and max(gazes) <= 2 * eyes
        and moved <= shares
    )


SHOWN = [*PICTURES, UPSIDE_DOWN, np.ascontiguousarray(np.rot90(PICTURES[0]))]


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_a_picture_is_analysed_alike_looked_for_and_followed(
    number: int, browser: BrowsersReader, worker: Analyser
) -> None:
    image = SHOWN[number]
    last = None
    for _ in range(2):
        expected = worker.analyse(lossless(image), EVERYTHING, last)
        analysis = asked(browser, image, EVERYTHING, last)
        assert analysis.expression is not None
        assert same(analysis, expected, degrees=0.1, eyes=0.005, shares=0.02), (analysis, expected)
        assert analysis.sighting is not None and expected.sighting is not None
        assert (analysis.sighting.faces, analysis.sighting.found) == (1, last is None)
        last = expected.sighting


@pytest.mark.parametrize("degrees", [20, 45, 180])
def test_a_face_that_turned_in_the_picture_since_is_followed_alike(
    degrees: int, browser: BrowsersReader, worker: Analyser
) -> None:
    image = PICTURES[0]
    turn = cv2.getRotationMatrix2D((160, 120), -degrees, 1.0)
    turned = cv2.warpAffine(image, turn, (320, 240), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
    last = worker.analyse(lossless(image), EVERYTHING).sighting
    expected = worker.analyse(lossless(turned), EVERYTHING, last)
    analysis = asked(browser, turned, EVERYTHING, last)
    assert expected.attention is not None
    assert abs((expected.attention.roll - degrees + 180) % 360 - 180) < 10
    assert same(analysis, expected, degrees=0.1, eyes=0.005, shares=0.02), (analysis, expected)


def test_a_small_face_and_an_empty_room_are_told_alike(browser: BrowsersReader, worker: Analyser) -> None:
    small = decode(draw(Scene(height=0.13, x=0.4, y=0.5)))
    empty = Portrait(LOOKS[0]).empty()
    for image, last in (
        (small, None),
        (empty, None),
        (small, Sighting(None, 0, found=True)),
        (empty, Sighting(Region(0.5, 0.5, 0.4, 0), 1, found=True)),
        (empty, Sighting(None, 1, found=True)),
    ):
        expected = worker.analyse(lossless(image), EVERYTHING, last)
        analysis = asked(browser, image, EVERYTHING, last)
        assert same(analysis, expected, degrees=0.3, eyes=0.01, shares=0.03), (analysis, expected)
        assert (analysis.sighting is None) == (expected.sighting is None)
    assert worker.analyse(lossless(small), EVERYTHING).faces == 1


def test_of_two_people_both_are_counted_and_the_nearer_one_is_read(
    browser: BrowsersReader, worker: Analyser
) -> None:
    pair = np.hstack([PICTURES[0], PICTURES[5]])[:, 60:-60]
    expected = worker.analyse(lossless(pair), EVERYTHING)
    analysis = asked(browser, pair, EVERYTHING, None)
    assert expected.faces == 2
    assert same(analysis, expected, degrees=0.1, eyes=0.005, shares=0.02), (analysis, expected)


@pytest.mark.parametrize(
    ("signal", "networks"),
    [
        (Signal.PRESENCE, {"finder"}),
        (Signal.ATTENTION, {"finder", "landmarks", "blendshapes"}),
        (Signal.EXPRESSION, {"finder", "landmarks", "expressions"}),
    ],
)
def test_only_what_is_allowed_is_measured(
    signal: Signal, networks: set[str], browser: BrowsersReader, worker: Analyser
) -> None:
    browser.run.clear()
    analysis = asked(browser, PICTURES[1], frozenset({signal}), None)
    assert set(browser.run) == networks
    assert (analysis.attention is not None) == (signal is Signal.ATTENTION)
    assert (analysis.expression is not None) == (signal is Signal.EXPRESSION)
    assert (analysis.faces, analysis.sighting is None) == (1, signal is Signal.PRESENCE)
