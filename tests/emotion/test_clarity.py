"""How clearly one person's expression may be told."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion.judgement.clarity import CAREFUL_CLEAR_FROM, clarity, clear_from_of
from emotion.values import Clarity, EmotionScores

CLEAR, WEAK, UNSURE = Clarity.CLEARLY, Clarity.WEAKLY, Clarity.NOT_SURE
STEPS = [UNSURE, WEAK, CLEAR]
MODELS = Path(__file__).parents[2] / "models"

shares = st.floats(0, 1)


def scores(top: float, *, uncertain: bool = False) -> EmotionScores:
    return EmotionScores((top, *[(1 - top) / 6] * 6), uncertain)


@pytest.mark.parametrize(
    ("top", "uncertain", "told"),
    [
        (0.98, False, CLEAR),
        (0.8, False, CLEAR),
        (0.79, False, WEAK),
        (0.3, False, WEAK),
        (0.3, True, UNSURE),
        (0.98, True, UNSURE),
    ],
)
def test_an_expression_is_clear_from_the_limit_on_and_never_where_none_is_named(
    top: float, uncertain: bool, told: Clarity
) -> None:
    assert clarity(scores(top, uncertain=uncertain), clear_from=0.8) is told


@given(pair=st.tuples(shares, shares).map(sorted), limit=shares, clear_from=shares)
def test_what_is_likelier_is_never_told_as_less_clear(
    pair: list[float], limit: float, clear_from: float
) -> None:
    lower, higher = (
        STEPS.index(clarity(EmotionScores((top,), uncertain=top < limit), clear_from)) for top in pair
    )
    assert lower <= higher


def test_a_card_without_the_limit_is_read_with_care(tmp_path: Path) -> None:
    card = tmp_path / "old.json"
    card.write_text(json.dumps({"network": "old", "confidence_limit": 0.6}))
    assert clear_from_of(card) == CAREFUL_CLEAR_FROM
    assert clear_from_of(tmp_path / "none.json") == CAREFUL_CLEAR_FROM
    (tmp_path / "damaged.json").write_bytes(b'{"clear_from": "\xff"}')
    assert clear_from_of(tmp_path / "damaged.json") == CAREFUL_CLEAR_FROM


@pytest.mark.parametrize("network", ["flagship", "edge"])
def test_the_cards_in_use_call_less_clear_than_they_name(network: str) -> None:
    card = MODELS / f"{network}.json"
    assert json.loads(card.read_text())["confidence_limit"] < clear_from_of(card) < CAREFUL_CLEAR_FROM
