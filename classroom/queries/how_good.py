"""How well what is measured agrees with people, in words and percentages for a page.

All figures come from two files: what `validate` measured of the rule, and the card of the network.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from classroom.words import level_word, percent
from emotion.judgement.engagement import Level
from emotion.judgement.measured import Faces, Figure, measured

LEVELS = (Level.ENGAGED, Level.DRIFTING, Level.AWAY)
LABELS = {
    "disengaged": gettext_lazy("disengaged"),
    "partly": gettext_lazy("partly engaged"),
    "engaged": gettext_lazy("engaged"),
}
BEHAVIOURS = {
    "neutralface": gettext_lazy("sits and looks"),
    "raisehand": gettext_lazy("raises a hand"),
    "frowning": gettext_lazy("thinks, frowning or hand at chin"),
    "tilt": gettext_lazy("leans, turns, looks aside"),
    "drinking": gettext_lazy("drinks"),
    "yawning": gettext_lazy("yawns"),
    "phone": gettext_lazy("looks into a phone"),
}
# What the page tells of the figures that a card has from elsewhere.
TOLD_ELSEWHERE = {
    *("named_right", "named_sad_right", "jaffe_anger_named", "jaffe_anger_named_of"),
    *("jaffe_disgust_named", "jaffe_disgust_named_of", "jaffe_accuracy"),
    *("frowns_read_neutral", "frowns_named_anger", "frowns_named_anger_of"),
}
LIGHTS = {"norm": gettext_lazy("normal light"), "low": gettext_lazy("dim light")}

WORDS = ("clear", "weak")

Row = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of a hundred pairs so many are in order; `low` and `high` for other students than these."""

    value: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Expressions:
    """Of faces whose expression most people agreed on: how many are named, and how many of those right.

    `clear` and `weak` are how many of those that are called so are right, empty where the card does not say.
    """

    named: str
    right: str
    faces: int
    clear: str
    weak: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What others measured of the network that is served: readings that are right, faces that are named."""

    named_right: str
    sad_right: int
    japanese_right: str
    anger: int
    anger_faces: int
    disgust: int
    disgust_faces: int
    frowns: int
    frowns_neutral: str
    frowns_anger: int


@dataclass(frozen=True, slots=True)
class Found:
    share: str
    lowest: str
    few: int
    people: int


@dataclass(frozen=True, slots=True)
class HowGood:
    """`by_label` and `by_behaviour` have a cell for each of `levels`, the second one more for unknown.

    `elsewhere` is None where nobody else measured the very file that is served.
    """

    students: int
    pictures: int
    levels: tuple[str, ...]
    by_label: tuple[Row, ...]
    by_behaviour: tuple[Row, ...]
    disengaged: Agreement
    engaged: Agreement
    expressions: Expressions
    elsewhere: Elsewhere | None
    faces: Found
    lights: tuple[tuple[str, Found], ...]


def measured_how_good() -> HowGood:
    found = measured()
    card = json.loads((Path(settings.MODELS_DIR) / "flagship.json").read_text())
    return HowGood(
        students=found.students,
        pictures=found.pictures,
        levels=tuple(level_word(level) for level in LEVELS),
        by_label=tuple((str(LABELS[name]), _shares(counts)) for name, counts in found.levels.items()),
        by_behaviour=tuple(
            (
                str(words),
                tuple(percent(getattr(found.sequences[name], level)) for level in (*LEVELS, Level.UNKNOWN)),
            )
            for name, words in BEHAVIOURS.items()
        ),
        disengaged=_agreement(found.auc_disengaged),
        engaged=_agreement(found.auc_engaged),
        expressions=_expressions(card),
        elsewhere=_elsewhere(card),
        faces=_found(found.faces),
        lights=tuple((str(words), _found(found.light[name])) for name, words in LIGHTS.items()),
    )


def _shares(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(percent(counts[level] / sum(counts.values())) for level in LEVELS)


def _agreement(figure: Figure) -> Agreement:
    return Agreement(*(round(100 * one) for one in figure))


def _found(faces: Faces) -> Found:
    return Found(percent(faces.share), percent(faces.lowest), faces.few, faces.people)


def _expressions(card: dict[str, Any]) -> Expressions:
    scores = card["scores"]
    return Expressions(
        named=percent(scores["coverage_above_limit"]),
        right=percent(scores["accuracy_above_limit"]),
        faces=card["data"]["shown_faces"],
        **{
            name: percent(scores[f"accuracy_{name}"]) if f"accuracy_{name}" in scores else ""
            for name in WORDS
        },
    )


def _elsewhere(card: dict[str, Any]) -> Elsewhere | None:
    """Figures of a file that was replaced say nothing of the one that is served."""
    for found in card.get("measured_elsewhere", ()):
        scores = found["scores"]
        if found["sha256"] == card["sha256"] and scores.keys() >= TOLD_ELSEWHERE:
            return Elsewhere(
                named_right=percent(scores["named_right"]),
                sad_right=round(100 * scores["named_sad_right"]),
                japanese_right=percent(scores["jaffe_accuracy"]),
                anger=scores["jaffe_anger_named"],
                anger_faces=scores["jaffe_anger_named_of"],
                disgust=scores["jaffe_disgust_named"],
                disgust_faces=scores["jaffe_disgust_named_of"],
                frowns=scores["frowns_named_anger_of"],
                frowns_neutral=percent(scores["frowns_read_neutral"]),
                frowns_anger=scores["frowns_named_anger"],
            )
    return None
