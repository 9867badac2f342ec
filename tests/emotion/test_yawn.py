"""A yawn is no surprise."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from emotion.judgement.engagement import Engagement, fold
from emotion.labels import EMOTIONS, Emotion
from emotion.pipeline import Analyser
from emotion.values import Analysis, Attention, EmotionScores, Signal
from emotion.yawn import without_yawn, yawning
from worker.simulation.camera.portrait import Expression, Look, Portrait

MODELS = Path(__file__).parents[2] / "models"
ATTENTION = Attention(0, 0, 0, 0.5, 0, 0.2)
YAWN = replace(ATTENTION, yawning=True)


def scores(emotion: Emotion, share: float = 0.94) -> EmotionScores:
    rest = (1 - share) / 6
    return EmotionScores(tuple(share if one is emotion else rest for one in EMOTIONS), uncertain=False)


def shapes(jaw: float, left: float, right: float) -> dict[str, float]:
    return {"jawOpen": jaw, "eyeSquintLeft": left, "eyeSquintRight": right}


@pytest.mark.parametrize(
    ("jaw", "left", "right", "yawns"),
    [
        (0.7, 0.4, 0.4, True),
        (0.3, 0.25, 0.25, True),
        (0.7, 0.1, 0.4, True),
        (0.29, 0.4, 0.4, False),
        (0.7, 0.05, 0.05, False),
        (0.0, 0.6, 0.6, False),
    ],
    ids=["wide open", "just so", "one eye", "mouth nearly shut", "eyes wide", "narrow eyes alone"],
)
def test_a_yawn_is_an_open_mouth_under_narrowed_eyes(
    jaw: float, left: float, right: float, yawns: bool
) -> None:
    assert yawning(shapes(jaw, left, right)) is yawns


@pytest.mark.parametrize(
    ("emotion", "attention", "uncertain"),
    [
        (Emotion.SURPRISE, YAWN, True),
        (Emotion.SURPRISE, ATTENTION, False),
        (Emotion.SURPRISE, None, False),
        (Emotion.HAPPY, YAWN, False),
    ],
    ids=["yawn", "surprise", "attention not read", "laughter"],
)
def test_a_yawn_is_not_called_surprise_and_nothing_else_instead(
    emotion: Emotion, attention: Attention | None, uncertain: bool
) -> None:
    read = scores(emotion)
    assert without_yawn(read, attention) == replace(read, uncertain=uncertain)


@pytest.mark.parametrize(
    ("signals", "uncertain"),
    [
        ({Signal.ATTENTION, Signal.EXPRESSION}, True),
        ({Signal.EXPRESSION}, False),
    ],
)
def test_a_rendered_yawn_is_told_from_surprise_where_attention_is_read(
    signals: set[Signal], uncertain: bool
) -> None:
    yawn = Expression(mouth_open=1.0, pucker=0.5, squint=1.0, eyelids=0.2)
    found = read_of(yawn, signals)
    assert (found.top, found.uncertain) == (Emotion.SURPRISE, uncertain)


def test_rendered_surprise_stays_surprise() -> None:
    surprised = Expression(mouth_open=0.9, pucker=0.5, brow_raise=1.0, eye_wide=1.0)
    found = read_of(surprised, {Signal.ATTENTION, Signal.EXPRESSION})
    assert (found.top, found.uncertain) == (Emotion.SURPRISE, False)


def read_of(expression: Expression, signals: Iterable[Signal]) -> EmotionScores:
    picture = Portrait(Look()).render(expression=expression)
    jpeg = cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes()
    found = Analyser.load(MODELS).analyse(jpeg, frozenset(signals)).expression
    assert found is not None
    return found


def lately(*readings: tuple[Emotion, Attention]) -> Engagement:
    """Two seconds apart, as the pipeline hands them on."""
    state = None
    for number, (emotion, attention) in enumerate(readings):
        analysis = Analysis(1, None, attention, without_yawn(scores(emotion), attention))
        state, engagement = fold(state, analysis, 2.0 * number)
    return engagement


def test_of_a_yawn_only_the_doubt_is_remembered() -> None:
    calm, yawn = (Emotion.NEUTRAL, ATTENTION), (Emotion.SURPRISE, YAWN)
    briefly, long = lately(calm, calm, yawn).expression, lately(calm, yawn, yawn).expression
    assert briefly is not None
    assert (briefly.top, briefly.uncertain) == (Emotion.NEUTRAL, False)
    assert briefly.probabilities == pytest.approx(scores(Emotion.NEUTRAL).probabilities)
    assert long is not None
    assert (long.top, long.uncertain) == (Emotion.NEUTRAL, True)


def test_who_only_yawned_has_no_expression_yet() -> None:
    assert lately((Emotion.SURPRISE, YAWN), (Emotion.SURPRISE, YAWN)).expression is None
