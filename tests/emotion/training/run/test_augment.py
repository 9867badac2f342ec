from unittest.mock import Mock

import numpy as np
import pytest

from emotion.training.run.augment import Augmentation, damage, mixup, turn

NOTHING = Augmentation(
    rotation=0, scale=0, shift=0, contrast=0, brightness=0, gamma=0, erase_chance=0, degrade_chance=0
)


def augment(faces, settings, random):
    return damage(turn(faces, settings, random), settings, random)


def make_faces(count=64):
    """Dark on the left, bright on the right."""
    return np.tile(np.linspace(20, 220, 48).astype(np.uint8), (count, 48, 1))


def test_the_same_seed_gives_the_same_faces():
    first, second = (augment(make_faces(), Augmentation(), np.random.default_rng(4)) for _ in range(2))

    np.testing.assert_array_equal(first, second)


def test_the_faces_given_are_left_as_they_are():
    faces = make_faces()

    changed = augment(faces, Augmentation(erase_chance=1, degrade_chance=1), np.random.default_rng(4))

    np.testing.assert_array_equal(faces, make_faces())
    assert changed.shape == faces.shape
    assert changed.dtype == np.uint8


def test_a_turned_face_is_not_damaged_and_a_damaged_one_not_turned():
    plain = Augmentation(erase_chance=0, degrade_chance=0)
    spoiling = Augmentation(erase_chance=1, degrade_chance=1, noise_chance=1)

    turned = [turn(make_faces(), settings, np.random.default_rng(4)) for settings in (plain, spoiling)]

    np.testing.assert_array_equal(*turned)
    np.testing.assert_array_equal(damage(make_faces(), plain, np.random.default_rng(4)), make_faces())
    assert np.all(damage(make_faces(), spoiling, np.random.default_rng(4)) != make_faces(), axis=0).any()


def test_without_any_change_a_face_is_itself_or_its_mirror_image():
    faces = make_faces()

    changed = augment(faces, NOTHING, np.random.default_rng(4)).astype(int)

    same = np.abs(changed - faces).max(axis=(1, 2)) <= 1
    mirrored = np.abs(changed - faces[:, :, ::-1]).max(axis=(1, 2)) <= 1
    assert np.all(same | mirrored)
    assert same.any()
    assert mirrored.any()


@pytest.mark.parametrize(
    "change",
    [
        {"rotation": 15},
        {"scale": 0.15},
        {"shift": 0.09},
        {"contrast": 0.3},
        {"brightness": 40},
        {"gamma": 0.4},
        {"erase_chance": 1},
        {"degrade_chance": 1},
        {"noise_chance": 1},
        {"dim_chance": 1},
    ],
    ids=str,
)
def test_each_change_changes_faces(change):
    settings = Augmentation(**{name: change.get(name, 0) for name in Augmentation.__slots__})

    plain = augment(make_faces(), NOTHING, np.random.default_rng(4))
    changed = augment(make_faces(), settings, np.random.default_rng(4))

    assert np.abs(plain.astype(int) - changed).mean() > 1


def changed_only_by(**chances):
    """Random faces, and what is left of them through a webcam; mirrored is as good for their grays."""
    faces = np.random.default_rng(1).integers(0, 256, (64, 48, 48)).astype(np.uint8)
    settings = Augmentation(**dict.fromkeys(Augmentation.__slots__, 0) | chances)
    return faces, augment(faces, settings, np.random.default_rng(4))


def test_dim_light_leaves_less_than_half_of_the_contrast_and_the_mean():
    faces, changed = changed_only_by(dim_chance=1)

    left = changed.std(axis=(1, 2)) / faces.std(axis=(1, 2))
    assert 0.14 < left.min() < left.max() < 0.51
    np.testing.assert_allclose(changed.mean(axis=(1, 2)), faces.mean(axis=(1, 2)), atol=1)


def test_few_pixels_leave_no_detail_of_one_pixel():
    faces, changed = changed_only_by(few_pixels_chance=1)

    def detail(each):
        return np.abs(np.diff(each.astype(int), axis=2)).mean()

    assert detail(changed) < detail(faces) / 8


def test_noise_of_a_webcam_is_stronger_than_that_of_a_degraded_face():
    def spread(**chances):
        gray = np.full((300, 48, 48), 128, np.uint8)
        settings = Augmentation(**dict.fromkeys(Augmentation.__slots__, 0) | chances)
        return augment(gray, settings, np.random.default_rng(4)).std(axis=(1, 2)).max()

    assert 20 < spread(noise_chance=1) < 26
    assert spread(degrade_chance=1) < 13


def test_a_change_that_is_off_draws_nothing():
    def draws(settings):
        random = Mock(wraps=np.random.default_rng(4))
        augment(make_faces(10), settings, random)
        return random.random.call_count

    # For each face whether it is degraded and whether it is covered, as before there were webcams.
    assert draws(Augmentation()) == 20
    assert draws(Augmentation(dim_chance=0.5)) == 30


def test_halved_changes_are_half_as_strong():
    assert Augmentation(rotation=12, erase_chance=0.3).halved().rotation == 6
    assert Augmentation(rotation=12, erase_chance=0.3).halved().erase_chance == 0.15


def test_mixup_blends_targets_in_the_proportion_of_the_inputs():
    inputs = np.arange(8, dtype=np.float32)
    targets = np.stack([inputs, 7 - inputs], axis=1)

    mixed, (blended,) = mixup(inputs, (targets,), 0.5, np.random.default_rng(1))

    np.testing.assert_allclose(blended[:, 0], mixed, rtol=1e-5)
    np.testing.assert_allclose(blended.sum(axis=1), 7, rtol=1e-5)
    assert not np.array_equal(mixed, inputs)
