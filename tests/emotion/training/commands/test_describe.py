import argparse
import dataclasses
import re

import numpy as np
import pytest

from emotion.labels import EMOTIONS, Emotion
from emotion.training.commands import describe as command
from emotion.training.commands.describe import describe
from emotion.training.data.duplicates import find_duplicates
from emotion.training.data.errors import DataError
from emotion.training.data.faces import FaceSet
from emotion.training.data.fair import assemble
from emotion.training.data.twins import mark_twins
from emotion.training.data.votes import ANSWERS
from emotion.training.page.describe_page import describe_page
from emotion.training.page.gallery import tiled

ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL = range(7)
BLANK = -1


def make_picture(number):
    if number == BLANK:
        return np.zeros((48, 48), np.uint8)
    return np.random.default_rng(number).integers(0, 256, (48, 48)).astype(np.uint8)


def make_faces(rows):
    """Faces of (label, picture, votes by answer)."""
    labels, pictures, votes = zip(*rows, strict=True)
    return FaceSet(
        images=np.array([make_picture(number) for number in pictures], np.uint8),
        labels=np.array(labels, np.int64),
        votes=np.array([[counts.get(answer, 0) for answer in ANSWERS] for counts in votes], np.uint8),
        source_rows=np.arange(len(labels)) + 1000,
        twins=np.zeros(len(labels), bool),
    )


SEEN = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")


def one_of_each(start):
    """A face of each label, seen by all as what it is labelled."""
    return [(label, start + label, {SEEN[label]: 10}) for label in range(7)]


@pytest.fixture
def data():
    """Seven good faces to learn from, and one of everything that can be wrong."""
    training = [
        *one_of_each(0),
        (SAD, 20, {"neutral": 9, "sadness": 1}),
        (SAD, 21, {"neutral": 5, "sadness": 5}),
        (FEAR, 3, {"happiness": 10}),
        (HAPPY, 30, {"happiness": 10}),
        (HAPPY, 40, {"not_a_face": 10}),
        (HAPPY, BLANK, {"unknown": 6, "not_a_face": 4}),
    ]
    publictest = [*one_of_each(100), (HAPPY, 30, {"happiness": 10})]
    return assemble(mark_twins({"Training": make_faces(training), "PublicTest": make_faces(publictest)}))


@pytest.fixture
def without_votes(data):
    splits = {name: dataclasses.replace(faces, votes=None) for name, faces in data.splits.items()}
    return assemble(splits)


def row(text, name):
    """The cells of the first row that starts with `name`."""
    line = next(line for line in text.splitlines() if line.startswith(name))
    return line.removeprefix(name).split()


def test_the_text_counts_the_faces_of_each_class(data):
    text = describe(data)

    assert row(text, "Training") == ["1", "1", "2", "4", "3", "1", "1", "13"]
    assert row(text, "PublicTest") == ["1", "1", "1", "2", "1", "1", "1", "8"]
    assert row(text, "left to learn from") == ["1", "1", "2", "1", "3", "1", "1", "10"]
    assert "4.0 times as many happy faces (4) as angry ones (1)" in text


def test_the_text_tells_what_is_left_out(data):
    text = describe(data)

    assert row(text, "twin in another split") == ["1"]
    assert row(text, "not a face for most annotators") == ["1"]
    assert row(text, "blank  ") == ["1"]
    assert row(text, "to choose by: PublicTest") == ["8"]


def test_the_text_counts_identical_pictures(data):
    text = describe(data)

    assert row(text, "pictures that stand there more than once") == ["2"]
    assert row(text, "faces they make up") == ["4"]
    assert row(text, "of these pictures: in more than one split") == ["1"]
    assert row(text, "of these pictures: with different labels") == ["1"]
    assert row(text, "faces of Training with a twin in another split, at hand or not") == ["1"]


def test_the_text_sets_labels_against_votes(data):
    text = describe(data)
    table = text[text.index("Label (row) against") :]

    # Three sad faces: one seen as sad, one as neutral, one as neutral and sad alike.
    assert row(table, "sad") == ["66.7%", "0.0%", "0.0%", "33.3%", *["0.0%"] * 5, "3"]
    assert row(table, "happy") == ["0.0%", "50.0%", *["0.0%"] * 6, "50.0%", "4"]
    assert row(text, "FER+ majority: an emotion has most votes") == ["11", "8"]
    assert row(text, "FER+ strict: more than half, singletons dropped") == ["10", "8"]
    assert row(text, "the label is what the FER+ majority saw") == ["72.7%", "100.0%"]


def test_without_votes_the_text_tells_the_rest(without_votes):
    text = describe(without_votes)

    assert "FER+" not in text and "annotators" not in text
    assert row(text, "Training") == ["1", "1", "2", "4", "3", "1", "1", "13"]


def test_a_tenth_that_is_held_out_is_told(data):
    training = make_faces([each for start in range(0, 700, 100) for each in one_of_each(start)])

    text = describe(assemble({"Training": training}))

    assert row(text, "held out to choose by (held-out)") == ["5"]
    assert row(text, "to choose by: held-out") == ["5"]


def test_duplicates_with_different_labels_come_first(data):
    found = find_duplicates(data.splits)

    assert [each.places for each in found] == [
        (("Training", 3, HAPPY), ("Training", 9, FEAR)),
        (("Training", 10, HAPPY), ("PublicTest", 7, HAPPY)),
    ]
    assert [each.labels_differ for each in found] == [True, False]
    assert [each.crosses_splits for each in found] == [False, True]


def test_the_page_shows_every_class_and_everything_wrong(data, tmp_path):
    page = describe_page(data, tmp_path / "page").read_text()

    for emotion in EMOTIONS:
        assert re.search(
            rf"<h3>{emotion}: \d+ of \d+</h3><img class=\"montage\" alt=\"[^\"]+\" src=\"data:", page
        )
    assert captions(page, "Identical pictures") == [
        ["Training 1003: happy", "Training 1009: fear"],
        ["Training 1010: happy", "PublicTest 1007: happy"],
    ]
    assert captions(page, "Blank pictures") == [["Training 1012", "happy"]]
    assert captions(page, "Not a face") == [["Training 1011", "happy"]]


def test_the_page_needs_no_network(data, tmp_path):
    page = describe_page(data, tmp_path).read_text()

    assert (tmp_path / "plotly.min.js").stat().st_size > 1_000_000
    assert not re.findall(r"(?:src|href)=\"(?!data:|plotly\.min\.js)", page)


def test_without_votes_the_page_shows_the_rest(without_votes, tmp_path):
    page = describe_page(without_votes, tmp_path).read_text()

    assert "FER+" not in page and "Not a face" not in page
    assert captions(page, "Blank pictures") == [["Training 1012", "happy"]]


def test_where_nothing_is_wrong_the_page_says_so(tmp_path):
    data = assemble({"Training": make_faces(one_of_each(0)), "PublicTest": make_faces(one_of_each(100))})

    page = describe_page(data, tmp_path).read_text()

    assert "There are none" in section(page, "Identical pictures")
    assert captions(page, "Blank pictures") == []


def test_faces_are_tiled_in_rows():
    faces = np.arange(1, 4, dtype=np.uint8)[:, None, None] * np.ones((1, 2, 2), np.uint8)

    assert tiled(faces, 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 0, 0], [3, 3, 0, 0]]


def test_the_command_tells_the_data_and_where_the_page_is(data, tmp_path, monkeypatch, capsys):
    asked = {}
    monkeypatch.setattr(command, "load", lambda path, *, classes: asked.update(classes=classes) or data)

    run("describe", "--data", "somewhere", "--out", str(tmp_path), "--classes", "sad,happy")

    assert asked["classes"] == (Emotion.HAPPY, Emotion.SAD)
    told = capsys.readouterr().out
    assert "Faces of each class" in told
    assert str(tmp_path / "describe.html") in told


def test_the_command_refuses_what_is_no_class():
    with pytest.raises(DataError, match="bored"):
        run("describe", "--data", "somewhere", "--classes", "happy,bored")


def run(*words):
    parser = argparse.ArgumentParser()
    command.add_command(parser.add_subparsers())
    options = parser.parse_args(words)
    options.call(options)


def section(page, title):
    found = [part for part in page.split("<section>") if part.startswith(f"<h2>{title}</h2>")]
    return found[-1]


def captions(page, title):
    words = re.findall(r"<figcaption>(.*?)</figcaption>", section(page, title))
    return [each.split("<br>") for each in words]
