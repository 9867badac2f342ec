import dataclasses
import hashlib
import json

import pytest

from emotion.judgement.clarity import CAREFUL_CLEAR_FROM
from emotion.labels import EMOTIONS
from emotion.model_card import ContemptRule, DamagedModel, Elsewhere, IncompatibleModel, ModelCard, Reads
from emotion.preprocess import CROP_RULE, NORMALISATION

WEIGHTS = b"a few weights"
VOTES = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")


def make_card(**changes):
    card = ModelCard(
        network="flagship",
        parameters=1000,
        multiply_adds=2000,
        heads={"expression": tuple(EMOTIONS), "votes": VOTES},
        shown_head="votes",
        contempt=ContemptRule.LEFT_OUT,
        reads=Reads.BOTH_WAYS,
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
    assert card.shown_labels == VOTES
    assert card.contempt is ContemptRule.LEFT_OUT
    assert card.reads is Reads.BOTH_WAYS


def test_what_was_measured_elsewhere_stays_with_the_file_that_it_is_of(tmp_path):
    found = Elsewhere(sha256="of the file before", when="once", scores={"jaffe_accuracy": 0.5})

    card = ModelCard.load(write_model(tmp_path, measured_elsewhere=(found,)))

    assert card.measured_elsewhere == (found,)
    assert card.sha256 != found.sha256


def test_a_card_need_not_have_been_measured_elsewhere(tmp_path):
    path = write_model(tmp_path)
    values = json.loads(path.read_text())
    del values["measured_elsewhere"]
    path.write_text(json.dumps(values))

    assert ModelCard.load(path).measured_elsewhere == ()


def test_a_network_with_one_head_needs_no_rule_for_contempt(tmp_path):
    one = {"heads": {"expression": tuple(EMOTIONS)}, "shown_head": "expression", "contempt": None}

    card = ModelCard.load(write_model(tmp_path, **one))

    assert (card.shown_labels, card.contempt) == (tuple(EMOTIONS), None)


def test_a_card_from_before_expressions_were_called_clear_is_read_with_care(tmp_path):
    path = write_model(tmp_path, clear_from=0.8)
    assert ModelCard.load(path).clear_from == 0.8

    values = json.loads(path.read_text())
    del values["clear_from"]
    path.write_text(json.dumps(values))

    assert ModelCard.load(path).clear_from == CAREFUL_CLEAR_FROM


def test_a_card_of_the_first_format_says_what_to_do(tmp_path):
    path = write_model(tmp_path)
    path.write_text(json.dumps({"format_version": 1, "network": "five_block_cnn", "labels": list(EMOTIONS)}))

    with pytest.raises(IncompatibleModel, match="format version 1, this program reads 2: export the network"):
        ModelCard.load(path)


def test_writing_leaves_no_unfinished_file(tmp_path):
    write_model(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["expression.json", "expression.tflite"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format_version": 3}, "format version 3"),
        ({"heads": {"votes": ["happy", "sad", "contempt"]}}, "labels"),
        ({"heads": {"votes": [*VOTES, "boredom"]}}, "boredom"),
        ({"heads": {"votes": [*VOTES, "happy"]}}, "labels"),
        ({"input_shape": [64, 64, 1]}, "input_shape"),
        ({"input_dtype": "float64"}, "input_dtype"),
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


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe\x00", b'{"format_version', b'{"network": "\xff"}']
)
def test_a_card_that_is_no_json_object_is_damaged(tmp_path, content):
    path = write_model(tmp_path)
    path.write_bytes(content)

    with pytest.raises(DamagedModel, match=r"expression\.json"):
        ModelCard.load(path)


@pytest.mark.parametrize(
    "field", ["sha256", "temperature", "confidence_limit", "heads", "contempt", "reads", "input_shape"]
)
def test_a_card_without_one_of_its_fields_is_damaged(tmp_path, field):
    path = write_model(tmp_path)
    values = json.loads(path.read_text())
    del values[field]
    path.write_text(json.dumps(values))

    with pytest.raises(DamagedModel, match=f"not a whole model card: .*`{field}`. Fetch it again"):
        ModelCard.load(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shown_head": "mood"}, "shows the head mood and has only expression, votes"),
        ({"contempt": "ignored"}, r"not a whole model card: .*'ignored' - at `\$.contempt`"),
        ({"temperature": "warm"}, r"not a whole model card: .*`float`.* - at `\$.temperature`"),
        ({"scores": {"accuracy": None}}, r"not a whole model card: .* - at `\$.scores"),
        ({"contempt": None}, "rule for contempt"),
        ({"shown_head": "expression"}, "rule for contempt"),
        ({"reads": "sideways"}, r"not a whole model card: .*'sideways' - at `\$.reads`"),
        ({"measured_elsewhere": [{"sha256": "abc"}]}, r"`when` - at `\$.measured_elsewhere\[0\]`"),
        ({"heads": ["expression"]}, r"not a whole model card: .* - at `\$.heads`"),
    ],
    ids=str,
)
def test_a_card_that_contradicts_itself_is_damaged(tmp_path, changes, said):
    path = write_model(tmp_path)
    rewrite(path, **changes)

    with pytest.raises(DamagedModel, match=said):
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
