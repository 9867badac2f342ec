"""One snapshot through the package's front door."""

import cv2
import numpy as np
import pytest

from emotion.face import Face
from emotion.image import BadImage
from emotion.pipeline import Analyser, main_face
from emotion.values import Analysis, EmotionScores, FaceBox, Signal

JPEG = cv2.imencode(".jpg", np.full((240, 320, 3), 90, dtype=np.uint8))[1].tobytes()
SCORES = EmotionScores((0.05, 0.05, 0.05, 0.6, 0.05, 0.1, 0.1), uncertain=False)
EVERYTHING = frozenset(Signal)
EYE_SHAPES = [f"eyeLook{way}{side}" for way in ("Out", "In", "Up", "Down") for side in ("Left", "Right")]


def make_face(left: float = 0.35, top: float = 0.3, width: float = 0.3, height: float = 0.4) -> Face:
    landmarks = np.random.default_rng(0).uniform(100, 200, (478, 3)).astype(np.float32)
    matrix = np.eye(4, dtype=np.float32)
    matrix[2, 3] = -50
    return Face(FaceBox(left, top, width, height), landmarks, matrix, dict.fromkeys(EYE_SHAPES, 0.0))


class StubDetector:
    def __init__(self, *faces: Face) -> None:
        self.faces = faces

    def find(self, image: np.ndarray) -> tuple[FaceBox, ...]:
        return tuple(face.box for face in self.faces)

    def detect(self, image: np.ndarray) -> tuple[Face, ...]:
        return self.faces


class OnlyFindingDetector(StubDetector):
    def detect(self, image: np.ndarray) -> tuple[Face, ...]:
        pytest.fail("landmarks were computed")


class StubClassifier:
    def __init__(self) -> None:
        self.crops: list[np.ndarray] = []

    def classify(self, crop: np.ndarray) -> EmotionScores:
        self.crops.append(crop)
        return SCORES


class ForbiddenClassifier:
    def classify(self, crop: np.ndarray) -> EmotionScores:
        pytest.fail("an expression was computed")


def test_it_measures_the_signals_that_are_allowed() -> None:
    classifier = StubClassifier()
    face = make_face()
    analysis = Analyser(StubDetector(face), classifier).analyse(JPEG, EVERYTHING)
    assert (analysis.faces, analysis.box, analysis.expression) == (1, face.box, SCORES)
    assert analysis.attention is not None
    assert analysis.attention.yaw == pytest.approx(0)
    (crop,) = classifier.crops
    assert (crop.shape, crop.dtype) == ((48, 48), np.uint8)


@pytest.mark.parametrize(
    "signals", [frozenset({Signal.PRESENCE}), frozenset({Signal.PRESENCE, Signal.ATTENTION}), frozenset()]
)
def test_no_expression_is_computed_where_it_is_not_allowed(signals: frozenset[Signal]) -> None:
    analysis = Analyser(StubDetector(make_face()), ForbiddenClassifier()).analyse(JPEG, signals)
    assert analysis.expression is None


@pytest.mark.parametrize(
    "signals", [frozenset({Signal.PRESENCE}), frozenset({Signal.PRESENCE, Signal.EXPRESSION}), frozenset()]
)
def test_no_attention_is_computed_where_it_is_not_allowed(
    signals: frozenset[Signal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emotion.pipeline.attention_of", lambda face: pytest.fail("attention was computed"))
    analysis = Analyser(StubDetector(make_face()), StubClassifier()).analyse(JPEG, signals)
    assert analysis.attention is None
    assert analysis.faces == 1


@pytest.mark.parametrize("signals", [frozenset({Signal.PRESENCE}), frozenset()])
def test_presence_alone_computes_no_landmarks(signals: frozenset[Signal]) -> None:
    near, behind = make_face(), make_face(0.8, 0.1, 0.1, 0.15)
    analysis = Analyser(OnlyFindingDetector(behind, near), ForbiddenClassifier()).analyse(JPEG, signals)
    assert analysis == Analysis(faces=2, box=near.box)


@pytest.mark.parametrize("signals", [frozenset({Signal.PRESENCE}), EVERYTHING])
def test_no_face_is_a_normal_answer(signals: frozenset[Signal]) -> None:
    assert Analyser(StubDetector(), ForbiddenClassifier()).analyse(JPEG, signals) == Analysis(faces=0)


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
        Analyser(StubDetector(), ForbiddenClassifier()).analyse(b"no picture", EVERYTHING)


def test_several_faces_are_counted_and_the_main_one_described() -> None:
    near, behind = make_face(), make_face(0.8, 0.1, 0.1, 0.15)
    analysis = Analyser(StubDetector(behind, near), StubClassifier()).analyse(JPEG, EVERYTHING)
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
            analysis = Analyser(StubDetector(*faces), StubClassifier()).analyse(JPEG, signals)
            assert analysis.box == chosen.box
