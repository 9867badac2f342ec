"""Every number of the engagement formula, in one place. `docs/engagement.md` has the evidence for each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EngagementWeights:
    """Every number of the formula. Angles in degrees, durations in seconds, shares in [0, 1]."""

    engaged_from: float = 0.5
    """Value from which the level is engaged."""
    drifting_from: float = 0.3
    """Value from which the level is drifting; below it is away."""

    sight_part: int = 3
    eyes_part: int = 2
    gaze_part: int = 1
    sight_free: float = 4.0
    """So far below the own line of sight counts fully; from `sight_lost` on it counts nothing."""
    sight_lost: float = 16.0
    sight_floor: float = -15.0
    """The own line of sight is never taken to be lower: a lap is nobody's normal, nor are shut eyes."""
    gaze_degrees: float = 25.0
    """By how much the line of sight moves while the gaze goes from level (0) to as far as it goes (1)."""
    gaze_level: float = 0.2
    gaze_down: float = -0.6
    eyes_wide: float = 0.7
    """Openness that counts fully, whatever the own one."""

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
    baseline_yaw: float = 15.0
    """The baseline is never farther than this from the camera: staring away is nobody's normal."""
    baseline_pitch: float = 25.0
    baseline_memory_s: float = 600.0
    baseline_drift: float = 15.0
    """How far slow adaption may carry the baseline from where the first minute set it."""
    eyes_floor: float = 0.3
    """The own openness is taken to be at least this, so that eyes shut from the start still count as shut."""

    presence_needed: float = 0.5
    readings_needed: int = 2
    gap_s: float = 30.0
    """After a longer silence the short windows start again."""

    eyes_closed_below: float = 0.45
    """Expressions are not read where the eyes are open by no more than this share of the own openness."""
    expression_limit: float = 0.35
    """A smoothed expression below this probability is uncertain."""
    expression_pose: float = 30.0
    """Expressions of faces turned farther than this from the camera are not read."""


DEFAULT_WEIGHTS = EngagementWeights()
