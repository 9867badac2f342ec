"""What the browser's reader takes and gives, and the numbers it measures by, are the package's."""

import re
from enum import EnumType
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from emotion import attention, classifier, landmarks, model_card, pose, preprocess, values, yawn
from emotion.judgement import clarity
from emotion.labels import EMOTIONS, Emotion
from tests.javascript.source import constant, text

TYPES = {float: "number", int: "number", bool: "boolean", type(None): "null"}
VALUES = [
    values.FaceBox,
    values.Region,
    values.Sighting,
    values.EmotionScores,
    values.Attention,
    values.Analysis,
]


def in_javascript(hint: Any) -> str:
    if isinstance(hint, UnionType):
        return " | ".join(map(in_javascript, get_args(hint)))
    if get_origin(hint) is tuple:
        return f"readonly {in_javascript(get_args(hint)[0])}[]"
    return TYPES.get(hint, getattr(hint, "__name__", ""))


@pytest.mark.parametrize("value", VALUES)
def test_a_value_has_the_same_fields_in_both(value: type) -> None:
    declared = re.search(
        rf"@typedef \{{object\}} {value.__name__}\b(.*?)(@typedef|\*/)", text("reading/values.js"), re.DOTALL
    )
    assert declared
    fields = {name: written for written, name in re.findall(r"@property \{(.+?)\} (\w+)", declared[1])}
    assert fields == {name: in_javascript(hint) for name, hint in get_type_hints(value).items()}


@pytest.mark.parametrize("words", [values.Signal, Emotion])
def test_words_are_the_same_in_both(words: EnumType) -> None:
    declared = re.search(rf"@typedef \{{(.+)\}} {words.__name__}\b", text("reading/values.js"))
    assert declared and re.findall(r'"(\w+)"', declared[1]) == list(words)


@pytest.mark.parametrize(
    ("name", "of", "value"),
    [
        ("EMOTIONS", "values.js", list(EMOTIONS)),
        ("RIGHT_EYE", "landmarks.js", list(landmarks.RIGHT_EYE)),
        ("LEFT_EYE", "landmarks.js", list(landmarks.LEFT_EYE)),
        ("RIGHT_EYE_CORNERS", "landmarks.js", list(landmarks.RIGHT_EYE_CORNERS)),
        ("LEFT_EYE_CORNERS", "landmarks.js", list(landmarks.LEFT_EYE_CORNERS)),
        ("MOUTH_CORNERS", "landmarks.js", list(landmarks.MOUTH_CORNERS)),
        ("MESH", "pose.js", pose.MESH),
        ("SHUT", "attention.js", attention.SHUT),
        ("OPEN", "attention.js", attention.OPEN),
        ("JAW_OPEN", "yawn.js", yawn.JAW_OPEN),
        ("EYES_NARROWED", "yawn.js", yawn.EYES_NARROWED),
        ("CROP_SIZE", "preprocess.js", preprocess.CROP_SIZE),
        ("EYES_X", "preprocess.js", preprocess.EYES_X),
        ("EYES_Y", "preprocess.js", preprocess.EYES_Y),
        ("FACE_SIZE", "preprocess.js", preprocess.FACE_SIZE),
        ("EYES_TO_MOUTH", "preprocess.js", preprocess.EYES_TO_MOUTH),
        ("MAXIMUM_REDUCTION", "preprocess.js", preprocess.MAXIMUM_REDUCTION),
        ("MINIMUM_CONTRAST", "preprocess.js", preprocess.MINIMUM_CONTRAST),
        ("INPUT_LIMIT", "preprocess.js", preprocess.INPUT_LIMIT),
        ("SETTLED", "classifier.js", classifier.SETTLED),
        ("FORMAT_VERSION", "model-card.js", model_card.FORMAT_VERSION),
        ("CONTEMPT", "model-card.js", model_card.CONTEMPT),
        ("CAREFUL_CLEAR_FROM", "model-card.js", clarity.CAREFUL_CLEAR_FROM),
    ],
)
def test_a_number_is_the_packages(name: str, of: str, value: Any) -> None:
    assert constant(name, f"reading/{of}") == value
