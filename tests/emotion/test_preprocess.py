import math

import cv2
import numpy as np
import pytest

from emotion.preprocess import (
    CROP_SIZE,
    EYES_TO_MOUTH,
    EYES_X,
    EYES_Y,
    FACE_SIZE,
    INPUT_LIMIT,
    crop_map,
    face_crop,
    network_input,
)


def place(point, *, centre, size, roll):
    """Where a point of the drawn face, in face sizes from its eyes, stands in the picture."""
    cosine, sine = math.cos(math.radians(roll)), math.sin(math.radians(roll))
    x, y = point
    return centre[0] + size * (cosine * x - sine * y), centre[1] + size * (sine * x + cosine * y)


def draw_face(*, centre=(160.0, 110.0), size=40.0, roll=0.0, yaw=0.0, shape=(240, 320)):
    """A gray picture with a white disc on each eye and on the mouth, and the three points."""
    half = math.cos(math.radians(yaw)) / 2
    points = [
        place(p, centre=centre, size=size, roll=roll)
        for p in ((-half, 0.0), (half, 0.0), (0.0, 1 / EYES_TO_MOUTH))
    ]
    image = np.full((*shape, 3), 60, np.uint8)
    for x, y in points:
        fine = 4  # cv2 draws between pixels when given sixteenths
        where = round(x * 2**fine), round(y * 2**fine)
        cv2.circle(image, where, round(size * 0.12 * 2**fine), (255, 255, 255), -1, cv2.LINE_AA, fine)
    return image, points


def bright_spot(crop, x, y, reach=4):
    """The centre of brightness within `reach` pixels of a place in the crop."""
    left, top = round(x) - reach, round(y) - reach
    part = crop[top : top + 2 * reach + 1, left : left + 2 * reach + 1].astype(float) - 60
    rows, columns = np.mgrid[: part.shape[0], : part.shape[1]]
    return left + (part * columns).sum() / part.sum(), top + (part * rows).sum() / part.sum()


@pytest.mark.parametrize(
    "pose",
    [
        {},
        {"centre": (70.0, 60.0)},
        {"size": 18.3},
        {"size": 12.0},
        {"size": 90.0, "centre": (160.0, 90.0)},
        {"roll": 30.0},
        {"roll": -50.0},
        {"roll": 180.0},
    ],
    ids=str,
)
def test_eyes_and_mouth_come_to_the_same_place_whatever_the_pose(pose):
    image, points = draw_face(**pose)

    crop = face_crop(image, *points)

    assert crop.shape == (CROP_SIZE, CROP_SIZE)
    assert crop.dtype == np.uint8
    for wanted in (
        (EYES_X - FACE_SIZE / 2, EYES_Y),
        (EYES_X + FACE_SIZE / 2, EYES_Y),
        (EYES_X, EYES_Y + FACE_SIZE / EYES_TO_MOUTH),
    ):
        assert bright_spot(crop, *wanted) == pytest.approx(wanted, abs=0.35)


@pytest.mark.parametrize(
    "pose", [{}, {"size": 12.0}, {"size": 90.0, "roll": 30.0}, {"roll": -130.0}], ids=str
)
def test_the_map_says_where_each_point_lies_in_the_crop(pose):
    image, points = draw_face(**pose)

    in_crop = np.array([(*point, 1.0) for point in points]) @ crop_map(*points).T

    crop = face_crop(image, *points)
    for place_in_crop in in_crop:
        assert bright_spot(crop, *place_in_crop) == pytest.approx(place_in_crop, abs=0.35)


def test_a_turned_head_keeps_its_size_though_its_eyes_come_together():
    image, points = draw_face(yaw=45)

    crop = face_crop(image, *points)

    mouth = EYES_X, EYES_Y + FACE_SIZE / EYES_TO_MOUTH
    assert bright_spot(crop, *mouth) == pytest.approx(mouth, abs=0.35)


def test_a_face_at_the_edge_repeats_the_border_of_the_picture():
    image, points = draw_face(centre=(5.0, 110.0))

    crop = face_crop(image, *points)

    assert np.all(crop[:, 0] == crop[:, 3])


def test_a_large_face_is_averaged_not_sampled():
    stripes = np.zeros((400, 400, 3), np.uint8)
    stripes[:, ::2] = 255

    crop = face_crop(stripes, (140.0, 180.0), (260.0, 180.0), (200.0, 290.0))

    assert crop.std() < 12


@pytest.mark.parametrize("eye", [(50.0, 50.0), (math.nan, 50.0), (math.inf, 50.0)])
def test_points_that_fit_no_face_are_refused(eye):
    with pytest.raises(ValueError, match="no face fits"):
        face_crop(np.zeros((100, 100, 3), np.uint8), eye, eye, eye)
    with pytest.raises(ValueError, match="no face fits"):
        crop_map(eye, eye, eye)


def test_the_network_reads_the_same_in_bright_and_in_dim_light():
    face = np.random.default_rng(1).integers(40, 100, (CROP_SIZE, CROP_SIZE)).astype(np.uint8)

    bright = network_input(face * 2 + 20)

    assert bright.shape == (CROP_SIZE, CROP_SIZE, 1)
    assert bright.dtype == np.float32
    np.testing.assert_allclose(network_input(face), bright, atol=1e-4)


def test_each_crop_of_a_batch_is_standardised_by_itself():
    faces = np.random.default_rng(2).integers(0, 256, (3, CROP_SIZE, CROP_SIZE)).astype(np.uint8)
    faces[1] //= 4

    batch = network_input(faces)

    for face, values in zip(faces, batch, strict=True):
        np.testing.assert_allclose(values, network_input(face), atol=1e-6)
        assert values.std() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("gray", [0, 128, 255])
def test_an_even_picture_becomes_zeros(gray):
    assert not network_input(np.full((CROP_SIZE, CROP_SIZE), gray, np.uint8)).any()


def test_a_single_bright_point_stays_within_the_limit():
    face = np.zeros((CROP_SIZE, CROP_SIZE), np.uint8)
    face[0, 0] = 255

    assert network_input(face).max() == INPUT_LIMIT
