import numpy as np
import pytest

from emotion.training.score.robustness import DAMAGES, accuracies

NAMED = {damage.name: damage for damage in DAMAGES}


def make_faces(count=6):
    """Smooth shapes with some texture, as faces have: each damage shows on them."""
    random = np.random.default_rng(0)
    y, x = np.mgrid[:48, :48] / 48
    waves = [np.sin(9 * x * random.random() + 9 * y * random.random()) for _ in range(count)]
    faces = 128 + 70 * np.stack(waves) + random.normal(0, 6, (count, 48, 48))
    return np.clip(faces, 0, 255).astype(np.uint8)


def difference(faces, spoilt):
    return np.abs(faces.astype(int) - spoilt).mean()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_each_severity_spoils_more_than_the_one_before(damage):
    faces = make_faces(40)

    spoilt = [damage.apply(faces, severity) for severity in (1, 2, 3, 4, 5)]

    losses = [difference(faces, each) for each in spoilt]
    assert losses[0] > 0
    assert losses == sorted(losses)
    assert all(each.shape == faces.shape and each.dtype == np.uint8 for each in spoilt)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.name)
def test_the_same_faces_are_spoilt_the_same_way_and_stay_whole_themselves(damage):
    faces = make_faces()
    before = faces.copy()

    np.testing.assert_array_equal(damage.apply(faces, 3), damage.apply(faces, 3))
    np.testing.assert_array_equal(faces, before)


@pytest.mark.parametrize("name", ["blur", "JPEG", "low resolution", "gamma"])
def test_a_white_picture_stays_white_where_nothing_is_added(name):
    white = np.full((2, 48, 48), 255, np.uint8)

    # JPEG rounds even light a little.
    np.testing.assert_allclose(NAMED[name].apply(white, 5), white, atol=2)


def test_an_occlusion_hides_its_share_of_the_picture():
    faces = np.repeat(np.arange(256, dtype=np.uint8), 9).reshape(1, 48, 48)

    hidden = (NAMED["occlusion"].apply(faces, 4) != faces).mean()

    # A square of 23 pixels; one of them may have had its gray already.
    assert hidden == pytest.approx(0.22, abs=0.015)


def test_gamma_makes_some_faces_darker_and_others_lighter():
    faces = np.full((20, 48, 48), 128, np.uint8)

    grays = set(NAMED["gamma"].apply(faces, 2)[:, 0, 0].tolist())

    # 255 * (128 / 255) ** 1.7 and ** (1 / 1.7).
    assert grays == {79, 170}


def test_noise_has_the_spread_that_its_severity_says():
    faces = np.full((20, 48, 48), 128, np.uint8)

    assert NAMED["noise"].apply(faces, 2).std() == pytest.approx(10, abs=0.2)


def test_every_damage_is_measured_at_five_severities():
    faces, told = make_faces(), []

    found = accuracies(lambda spoilt: difference(faces, spoilt), faces, lambda: told.append(None))

    assert {name: len(values) for name, values in found.items()} == dict.fromkeys(NAMED, 5)
    assert len(told) == 30
    assert found["blur"][2] == difference(faces, NAMED["blur"].apply(faces, 3))
