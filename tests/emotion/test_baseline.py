"""The own normal: how it is learned, how it follows, and what counts as resting beside it."""

import math
from dataclasses import replace

import pytest

from emotion.judgement.baseline import Baseline, Rest, eyes_closed, learn, pose_score, settle
from emotion.judgement.weights import DEFAULT_WEIGHTS
from emotion.values import Attention

W = DEFAULT_WEIGHTS
LEARNING = Baseline(
    since=40, readings=1, ready=False, yaw=4, pitch=-6, gaze_y=-0.2, eyes=0.9, first_yaw=4, first_pitch=-6
)
READY = replace(LEARNING, readings=60, ready=True)


def looking(yaw: float = 4, pitch: float = -6, eyes: float = 0.9, gaze_y: float = -0.2) -> Attention:
    return Attention(yaw, pitch, 0, eyes, 0, gaze_y)


def test_the_first_reading_is_the_baseline_so_far() -> None:
    assert learn(None, looking(4, -6, 0.8), 40, 0, W) == replace(LEARNING, eyes=0.8)


def test_while_it_is_learned_it_is_the_mean_of_the_readings() -> None:
    second = learn(LEARNING, looking(10, 0, 0.7, 0.2), 41, 1, W)
    assert second.gaze_y == pytest.approx(0)
    assert (second.yaw, second.pitch, second.readings) == (7, -3, 2)
    assert second.eyes == pytest.approx(0.8)
    third = learn(second, looking(1, -9, 0.8), 42, 1, W)
    assert (third.yaw, third.pitch) == (5, -5)
    assert (third.first_yaw, third.first_pitch) == (5, -5)


@pytest.mark.parametrize(
    ("at", "readings", "ready"), [(99, 9, False), (100, 3, False), (100, 4, True), (50, 9, False)]
)
def test_it_takes_a_minute_since_the_first_reading_and_five_readings(
    at: float, readings: int, ready: bool
) -> None:
    assert learn(replace(LEARNING, readings=readings), looking(), at, 1, W).ready is ready


def test_then_it_follows_each_angle_and_the_eyes_by_its_memory() -> None:
    step = 1 - math.exp(-60 / W.baseline_memory_s)
    followed = learn(READY, looking(14, 4, 0.7, 0.3), 200, 60, W)
    assert followed.gaze_y == pytest.approx(-0.2 + 0.5 * step)
    assert followed.yaw == pytest.approx(4 + 10 * step)
    assert followed.pitch == pytest.approx(-6 + 10 * step)
    assert followed.eyes == pytest.approx(0.9 - 0.2 * step)


@pytest.mark.parametrize("side", [-1, 1])
def test_it_follows_no_farther_than_it_may_drift(side: int) -> None:
    far = replace(READY, yaw=4 + side * 14.99, pitch=-6 + side * 14.99)
    followed = learn(far, looking(4 + side * 30, -6 + side * 15), 200, 1e9, W)
    assert followed.yaw == 4 + side * W.baseline_drift
    assert followed.pitch == -6 + side * W.baseline_drift


@pytest.mark.parametrize(
    ("yaw", "pitch", "follows"),
    [(34, -6, True), (34.1, -6, False), (4, 9, True), (4, 9.1, False), (4, -21, True), (4, -21.1, False)],
)
def test_it_follows_no_face_that_looks_away(yaw: float, pitch: float, follows: bool) -> None:
    assert (learn(READY, looking(yaw, pitch), 200, 1, W) != READY) is follows


def test_it_follows_nothing_that_is_not_engaged_once_it_is_ready() -> None:
    assert learn(READY, looking(14, 4), 200, 60, W, is_engaged=False) == READY
    assert learn(LEARNING, looking(14, 4), 41, 1, W, is_engaged=False) != LEARNING


def test_it_is_never_farther_from_the_camera_than_a_normal_may_be() -> None:
    first = learn(None, looking(40, -40), 40, 0, W)
    assert (first.yaw, first.pitch) == (W.baseline_yaw, -W.baseline_pitch)
    second = learn(replace(LEARNING, yaw=15, pitch=25), looking(-40, 40), 41, 1, W)
    assert (second.yaw, second.pitch) == (0, W.baseline_pitch)


@pytest.mark.parametrize(("openness", "own"), [(0.45, 0.9), (0.4, 0.9), (0.46, 0.68), (1.3, 1.1)])
def test_a_blink_says_nothing_about_open_eyes(openness: float, own: float) -> None:
    assert learn(LEARNING, looking(eyes=openness), 41, 1, W).eyes == pytest.approx(own)


@pytest.mark.parametrize(("openness", "closed"), [(0.225, True), (0.226, False)])
def test_eyes_are_closed_up_to_a_share_of_the_own_openness(openness: float, closed: bool) -> None:
    assert eyes_closed(replace(READY, eyes=0.5), looking(eyes=openness), W) is closed


@pytest.mark.parametrize(
    ("yaw", "pitch", "rest"),
    [
        (20, -10, Rest(10, 20, -10)),
        (25, -10, Rest(10, 20.5, -10)),
        (20, -15, Rest(10, 20, -10.5)),
        (28, -10, Rest(10, 20.8, -10)),
        (28.1, -10, Rest(50, 28.1, -10)),
        (26, -16, Rest(50, 26, -16)),
        (20, 10, Rest(50, 20, 10)),
    ],
    ids=["still", "sideways", "down", "just within", "just beyond", "both angles together", "mirrored"],
)
def test_a_head_rests_as_long_as_it_stays_near_and_the_rest_moves_along_a_tenth(
    yaw: float, pitch: float, rest: Rest
) -> None:
    assert settle(Rest(10, 20, -10), looking(yaw, pitch), 50, W) == rest


def test_a_head_that_nobody_saw_before_rests_from_now_on() -> None:
    assert settle(None, looking(5, 6), 50, W) == Rest(50, 5, 6)


@pytest.mark.parametrize(
    ("since", "yaw", "pitch", "pose"),
    [
        (70, 34, -6, W.second_screen_pose),
        (70.1, 34, -6, 0.25),
        (70, 34.1, -6, 0.245),
        (70, 4, 9, W.second_screen_pose + 1 / 12),
        (70, 4, 9.1, 1 - 3.1 / 18),
    ],
)
def test_a_head_at_rest_within_reach_of_the_first_minute_reads_a_second_screen(
    since: float, yaw: float, pitch: float, pose: float
) -> None:
    assert pose_score(READY, Rest(since, yaw, pitch), looking(yaw, pitch), 100, W) == pytest.approx(pose)
