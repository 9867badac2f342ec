"""What the landmarker finds in rendered pictures."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emotion.detector import FaceDetector, Limits
from emotion.model_card import DamagedModel
from worker.simulation.camera.portrait import Framing, Look, Portrait, Pose

MODEL = Path(__file__).parents[2] / "models" / "face_landmarker.task"
PORTRAIT = Portrait(Look())


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector.load(MODEL)


def test_it_finds_the_one_face_and_measures_it(detector: FaceDetector) -> None:
    (face,) = detector.detect(PORTRAIT.render())
    assert face.landmarks.shape == (478, 3)
    assert face.landmarks.dtype == face.matrix.dtype == np.float32
    assert face.matrix.shape == (4, 4)


def test_landmarks_are_pixels_within_the_box(detector: FaceDetector) -> None:
    (face,) = detector.detect(PORTRAIT.render())
    x, y = face.landmarks[:, 0] / 320, face.landmarks[:, 1] / 240
    assert x.min() == pytest.approx(face.box.left)
    assert x.max() == pytest.approx(face.box.left + face.box.width)
    assert y.min() == pytest.approx(face.box.top)
    assert y.max() == pytest.approx(face.box.top + face.box.height)


def test_the_own_right_eye_is_on_the_left_of_an_unmirrored_picture(detector: FaceDetector) -> None:
    (face,) = detector.detect(PORTRAIT.render())
    assert face.midpoint((33, 133))[0] < face.midpoint((362, 263))[0]


def test_a_face_cut_by_the_edge_has_a_box_within_the_picture(detector: FaceDetector) -> None:
    (face,) = detector.detect(PORTRAIT.render(framing=Framing(shift_x=0.33)))
    assert face.box.left >= 0
    assert face.box.left + face.box.width <= 1


@pytest.mark.parametrize(
    "picture",
    [PORTRAIT.empty(), np.zeros((240, 320, 3), np.uint8), np.full((48, 64, 3), 255, np.uint8)],
    ids=["room", "dark", "white"],
)
def test_no_face_is_an_empty_tuple(detector: FaceDetector, picture: np.ndarray) -> None:
    assert detector.detect(picture) == ()
    assert detector.find(picture) == ()


def test_it_counts_several_people(detector: FaceDetector) -> None:
    two = np.hstack([PORTRAIT.render(), PORTRAIT.render(Pose(yaw=15))])
    assert len(detector.detect(two)) == 2
    assert len(detector.find(two)) == 2


def test_more_than_three_people_are_counted_as_three(detector: FaceDetector) -> None:
    row = np.hstack([PORTRAIT.render()[:, 60:260], PORTRAIT.render(Pose(yaw=15))[:, 60:260]])
    four = np.vstack([row, row])
    assert len(detector.find_scored(four)) == 4
    assert len(detector.find(four)) == 3


@pytest.mark.parametrize("framing", [Framing(), Framing(shift_x=-0.2, zoom=0.7), Framing(shift_x=0.33)])
def test_a_found_face_has_nearly_the_box_of_its_landmarks(detector: FaceDetector, framing: Framing) -> None:
    picture = PORTRAIT.render(framing=framing)
    (finding,), (face,) = detector.find(picture), detector.detect(picture)
    box = finding.box
    assert box.left == pytest.approx(face.box.left, abs=0.08)
    assert box.left + box.width == pytest.approx(face.box.left + face.box.width, abs=0.08)
    assert box.top + box.height == pytest.approx(face.box.top + face.box.height, abs=0.08)


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"face_landmarker\.task"):
        FaceDetector.load(tmp_path / "face_landmarker.task")


def test_a_model_file_that_was_cut_off_is_named(tmp_path: Path) -> None:
    bundle = tmp_path / "face_landmarker.task"
    bundle.write_bytes(MODEL.read_bytes()[:100_000])
    with pytest.raises(DamagedModel, match=r"face_landmarker\.task is damaged"):
        FaceDetector.load(bundle)


def test_it_loads_detects_and_exits_in_silence() -> None:
    program = (
        "import sys, numpy; from pathlib import Path; from emotion.detector import FaceDetector;"
        "detector = FaceDetector.load(Path(sys.argv[1]));"
        "detector.detect(numpy.zeros((240, 320, 3), numpy.uint8))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(MODEL)],
        capture_output=True,
        check=False,
        timeout=60,
        cwd=MODEL.parents[1],
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_every_finding_has_a_score_and_the_surest_comes_first() -> None:
    two = np.hstack([PORTRAIT.render(), PORTRAIT.render(Pose(yaw=15), framing=Framing(zoom=0.6))])
    lenient = FaceDetector.load(MODEL, limits=Limits(find=0.1))
    scored = lenient.find_scored(two)
    scores = [score for _, score in scored]
    assert len(scored) > 1
    assert scores == sorted(scores, reverse=True)
    assert scores[0] <= 1
    assert [(each.box, each.score) for each in lenient.find(two)] == list(scored[:3])


def test_only_what_reaches_the_limits_is_reported() -> None:
    strict = FaceDetector.load(MODEL, limits=Limits(find=0.999))
    assert strict.find(PORTRAIT.render()) == ()
    assert strict.detect(PORTRAIT.render()) == ()
