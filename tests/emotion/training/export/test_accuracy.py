"""What the shipped files score on real faces, which are not part of this project."""

import os
from pathlib import Path

import pytest

from emotion.training.data.load import load
from emotion.training.run.opened import open_network
from emotion.training.score.measure import measure

MODELS = Path(__file__).parents[4] / "models"
SHIPPED = sorted(MODELS.glob("*.tflite"))

# No file is shipped that reads less, as a share of PublicTest with flip; the card tells what each reads.
FLOOR = 0.68

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        "FER2013" not in os.environ, reason="needs FER2013=<folder with labels.csv and grids, or fer2013.csv>"
    ),
]


@pytest.fixture(scope="module")
def data():
    return load(Path(os.environ["FER2013"]))


@pytest.fixture(scope="module", params=SHIPPED, ids=lambda path: path.stem)
def shipped(request, data):
    """The card of a shipped file, and what an evaluation measures of it."""
    network = open_network(request.param)
    found = measure(network, data.choosing, split=data.choosing_name, fingerprint=data.fingerprint)
    return network.card.scores, found.to_json()


def test_something_is_shipped():
    assert SHIPPED


@pytest.mark.parametrize(
    "name", ["accuracy", "accuracy_tta", "macro_f1_tta", "ferplus_strict_tta", "ece_after_tta"]
)
def test_the_card_tells_what_its_file_scores(shipped, name):
    told, found = shipped

    # LiteRT may choose other kernels on another processor.
    assert told[name] == pytest.approx(found[name], abs=0.002)


def test_a_shipped_file_stays_above_the_floor(shipped):
    assert shipped[1]["accuracy_tta"] > FLOOR


def test_confidence_means_what_it_says(shipped):
    assert shipped[1]["ece_after_tta"] < 0.03


def test_int8_costs_next_to_nothing(shipped):
    assert shipped[0]["expression_lost_in_file"] <= 0.004
