import argparse
import dataclasses
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.detector import MODEL_FILE, FaceDetector
from emotion.face import Face
from emotion.image import decode
from emotion.labels import EMOTIONS
from emotion.landmarks import LEFT_EYE_CORNERS, MOUTH_CORNERS, RIGHT_EYE_CORNERS
from emotion.model_card import DamagedModel, ModelCard
from emotion.pipeline import EXPRESSION_FILE, main_face
from emotion.preprocess import EYES_TO_MOUTH, EYES_X, EYES_Y, FACE_SIZE, face_crop
from emotion.training.commands import crop
from emotion.training.commands.crop import MOST_LOST, report
from emotion.training.data.errors import DataError
from emotion.training.data.faces import Dataset, FaceSet
from emotion.training.score.crop import (
    SEED,
    SNAPSHOT,
    Paired,
    PipelineCrops,
    compare_crops,
    framing,
    pipeline_crops,
    pipeline_crops_by,
    snapshot,
)
from emotion.values import FaceBox, Region
from worker.simulation.camera.clips.clip import Filming
from worker.simulation.camera.portrait import LOOKS

MODELS = Path(__file__).parents[4] / "models"
HALF = FACE_SIZE / 2
MARKS = {
    RIGHT_EYE_CORNERS: (EYES_X - HALF, EYES_Y),
    LEFT_EYE_CORNERS: (EYES_X + HALF, EYES_Y),
    MOUTH_CORNERS: (EYES_X, EYES_Y + FACE_SIZE / EYES_TO_MOUTH),
}


def make_face(seed=0):
    small = np.random.default_rng(seed).integers(60, 200, (6, 6)).astype(np.uint8)
    return cv2.resize(small, (48, 48), interpolation=cv2.INTER_CUBIC)


def make_faces(count, votes=None):
    images = np.stack([make_face(seed) for seed in range(count)])
    labels = np.arange(count) % len(EMOTIONS)
    return FaceSet(images, labels, votes, np.arange(count), np.zeros(count, bool))


class KnowingDetector:
    """Finds every face exactly where FER2013 has one, and misses those whose numbers it is given."""

    def __init__(self, *missed, off=(0.0, 0.0), larger=1.0):
        self.missed, self.off, self.larger, self.seen = missed, off, larger, 0

    def detect(self, image):
        number, self.seen = self.seen, self.seen + 1
        if number in self.missed:
            return ()
        _, drawn = snapshot(make_face(number), np.random.default_rng([SEED, number]))
        landmarks = np.zeros((478, 3), np.float32)
        for marks, place in MARKS.items():
            middle = np.array([EYES_X, EYES_Y])
            moved = middle + self.larger * (np.array(place) - middle) + self.off
            landmarks[list(marks), :2] = drawn @ [*moved, 1.0]
        return (
            Face(
                FaceBox(0.3, 0.3, 0.4, 0.4), landmarks, np.eye(4, dtype=np.float32), Region(0.5, 0.5, 0.6, 0)
            ),
        )


def test_a_snapshot_shows_the_face_where_its_map_says():
    face = np.full((48, 48), 40, np.uint8)
    face[29:32, 13:16] = 220

    image, drawn = snapshot(face, np.random.default_rng(3))

    assert (image.shape, image.dtype) == ((SNAPSHOT[1], SNAPSHOT[0], 3), np.uint8)
    rows, columns = np.nonzero(image[..., 0] > 130)
    assert drawn @ [14, 30, 1] == pytest.approx([columns.mean(), rows.mean()], abs=0.3)


def test_the_face_lies_wholly_within_the_picture():
    corners = np.array([[-0.5, -0.5, 1], [47.5, -0.5, 1], [-0.5, 47.5, 1], [47.5, 47.5, 1]])
    for seed in range(200):
        places = corners @ snapshot(make_face(), np.random.default_rng(seed))[1].T
        assert places.min() >= 0
        assert (places.max(axis=0) < SNAPSHOT).all()


def test_a_face_that_is_found_where_it_is_comes_back_as_it_was():
    faces = np.stack([make_face(number) for number in range(4)])

    found = pipeline_crops(faces, KnowingDetector())

    assert found.found.all()
    np.testing.assert_allclose(found.maps, [[[1, 0, 0], [0, 1, 0]]] * 4, atol=0.05)
    # The border is out of focus around the face; within it, JPEG and two changes of size remain.
    assert np.abs(found.crops.astype(int) - faces)[:, 4:-4, 4:-4].mean() < 4


def test_faces_that_are_not_found_are_told():
    found = pipeline_crops(np.stack([make_face(number) for number in range(3)]), KnowingDetector(1))

    assert found.found.tolist() == [True, False, True]
    assert not found.crops[1].any()


def test_the_number_of_a_face_decides_how_it_is_drawn():
    class Remembering(KnowingDetector):
        def detect(self, image):
            self.image = image
            return ()

    detectors = [Remembering() for _ in range(3)]
    for detector, first in zip(detectors, (5, 5, 6), strict=True):
        pipeline_crops(make_face()[None], detector, first=first)

    np.testing.assert_array_equal(detectors[0].image, detectors[1].image)
    assert not np.array_equal(detectors[0].image, detectors[2].image)


def test_the_framing_tells_where_the_data_has_eyes_and_how_large_the_face():
    faces = np.stack([make_face(number) for number in range(6)])

    x, y, size = framing(pipeline_crops(faces, KnowingDetector(off=(1.5, -2.0), larger=1.2)).maps)

    found = x.median, y.median, size.median
    assert found == pytest.approx((EYES_X + 1.5, EYES_Y - 2, 1.2 * FACE_SIZE), abs=0.1)
    assert x.low <= x.median <= x.high


@pytest.mark.parametrize(
    ("lost", "won", "chance"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (3, 3, 1.0),
        (5, 0, 2 / 32),
        (1, 9, 2 * 11 / 1024),
    ],
)
def test_chance_is_that_of_a_fair_coin(lost, won, chance):
    first = np.array([True] * lost + [False] * won + [True] * 10)
    second = np.array([False] * lost + [True] * won + [True] * 10)

    paired = Paired.of(first, second)

    assert (paired.lost, paired.won) == (lost, won)
    assert paired.chance == pytest.approx(chance)


def test_the_loss_is_what_the_second_crop_reads_worse():
    first, second = np.arange(200) < 150, np.arange(200) < 140

    paired = Paired.of(first, second)

    assert (paired.first, paired.second) == (0.75, 0.7)
    assert paired.loss.value == pytest.approx(0.05)
    assert 0 < paired.loss.low < 0.05 < paired.loss.high < 0.1
    assert "loses 5.0 points (+" in str(paired)


class Reader:
    """Reads a face as the label that its mean gray, a multiple of ten, stands for."""

    heads = ("expression",)

    def logits_both_ways(self, crop):
        return {"expression": np.eye(7, dtype=np.float32)[round(crop.mean() / 10) - 1]}


def flat(labels):
    return np.stack([np.full((48, 48), 10 * (label + 1), np.uint8) for label in labels])


def test_both_crops_of_the_same_faces_are_compared():
    served = ModelCard.load((MODELS / EXPRESSION_FILE).with_suffix(".json"))
    card = dataclasses.replace(served, heads={"expression": EMOTIONS}, shown_head="expression", contempt=None)
    labels = np.array([0, 1, 2, 3, 4])
    votes = np.zeros((5, 10), np.uint8)
    votes[:, 1] = 10  # everybody saw joy, position 3 of the seven
    faces = FaceSet(flat(labels), labels, votes, labels, labels < 0)
    found = PipelineCrops(flat([0, 1, 3, 3, 0]), np.array([1, 1, 1, 1, 0], bool), np.zeros((5, 2, 3)))

    rows = compare_crops(Reader(), card, faces, found)

    by_label, by_votes = rows.values()
    assert (by_label.first, by_label.second) == (1, 0.75)
    assert (by_votes.first, by_votes.second) == (0.25, 0.5)


def test_the_report_tells_how_many_faces_were_not_found():
    maps = np.array([[[1.0, 0, 0], [0, 1, 0]]] * 4)
    found = PipelineCrops(flat([0] * 4), np.array([True, True, True, False]), maps)

    text = report("PublicTest", found, {"labels": Paired.of(np.ones(3, bool), np.ones(3, bool))})

    assert "in 1 (25.0%) no face was found" in text
    assert f"from the left {EYES_X:.2f} (" in text


def test_a_missing_detector_says_how_to_get_it(tmp_path):
    with pytest.raises(DamagedModel, match="make model"):
        pipeline_crops_by(tmp_path / MODEL_FILE, make_face()[None])


def test_the_command_takes_faces_and_jobs():
    parser = argparse.ArgumentParser()
    crop.add_command(parser.add_subparsers())

    options = parser.parse_args(["crop", "--model", "a.tflite", "--data", "d", "--faces", "9", "--jobs", "2"])

    assert (options.faces, options.jobs, options.call) == (9, 2, crop.crop)


def test_the_command_says_where_no_face_is_found_at_all(monkeypatch):
    faces = make_faces(3)
    data = Dataset({"PublicTest": faces}, EMOTIONS, faces, {}, faces, "PublicTest")
    blind = pipeline_crops(faces.images, KnowingDetector(0, 1, 2))
    monkeypatch.setattr(crop, "load", lambda path: data)
    monkeypatch.setattr(crop, "pipeline_crops_by", lambda *_: blind)
    model = MODELS / EXPRESSION_FILE
    options = argparse.Namespace(model=model, data=Path(), split=None, faces=None, detector=Path(), jobs=1)

    with pytest.raises(DataError, match="no face in any of 3 pictures"):
        crop.crop(options)


@pytest.mark.slow
def test_real_faces_come_back_however_many_processes_look_for_them():
    model = MODELS / MODEL_FILE
    detector = FaceDetector.load(model)
    images = [decode(Filming(look).jpeg("attentive", 0)) for look in LOOKS[:3]]
    faces = np.stack([face_crop(image, *main_face(detector.detect(image)).crop_points()) for image in images])

    alone, together = pipeline_crops_by(model, faces), pipeline_crops_by(model, faces, jobs=2)

    assert alone.found.all()
    for name in ("crops", "found", "maps"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(together, name))
    scales = np.sqrt(np.linalg.det(alone.maps[:, :, :2]))
    np.testing.assert_allclose(scales, 1, atol=0.15)


@pytest.mark.slow
@pytest.mark.skipif("FER2013" not in os.environ, reason="needs FER2013=<folder, or file, with the faces>")
def test_the_pipelines_crop_loses_at_most_two_points():
    from emotion.classifier import ExpressionNetwork
    from emotion.training.data.load import load

    weights = MODELS / EXPRESSION_FILE
    faces = load(Path(os.environ["FER2013"])).choosing
    faces = faces.rows(np.random.default_rng(SEED).permutation(len(faces))[:800])
    found = pipeline_crops_by(MODELS / MODEL_FILE, faces.images)

    rows = compare_crops(
        ExpressionNetwork(weights), ModelCard.load(weights.with_suffix(".json")), faces, found
    )

    assert found.found.mean() > 0.75
    # 800 faces tell a loss only to about two points more or less.
    assert all(row.loss.low < MOST_LOST for row in rows.values())
