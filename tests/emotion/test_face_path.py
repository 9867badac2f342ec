"""Faces read in squares of our own: as MediaPipe's landmarker reads them, and where it does not."""

import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import mediapipe
import numpy as np
import pytest
from mediapipe.tasks.python.core.base_options import BaseOptions
from mediapipe.tasks.python.vision import face_landmarker as landmarking
from numpy.typing import NDArray

from benchmarks.bare_finder import BareFinder
from emotion.attention import eye_openness, head_pose
from emotion.blendshapes import BlendshapeNetwork
from emotion.detector import FaceDetector, Limits
from emotion.face import Finding
from emotion.finder import Finder
from emotion.geometry import GEOMETRY
from emotion.landmarker import Landmarker, Marks
from emotion.pipeline import Analyser
from emotion.pose import pose_matrix
from emotion.region import fits, region_of, turned, wider
from emotion.values import Region, Sighting, Signal
from tests.small_faces import Scene, draw, is_read, jpeg, scenes, share_read
from worker.simulation.camera.portrait import LOOKS, Expression, Framing, Light, Look, Portrait, Pose

MODELS = Path(__file__).parents[2] / "models"
MODEL = MODELS / "face_landmarker.task"
PORTRAIT = Portrait(Look())
PICTURES = [
    PORTRAIT.render(),
    PORTRAIT.render(Pose(yaw=25, pitch=5)),
    PORTRAIT.render(Pose(yaw=-20, roll=15), Expression(smile=1.0)),
    PORTRAIT.render(Pose(pitch=-12), Expression(eyelids=0.6), framing=Framing(zoom=0.75)),
    PORTRAIT.render(Pose(), Expression(mouth_open=0.8, gaze_x=0.8), light=Light(gain=0.5, side=0.6)),
    Portrait(LOOKS[4]).render(Pose(roll=-20), framing=Framing(shift_x=0.25, shift_y=-0.05)),
]
Pixels = NDArray[np.uint8]


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector.load(MODEL)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser.load(MODELS)


# --- as MediaPipe ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference() -> Iterator[Any]:
    options = landmarking.FaceLandmarkerOptions(
        BaseOptions(model_asset_buffer=MODEL.read_bytes()),
        output_face_blendshapes=True,
        output_facial_transformation_matrixes=True,
    )
    with landmarking.FaceLandmarker.create_from_options(options) as landmarker:
        yield landmarker


def asked(reference: Any, picture: Pixels) -> tuple[NDArray[np.float32], NDArray[Any], dict[str, float]]:
    height, width = picture.shape[:2]
    found = reference.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture))
    (points,), (matrix,), (shapes,) = (
        found.face_landmarks,
        found.facial_transformation_matrixes,
        found.face_blendshapes,
    )
    marks = np.array([(point.x * width, point.y * height, point.z * width) for point in points], np.float32)
    return marks, matrix, {shape.category_name: shape.score for shape in shapes}


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_a_face_is_read_as_mediapipe_reads_it(number: int, reference: Any, detector: FaceDetector) -> None:
    picture = PICTURES[number]
    marks, matrix, _ = asked(reference, picture)
    (face,) = detector.detect(picture)
    moves = np.linalg.norm(face.landmarks[:, :2] - marks[:, :2], axis=1) / np.ptp(marks[:, 0])
    assert np.median(moves) < 0.01
    assert head_pose(face.matrix) == pytest.approx(head_pose(matrix), abs=1.0)
    assert eye_openness(face.landmarks) == pytest.approx(eye_openness(marks), abs=0.05)


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_in_mediapipes_own_square_even_blendshapes_are_the_same(number: int, reference: Any) -> None:
    """MediaPipe's finder tells its boxes in whole pixels, its landmarker lays squares by the exact ones."""
    picture = PICTURES[number]
    marks, matrix, shapes = asked(reference, picture)
    found = Landmarker.load(MODEL).read(picture, BareFinder(MODEL).find(picture)[0].region)
    moves = np.linalg.norm(found.points[:, :2] - marks[:, :2], axis=1) / np.ptp(marks[:, 0])
    own = BlendshapeNetwork.load(MODEL).read(found.points)
    assert np.median(moves) < 0.003
    assert head_pose(pose_matrix(found.points, 320, 240)) == pytest.approx(head_pose(matrix), abs=1.0)
    assert eye_openness(found.points) == pytest.approx(eye_openness(marks), abs=0.03)
    assert np.percentile([abs(own[name] - shapes[name]) for name in shapes], 95) < 0.03


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_of_the_same_landmarks_pose_and_blendshapes_are_exactly_mediapipes(
    number: int, reference: Any
) -> None:
    picture = PICTURES[number]
    marks, matrix, shapes = asked(reference, picture)
    assert pose_matrix(marks, 320, 240) == pytest.approx(matrix, abs=1e-3)
    assert BlendshapeNetwork.load(MODEL).read(marks) == pytest.approx(shapes, abs=1e-3)


@pytest.mark.parametrize("number", range(len(PICTURES)))
def test_anchors_of_the_data_file_find_what_mediapipes_finder_finds(number: int) -> None:
    (bare,), (task,) = BareFinder(MODEL).find(PICTURES[number]), Finder.load(MODEL).look(PICTURES[number])
    assert bare.score == pytest.approx(task.score, abs=0.01)
    for edge in ("left", "top", "width", "height"):
        assert getattr(bare.box, edge) == pytest.approx(getattr(task.box, edge), abs=0.012)


def test_the_canonical_face_is_the_one_in_the_bundle() -> None:
    """Its numbers stand in the bundle as they are: little-endian floats."""
    with zipfile.ZipFile(MODEL) as bundle:
        inside = bundle.read("geometry_pipeline_metadata_landmarks.binarypb")
    for point in GEOMETRY.canonical:
        for number in (point.weight, *(each for each in point.at if each)):
            assert np.float32(number).tobytes() in inside


# --- squares --------------------------------------------------------------------------------------------


def test_a_face_is_read_upright_from_its_own_square(detector: FaceDetector) -> None:
    (face,) = detector.detect(PORTRAIT.render(Pose(roll=20)))
    assert abs(face.region.angle) == pytest.approx(20, abs=6)
    again = detector.read_in(PORTRAIT.render(Pose(roll=20)), face.region)
    assert again is not None
    assert np.median(np.abs(again.landmarks - face.landmarks)[:, :2]) < 0.01 * 320 * face.box.width


def test_a_face_that_moved_a_little_is_read_as_if_it_had_been_looked_for(detector: FaceDetector) -> None:
    (before,) = detector.detect(PORTRAIT.render())
    moved = PORTRAIT.render(Pose(yaw=12), framing=Framing(shift_x=0.07, shift_y=0.03))
    (found,), followed = detector.detect(moved), detector.read_in(moved, before.region)
    assert followed is not None
    assert np.median(np.abs(followed.landmarks - found.landmarks)[:, :2]) < 0.01 * 320 * found.box.width


def test_a_square_without_a_face_is_read_as_none(detector: FaceDetector) -> None:
    assert detector.read_in(PORTRAIT.empty(), Region(0.5, 0.4, 0.4, 0.0)) is None
    assert detector.read_in(PORTRAIT.render(), Region(0.1, 0.1, 0.15, 0.0)) is None


def test_squares_fit_as_long_as_little_changes() -> None:
    region = Region(0.5, 0.5, 0.4, 170.0)
    assert fits(region, turned(region, 11), 320, 240)
    assert fits(region, replace(region, angle=-178.0), 320, 240)
    assert not fits(region, turned(region, -13), 320, 240)
    assert not fits(region, replace(region, x=0.55), 320, 240)
    assert not fits(region, wider(region, 2.0), 320, 240)
    assert not fits(wider(region, 2.0), region, 320, 240)


def test_the_square_of_landmarks_is_half_again_as_large_as_they_are() -> None:
    marks = np.zeros((478, 3), np.float32)
    marks[0, :2], marks[1, :2] = (60, 40), (140, 160)
    marks[33, :2], marks[263, :2] = (80, 80), (120, 80)
    marks[2:33, :2] = marks[34:263, :2] = marks[264:, :2] = (100, 100)
    assert region_of(marks, 200, 200) == Region(0.5, 0.5, 0.9, 0.0)


# --- small faces, and faces that lie ----------------------------------------------------------------------


def test_frontal_faces_are_read_from_an_eighth_of_the_height_on(analyser: Analyser) -> None:
    read = share_read(analyser, scenes("frontal", each=4, heights=(0.12, 0.15, 0.2, 0.3, 0.5, 0.8)))
    assert all(share == 1 for share in read.values()), read


@pytest.mark.parametrize("kind", ["turned", "lit"])
def test_turned_and_badly_lit_faces_are_read_too(kind: str, analyser: Analyser) -> None:
    read = share_read(analyser, scenes(kind, each=4, heights=(0.15, 0.25, 0.5)))
    assert all(share >= 0.75 for share in read.values()), read


@pytest.mark.parametrize("look", range(0, len(LOOKS), 3))
def test_an_empty_room_holds_no_small_face(look: int, detector: FaceDetector) -> None:
    assert detector.find(Portrait(LOOKS[look]).empty(seed=look)) == ()


def test_presence_is_the_same_with_and_without_landmarks(analyser: Analyser) -> None:
    for scene in scenes("turned", each=2, heights=(0.1, 0.14, 0.3)):
        jpeg = draw(scene)
        alone = analyser.analyse(jpeg, frozenset({Signal.PRESENCE}))
        assert alone.faces == analyser.analyse(jpeg, frozenset(Signal)).faces


ROLLS = range(0, 360, 15)


def rolled(picture: Pixels, degrees: float) -> bytes:
    """The picture turned clockwise around its middle."""
    turn = cv2.getRotationMatrix2D((160, 120), -degrees, 1.0)
    return jpeg(cv2.warpAffine(picture, turn, (320, 240), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8))


@pytest.mark.parametrize("stood_upright", [False, True])
@pytest.mark.parametrize("look", [0, 4])
def test_a_face_is_read_as_it_lies_or_not_at_all_even_where_it_stood_upright_a_moment_ago(
    look: int, stood_upright: bool, analyser: Analyser
) -> None:
    seat = Framing(0.0, -0.04, 0.85)
    picture = Portrait(LOOKS[look]).render(Pose(), Expression(smile=1.0), framing=seat, seed=look)
    upright = analyser.analyse(jpeg(picture), EVERYTHING)
    assert upright.expression is not None and upright.expression.top == "happy"
    last = upright.sighting if stood_upright else None
    found = [(roll, analyser.analyse(rolled(picture, roll), EVERYTHING, last)) for roll in ROLLS]
    read = [(roll, *measured) for roll, each in found if all(measured := (each.attention, each.expression))]
    assert len(read) >= 0.9 * len(ROLLS)
    wrongly = [
        roll
        for roll, attention, expression in read
        if abs((attention.roll - roll + 180) % 360 - 180) > 20 or expression.top != "happy"
    ]
    # Of a face that turned between two snapshots one in a hundred is taken for one that did not.
    assert len(wrongly) <= stood_upright


@pytest.mark.parametrize("height", [0.25, 0.45])
@pytest.mark.parametrize("angle", [-90, -60, 60, 90, 180])
def test_a_face_on_its_side_is_read_rightly_or_not_at_all(
    angle: int, height: float, detector: FaceDetector
) -> None:
    picture = decoded(draw(Scene(height=height, x=0.5, y=0.5)))
    (upright,) = detector.detect(picture)
    turn = cv2.getRotationMatrix2D((160, 120), -angle, 1.0)
    lying = cv2.warpAffine(picture, turn, (320, 240), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
    expected = upright.landmarks[:, :2] @ turn[:, :2].T + turn[:, 2]
    for face in detector.detect(lying):
        moves = np.linalg.norm(face.landmarks[:, :2] - expected, axis=1)
        assert np.median(moves) < 0.06 * 320 * upright.box.width


@pytest.mark.parametrize(("quarters", "angle"), [(1, -90), (2, 180), (3, 90)])
def test_a_face_that_lies_is_seen_surest_as_it_lies(quarters: int, angle: int) -> None:
    finder = Finder.load(MODEL)
    upright = decoded(draw(Scene(height=0.4, x=0.5, y=0.5)))[:, 40:280]
    lying = np.ascontiguousarray(np.rot90(upright, quarters))
    (seen,) = finder.look(lying)
    turned_again = finder.look_turned(lying, seen)
    assert turned_again is not None
    assert turned_again.score > seen.score
    assert abs((turned_again.region.angle - angle + 180) % 360 - 180) < 10
    assert (turned_again.region.x, turned_again.region.y) == pytest.approx((0.5, 0.5), abs=0.06)


def test_a_face_upside_down_is_read_as_it_lies(detector: FaceDetector) -> None:
    upright = decoded(draw(Scene(height=0.4, x=0.5, y=0.5)))
    (expected,), (face,) = (
        detector.detect(upright),
        detector.detect(np.ascontiguousarray(upright[::-1, ::-1])),
    )
    moves = np.linalg.norm((320, 240) - face.landmarks[:, :2] - expected.landmarks[:, :2], axis=1)
    assert np.median(moves) < 0.03 * 320 * expected.box.width


def test_what_is_seen_and_cannot_be_read_counts_as_a_face(analyser: Analyser) -> None:
    believing_nothing = FaceDetector.load(MODEL, limits=Limits(presence=1.1))
    sceptic = Analyser(believing_nothing, analyser._gauge, analyser._classifier)
    analysis = sceptic.analyse(draw(Scene(height=0.4, x=0.5, y=0.5)), frozenset(Signal))
    assert (analysis.faces, analysis.attention, analysis.expression) == (1, None, None)
    assert analysis.box is not None


def test_what_was_read_is_where_the_face_is(analyser: Analyser) -> None:
    scene = Scene(height=0.2, x=0.3, y=0.6)
    analysis = analyser.analyse(draw(scene), frozenset(Signal))
    assert is_read(analysis, scene)
    assert not is_read(analysis, replace(scene, x=0.7))
    assert isinstance(analysis.sighting, Sighting)


# --- what was tried a moment ago ------------------------------------------------------------------------

EVERYTHING, PRESENCE = frozenset(Signal), frozenset({Signal.PRESENCE})
EMPTY_ROOM = jpeg(PORTRAIT.empty())
TILES = 6


@dataclass
class Work:
    """How often the finder looked and landmarks were read."""

    looks: int = 0
    reads: int = 0

    def taken(self) -> tuple[int, int]:
        work = self.looks, self.reads
        self.looks = self.reads = 0
        return work


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    counted, look, read = Work(), Finder.look, Landmarker.read

    def looked(finder: Finder, image: Pixels) -> tuple[Finding, ...]:
        counted.looks += 1
        return look(finder, image)

    def was_read(landmarker: Landmarker, image: Pixels, region: Region) -> Marks:
        counted.reads += 1
        return read(landmarker, image, region)

    monkeypatch.setattr(Finder, "look", looked)
    monkeypatch.setattr(Landmarker, "read", was_read)
    return counted


@pytest.mark.parametrize("signals", [EVERYTHING, PRESENCE])
def test_an_empty_room_takes_one_look_while_it_is_known_to_be_empty(
    signals: frozenset[Signal], analyser: Analyser, work: Work
) -> None:
    last = analyser.analyse(EMPTY_ROOM, signals).sighting
    assert work.taken() == (1 + TILES, 0)
    for _ in range(3):
        last = analyser.analyse(EMPTY_ROOM, signals, last).sighting
        assert work.taken() == (1, 0)


@pytest.mark.parametrize("signals", [EVERYTHING, PRESENCE])
def test_a_small_face_that_comes_in_is_found_once_the_empty_room_is_forgotten(
    signals: frozenset[Signal], analyser: Analyser
) -> None:
    last = analyser.analyse(EMPTY_ROOM, signals).sighting
    small = draw(Scene(height=0.13, x=0.4, y=0.5))
    assert analyser.analyse(small, signals, last).faces == 0
    assert analyser.analyse(small, signals, None).faces == 1


def test_a_large_face_that_comes_in_is_read_at_once(analyser: Analyser) -> None:
    last = analyser.analyse(EMPTY_ROOM, EVERYTHING).sighting
    scene = Scene(height=0.35, x=0.4, y=0.5)
    assert is_read(analyser.analyse(draw(scene), EVERYTHING, last), scene)


def test_what_cannot_be_read_is_tried_once_while_that_is_known(analyser: Analyser, work: Work) -> None:
    believing_nothing = FaceDetector.load(MODEL, limits=Limits(presence=1.1))
    sceptic = Analyser(believing_nothing, analyser._gauge, analyser._classifier)
    face = draw(Scene(height=0.4, x=0.5, y=0.5))
    last = sceptic.analyse(face, EVERYTHING).sighting
    assert work.taken()[1] > 1
    analysis = sceptic.analyse(face, EVERYTHING, last)
    assert (analysis.faces, analysis.attention) == (1, None)
    assert work.taken() == (1, 1)


@pytest.mark.parametrize("angle", [-120, 120, 180])
def test_a_lying_face_is_not_taken_for_an_upright_one_when_it_is_tried_once(
    angle: int, detector: FaceDetector
) -> None:
    picture = decoded(draw(Scene(height=0.4, x=0.5, y=0.5)))
    turn = cv2.getRotationMatrix2D((160, 120), -angle, 1.0)
    lying = cv2.warpAffine(picture, turn, (320, 240), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
    found = detector.find(lying)
    assert found
    assert [detector.read(lying, each, thoroughly=False) for each in found] == [None] * len(found)


def test_a_look_is_not_handed_to_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = Finder.load(MODEL)
    monkeypatch.setattr(ThreadPoolExecutor, "submit", lambda *_: pytest.fail("handed over"))
    assert len(finder.look(PORTRAIT.render())) == 1


def decoded(snapshot: bytes) -> Pixels:
    return cv2.imdecode(np.frombuffer(snapshot, np.uint8), cv2.IMREAD_COLOR_RGB).astype(np.uint8)
