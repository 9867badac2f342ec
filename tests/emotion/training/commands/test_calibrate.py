"""A served file's card, measured anew of how it is shown; the weights stay as they are."""

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from emotion.labels import EMOTIONS
from emotion.model_card import ModelCard
from emotion.training.__main__ import main
from emotion.training.commands import calibrate
from emotion.training.commands.calibrate import calibrated
from emotion.training.data.errors import DataError
from emotion.training.score.crop import PipelineCrops
from tests.banded_faces import banded_dataset

MODELS = Path(__file__).parents[4] / "models"


class Reader:
    """Says of a face the band that is bright, as surely as `scale`."""

    heads = ("expression",)

    def __init__(self, scale):
        self.scale = scale

    def logits_both_ways(self, crop):
        bands = crop[:42].reshape(7, -1).mean(axis=1)
        return {"expression": (self.scale * (bands == bands.max())).astype(np.float32)}


def pipeline(images, *, missed=0):
    """Crops as the data does; finds no face in the first few."""
    found = np.arange(len(images)) >= missed
    return PipelineCrops(images.copy(), found, np.tile(np.eye(2, 3), (len(images), 1, 1)))


@pytest.fixture
def data():
    return banded_dataset(choosing=70)


@pytest.fixture
def card():
    served = ModelCard.load(MODELS / "edge.json")
    return dataclasses.replace(
        served, heads={"expression": tuple(EMOTIONS)}, shown_head="expression", contempt=None
    )


def test_the_card_tells_how_the_faces_that_are_found_today_are_shown(card, data):
    found = pipeline(data.choosing.images, missed=5)

    after = calibrated(card, Reader(scale=9.0), data, found)

    assert after.data["shown_faces"] == 65
    assert after.data["not_found_by_pipeline"] == 5
    assert (
        after.data["shown_chosen_on"] == "what most people saw in PublicTest, through the pipeline's own crop"
    )
    assert after.scores["shown_accuracy"] == after.scores["accuracy_above_limit"] == 1
    assert after.scores["lost_by_crop"] == 0
    assert (after.temperature, after.confidence_limit) != (card.temperature, card.confidence_limit)


def test_what_needs_no_face_found_stays_as_it_was_told(card, data):
    after = calibrated(card, Reader(scale=9.0), data, pipeline(data.choosing.images))

    assert after.sha256 == card.sha256
    shown = ("shown_", "coverage_", "accuracy_above_limit", "accuracy_clear", "accuracy_weak", "lost_by_crop")
    for name in card.scores:
        assert name.startswith(shown) or after.scores[name] == card.scores[name]
    assert after.data["fingerprint"] == card.data["fingerprint"]
    missing = card.scores.keys() - after.scores.keys()
    assert missing == {"accuracy_weak", "accuracy_weak_low", "accuracy_weak_high"}, "no reading is weak"


def test_where_no_reading_is_sure_enough_no_accuracy_of_sure_ones_is_kept(card, data):
    wrong = dataclasses.replace(data, choosing=dataclasses.replace(data.choosing, votes=None))
    wrong = dataclasses.replace(
        wrong, choosing=dataclasses.replace(wrong.choosing, labels=(data.choosing.labels + 1) % 7)
    )

    after = calibrated(card, Reader(scale=9.0), wrong, pipeline(data.choosing.images))

    assert after.data["shown_chosen_on"].startswith("labels of PublicTest")
    assert after.confidence_limit == 1
    assert not [name for name in after.scores if name.startswith("accuracy_above_limit")]


def test_too_few_faces_found_leave_the_card_as_it_is(card, data):
    with pytest.raises(DataError, match="finds 19 of 70 faces of PublicTest: too few"):
        calibrated(card, Reader(scale=9.0), data, pipeline(data.choosing.images, missed=51))


def test_the_command_writes_the_card_and_leaves_the_weights(tmp_path, data, monkeypatch, capsys):
    for name in ("edge.tflite", "edge.json"):
        shutil.copy(MODELS / name, tmp_path)
    monkeypatch.setattr(calibrate, "load", lambda path: data)
    monkeypatch.setattr(calibrate, "pipeline_crops_by", lambda model, faces, jobs: pipeline(faces))

    assert main(["calibrate", "--model", str(tmp_path / "edge.tflite"), "--data", "anywhere"]) == 0

    before, after = ModelCard.load(MODELS / "edge.json"), ModelCard.load(tmp_path / "edge.json")
    assert after.data["shown_faces"] == 70
    assert (tmp_path / "edge.tflite").read_bytes() == (MODELS / "edge.tflite").read_bytes()
    told = capsys.readouterr().out
    assert f"| its temperature | {before.temperature:.2f} | {after.temperature:.2f} |" in told
