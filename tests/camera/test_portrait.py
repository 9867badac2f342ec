"""The rendered portrait: reproducible, and read by MediaPipe as it was asked for.

How its angles are read is tested where attention is (`test_attention.py`).
"""

from pathlib import Path

import numpy as np
import pytest

from emotion.blendshapes import BlendshapeNetwork
from emotion.detector import FaceDetector
from emotion.face import Face
from worker.simulation.camera.portrait import HEIGHT, WIDTH, Expression, Framing, Light, Look, Portrait, Pose
from worker.simulation.camera.portrait.raster import rasterise

MODEL = Path(__file__).parents[2] / "models" / "face_landmarker.task"
DETECTOR = FaceDetector.load(MODEL)
SHAPES = BlendshapeNetwork.load(MODEL)
PORTRAIT = Portrait(Look())
LOOKS = [
    Look(mirrored=True, hair=(0.5, 0.45, 0.45), suit_hue=190, room_seed=1),
    Look(skin=(0.6, 0.52, 0.46), hair=(0.35, 0.33, 0.35), width=1.05, framing=Framing(0.05, 0.03, 0.85)),
    Look(light=Light(side=0.7, warmth=0.6), width=0.95, framing=Framing(zoom=1.1)),
    Look(light=Light(gain=0.4, noise=5), wall=(80, 80, 90)),
]


def faces(picture: np.ndarray) -> tuple[Face, ...]:
    return DETECTOR.detect(picture)


def blendshape(name: str, expression: Expression) -> float:
    (face,) = faces(PORTRAIT.render(expression=expression))
    sides = [
        value
        for key, value in SHAPES.read(face.landmarks).items()
        if key.removesuffix("Left").removesuffix("Right") == name
    ]
    return float(np.mean(sides))


def test_a_picture_is_rgb_of_webcam_size() -> None:
    picture = PORTRAIT.render()
    assert (picture.shape, picture.dtype) == ((HEIGHT, WIDTH, 3), np.uint8)
    assert picture[230, 40, 0] > picture[230, 40, 2].astype(int) + 60  # the suit is orange, not blue


def test_the_same_arguments_give_the_same_picture() -> None:
    asked = {"pose": Pose(12, -5, 3), "expression": Expression(smile=0.4, eyelids=0.2), "seed": 7}
    again = Portrait(Look()).render(**asked)
    assert np.array_equal(PORTRAIT.render(**asked), again)


def test_another_seed_changes_the_noise_and_nothing_else() -> None:
    one, two = (PORTRAIT.render(seed=seed).astype(int) for seed in (1, 2))
    assert 0 < np.abs(one - two).mean() < 4


def test_the_face_takes_a_third_of_the_height() -> None:
    (face,) = faces(PORTRAIT.render())
    assert face.box.height > 1 / 3


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("pose", [Pose(), Pose(yaw=30), Pose(yaw=-30), Pose(pitch=-20)])
def test_every_look_is_one_face(look: Look, pose: Pose) -> None:
    assert len(faces(Portrait(look).render(pose, seed=2))) == 1


@pytest.mark.parametrize(
    ("name", "little", "much"),
    [
        ("mouthSmile", Expression(), Expression(smile=1)),
        ("mouthSmile", Expression(corners=-0.5), Expression(corners=0.8)),
        ("jawOpen", Expression(), Expression(mouth_open=1)),
        ("jawOpen", Expression(mouth_open=0.3), Expression(mouth_open=1, teeth=True)),
        ("eyeBlink", Expression(), Expression(eyelids=1)),
        ("browInnerUp", Expression(), Expression(brow_raise=1)),
        ("browOuterUp", Expression(brow_lower=1), Expression(brow_raise=1)),
        ("eyeLookOut", Expression(), Expression(gaze_x=1)),
        ("mouthPucker", Expression(), Expression(pucker=1)),
    ],
)
def test_moving_the_face_moves_what_is_read_of_it(name: str, little: Expression, much: Expression) -> None:
    assert blendshape(name, much) > blendshape(name, little) + 0.05


def test_relaxed_lips_are_closed_though_the_photograph_smiles() -> None:
    assert blendshape("jawOpen", Expression()) < 0.05
    assert blendshape("mouthSmile", Expression()) < 0.3 < blendshape("mouthSmile", Expression(smile=1))


def test_a_mirrored_person_turns_to_the_same_own_side() -> None:
    straight, mirrored = (Portrait(Look(mirrored=mirror)).render(Pose(yaw=25)) for mirror in (False, True))
    for picture in (straight, mirrored):
        (face,) = faces(picture)
        assert face.landmarks[1, 0] > face.landmarks[[234, 454], 0].mean()


@pytest.mark.parametrize("framing", [Framing(shift_x=1), Framing(shift_x=-1), Framing(shift_y=1.2)])
def test_who_left_the_picture_is_not_found(framing: Framing) -> None:
    assert faces(PORTRAIT.render(framing=framing)) == ()


def test_an_empty_room_has_no_face_but_a_chair() -> None:
    room = PORTRAIT.empty()
    assert faces(room) == ()
    assert room[200, WIDTH // 2].mean() < room[60, WIDTH // 2].mean() - 50


def test_dim_light_darkens_and_side_light_falls_on_the_own_left() -> None:
    plain, dim, side = (
        PORTRAIT.render(light=light).astype(float) for light in (Light(), Light(gain=0.4), Light(side=0.8))
    )
    assert dim.mean() < 0.5 * plain.mean()
    cheeks = {"right": (slice(120, 130), slice(125, 140)), "left": (slice(120, 130), slice(180, 195))}
    gained = {name: side[part].mean() / plain[part].mean() for name, part in cheeks.items()}
    assert gained["left"] > gained["right"] + 0.1


def test_the_triangle_painted_last_covers_the_others() -> None:
    square = np.array([(0, 0), (8, 0), (8, 8), (0, 8)], dtype=np.float32)
    points = np.concatenate([square, square])
    values = np.array([[1.0]] * 4 + [[2.0]] * 4, dtype=np.float32)
    far, near = np.array([(0, 1, 2), (0, 2, 3)]), np.array([(4, 5, 6)])
    seen, covered = rasterise(points, np.concatenate([far, near]), values, 10, 10)
    assert (seen[1, 6, 0], seen[6, 1, 0]) == pytest.approx((2, 1))
    assert covered[:9, :9].all() and not covered[9].any()


def test_values_run_evenly_over_a_triangle_and_its_back_is_not_painted() -> None:
    points = np.array([(0, 0), (10, 0), (0, 10)], dtype=np.float32)
    seen, _ = rasterise(points, np.array([(0, 1, 2)]), points, 11, 11)
    assert seen[3, 4] == pytest.approx((4, 3), abs=1e-4)
    _, covered = rasterise(points, np.array([(0, 2, 1)]), points, 11, 11)
    assert not covered.any()


def test_triangles_outside_the_picture_are_left_out() -> None:
    points = np.array([(-90, -90), (-50, -90), (-90, -50)], dtype=np.float32)
    _, covered = rasterise(points, np.array([(0, 1, 2)]), points, 11, 11)
    assert not covered.any()
