"""The network that a browser reads with is the one that is served here."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from emotion.classifier import ExpressionNetwork
from emotion.model_card import DamagedModel, ModelCard
from emotion.training.commands.browser import for_browser
from emotion.training.data.errors import TrainingError
from emotion.training.export.float_input import with_float_input

MODELS = Path(__file__).parents[4] / "models"
SERVED, IN_BROWSERS = MODELS / "edge.tflite", MODELS / "browser" / "edge.tflite"
OWN = {"input_dtype", "sha256", "command"}


def told(path: Path) -> dict[str, object]:
    return dataclasses.asdict(ModelCard.load(path.with_suffix(".json")))


def test_a_browser_has_the_served_network_and_what_was_measured_of_it(tmp_path: Path) -> None:
    made = for_browser(SERVED, tmp_path / "edge.tflite")
    assert (tmp_path / "edge.tflite").read_bytes() == IN_BROWSERS.read_bytes()
    assert dataclasses.asdict(made) == told(IN_BROWSERS)
    assert {name for name, value in told(SERVED).items() if told(IN_BROWSERS)[name] != value} == OWN


def test_it_reads_float32_and_answers_the_same_numbers() -> None:
    served, in_browsers = ExpressionNetwork(SERVED), ExpressionNetwork(IN_BROWSERS)
    assert (served.input_dtype, in_browsers.input_dtype) == ("int8", "float32")
    assert in_browsers.heads == served.heads
    for face in np.random.default_rng(3).integers(0, 256, (20, 48, 48), np.uint8):
        one, other = served.logits(face), in_browsers.logits(face)
        assert all(np.array_equal(one[head], other[head]) for head in served.heads)


def test_a_network_that_reads_float32_already_is_refused() -> None:
    with pytest.raises(TrainingError, match="int8"):
        with_float_input(IN_BROWSERS.read_bytes())


def test_a_network_that_is_not_what_its_card_says_is_refused(tmp_path: Path) -> None:
    (tmp_path / "edge.json").write_bytes(SERVED.with_suffix(".json").read_bytes())
    (tmp_path / "edge.tflite").write_bytes(IN_BROWSERS.read_bytes())
    with pytest.raises(DamagedModel):
        for_browser(tmp_path / "edge.tflite", tmp_path / "browser.tflite")
