"""Pages of the training tool: charts that can be drawn, the same in words and tables, nothing from afar."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from emotion.labels import EMOTIONS
from emotion.training.data.faces import FaceSet
from emotion.training.page.evaluation_page import write_evaluation_page
from emotion.training.page.page import PLOTLY, Chart, layout, line, write_page
from emotion.training.page.tables import Table
from emotion.training.page.training_page import best_epoch, write_training_page
from emotion.training.run.config import GROWING, RunError, TrainingConfig
from emotion.training.run.history import read_history
from emotion.training.score.measure import measure
from emotion.training.score.network import Cost

HEADER = "epoch,step,learning_rate,loss,accuracy,accuracy_tta,ferplus_strict_tta,core_seconds"


class Page(HTMLParser):
    """What a page holds: its figures, its titles, what it fetches, and the cells of its tables."""

    def __init__(self, path):
        super().__init__()
        self.figures, self.titles, self.fetched, self.cells, self.described = [], [], [], [], []
        self._within = ""
        self.feed(path.read_text())
        self.close()

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self._within = "json" if found.get("type") == "application/json" else tag
        self.fetched += [found[name] for name in ("src", "href") if name in found]
        if found.get("role") == "img":
            self.described.append(found["aria-label"])

    def handle_endtag(self, tag):
        self._within = ""

    def handle_data(self, text):
        if self._within == "json":
            self.figures.append(json.loads(text))
        elif self._within == "h2":
            self.titles.append(text)
        elif self._within in ("td", "th"):
            self.cells.append(text)


class SureNetwork:
    """Says the gray of the first pixel, whatever the rest."""

    name, card, heads, classes = "sure", None, ("expression",), EMOTIONS
    cost = Cost(parameters=2_000_000, multiply_adds=126_000_000, size_bytes=1_500_000)

    def logits(self, images):
        return {"expression": 3 * np.eye(7, dtype=np.float32)[np.minimum(images[:, 0, 0], 6)]}


@pytest.fixture
def evaluation():
    images = np.zeros((60, 48, 48), np.uint8)
    images[:, 0, 0] = images[:, 0, 47] = np.arange(60) % 7
    labels = np.where(np.arange(60) % 5, np.arange(60) % 7, 4).astype(np.int64)
    faces = FaceSet(images, labels, None, np.arange(60), np.zeros(60, bool))
    return measure(
        SureNetwork(), faces, split="PublicTest", fingerprint="abc", model="a run", robustness=True
    )


def test_a_page_draws_what_it_is_given_and_says_it_in_words_and_figures(tmp_path):
    figure = {"data": [line("accuracy", [1, 2], [50, 60], 1)], "layout": layout("epoch", "%")}
    chart = Chart(
        "Accuracy", "It rises.", figure, Table("Accuracy", ("epoch", "%"), (("1", "50"), ("2", "60")))
    )

    page = Page(write_page(tmp_path / "a" / "page.html", "A page", "Its lead.", [chart], ["A note."]))

    assert page.figures == [figure]
    assert page.titles == ["Accuracy"]
    assert page.described == ["Accuracy. It rises."]
    assert page.cells == ["epoch", "%", "1", "50", "2", "60"]


def test_a_page_fetches_only_the_library_beside_it(tmp_path):
    page = Page(write_page(tmp_path / "page.html", "A page", "Its lead.", [], []))

    assert page.fetched == [PLOTLY]
    assert (tmp_path / PLOTLY).stat().st_size > 1_000_000


def test_names_cannot_break_a_page(tmp_path):
    nasty = "</script><b>{{body}}"
    table = Table(nasty, ("", nasty), ((nasty, nasty),))
    chart = Chart(nasty, nasty, {"data": [line(nasty, [], [], 1)], "layout": layout(nasty, nasty)}, table)

    out = write_page(tmp_path / "page.html", nasty, nasty, [chart, table], [nasty])

    page = Page(out)
    assert page.figures[0]["data"][0]["name"] == nasty
    assert "".join(page.titles) == 2 * nasty
    assert "<b>" not in out.read_text()


def test_every_tone_that_a_page_knows_has_a_colour_by_day_and_by_night(tmp_path):
    text = write_page(tmp_path / "page.html", "A page", "Its lead.", [], []).read_text()

    for tone in range(7):
        assert len(re.findall(rf"--tone-{tone}: #", text)) == 2


def test_an_evaluation_shows_its_four_charts(evaluation, tmp_path):
    page = Page(write_evaluation_page(evaluation, tmp_path / "page.html"))

    confusion, reliability, coverage, robustness = page.figures
    assert confusion["data"][0]["customdata"] == evaluation.plain.labels.confusion.tolist()
    assert sum(confusion["data"][0]["z"][4]) == pytest.approx(100, abs=0.5)
    assert [trace["name"] for trace in reliability["data"]][1:] == ["before", "after temperature"]
    assert coverage["data"][0]["x"][-1] == 100
    assert len(robustness["data"]) == 6
    assert robustness["data"][0]["y"][0] == round(100 * evaluation.plain.labels.accuracy.value, 2)
    assert len(page.described) == 4
    assert str(evaluation.plain.labels.accuracy) in page.cells


def test_an_evaluation_without_robustness_leaves_that_chart_out(evaluation, tmp_path):
    page = Page(write_evaluation_page(replace(evaluation, robustness=None), tmp_path / "page.html"))

    assert len(page.figures) == 3
    assert "Robustness, one way" not in page.titles


def make_run(folder, *rows, **settings):
    TrainingConfig(network="edge", **{"epochs": 4, **settings}).write(folder)
    (folder / "history.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    return folder


FOUR_EPOCHS = (
    "1.0,100,0.1,2.5,0.30,0.31,0.50,60.0",
    "2.0,200,0.07,2.0,0.69,0.70,0.80,120.0",
    "3.0,300,0.03,1.8,0.66,0.68,0.84,180.0",  # votes count as much as labels: the best
    "4.0,400,0.0,1.7,0.65,0.67,0.83,3600.0",
)


def test_a_run_shows_its_curves_and_marks_the_best_epoch(tmp_path):
    out = write_training_page(make_run(tmp_path, *FOUR_EPOCHS), split="PublicTest")

    accuracy, loss, _ = Page(out).figures
    assert [trace["y"] for trace in accuracy["data"]] == [
        [30, 69, 66, 65],
        [31, 70, 68, 67],
        [50, 80, 84, 83],
    ]
    assert accuracy["layout"]["yaxis"]["title"]["text"] == "accuracy on PublicTest, %"
    assert accuracy["layout"]["shapes"][0]["x0"] == 3
    assert loss["data"][0]["y"] == [2.5, 2.0, 1.8, 1.7]
    best = "66.00% of the labels, 68.00% with the mirror image, 84.00% of the clear votes, after epoch 3"
    assert f"Best on PublicTest: {best}" in out.read_text()
    assert "1.0 processor hours" in out.read_text()


def test_without_votes_the_best_epoch_reads_most_labels_right(tmp_path):
    without = [row.replace(row.split(",")[6], "", 1) for row in FOUR_EPOCHS]
    run = make_run(tmp_path, *without)

    found = best_epoch(TrainingConfig.read(run), read_history(run / "history.csv"))

    assert found.epoch == 2


def test_the_best_epoch_is_looked_for_where_faces_have_full_size(tmp_path):
    run = make_run(tmp_path, *FOUR_EPOCHS, sizes=GROWING)

    # Of 400 steps those from 272 on are at full size, so the third epoch ends there.
    found = best_epoch(TrainingConfig.read(run), read_history(run / "history.csv"))

    assert found.epoch == 3


def test_a_run_that_has_not_reached_full_size_has_no_best_epoch(tmp_path):
    out = write_training_page(make_run(tmp_path, FOUR_EPOCHS[0], sizes=GROWING))

    assert "shapes" not in Page(out).figures[0]["layout"]
    assert "Best on" not in out.read_text()


def test_a_run_without_votes_has_no_curve_of_ferplus(tmp_path):
    out = write_training_page(make_run(tmp_path, "1.0,100,0.1,2.5,0.30,0.31,,60.0"))

    assert len(Page(out).figures[0]["data"]) == 2


def test_every_setting_of_a_run_is_told(tmp_path):
    cells = Page(write_training_page(make_run(tmp_path, *FOUR_EPOCHS, seed=77))).cells

    assert cells[cells.index("seed") + 1] == "77"
    assert "augmentation.rotation" in cells


def test_a_damaged_row_of_a_history_is_named(tmp_path):
    run = make_run(tmp_path, FOUR_EPOCHS[0], "2.0,200,0.07,two,0.6,0.7,0.8,120.0")

    with pytest.raises(RunError, match="line 3"):
        write_training_page(run)


def test_a_history_without_an_epoch_is_refused(tmp_path):
    with pytest.raises(RunError, match="no finished epoch"):
        write_training_page(make_run(tmp_path))


def test_a_run_without_a_history_is_refused(tmp_path):
    TrainingConfig(network="edge").write(tmp_path)

    with pytest.raises(RunError, match=r"history\.csv"):
        write_training_page(tmp_path)
