"""The arithmetic of an evaluation on faces that can be counted by hand, and its command on real weights."""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from emotion.labels import EMOTIONS, Emotion
from emotion.model_card import DamagedModel, IncompatibleModel
from emotion.training.commands import evaluate as command
from emotion.training.commands.evaluate import evaluate
from emotion.training.data.errors import DataError
from emotion.training.data.faces import FaceSet
from emotion.training.data.grids import GRIDS
from emotion.training.data.votes import ANSWERS, VOTED
from emotion.training.page.evaluation_text import evaluation_text
from emotion.training.page.scored import SCORES, read_all, write_scores
from emotion.training.run.config import CONFIG, RunError, TrainingConfig
from emotion.training.run.opened import open_network
from emotion.training.score import measure as measuring
from emotion.training.score.measure import measure
from emotion.training.score.network import Cost
from emotion.training.score.robustness import DAMAGES
from tests.emotion.training.data.test_grids import make_row, one_of_each, write_folder
from tests.test_architecture import TOOLS

ROOT = Path(__file__).parents[4]
WEIGHTS = ROOT / "models" / "flagship.tflite"
CONTEMPT = VOTED.index(None)


class PaintedNetwork:
    """Reads what is painted: the gray of the upper left pixel is the label, of the lower left the vote."""

    name, card, cost = "painted", None, Cost(parameters=7, multiply_adds=70, size_bytes=28)

    def __init__(self, *heads, classes=EMOTIONS):
        self.heads, self.classes = heads or ("expression", "votes"), classes

    def logits(self, images):
        painted = {
            "expression": (images[:, 0, 0], len(self.classes)),
            "votes": (images[:, 47, 0], len(VOTED)),
        }
        return {
            head: 4 * np.eye(width, dtype=np.float32)[np.minimum(grays, width - 1)]
            for head, (grays, width) in painted.items()
            if head in self.heads
        }


def make_faces(labels, said, *, mirrored=None, votes=None, vote_said=None, twins=None):
    """Faces that the painted network takes for `said`, and their mirror images for `mirrored`."""
    count = len(labels)
    images = np.zeros((count, 48, 48), np.uint8)
    images[:, 0, 0], images[:, 0, 47] = said, said if mirrored is None else mirrored
    if vote_said is not None:
        images[:, 47, 0] = images[:, 47, 47] = vote_said
    return FaceSet(
        images,
        np.array(labels, np.int64),
        None if votes is None else np.array(votes, np.uint8),
        np.arange(count),
        np.zeros(count, bool) if twins is None else np.array(twins),
    )


def votes_for(**counts):
    return [counts.get(answer, 0) for answer in ANSWERS]


def judge(network, faces, **more):
    return measure(network, faces, split="PublicTest", fingerprint="abc", **more)


def test_accuracy_stands_with_its_interval():
    found = judge(PaintedNetwork(), make_faces([0] * 10, [0] * 8 + [3] * 2)).to_json()

    assert found["accuracy"] == 0.8
    assert (found["accuracy_low"], found["accuracy_high"]) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert found["faces"] == 10


def test_with_the_mirror_image_both_readings_are_averaged():
    # The second face is read as 1 from the right side only, the third as 2 from the wrong side only:
    # equal votes for both labels go to the first of them.
    faces = make_faces([0, 1, 2], [0, 3, 2], mirrored=[0, 1, 5])

    found = judge(PaintedNetwork(), faces).to_json()

    assert found["accuracy"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["accuracy_tta"] == 1.0


def test_scores_without_twins_leave_the_twins_out():
    twins = [True, False, False, False, True]
    faces = make_faces([0, 0, 0, 0, 0], [0, 0, 1, 1, 0], twins=twins)

    found = judge(PaintedNetwork(), faces).to_json()

    assert found["accuracy"] == 0.6
    assert found["accuracy_without_twins"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["faces_without_twins"] == 3
    assert found["confusion_without_twins"][0] == [1, 2, 0, 0, 0, 0, 0]


def test_where_all_faces_are_twins_nothing_is_told_without_them():
    faces = make_faces([0, 0], [0, 1], twins=[True, True])

    found = judge(PaintedNetwork(), faces).to_json()

    assert found["faces_without_twins"] == 0
    assert "accuracy_without_twins" not in found


def test_both_sets_of_ferplus_are_counted_and_read_by_the_head_of_votes():
    votes = [
        votes_for(happiness=9, sadness=1),  # strict: nine of nine
        votes_for(contempt=6, neutral=4),  # strict: six of ten, and contempt is a right answer
        votes_for(neutral=5, sadness=5),  # majority only
        votes_for(not_a_face=8, neutral=2),  # neither
    ]
    faces = make_faces([3, 6, 6, 6], [0, 0, 0, 0], votes=votes, vote_said=[1, CONTEMPT, 3, 0])

    found = judge(PaintedNetwork(), faces).to_json()

    assert (found["ferplus_strict"], found["ferplus_strict_faces"]) == (1.0, 2)
    assert found["ferplus_majority"] == pytest.approx(2 / 3, abs=1e-6)
    assert found["ferplus_majority_faces"] == 3
    assert found["ferplus_strict_tta"] == 1.0
    assert found["accuracy"] == 0


@pytest.mark.parametrize(
    ("network", "votes"),
    [(PaintedNetwork("expression"), [votes_for(neutral=9)] * 3), (PaintedNetwork(), None)],
    ids=["no head of votes", "no votes"],
)
def test_without_votes_there_are_no_figures_of_ferplus(network, votes):
    found = judge(network, make_faces([0, 1, 2], [0, 1, 2], votes=votes))

    assert not [key for key in found.to_json() if key.startswith("ferplus")]
    assert "No FER+ figures" in evaluation_text(found)


def test_a_temperature_mends_confidence_and_is_reported_on_other_faces():
    # Always 4 logits ahead of six others, so sure by .9; right four times in five.
    right = np.arange(2000) % 5 > 0
    faces = make_faces([0] * 2000, np.where(right, 0, 1))

    found = judge(PaintedNetwork(), faces).to_json()

    assert found["ece"] == pytest.approx(np.exp(4) / (np.exp(4) + 6) - 0.8, abs=1e-4)
    assert found["ece_after"] < 0.03 < found["ece"]
    assert found["nll_after"] < found["nll"]
    # e^(4/T) / (e^(4/T) + 6) = .8
    assert found["temperature"] == pytest.approx(4 / np.log(24), abs=0.01)
    assert len(found["temperature_halves"]) == 2


def test_the_report_tells_each_class_by_name():
    found = judge(PaintedNetwork(), make_faces([0, 0, 3, 3], [0, 3, 3, 3])).to_json()

    assert found["report"]["happy"] == {"precision": 0.666667, "recall": 1.0, "f1": 0.8, "support": 2}
    assert found["confusion"][0][:4] == [1, 0, 0, 1]
    assert found["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2, abs=1e-6)


def test_a_network_of_some_classes_is_judged_by_those():
    classes = (Emotion.HAPPY, Emotion.SAD)

    found = judge(PaintedNetwork(classes=classes), make_faces([0, 1], [0, 0])).to_json()

    assert found["classes"] == ["happy", "sad"]
    assert found["confusion"] == [[1, 0], [1, 0]]


def test_robustness_is_measured_where_it_is_asked_for():
    faces = make_faces([0, 1, 2], [0, 1, 2])

    assert judge(PaintedNetwork(), faces).to_json()["robustness"] is None
    spoilt = judge(PaintedNetwork(), faces, robustness=True).to_json()["robustness"]
    assert {name: len(values) for name, values in spoilt.items()} == {damage.name: 5 for damage in DAMAGES}
    assert all(0 <= accuracy <= 1 for values in spoilt.values() for accuracy in values)


def test_every_share_is_a_fraction_and_all_of_it_is_json():
    votes = [votes_for(neutral=9)] * 4
    found = judge(PaintedNetwork(), make_faces([0, 1, 2, 3], [0, 1, 2, 2], votes=votes, vote_said=[0] * 4))

    values = json.loads(json.dumps(found.to_json(), allow_nan=False))

    assert {"network", "split", "fingerprint", "parameters", "multiply_adds", "size_bytes"} <= values.keys()
    assert values["risk_coverage"][-1] == [1.0, 0.75]
    told = ("accuracy", "macro_f1", "ece", "ferplus_strict", "ferplus_majority")
    shares = [
        value
        for name, value in values.items()
        if name.startswith(told) and not any(word in name for word in ("faces", "nll", "temperature"))
    ]
    assert len(shares) > 30
    assert all(0 <= value <= 1 for value in shares)


def test_a_split_without_faces_is_refused():
    with pytest.raises(DataError, match="PublicTest has 0 faces"):
        judge(PaintedNetwork(), make_faces([], []))


def write_csv(folder, **splits):
    """A small fer2013.csv with all three splits, or with some."""
    random = np.random.default_rng(0)
    lines = ["emotion,pixels,Usage"]
    for usage, count in (splits or {"Training": 28, "PublicTest": 14, "PrivateTest": 7}).items():
        for index in range(count):
            pixels = " ".join(map(str, random.integers(0, 256, 48 * 48)))
            lines.append(f"{index % 7},{pixels},{usage}")
    path = folder / "fer2013.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def run_command(*arguments):
    parser = argparse.ArgumentParser()
    command.add_command(parser.add_subparsers())
    evaluate(parser.parse_args(["evaluate", *map(str, arguments)]))


@pytest.fixture
def few_timings(monkeypatch):
    monkeypatch.setattr(measuring, "TIMED_FACES", 20)
    monkeypatch.setattr(measuring, "WARM_UP_FACES", 2)


def test_the_command_judges_served_weights_by_any_split(tmp_path, capsys, few_timings):
    data, out = write_csv(tmp_path), tmp_path / "made" / "found.json"

    run_command("--model", WEIGHTS, "--data", data, "--split", "PrivateTest", "--json", out)

    found = json.loads(out.read_text())
    assert (found["split"], found["faces"], found["model"]) == ("PrivateTest", 7, WEIGHTS.name)
    assert found["ms_a_face"] > 0
    assert found["size_bytes"] == WEIGHTS.stat().st_size
    assert "PrivateTest: 7 faces" in capsys.readouterr().out


def test_without_a_split_the_one_that_decides_is_taken(tmp_path, capsys, few_timings):
    page = tmp_path / "found.html"

    run_command("--model", WEIGHTS, "--data", write_csv(tmp_path), "--html", page)

    assert "on PublicTest: 14 faces" in capsys.readouterr().out
    assert "on PublicTest" in page.read_text()


def test_a_split_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(DataError, match="Training, PublicTest, PrivateTest"):
        run_command("--model", WEIGHTS, "--data", write_csv(tmp_path), "--split", "Private")


@pytest.mark.parametrize("split", ["PublicTest", "PrivateTest", "Training"])
def test_a_file_of_one_split_is_scored_and_told_what_it_cannot_say(split, tmp_path, capsys, few_timings):
    run_command(
        "--model", WEIGHTS, "--data", write_csv(tmp_path, **{split: 14}), "--json", tmp_path / "found.json"
    )

    told, found = capsys.readouterr().out, json.loads((tmp_path / "found.json").read_text())
    assert f"on {split}: 14 faces\n" in told
    assert f"Scored is {split} alone: whether the network learned some of these faces" in told
    assert "Twins are not known" in told
    assert "no twins" not in told
    assert (found["split"], found["fingerprint"], found["faces_without_twins"]) == (split, None, None)
    assert "accuracy_without_twins" not in found


def test_grids_of_one_split_know_their_twins_and_may_name_splits_that_are_not_there(
    tmp_path, capsys, few_timings
):
    rows = [make_row("PrivateTest", label=3, twin_in_train=int(number < 2)) for number in range(6)]
    write_folder(tmp_path, [*one_of_each(), *rows])
    (tmp_path / GRIDS["Training"]).unlink()

    run_command("--model", WEIGHTS, "--data", tmp_path, "--html", tmp_path / "found.html")

    told = capsys.readouterr().out
    assert "on PrivateTest: 6 faces, 2 of them twins" in told
    assert "one way, no twins" in told
    assert "Scored is PrivateTest alone" in told and "Twins are not known" not in told
    assert "No face is labelled angry, disgust, fear, sad, surprise, neutral" in told
    assert "Scored is PrivateTest alone" in (tmp_path / "found.html").read_text()


def test_a_folder_of_one_split_is_scored(tmp_path, capsys, few_timings):
    for number in range(4):
        folder = tmp_path / "test" / ("happy" if number % 2 else "sad")
        folder.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(folder / f"{number}.png"), np.full((48, 48), 40 * number, np.uint8))

    run_command("--model", WEIGHTS, "--data", tmp_path)

    assert "on test: 4 faces\n" in capsys.readouterr().out


def test_where_everything_is_there_nothing_is_left_unsaid(tmp_path, capsys, few_timings):
    run_command("--model", WEIGHTS, "--data", write_csv(tmp_path))

    told = capsys.readouterr().out
    assert "14 faces, 0 of them twins" in told
    assert not [word for word in ("alone", "not known", "No face is labelled") if word in told]


def test_a_score_of_one_split_stands_in_the_table(tmp_path, few_timings):
    run_command("--model", WEIGHTS, "--data", write_csv(tmp_path, PrivateTest=7),
                "--json", tmp_path / "evaluation.json")  # fmt: skip

    (read,) = read_all([tmp_path])
    write_scores([read], tmp_path / SCORES)
    assert read_all([tmp_path / SCORES]) == (read,)
    assert read.fingerprint is None


def served(*arguments):
    """The command where only what a server needs for it is installed."""
    script = (
        "import sys\n"
        f"for name in {(*TOOLS, 'keras', 'tensorflow', 'mediapipe')!r}: sys.modules[name] = None\n"
        "import importlib.util as util\n"
        "real = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'keras' else real(name, *rest)\n"
        "from emotion.training.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_served_file_is_scored_without_keras_mediapipe_or_the_tools(tmp_path):
    data = write_folder(tmp_path, [make_row("PrivateTest", label=number % 7) for number in range(14)])

    done = served("evaluate", "--model", WEIGHTS, "--data", data)

    assert (done.returncode, done.stderr) == (0, "")
    assert "flagship (flagship.tflite) on PrivateTest: 14 faces, 0 of them twins" in done.stdout
    assert "accuracy" in done.stdout


def test_a_card_of_another_file_is_told_in_one_line(tmp_path):
    weights = copy_weights(tmp_path)
    shutil.copy(WEIGHTS.with_name("edge.json"), weights.with_suffix(".json"))

    done = served("evaluate", "--model", weights, "--data", write_csv(tmp_path))

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {weights} does not have the checksum that flagship.json gives")
    assert line.endswith("fetch both anew")


def test_without_keras_what_learns_says_what_is_missing():
    done = served("train", "--network", "edge")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: train needs Keras, which this environment lacks: `make train-packages` installs it into"
        " .venv-train, whose .venv-train/bin/python runs every command\n"
    )


def test_without_keras_a_run_that_needs_it_names_the_environment(tmp_path):
    TrainingConfig(network="edge").write(tmp_path)
    (tmp_path / "best.weights.h5").touch()
    done = served("evaluate", "--model", tmp_path, "--data", write_csv(tmp_path))

    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {tmp_path} is a run of Keras, which this environment lacks")
    assert ".venv-train/bin/python runs every command" in line


def copy_weights(folder):
    shutil.copy(WEIGHTS, folder)
    shutil.copy(WEIGHTS.with_suffix(".json"), folder)
    return folder / WEIGHTS.name


def rewrite_card(weights, **changes):
    path = weights.with_suffix(".json")
    checksum = hashlib.sha256(weights.read_bytes()).hexdigest()
    path.write_text(json.dumps({**json.loads(path.read_text()), "sha256": checksum, **changes}))


def test_served_weights_say_the_same_as_in_service():
    network = open_network(WEIGHTS)
    faces = np.random.default_rng(0).integers(0, 256, (3, 48, 48)).astype(np.uint8)

    logits = network.logits(faces)

    assert network.heads == ("expression", "votes")
    assert network.classes == EMOTIONS
    assert logits["expression"].shape == (3, 7)
    assert logits["expression"].dtype == np.float32
    np.testing.assert_array_equal(network.logits(faces[1:2])["expression"][0], logits["expression"][1])


def test_weights_without_a_card_are_refused(tmp_path):
    shutil.copy(WEIGHTS, tmp_path)

    with pytest.raises(DamagedModel, match=r"flagship\.json"):
        open_network(tmp_path / WEIGHTS.name)


def test_weights_that_were_cut_off_are_refused(tmp_path):
    weights = copy_weights(tmp_path)
    weights.write_bytes(weights.read_bytes()[:1000])

    with pytest.raises(DamagedModel, match="checksum"):
        open_network(weights)


def test_a_file_that_is_no_network_is_refused_though_its_card_names_it(tmp_path):
    weights = copy_weights(tmp_path)
    weights.write_bytes(b"not a network")
    rewrite_card(weights)

    with pytest.raises(DamagedModel, match="no network that LiteRT can read"):
        open_network(weights)


def test_a_card_that_promises_another_head_is_refused(tmp_path):
    weights = copy_weights(tmp_path)
    heads = {"votes": [*EMOTIONS, "contempt"], "hands": ["up", "down"]}
    rewrite_card(weights, heads=heads)

    with pytest.raises(DamagedModel, match="hands"):
        open_network(weights)


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(IncompatibleModel, match="neither the folder of a run nor"):
        open_network(tmp_path / "weights.onnx")


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(RunError, match=CONFIG):
        open_network(tmp_path)


def test_a_run_of_unknown_labels_is_refused(tmp_path):
    TrainingConfig(network="edge", classes=("happy", "bored")).write(tmp_path)

    with pytest.raises(RunError, match="bored"):
        open_network(tmp_path)


class TestRuns:
    """Runs of Keras, which is not among the packages that serve."""

    @pytest.fixture(autouse=True)
    def _keras(self):
        pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

    def test_a_run_without_weights_is_refused(self, tmp_path):
        TrainingConfig(network="edge").write(tmp_path)

        with pytest.raises(RunError, match=r"best\.weights\.h5"):
            open_network(tmp_path)

    def test_a_run_of_an_unknown_network_is_refused(self, tmp_path):
        TrainingConfig(network="of yesterday").write(tmp_path)

        with pytest.raises(IncompatibleModel, match="of yesterday"):
            open_network(tmp_path)

    @pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
    def test_a_run_is_judged_by_its_best_weights(self, tmp_path, capsys):
        from emotion.training.networks.registry import build

        TrainingConfig(network="edge", classes=("happy", "sad")).write(tmp_path)
        model = build("edge", 2)
        model.save_weights(tmp_path / "best.weights.h5")

        run_command("--model", tmp_path, "--data", write_csv(tmp_path), "--json", tmp_path / "found.json")

        found = json.loads((tmp_path / "found.json").read_text())
        assert (found["network"], found["classes"], found["faces"]) == ("edge", ["happy", "sad"], 4)
        assert found["parameters"] == model.count_params()
        assert found["ms_a_face"] is None


def test_a_run_of_keras_says_what_is_missing_where_keras_is(tmp_path, monkeypatch):
    def gone(name, *rest, **more):
        if name == "keras" or name.startswith("emotion.training.networks"):
            raise ModuleNotFoundError("No module named 'keras'", name="keras")
        return real(name, *rest, **more)

    real = __import__
    TrainingConfig(network="edge").write(tmp_path)
    monkeypatch.setattr("builtins.__import__", gone)

    with pytest.raises(RunError, match="make train-packages"):
        open_network(tmp_path)
