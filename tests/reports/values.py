"""Small values with keyword overrides, for tests of what is pure."""

from reports.individuals import Block
from reports.values import MoodStep, Summary

FLAT = (0.0, 0.0, 0.0, 0.2, 0.1, 0.0, 0.7)


def a_step(at_s: int = 0, engagement: float | None = 0.8, **fields: object) -> MoodStep:
    known = engagement is not None
    defaults = {
        "counted": 10,
        "unknown": 2,
        "engagement_low": engagement - 0.1 if known else None,
        "engagement_high": engagement + 0.1 if known else None,
        "expression_shares": FLAT if known else None,
    }
    return MoodStep(at_s=at_s, engagement=engagement, **{**defaults, **fields})


def a_mood(*values: float | None, step_s: int = 10) -> tuple[MoodStep, ...]:
    return tuple(a_step(index * step_s, value) for index, value in enumerate(values))


def a_summary(**fields: object) -> Summary:
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


def a_block(start_s: int = 0, **fields: object) -> Block:
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
    return Block(start_s=start_s, **{**defaults, **fields})
