"""The tables of figures of cards, and that the pages print what the cards of the shipped files say."""

import dataclasses
from pathlib import Path

import pytest

from emotion.model_card import Elsewhere, ModelCard
from emotion.training.commands.figures import ELSEWHERE, elsewhere, figures

ROOT = Path(__file__).parents[4]
CARDS = [ModelCard.load(ROOT / "models" / f"{name}.json") for name in ("flagship", "edge")]


@pytest.mark.parametrize(
    ("page", "mark", "table"),
    [("model-card.md", "figures", figures), ("models.md", "elsewhere", elsewhere)],
)
def test_the_page_prints_what_the_cards_of_the_shipped_files_say(page, mark, table):
    text = (ROOT / "docs" / page).read_text()

    printed = text.split(f"<!-- {mark}:begin -->")[1].split(f"<!-- {mark}:end -->")[0]

    assert printed.strip() == table(*CARDS)


def cells(*cards):
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in elsewhere(*cards).splitlines()]
    return [list(column) for column in zip(*rows, strict=True)]


def test_a_figure_from_elsewhere_stands_under_its_checksum_and_says_whether_that_is_served():
    scores = {"jaffe_accuracy": 0.5, "ck_plus_accuracy": 0.75, "ck_plus_accuracy_low": 0.7}
    scores |= {"ck_plus_accuracy_high": 0.8, "jaffe_anger_named": 0, "jaffe_anger_named_of": 30}
    own = Elsewhere(sha256=CARDS[0].sha256, when="today", scores=scores)
    before = Elsewhere(sha256="f" * 64, when="once", scores={})
    card = dataclasses.replace(CARDS[0], measured_elsewhere=(own, before))

    words, first, second = cells(card, dataclasses.replace(CARDS[1], measured_elsewhere=()))

    assert first[:5] == ["flagship", "---", f"`{CARDS[0].sha256[:12]}`", "served", "today"]
    assert second[2:5] == [f"`{'f' * 12}`", "**replaced since**", "once"]
    assert first[words.index(ELSEWHERE["ck_plus_accuracy"])] == "75.0% (70.0-80.0)"
    assert first[words.index(ELSEWHERE["jaffe_anger_named"])] == "0 of 30"
    assert set(second[5:]) == {"-"}


def test_every_figure_from_elsewhere_has_words():
    named = {name for card in CARDS for one in card.measured_elsewhere for name in one.scores}
    plain = {name for name in named if not name.endswith(("_low", "_high", "_of"))}
    assert plain == set(ELSEWHERE)
