"""Small values with keyword overrides, for tests of what is pure."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from classroom.disclosure import Amount, Strength
from emotion.labels import EMOTIONS
from reports.blocks import COUNTED, Blocks
from reports.individuals import Individual, individual
from reports.values import MoodStep, PolicyInForce, SharedStep, Summary

FLAT = (0.0, 0.0, 0.0, 0.2, 0.1, 0.0, 0.7)


FULL = PolicyInForce("full", ("attention", "expression", "presence"), True, 5)
PRESENCE = PolicyInForce("presence", ("presence",), True, 5)
SELF_REPORT = PolicyInForce("self_report", (), True, 5)


def a_step(at_s: int = 0, engagement: float | None = 0.8, **fields: Any) -> MoodStep:
    """A step with figures of ten who share and no words; with `engagement=None` one that tells nothing."""
    shared = None if engagement is None else a_shared(engagement, **fields)
    return MoodStep(at_s=at_s, level=None, expressions=None, shared=shared)


def a_shared(engagement: float, **fields: Any) -> SharedStep:
    defaults = {
        "counted": 10,
        "engaged": 8,
        "drifting": 1,
        "away": 1,
        "engagement_low": engagement - 0.1,
        "engagement_high": engagement + 0.1,
        "expression_shares": FLAT,
        "expression_spread": 0.2,
    }
    return SharedStep(engagement=engagement, **{**defaults, **fields})


def a_mood(*values: float | None, step_s: int = 10) -> tuple[MoodStep, ...]:
    return tuple(a_step(index * step_s, value) for index, value in enumerate(values))


def in_words(*levels: Amount | None, expressions: tuple[Strength, ...] | None = None) -> tuple[MoodStep, ...]:
    """Steps that tell the class in words alone."""
    return tuple(MoodStep(10 * index, level, expressions, None) for index, level in enumerate(levels))


def a_summary(**fields: Any) -> Summary:
    defaults = {
        "lesson_s": 2700,
        "interval_ms": 1000,
        "joined": 12,
        "policy": None,
        "pauses": (),
        "mood": (),
        "moments": (),
        "best": None,
        "hardest": None,
        "self_reports": (),
    }
    return Summary(**{**defaults, **fields})


def a_block(start_s: int = 0, **fields: Any) -> dict[str, Any]:
    """Thirty readings with a neutral face, engaged unless told otherwise."""
    defaults = {
        "readings": 30,
        "faces": 30,
        "engaged": 30,
        "drifting": 0,
        "away": 0,
        "engagements": 30,
        "engagement_permille": 27_000,
        "expressions": 30,
        "certain": 30,
        "expression_sums": (0, 0, 0, 0, 0, 0, 30_000),
    }
    return {"start_s": start_s, **defaults, **fields}


def some_blocks(*given: dict[str, Any], **terms: Any) -> Blocks:
    rows = [[*(one[name] for name in COUNTED), *one["expression_sums"]] for one in given]
    sums = np.array(rows, np.int64).reshape(-1, len(COUNTED) + len(EMOTIONS))
    return Blocks(np.array([one["start_s"] for one in given], np.int64), sums, **terms)


def an_individual(
    participant_id: int, given: Iterable[dict[str, Any]], *, taught_s: int, **terms: Any
) -> Individual:
    return individual(participant_id, some_blocks(*given, **terms), taught_s)
