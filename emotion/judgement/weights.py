"""Every number of the engagement formula, in one place. `docs/engagement.md` explains them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngagementWeights:
    """Every number of the formula. Angles in degrees, durations in seconds, shares in [0, 1]."""

    engaged_from: float = 0.6
    """Value from which the level is engaged."""
    drifting_from: float = 0.3
    """Value from which the level is drifting; below it is away."""

    yaw_free: float = 15.0
    yaw_lost: float = 35.0
    pitch_free: float = 12.0
    pitch_lost: float = 30.0

    rest_radius: float = 8.0
    """A head that stays within this angle is at rest."""
    second_screen_after_s: float = 30.0
    second_screen_yaw: float = 30.0
    second_screen_pitch: float = 15.0
    second_screen_pose: float = 0.75
    """What a resting head counts at least, within the two angles above of the first baseline."""

    baseline_s: float = 60.0
    baseline_readings: int = 5
    baseline_limit: float = 25.0
    """The baseline is never farther than this from the camera: staring away is nobody's normal."""
    baseline_memory_s: float = 600.0
    baseline_drift: float = 15.0
    """How far slow adaption may carry the baseline from where the first minute set it."""

    eyes_closed_below: float = 0.45
    """Share of the own openness that counts as closed. Landmarks of shut lids do not quite meet, so this
    stands for the 80 % of PERCLOS (see `emotion.attention`)."""
    eyes_floor: float = 0.3
    """The own openness is taken to be at least this, so that eyes shut from the start still count as shut."""
    perclos_readings: int = 12
    perclos_after_s: float = 120.0
    perclos_free: float = 0.15
    perclos_lost: float = 0.5

    presence_needed: float = 0.5
    readings_needed: int = 2
    gap_s: float = 30.0
    """After a longer silence the short windows start again."""

    expression: float = 0.1
    """The most that a lively expression can add; no expression takes anything away."""
    expression_limit: float = 0.35
    """A smoothed expression below this probability is uncertain."""
    expression_pose: float = 30.0
    """Expressions of faces turned farther than this from the camera are not read."""


DEFAULT_WEIGHTS = EngagementWeights()
