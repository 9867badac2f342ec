import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from classroom.local import browser_networks
from classroom.local.browser_networks import ANY_SIZE, BUNDLE, LANDMARKS, SHA256, UnexpectedNetwork
from emotion.litert import Network

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "models"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    (tmp_path / BUNDLE).symlink_to(MODELS / BUNDLE)
    return tmp_path


def as_published(name: str) -> bytes:
    with zipfile.ZipFile(MODELS / BUNDLE) as bundle:
        return bundle.read(name)


def test_the_three_networks_are_unpacked_as_they_were_measured_with(models: Path) -> None:
    folder = browser_networks.ensure(models)
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert found == SHA256


def test_a_network_that_is_there_stays_and_a_damaged_one_is_replaced(models: Path) -> None:
    folder = browser_networks.ensure(models)
    whole, damaged = folder / LANDMARKS, folder / "face_detector.tflite"
    was = whole.stat().st_mtime_ns
    damaged.write_bytes(b"cut off")
    browser_networks.ensure(models)
    assert whole.stat().st_mtime_ns == was
    assert browser_networks.is_right(damaged)


def test_another_landmarker_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / BUNDLE, "w") as bundle:
        for name in SHA256:
            bundle.writestr(name, as_published("face_detector.tflite"))
    with pytest.raises(UnexpectedNetwork, match="face_landmarks_detector"):
        browser_networks.ensure(tmp_path)
    assert not (tmp_path / "browser" / LANDMARKS).exists()


def test_without_the_landmarker_set_up_says_which_file_is_missing(tmp_path: Path, capsys) -> None:
    assert browser_networks.main(tmp_path) == 1
    assert BUNDLE in capsys.readouterr().err


def test_one_picture_at_a_time_changes_the_shape_signatures_alone() -> None:
    before = as_published(LANDMARKS)
    after = browser_networks.one_picture_at_a_time(before)
    places = [
        place
        for place in browser_networks.signature_entries(before)
        if browser_networks.number(before, "i", place) == ANY_SIZE
    ]
    expected = bytearray(before)
    for place in places:
        expected[place : place + 4] = b"\x01\x00\x00\x00"
    assert len(places) == 221
    assert after == expected


def test_the_landmark_network_answers_as_it_did() -> None:
    before = as_published(LANDMARKS)
    picture = np.random.default_rng(1).random((1, 256, 256, 3), dtype=np.float32)
    published, ours = (
        Network(content).run(picture) for content in (before, browser_networks.one_picture_at_a_time(before))
    )
    for one, other in zip(published, ours, strict=True):
        assert np.array_equal(one, other)
