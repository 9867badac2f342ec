"""How well what is measured agrees with people, in words and percentages for a page.

All figures come from two files: what `validate` measured of the rule, and the card of the network.
"""

import json
from dataclasses import dataclass
from pathlib import Path

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
class Found:
    share: str
    lowest: str
    few: int
    people: int


@dataclass(frozen=True, slots=True)
class HowGood:
    """`by_label` and `by_behaviour` have a cell for each of `levels`, the second one more for unknown."""

    students: int
    pictures: int
    levels: tuple[str, ...]
    by_label: tuple[Row, ...]
    by_behaviour: tuple[Row, ...]
    disengaged: Agreement
    engaged: Agreement
    expressions: Expressions
    faces: Found
    lights: tuple[tuple[str, Found], ...]


def measured_how_good() -> HowGood:
    found = measured()
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
        expressions=_expressions(Path(settings.MODELS_DIR) / "flagship.json"),
        faces=_found(found.faces),
        lights=tuple((str(words), _found(found.light[name])) for name, words in LIGHTS.items()),
    )


def _shares(counts: dict[str, int]) -> tuple[str, ...]:
    return tuple(percent(counts[level] / sum(counts.values())) for level in LEVELS)


def _agreement(figure: Figure) -> Agreement:
    return Agreement(*(round(100 * one) for one in figure))


def _found(faces: Faces) -> Found:
    return Found(percent(faces.share), percent(faces.lowest), faces.few, faces.people)


def _expressions(card: Path) -> Expressions:
    kept = json.loads(card.read_text())
    scores = kept["scores"]
    return Expressions(
        named=percent(scores["coverage_above_limit"]),
        right=percent(scores["accuracy_above_limit"]),
        faces=kept["data"]["shown_faces"],
        **{
            name: percent(scores[f"accuracy_{name}"]) if f"accuracy_{name}" in scores else ""
            for name in WORDS
        },
    )
