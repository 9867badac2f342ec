"""The table of all networks, from evaluation files of networks that nobody trained."""

import argparse
import json
from pathlib import Path

import pytest

from emotion.training.commands.compare import add_command
from emotion.training.networks.claims import CLAIMS
from emotion.training.page.comparison import BEGIN, END, ROWS, comparison, insert
from emotion.training.page.scored import SCORES, read_all
from emotion.training.run.config import RunError
from emotion.training.run.history import HISTORY, Epoch, note

DOCS = Path(__file__).parents[4] / "docs"

SEVEN = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
FOUR = ["happy", "sad", "surprise", "neutral"]
# What the table does not tell of an epoch.
ELSE = {
    "step": 1,
    "learning_rate": 0.1,
    "loss": 1.0,
    "accuracy": 0.5,
    "accuracy_tta": 0.5,
    "ferplus_strict_tta": None,
}


def evaluation(network, accuracy, **more):
    values = {
        "network": network,
        "model": network,
        "split": "PublicTest",
        "classes": SEVEN,
        "fingerprint": "the same",
        "faces": 3589,
        "accuracy": accuracy,
        "accuracy_low": accuracy - 0.015,
        "accuracy_high": accuracy + 0.015,
        "accuracy_tta": accuracy + 0.01,
        "parameters": 1_000_000,
        "multiply_adds": 66_000_000,
        "size_bytes": 4_200_000,
        "ms_a_face": None,
        "confusion": [[1]],
    }
    return values | more


@pytest.fixture
def run(tmp_path):
    def make(network, accuracy, *, name=None, **more):
        folder = tmp_path / (name or network)
        folder.mkdir()
        (folder / "evaluation.json").write_text(json.dumps(evaluation(network, accuracy, **more)))
        for epoch, seconds in ((1.0, 60.0), (9.0, 5400.0)):
            note(folder / HISTORY, Epoch(epoch=epoch, core_seconds=seconds, **ELSE))
        (folder / "config.json").write_text('{"trunk_weights": null}')
        return folder

    return make


def rows(table):
    """The cells of each row below the head, by the first cell."""
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {line[0]: line[1:] for line in cells}


def test_a_row_tells_what_was_measured_beside_what_the_paper_claims(run):
    found = read_all([run("jain_cnn", 0.61)])

    told = rows(comparison(found))["jain_cnn"]
    assert told[:6] == ["test 57.2-60.0", "7", "1.00 M", "66.0 M", "9.0", "90"]
    assert told[6:] == ["61.0 (59.5-62.5)", "62.0", "-", "-", "-", "4.20"]


def test_a_claim_for_other_classes_says_so(run):
    told = rows(comparison(read_all([run("saleem_gray_cnn", 0.5)])))

    assert told["saleem_gray_cnn"][0] == "test 76.0, validation 76.0; 4 classes"


def test_the_best_of_ours_stands_first_whatever_its_paper_claims(run):
    found = read_all([run("karan_cnn", 0.60), run("monyok_cnn", 0.62)])

    assert list(rows(comparison(found)))[:2] == ["monyok_cnn", "karan_cnn"]


def test_networks_for_fewer_classes_come_in_a_group_of_their_own(run):
    easier = run("saleem_complex_cnn", 0.78, classes=FOUR, faces=2000)
    found = read_all([easier, run("monyok_cnn", 0.5)])
    lines = [line for line in comparison(found).splitlines() if line.startswith("|")][2:]
    classes = [line.split("|")[3].strip() for line in lines]

    assert classes == sorted(classes, reverse=True)
    assert "78.0" in lines[classes.index("4")]


def test_a_network_not_trained_yet_says_so(run):
    told = rows(comparison(read_all([run("karan_cnn", 0.6)])))

    assert told["danish_cnn"][2] == "not trained yet"
    assert "not trained yet" not in told["karan_cnn"]


def test_without_any_evaluation_every_network_waits():
    table = comparison([])

    assert table.count("not trained yet") == len(ROWS)
    assert set(CLAIMS) <= set(rows(table))


def test_a_big_backbone_says_what_it_started_from(run):
    found = read_all([run("vgg16", 0.4)])

    assert "vgg16, from scratch" in rows(comparison(found))


def test_weights_learned_elsewhere_are_named_without_their_folder(run):
    folder = run("resnet50v2", 0.6)
    (folder / "config.json").write_text('{"trunk_weights": "elsewhere/notop.h5"}')

    assert "resnet50v2, from notop.h5" in rows(comparison(read_all([folder])))


def test_a_served_file_has_a_speed_and_votes_but_no_epochs(tmp_path):
    file = tmp_path / "flagship.evaluation.json"
    values = evaluation("flagship", 0.71, model="flagship.tflite", ms_a_face=0.84, ferplus_strict=0.885)
    file.write_text(json.dumps(values | {"ferplus_strict_tta": 0.89}))
    told = rows(comparison(read_all([file])))["flagship (flagship.tflite)"]

    assert told[4:6] == ["-", "-"]
    assert told[8:11] == ["88.5", "89.0", "0.84"]


def test_each_split_has_its_own_table(run):
    both = run("edge", 0.68), run("edge", 0.70, name="again", split="PrivateTest")
    table = comparison(read_all(both))

    assert table.index("Scored on PublicTest:") < table.index("Scored on PrivateTest:")
    assert "68.0 (" not in table[table.index("Scored on PrivateTest:") :]


def test_a_folder_of_runs_is_read_run_by_run(run):
    parent = run("karan_cnn", 0.6).parent
    run("edge", 0.65)

    assert {one.network for one in read_all([parent])} == {"karan_cnn", "edge"}


def test_rows_from_other_data_are_called_not_comparable(run):
    alike = read_all([run("karan_cnn", 0.6), run("edge", 0.7)])
    other = read_all([run("danish_cnn", 0.6, fingerprint="another")])

    assert "Not comparable" not in comparison(alike)
    assert "Not comparable" in comparison([*alike, *other])


def test_every_line_of_the_table_is_as_long(run):
    lines = [line for line in comparison(read_all([run("edge", 0.7)])).splitlines() if line.startswith("|")]

    assert len(set(map(len, lines))) == 1


def test_a_run_that_nobody_scored_says_how_to(tmp_path):
    with pytest.raises(RunError, match="evaluate --model"):
        read_all([tmp_path])


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"network": "edge"}', b'{"\xff": 1}'])
def test_a_file_of_something_else_is_named(tmp_path, text):
    file = tmp_path / "evaluation.json"
    file.write_bytes(text)

    with pytest.raises(RunError, match=r"evaluation\.json is not what evaluate --json writes"):
        read_all([file])


def test_the_table_replaces_what_stood_between_the_markers():
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"

    assert insert(document, "new") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    assert insert(insert(document, "newer"), "new") == insert(document, "new")


@pytest.mark.parametrize("document", ["", BEGIN, END + BEGIN, BEGIN + BEGIN + END])
def test_a_document_without_its_markers_is_left_alone(document):
    with pytest.raises(RunError, match="add them"):
        insert(document, "table")


@pytest.fixture
def document(tmp_path):
    path = tmp_path / "models.md"
    path.write_text(f"# Models\n\n{BEGIN}\n{END}\n")
    return path


def compare(*words):
    parser = argparse.ArgumentParser()
    add_command(parser.add_subparsers())
    options = parser.parse_args(["compare", *map(str, words)])
    options.call(options)


def test_the_command_writes_even_where_nobody_reads_what_it_prints(run, document, monkeypatch):
    def closed(_table):
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", closed)
    with pytest.raises(BrokenPipeError):
        compare(run("edge", 0.69), "--write", document)

    assert "| edge " in document.read_text()


def test_the_command_prints_what_it_writes(run, document, capsys):
    compare(run("edge", 0.69), "--write", document)

    assert capsys.readouterr().out.strip() in document.read_text()
    assert document.read_text().startswith("# Models\n")


def test_figures_that_are_kept_give_the_same_table_without_their_runs(run, tmp_path, capsys):
    paths = run("edge", 0.69, ms_a_face=0.2), run("vgg16", 0.4), run("saleem_gray_cnn", 0.7, classes=FOUR)
    kept = tmp_path / "kept"
    kept.mkdir()
    compare(*paths, "--keep", kept)

    assert read_all([kept]) == read_all(paths)
    assert read_all([kept / SCORES]) == read_all(paths)
    assert comparison(read_all([kept])) == capsys.readouterr().out.strip()


def test_kept_figures_stand_beside_new_ones(run, tmp_path):
    compare(run("edge", 0.69), "--keep", tmp_path)

    assert [one.accuracy for one in read_all([tmp_path])] == [0.69, 0.69]


@pytest.mark.parametrize("text", ["network\nedge\n", "network,faces\nedge,many\n", "\xff"])
def test_a_table_of_something_else_is_named(tmp_path, text):
    file = tmp_path / SCORES
    file.write_text(text, encoding="latin-1")

    with pytest.raises(RunError, match=r"scores\.csv is no table of scores"):
        read_all([file])


def test_the_table_in_the_documentation_is_what_the_kept_runs_give():
    document = (DOCS / "models.md").read_text(encoding="utf-8")
    assert insert(document, comparison(read_all([DOCS / "runs"]))) == document
