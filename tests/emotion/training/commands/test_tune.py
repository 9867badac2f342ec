import json
import shutil

import cv2
import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

from emotion.labels import EMOTIONS
from emotion.training.__main__ import parser
from emotion.training.commands.tune import NotBetter, voted
from emotion.training.data.errors import DataError
from emotion.training.data.load import load
from emotion.training.run.config import RunError, TrainingConfig
from emotion.training.run.saved import best_model, predicted
from tests.banded_faces import COLUMN, banded_dataset, banded_faces
from tests.emotion.training.export.test_accuracy import MODELS

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def shipped(tmp_path):
    for name in ("edge.tflite", "edge.json", "edge.weights.h5"):
        shutil.copy(MODELS / name, tmp_path)
    return tmp_path / "edge.tflite"


@pytest.fixture
def school(tmp_path):
    """Pictures in folders, ten to learn from and five to judge by for each emotion."""
    for split, count in (("train", 70), ("validation", 35)):
        faces = banded_faces(count, seed=count)
        for number, (image, label) in enumerate(zip(faces.images, faces.labels, strict=True)):
            folder = tmp_path / "school" / split / EMOTIONS[label]
            folder.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / f"{number}.png"), image)
    return tmp_path / "school"


def tune(model, data, out, *more):
    options = parser().parse_args(["tune", f"--model={model}", f"--data={data}", f"--out={out}", *more])
    options.call(options)


def test_a_tuned_network_is_judged_by_the_faces_that_every_command_holds_out(
    shipped, school, tmp_path, capsys
):
    try:
        tune(shipped, school, tmp_path / "run", "--epochs=1")
        told = capsys.readouterr().out
    except NotBetter as refused:
        told = str(refused)

    faces = load(school).choosing
    logits = predicted(best_model(tmp_path / "run"), faces.images)["expression"]
    assert f"{len(faces)} held-out faces" in told
    assert f"{(logits.argmax(axis=1) == faces.labels).mean():.2%} after" in told
    assert TrainingConfig.read(tmp_path / "run").batch_size == 32
    # A school's own processor may multiply nothing shorter.
    assert TrainingConfig.read(tmp_path / "run").precision == "float32"


def test_a_network_that_nobody_knows_is_named(shipped, school, tmp_path):
    card = json.loads(shipped.with_suffix(".json").read_text())
    shipped.with_suffix(".json").write_text(json.dumps({**card, "network": "resnet152"}))

    with pytest.raises(RunError, match="resnet152"):
        tune(shipped, school, tmp_path / "run")


def test_fewer_faces_than_a_batch_are_an_error_that_says_so(shipped, school, tmp_path):
    with pytest.raises(RunError, match="--batch-size"):
        tune(shipped, school, tmp_path / "run", "--batch-size=128")


def test_too_few_held_out_faces_of_an_emotion_are_an_error_that_names_it():
    with pytest.raises(DataError, match="4 held-out faces of angry"):
        voted(banded_dataset(training=350, choosing=28))


def test_a_label_without_votes_counts_as_ten():
    faces = banded_faces(7, with_votes=False).with_votes()

    assert faces.votes.sum(axis=1).tolist() == [10] * 7
    assert faces.votes.argmax(axis=1).tolist() == COLUMN[:7].tolist()
