import dataclasses
import hashlib
import json

import pytest

from emotion.labels import EMOTIONS
from emotion.model_card import DamagedModel, IncompatibleModel, ModelCard
from emotion.preprocess import CROP_RULE, NORMALISATION

WEIGHTS = b"a few weights"


def make_card(**changes):
    card = ModelCard(
        network="five_block_cnn",
        labels=EMOTIONS,
        input_shape=(48, 48, 1),
        input_dtype="int8",
        crop=CROP_RULE,
        normalisation=NORMALISATION,
        sha256=hashlib.sha256(WEIGHTS).hexdigest(),
        temperature=1.25,
        confidence_limit=0.5,
        data={"faces": 10},
        scores={"accuracy": 0.6},
        command="python -m emotion.training",
    )
    return dataclasses.replace(card, **changes)


def write_model(folder, *, weights=WEIGHTS, **changes):
    (folder / "expression.tflite").write_bytes(weights)
    make_card(**changes).write(folder / "expression.json")
    return folder / "expression.json"


def rewrite(path, **changes):
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_a_written_card_is_read_back_as_it_was(tmp_path):
    card = ModelCard.load(write_model(tmp_path))

    assert dataclasses.asdict(card) == dataclasses.asdict(make_card())


def test_writing_leaves_no_unfinished_file(tmp_path):
    write_model(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["expression.json", "expression.tflite"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format_version": 2}, "format version 2"),
        ({"labels": ["happy", "sad"]}, "labels"),
        ({"labels": [*EMOTIONS[1:], EMOTIONS[0]]}, "labels"),
        ({"input_shape": [64, 64, 1]}, "input_shape"),
        ({"input_dtype": "float32"}, "input_dtype"),
        ({"crop": {**CROP_RULE, "face_size": 20.0}}, "crop"),
        ({"normalisation": {"by": "255"}}, "normalisation"),
    ],
    ids=str,
)
def test_a_card_for_another_program_is_incompatible(tmp_path, changes, said):
    path = write_model(tmp_path)
    rewrite(path, **changes)

    with pytest.raises(IncompatibleModel, match=said):
        ModelCard.load(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\x00", b'{"format_version'])
def test_a_card_that_is_no_json_object_is_damaged(tmp_path, content):
    path = write_model(tmp_path)
    path.write_bytes(content)

    with pytest.raises(DamagedModel, match=r"expression\.json"):
        ModelCard.load(path)


@pytest.mark.parametrize("field", ["sha256", "temperature", "confidence_limit"])
def test_a_card_without_one_of_its_fields_is_damaged(tmp_path, field):
    path = write_model(tmp_path)
    values = json.loads(path.read_text())
    del values[field]
    path.write_text(json.dumps(values))

    with pytest.raises(DamagedModel, match="not a whole model card"):
        ModelCard.load(path)


def test_weights_that_changed_are_damaged(tmp_path):
    path = write_model(tmp_path, weights=WEIGHTS + b"!")

    with pytest.raises(DamagedModel, match="checksum"):
        ModelCard.load(path)


@pytest.mark.parametrize("name", ["expression.json", "expression.tflite"])
def test_a_missing_file_is_damage_that_names_it(tmp_path, name):
    path = write_model(tmp_path)
    (tmp_path / name).unlink()

    with pytest.raises(DamagedModel, match=name):
        ModelCard.load(path)
