"""Pose, eyes and gaze, measured on faces rendered at known angles."""

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.attention import AttentionReader, head_pose
from emotion.detector import FaceDetector
from emotion.values import Attention
from worker.simulation.camera.portrait import Expression, Framing, Look, Portrait, Pose

MODEL = Path(__file__).parents[2] / "models" / "face_landmarker.task"
DETECTOR = FaceDetector.load(MODEL)
READER = AttentionReader.load(MODEL)
PORTRAIT = Portrait(Look())
ANGLES = [
    Pose(yaw, pitch, roll)
    for yaw, pitch in itertools.product((-30, -20, -10, 0, 10, 20, 30), (-20, -10, 0, 10, 20))
    for roll in (0, 15)
]


def read(picture: np.ndarray) -> Attention:
    (face,) = DETECTOR.detect(picture)
    return READER.read(face)


def pose_read(pose: Pose, framing: Framing | None = None) -> tuple[float, float, float]:
    seen = read(PORTRAIT.render(pose, framing=framing))
    return seen.yaw, seen.pitch, seen.roll


def panned(picture: np.ndarray, degrees_x: float, degrees_y: float, field_of_view: float) -> np.ndarray:
    """What the camera sees after it turned: the face moves off the centre, its pose to the lens stays."""
    height, width = picture.shape[:2]
    focal = height / 2 / np.tan(np.radians(field_of_view / 2))
    lens = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
    turn, _ = cv2.Rodrigues(np.array([0, np.radians(degrees_x), 0.0]))
    nod, _ = cv2.Rodrigues(np.array([np.radians(degrees_y), 0, 0.0]))
    warp = lens @ turn @ nod @ np.linalg.inv(lens)
    return cv2.warpPerspective(picture, warp, (width, height), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.slow
def test_the_median_pose_error_is_under_five_degrees_within_thirty() -> None:
    asked = np.array([(pose.yaw, pose.pitch, pose.roll) for pose in ANGLES])
    error = np.abs(np.array([pose_read(pose) for pose in ANGLES]) - asked)
    assert np.median(error, axis=0).max() < 5
    assert np.percentile(error, 90, axis=0).max() < 10


@pytest.mark.parametrize(
    ("pose", "axis"),
    [
        (Pose(yaw=25), 0),
        (Pose(yaw=-25), 0),
        (Pose(pitch=15), 1),
        (Pose(pitch=-15), 1),
        (Pose(roll=20), 2),
        (Pose(roll=-20), 2),
    ],
)
def test_each_angle_has_its_sign(pose: Pose, axis: int) -> None:
    asked = (pose.yaw, pose.pitch, pose.roll)[axis]
    assert pose_read(pose)[axis] == pytest.approx(asked, abs=8)


def test_turning_to_the_own_left_moves_the_nose_right_in_the_picture() -> None:
    (face,) = DETECTOR.detect(PORTRAIT.render(Pose(yaw=25)))
    nose, middle_of_cheeks = face.landmarks[1, 0], face.landmarks[[234, 454], 0].mean()
    assert nose > middle_of_cheeks
    assert READER.read(face).yaw > 0


def test_a_mirrored_picture_has_the_opposite_yaw_and_roll() -> None:
    picture = PORTRAIT.render(Pose(yaw=20, roll=10))
    straight, mirrored = read(picture), read(np.ascontiguousarray(picture[:, ::-1]))
    assert mirrored.yaw == pytest.approx(-straight.yaw, abs=3)
    assert mirrored.roll == pytest.approx(-straight.roll, abs=3)


@pytest.mark.parametrize("direction", [(-18, 0), (18, 0), (0, 9), (0, -9), (12, 9)])
@pytest.mark.parametrize("yaw", [-20, 0, 10])
def test_a_face_off_the_centre_keeps_its_pose_to_the_camera(direction: tuple[int, int], yaw: int) -> None:
    picture = panned(PORTRAIT.render(Pose(yaw=yaw), framing=Framing(zoom=0.7)), *direction, 45)
    seen = read(picture)
    assert seen.yaw == pytest.approx(yaw, abs=5)
    assert seen.pitch == pytest.approx(0, abs=7)


def test_distance_does_not_change_the_pose() -> None:
    near, far = (pose_read(Pose(yaw=15), Framing(zoom=zoom)) for zoom in (1.2, 0.6))
    assert near == pytest.approx(far, abs=5)


def test_a_matrix_that_looks_straight_ahead_has_no_angle() -> None:
    matrix = np.eye(4, dtype=np.float32)
    matrix[2, 3] = -50
    assert head_pose(matrix) == pytest.approx((0, 0, 0))


def test_scale_in_the_matrix_does_not_matter() -> None:
    (face,) = DETECTOR.detect(PORTRAIT.render(Pose(yaw=20)))
    doubled = face.matrix.copy()
    doubled[:3, :3] *= 2
    assert head_pose(doubled) == pytest.approx(head_pose(face.matrix), abs=1e-3)


@pytest.mark.parametrize("pose", [Pose(), Pose(yaw=20), Pose(yaw=-30), Pose(pitch=15), Pose(pitch=-15)])
def test_closed_eyes_are_far_below_the_open_ones(pose: Pose) -> None:
    opened, closed = (
        read(PORTRAIT.render(pose, Expression(eyelids=lids))).eye_openness for lids in (0.0, 1.0)
    )
    assert opened > 0.8
    assert closed < 0.4 * opened


def test_openness_falls_as_the_lids_close() -> None:
    lids = [read(PORTRAIT.render(Pose(), Expression(eyelids=lids))).eye_openness for lids in (0, 0.5, 1)]
    assert lids[0] > lids[1] >= lids[2] >= 0


def test_a_smile_does_not_close_the_eyes() -> None:
    assert read(PORTRAIT.render(Pose(), Expression(smile=1))).eye_openness > 0.8


def test_gaze_follows_the_eyes() -> None:
    left = read(PORTRAIT.render(Pose(), Expression(gaze_x=1))).gaze_x
    right = read(PORTRAIT.render(Pose(), Expression(gaze_x=-1))).gaze_x
    up = read(PORTRAIT.render(Pose(), Expression(gaze_y=1))).gaze_y
    down = read(PORTRAIT.render(Pose(), Expression(gaze_y=-1))).gaze_y
    assert left > 0.2 > -0.2 > right
    assert up > down
    assert all(-1 <= value <= 1 for value in (left, right, up, down))
