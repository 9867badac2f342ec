"""What a simulated student does over a lesson: data, and pure functions that read it.

All times are minutes or seconds of lesson time since the start.
"""

from dataclasses import dataclass
from random import Random

HABIT_S = 20  # a habit is kept for this long
NOBODY = "empty_chair"
WITH_THE_LESSON = frozenset({"attentive", "restless", "smiling"})
ANSWERS = {"following": "yes", "lost": "no"}  # by what was said last of oneself


@dataclass(frozen=True, slots=True)
class Scene:
    """A clip played from one minute to another, whatever the habits are."""

    from_minute: float
    to_minute: float
    clip: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A self-report: "following", "lost" or "need_a_break"."""

    minute: float
    kind: str


@dataclass(frozen=True, slots=True)
class KeyMoment:
    """What the simulated lesson's teacher marks; the label is translated when it is."""

    minute: float
    label: str


@dataclass(frozen=True, slots=True)
class Script:
    """One student. `habits` are clips with weights; every 20 s one of them is drawn, always the same.

    Attributes:
        look: the number of the look in `portrait.LOOKS`; None for one whose camera stays off.
        choice: the way to take part, one of `Consent.Choice`.
    """

    look: int | None
    choice: str
    habits: tuple[tuple[str, int], ...]
    scenes: tuple[Scene, ...] = ()
    remarks: tuple[Remark, ...] = ()
    joins_minute: float = 0.0
    leaves_minute: float | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """A whole simulated lesson."""

    minutes: float
    scripts: tuple[Script, ...]
    key_moments: tuple[KeyMoment, ...] = ()


def clip_at(script: Script, lesson_seconds: float) -> str:
    """The clip that the student's camera shows; of overlapping scenes the last one listed."""
    minute = lesson_seconds / 60
    for scene in reversed(script.scenes):
        if scene.from_minute <= minute < scene.to_minute:
            return scene.clip
    clips, weights = zip(*script.habits, strict=True)
    drawn: str = Random(f"{script.look}:{int(lesson_seconds // HABIT_S)}").choices(clips, weights)[0]  # noqa: S311
    return drawn


def is_there(script: Script, lesson_seconds: float) -> bool:
    leaves = script.leaves_minute
    return script.joins_minute * 60 <= lesson_seconds and (leaves is None or lesson_seconds < leaves * 60)


def remarks_between(script: Script, after_s: float, until_s: float) -> tuple[str, ...]:
    """Kinds of the remarks due later than `after_s` and not later than `until_s`."""
    return tuple(remark.kind for remark in script.remarks if after_s < remark.minute * 60 <= until_s)


def answer_at(script: Script, lesson_seconds: float) -> str | None:
    """To "With me?": what the last remark says, else the look; None while nobody sits there."""
    clip = clip_at(script, lesson_seconds)
    if clip == NOBODY:
        return None
    said = [one.kind for one in script.remarks if one.minute * 60 <= lesson_seconds]
    if said and said[-1] in ANSWERS:
        return ANSWERS[said[-1]]
    return "yes" if clip in WITH_THE_LESSON else "partly"


def clips_of(script: Script) -> frozenset[str]:
    """Every clip that the script may ask for."""
    return frozenset(clip for clip, _ in script.habits) | frozenset(scene.clip for scene in script.scenes)
