"""The runs of a shipped network, done again one after another."""

import pytest

pytest.importorskip("keras", reason="needs Keras: pip install -r requirements/train.txt")

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from emotion.training.__main__ import parser
from emotion.training.commands import reproduce as module
from emotion.training.commands.reproduce import reproduce
from emotion.training.run.config import Distillation, RunError, TrainingConfig
from emotion.training.run.history import HISTORY
from emotion.training.run.saved import BEST, best_model
from emotion.training.run.stages import SERVED, STAGES, Stage
from emotion.training.run.train import start
from tests.banded_faces import banded_dataset

# Keras 3.15 converts its variables in a way that numpy 2 is going to refuse.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

KEPT = Path(__file__).parents[4] / "docs" / "runs"

SHORT = TrainingConfig(network="edge", epochs=2, batch_size=16)
CHAIN = (
    Stage(folder="first", config=SHORT),
    Stage(folder="other", config=replace(SHORT, seed=2)),
    Stage(
        folder="last",
        config=replace(SHORT, epochs=1, distillation=Distillation("teachers.npz")),
        teachers=("first", "other"),
        starts_from=("first",),
    ),
)


@pytest.fixture(scope="module")
def data():
    return banded_dataset()


@pytest.fixture(scope="module")
def done(data, tmp_path_factory):
    out = reproduce(CHAIN, data, tmp_path_factory.mktemp("runs"))
    return out, out / "last"


def weights(folder):
    return best_model(folder).get_weights()


def test_every_run_is_brought_to_its_end(done):
    out, last = done

    assert [len((out / stage.folder / HISTORY).read_text().splitlines()) - 1 for stage in CHAIN] == [2, 2, 1]
    assert (last / "training.html").exists()


def test_the_last_run_goes_on_from_the_first_and_learns_from_both(done):
    out, last = done
    config = TrainingConfig.read(last)

    assert config.start_from == (str(out / "first" / BEST),)
    assert (last / "teachers.npz").exists()
    apart = [
        np.abs(one - other).mean() for one, other in zip(weights(last), weights(out / "first"), strict=True)
    ]
    assert 0 < np.mean(apart) < 0.1  # an epoch moved it, not far


def test_called_again_it_does_nothing_twice(done, data, monkeypatch):
    out, last = done
    before = {path: path.read_bytes() for path in sorted(out.rglob(HISTORY))}
    known = weights(last)

    monkeypatch.chdir(out.parent)
    reproduce(CHAIN, data, Path(out.name))

    assert {path: path.read_bytes() for path in sorted(out.rglob(HISTORY))} == before
    for one, other in zip(weights(last), known, strict=True):
        np.testing.assert_array_equal(one, other)


def test_it_goes_on_where_it_was_stopped(done, data, tmp_path, monkeypatch):
    _, last = done
    started = []

    def stopped_before_the_last(config, folder, *more, **named):
        if folder.name == "last" and not started:
            started.append(folder)
            raise KeyboardInterrupt
        return start(config, folder, *more, **named)

    monkeypatch.setattr(module, "start", stopped_before_the_last)
    with pytest.raises(KeyboardInterrupt):
        reproduce(CHAIN, data, tmp_path)

    again = reproduce(CHAIN, data, tmp_path) / "last"

    for one, other in zip(weights(again), weights(last), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


@pytest.mark.parametrize(("asked", "used"), [([], "mixed_bfloat16"), (["--precision=float32"], "float32")])
def test_stopped_by_hand_it_says_how_to_go_on(asked, used, data, tmp_path, monkeypatch):
    begun = []

    def stopped(config, *_more, **_named):
        begun.append(config)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "load", lambda _path: data)
    monkeypatch.setattr(module, "start", stopped)
    options = parser().parse_args(
        ["reproduce", "--network=flagship", "--data=D", f"--out={tmp_path}", *asked]
    )

    with pytest.raises(RunError, match="goes on from the last checkpoint"):
        options.call(options)
    assert [config.precision for config in begun] == [used]


@pytest.mark.parametrize(
    ("network", "served", "counted"),
    [("flagship", ["calm_1", "calm_2"], ""), ("edge", ["edge_steady"], " --recount")],
)
def test_in_the_end_it_says_how_to_export_what_is_served(
    network, served, counted, data, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(module, "load", lambda _path: data)
    monkeypatch.setattr(module, "reproduce", lambda _stages, _data, out: out)
    options = parser().parse_args(["reproduce", f"--network={network}", "--data=D", f"--out={tmp_path}"])

    options.call(options)

    runs = " ".join(str(tmp_path / folder) for folder in served)
    assert f"export --run {runs}{counted} --data D" in capsys.readouterr().out


def test_a_folder_with_a_run_of_another_recipe_is_refused(done, data):
    out, _ = done
    changed = (replace(CHAIN[0], config=replace(SHORT, peak_rate=0.01)), *CHAIN[1:])

    with pytest.raises(RunError, match="configured in another way"):
        reproduce(changed, data, out)


@pytest.mark.parametrize("network", ["flagship", "edge"])
def test_each_shipped_network_has_its_runs(network):
    stages = STAGES[network]
    folders = [stage.folder for stage in stages]

    assert set(SERVED[network]) <= set(stages)
    assert {stage.config.network for stage in SERVED[network]} == {network}
    assert len(set(folders)) == len(folders)
    for number, stage in enumerate(stages):
        earlier = {each.folder for each in stages[:number]}
        assert {*stage.teachers, *stage.starts_from} <= earlier
        assert bool(stage.teachers) == bool(stage.config.distillation)


# The first runs were made in pieces, by a recipe that was still changing; the last of the edge network was
# made once on an accelerator, by a program that is not part of the project.
NOT_KEPT = ("first", "edge_first", "edge_steady")
RUNS = {stage.folder: stage for stages in STAGES.values() for stage in stages}


@pytest.fixture(scope="module")
def kept():
    """How the runs of the kept table were configured, by their folders."""
    with (KEPT / "runs.csv").open(newline="") as file:
        return {Path(row["run"]).name: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("folder", [folder for folder in RUNS if folder not in NOT_KEPT])
def test_it_does_again_what_made_the_shipped_networks(folder, kept):
    stage = RUNS[folder]
    config = replace(stage.config, start_from=tuple(f"{each}/{BEST}" for each in stage.starts_from))

    for name, text in config.spelled().items():
        assert value(kept[folder][name]) == value(text), name


def value(text):
    """10 and 10.0 are one number, whoever wrote them."""
    try:
        return json.loads(text)
    except ValueError:
        return text
