"""One snapshot through the package's front door."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from emotion.face import Face, Finding
from emotion.image import BadImage
from emotion.pipeline import Analyser, main_face
from emotion.values import Analysis, Attention, EmotionScores, FaceBox, Region, Sighting, Signal

JPEG = cv2.imencode(".jpg", np.full((240, 320, 3), 90, dtype=np.uint8))[1].tobytes()
SCORES = EmotionScores((0.05, 0.05, 0.05, 0.6, 0.05, 0.1, 0.1), uncertain=False)
EVERYTHING = frozenset(Signal)
ATTENTION = Attention(5.0, -3.0, 0.0, 0.9, 0.0, 0.0)
NOBODY, UNREADABLE = Sighting(None, faces=0, found=True), Sighting(None, faces=1, found=True)
HERE, THERE = Region(0.5, 0.5, 0.4, 0.0), Region(0.2, 0.3, 0.3, 10.0)


def make_face(left: float = 0.35, top: float = 0.3, width: float = 0.3, height: float = 0.4) -> Face:
    landmarks = np.random.default_rng(0).uniform(100, 200, (478, 3)).astype(np.float32)
    return Face(FaceBox(left, top, width, height), landmarks, np.eye(4, dtype=np.float32), HERE)


class StubDetector:
    """Finds the faces it is given and reads those not `hidden`; `there` is what stands in a region."""

    def __init__(self, *faces: Face, hidden: tuple[Face, ...] = (), there: Face | None = None) -> None:
        self.faces, self.hidden, self.there = faces, hidden, there
        self.looks = 0
        self.small: list[bool] = []
        self.thoroughly: list[bool] = []

    def find(self, image: np.ndarray, *, small: bool) -> tuple[Finding, ...]:
        self.looks += 1
        self.small.append(small)
        return tuple(Finding(face.box, 0.9, HERE) for face in self.faces)

    def read(self, image: np.ndarray, finding: Finding, *, thoroughly: bool) -> Face | None:
        self.thoroughly.append(thoroughly)
        (face,) = (face for face in self.faces if face.box == finding.box)
        return None if face in self.hidden else face

    def read_in(self, image: np.ndarray, region: Region) -> Face | None:
        return self.there


class OnlyFindingDetector(StubDetector):
    def read(self, image: np.ndarray, finding: Finding, *, thoroughly: bool) -> Face | None:
        pytest.fail("landmarks were computed")

    def read_in(self, image: np.ndarray, region: Region) -> Face | None:
        pytest.fail("landmarks were computed")


class StubGauge:
    def read(self, face: Face) -> Attention:
        return ATTENTION


class ForbiddenGauge:
    def read(self, face: Face) -> Attention:
        pytest.fail("attention was computed")


class StubClassifier:
    def __init__(self) -> None:
        self.crops: list[np.ndarray] = []

    def classify(self, crop: np.ndarray) -> EmotionScores:
        self.crops.append(crop)
        return SCORES


class ForbiddenClassifier:
    def classify(self, crop: np.ndarray) -> EmotionScores:
        pytest.fail("an expression was computed")


def everything(detector: StubDetector, last: Sighting | None = None) -> Analysis:
    return Analyser(detector, StubGauge(), StubClassifier()).analyse(JPEG, EVERYTHING, last)


def presence_only(
    detector: StubDetector,
    signals: frozenset[Signal] = frozenset({Signal.PRESENCE}),
    last: Sighting | None = None,
) -> Analysis:
    return Analyser(detector, ForbiddenGauge(), ForbiddenClassifier()).analyse(JPEG, signals, last)


def test_it_measures_the_signals_that_are_allowed() -> None:
    classifier = StubClassifier()
    face = make_face()
    analysis = Analyser(StubDetector(face), StubGauge(), classifier).analyse(JPEG, EVERYTHING)
    sighting = Sighting(face.region, faces=1, found=True)
    assert analysis == Analysis(1, face.box, ATTENTION, SCORES, sighting)
    (crop,) = classifier.crops
    assert (crop.shape, crop.dtype) == ((48, 48), np.uint8)


@pytest.mark.parametrize(
    "signals", [frozenset({Signal.PRESENCE}), frozenset({Signal.PRESENCE, Signal.ATTENTION}), frozenset()]
)
def test_no_expression_is_computed_where_it_is_not_allowed(signals: frozenset[Signal]) -> None:
    analysis = Analyser(StubDetector(make_face()), StubGauge(), ForbiddenClassifier()).analyse(JPEG, signals)
    assert analysis.expression is None


@pytest.mark.parametrize(
    "signals", [frozenset({Signal.PRESENCE}), frozenset({Signal.PRESENCE, Signal.EXPRESSION}), frozenset()]
)
def test_no_attention_is_computed_where_it_is_not_allowed(
    signals: frozenset[Signal],
) -> None:
    analysis = Analyser(StubDetector(make_face()), ForbiddenGauge(), StubClassifier()).analyse(JPEG, signals)
    assert analysis.attention is None
    assert analysis.faces == 1


@pytest.mark.parametrize("signals", [frozenset({Signal.PRESENCE}), frozenset()])
def test_presence_alone_computes_no_landmarks(signals: frozenset[Signal]) -> None:
    near, behind = make_face(), make_face(0.8, 0.1, 0.1, 0.15)
    analysis = presence_only(OnlyFindingDetector(behind, near), signals)
    assert analysis == Analysis(faces=2, box=near.box)


@pytest.mark.parametrize("signals", [frozenset({Signal.PRESENCE}), EVERYTHING])
def test_no_face_is_a_normal_answer(signals: frozenset[Signal]) -> None:
    assert presence_only(StubDetector(), signals) == Analysis(faces=0, sighting=NOBODY)


def test_the_crop_is_cut_by_the_eyes_and_the_mouth() -> None:
    face = make_face()
    right_eye, left_eye, mouth = face.crop_points()
    assert right_eye == pytest.approx(face.landmarks[[33, 133], :2].mean(axis=0))
    assert left_eye == pytest.approx(face.landmarks[[362, 263], :2].mean(axis=0))
    assert mouth == pytest.approx(face.landmarks[[61, 291], :2].mean(axis=0))


def test_there_is_no_main_face_among_none() -> None:
    assert main_face(()) is None


def test_a_bad_image_is_the_one_anticipated_error() -> None:
    with pytest.raises(BadImage):
        Analyser(StubDetector(), ForbiddenGauge(), ForbiddenClassifier()).analyse(b"no picture", EVERYTHING)


def test_several_faces_are_counted_and_the_main_one_described() -> None:
    near, behind = make_face(), make_face(0.8, 0.1, 0.1, 0.15)
    analysis = everything(StubDetector(behind, near))
    assert (analysis.faces, analysis.box) == (2, near.box)


@pytest.mark.parametrize(
    ("main", "other"),
    [
        ((0.35, 0.3, 0.3, 0.4), (0.45, 0.4, 0.1, 0.15)),
        ((0.40, 0.4, 0.2, 0.2), (0.75, 0.0, 0.22, 0.22)),
        ((0.10, 0.2, 0.4, 0.5), (0.45, 0.45, 0.1, 0.1)),
    ],
    ids=["the larger", "the central of two alike", "the much larger, even at the side"],
)
def test_the_main_face_is(main: tuple[float, ...], other: tuple[float, ...]) -> None:
    chosen, beside = make_face(*main), make_face(*other)
    for faces in ((chosen, beside), (beside, chosen)):
        for signals in (EVERYTHING, frozenset({Signal.PRESENCE})):
            analysis = Analyser(StubDetector(*faces), StubGauge(), StubClassifier()).analyse(JPEG, signals)
            assert analysis.box == chosen.box


def test_a_face_is_read_where_it_was_without_being_looked_for() -> None:
    moved = make_face(0.4)
    detector = StubDetector(make_face(), there=moved)
    analysis = everything(detector, Sighting(THERE, faces=2, found=True))
    assert (analysis.faces, analysis.box, detector.looks) == (2, moved.box, 0)
    assert analysis.sighting == Sighting(moved.region, faces=2, found=False)


def test_a_face_that_is_not_where_it_was_is_looked_for() -> None:
    face = make_face()
    analysis = everything(StubDetector(face), Sighting(THERE, faces=2, found=False))
    assert (analysis.faces, analysis.box) == (1, face.box)
    assert analysis.sighting == Sighting(face.region, faces=1, found=True)


def test_presence_alone_asks_for_nobodys_last_place() -> None:
    face = make_face()
    analysis = presence_only(OnlyFindingDetector(face), last=Sighting(THERE, faces=1, found=True))
    assert analysis == Analysis(faces=1, box=face.box)


def test_a_face_that_is_seen_and_cannot_be_read_is_there_under_every_policy() -> None:
    face = make_face()
    assert everything(StubDetector(face, hidden=(face,))) == Analysis(1, face.box, sighting=UNREADABLE)
    assert presence_only(StubDetector(face)) == Analysis(1, face.box)


def test_of_several_faces_the_main_one_that_can_be_read_is_described() -> None:
    near, behind = make_face(), make_face(0.8, 0.1, 0.1, 0.15)
    analysis = everything(StubDetector(near, behind, hidden=(near,)))
    assert (analysis.faces, analysis.box) == (2, behind.box)


# --- what was tried a moment ago ------------------------------------------------------------------------


@pytest.mark.parametrize("signals", [frozenset({Signal.PRESENCE}), EVERYTHING])
def test_where_nobody_was_small_faces_are_not_looked_for_at_once_again(signals: frozenset[Signal]) -> None:
    detector = StubDetector()
    analysis = presence_only(detector, signals, NOBODY)
    assert detector.small == [False]
    assert analysis == Analysis(faces=0, sighting=replace(NOBODY, found=False))


@pytest.mark.parametrize("last", [None, Sighting(THERE, faces=1, found=True), UNREADABLE])
def test_small_faces_are_looked_for_where_it_is_not_known_that_nobody_was_there(
    last: Sighting | None,
) -> None:
    detector = StubDetector()
    assert everything(detector, last).faces == 0
    assert detector.small == [True]


@pytest.mark.parametrize("last", [Sighting(THERE, faces=1, found=True), UNREADABLE])
def test_whoever_is_lost_is_looked_for_thoroughly_once_more(last: Sighting) -> None:
    detector = StubDetector()
    lost = everything(detector, last).sighting
    assert lost is None
    assert everything(detector, lost).sighting == NOBODY
    assert detector.small == [True, True]


def test_who_comes_to_where_nobody_was_is_read_thoroughly() -> None:
    face = make_face()
    detector = StubDetector(face)
    assert everything(detector, NOBODY).sighting == Sighting(face.region, faces=1, found=True)
    assert detector.thoroughly == [True]


def test_what_could_not_be_read_a_moment_ago_is_not_read_thoroughly_at_once_again() -> None:
    face = make_face()
    detector = StubDetector(face, hidden=(face,))
    analysis = everything(detector, UNREADABLE)
    assert (detector.small, detector.thoroughly) == ([True], [False])
    assert analysis == Analysis(1, face.box, sighting=replace(UNREADABLE, found=False))


def test_what_can_be_read_again_is_measured_at_once() -> None:
    face = make_face()
    analysis = everything(StubDetector(face), UNREADABLE)
    assert analysis.attention == ATTENTION
    assert analysis.sighting == Sighting(face.region, faces=1, found=True)


def test_under_presence_no_more_is_noted_than_that_nobody_was_there() -> None:
    for last in (None, NOBODY, UNREADABLE, Sighting(THERE, faces=1, found=True)):
        assert presence_only(OnlyFindingDetector(make_face()), last=last).sighting is None
        empty = presence_only(OnlyFindingDetector(), last=last).sighting
        assert empty is None or empty.nobody
