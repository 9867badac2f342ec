"""One simulated student's lesson: measurements as a webcam gives them, with errors that were measured.

Where a number has a measured counterpart it is that one: own eyes, gaze and noise from webcam recordings of
fifteen people, behaviours as their mean difference from the own sitting on four of them, expressions from
`confusion`. All the rest is assumed, and said so in docs/flags.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.flag_study.confusion import Confusion
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Analysis, Attention, EmotionScores, FaceBox

INTERVAL_S = 5.0
BOX = FaceBox(0.35, 0.2, 0.3, 0.5)
NO_FACE = Analysis(faces=0)

# Openness, vertical gaze and pitch of fifteen people before their webcams: medians while they sit and nobody
# calls them disengaged. Who sits lower looks higher.
PEOPLE = (
    *((0.76, -0.02, -6.8), (1.0, 0.37, -17.1), (0.96, 0.33, -22.4), (0.77, 0.17, -8.0)),
    *((1.0, 0.11, -7.3), (0.94, 0.19, -11.4), (1.0, 0.08, -12.5), (0.94, 0.18, -14.4)),
    *((0.65, -0.31, -3.4), (1.0, 0.14, -8.9), (0.58, -0.45, -1.0), (0.48, -0.3, 2.3)),
    (0.84, -0.42, 6.1),
    (0.92, -0.38, 1.9),
    (0.94, -0.11, -1.1),
)
# How alike two readings of one person's resting face are. Of 100 readings 0 to 13 were sad, by person: spread
# as if each had a row of the table of their own, drawn as ten faces are.
LIKENESS = 10
BLINKS = 0.06
SHUT, SHUT_GAZE_Y = 0.1, -0.68
"""Lids that are shut are read as a gaze that falls with them: median of 95 such pictures."""
SLOW_S = 30.0
"""Noise comes half from reading to reading, half from posture that shifts within this time."""


@dataclass(frozen=True, slots=True)
class Act:
    """How somebody differs from the own sitting: degrees, gaze, eyes as a share of the own; an expression."""

    yaw: float = 0.0
    pitch: float = 0.0
    gaze_y: float = 0.0
    eyes: float = 1.0
    expression: Emotion | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """An act that fills this share of the lesson, in stretches of `stretch_s` on average."""

    act: Act
    share: float
    stretch_s: float
    from_s: float = 0.0
    """Nothing of it before."""


@dataclass(frozen=True, slots=True)
class Camera:
    """What the picture does to the measurements. `noise` multiplies that of a good webcam."""

    noise: float = 1.0
    dropped: float = 0.03
    """Share of readings in which no face is found."""
    uncertain: float = 0.0
    """Share of expressions that are uncertain beyond what the table says."""
    eyes: float = 1.0
    """Openness that is read, as a share of the true one."""


@dataclass(frozen=True, slots=True)
class Student:
    habits: tuple[Habit, ...] = ()
    camera: Camera = Camera()
    own_eyes: float | None = None
    """Own openness; None draws one of the people."""


def readings(
    student: Student, confusion: Confusion, lesson_s: float, rng: Generator
) -> Iterator[tuple[float, Analysis]]:
    """The lesson's measurements with their lesson time in seconds, oldest first."""
    steps = int(lesson_s / INTERVAL_S)
    acts = _acts(student.habits, steps, rng)
    camera = student.camera
    own_eyes, own_gaze_y, own_pitch = PEOPLE[rng.integers(len(PEOPLE))]
    own_eyes = camera.eyes * (student.own_eyes or own_eyes)
    yaw = rng.normal(0, 6) + camera.noise * _noise(3.0, steps, rng)
    pitch = own_pitch + camera.noise * _noise(3.0, steps, rng)
    gaze = own_gaze_y + camera.noise * _noise(0.16, steps, rng)
    openness = own_eyes * (1 + camera.noise * _noise(0.2, steps, rng))
    openness[rng.random(steps) < BLINKS] = 0
    dropped = rng.random(steps) < camera.dropped
    rows = {one: _own_row(confusion, one, camera, rng) for one in EMOTIONS}
    for step, act in enumerate(acts):
        if dropped[step]:
            yield step * INTERVAL_S, NO_FACE
            continue
        eyes = float(min(max(openness[step] * act.eyes, 0), 1))
        gaze_y = float(gaze[step] + act.gaze_y + (SHUT_GAZE_Y if eyes < SHUT else 0))
        attention = Attention(
            yaw=float(yaw[step] + act.yaw),
            pitch=float(pitch[step] + act.pitch),
            roll=0.0,
            eye_openness=eyes,
            gaze_x=0.0,
            gaze_y=min(max(gaze_y, -1), 1),
        )
        seen = act.expression or Emotion.NEUTRAL
        yield step * INTERVAL_S, Analysis(1, BOX, attention, _read(confusion, seen, rows[seen], rng))


def _acts(habits: tuple[Habit, ...], steps: int, rng: Generator) -> list[Act]:
    """Who does two things at once does the later one."""
    acts = [Act()] * steps
    for habit in habits:
        gap_s = habit.stretch_s * (1 - habit.share) / habit.share
        at = habit.from_s + (0.0 if rng.random() < habit.share else rng.exponential(gap_s))
        while at < steps * INTERVAL_S:
            end = at + rng.exponential(habit.stretch_s)
            first, last = int(at / INTERVAL_S), min(steps, int(np.ceil(end / INTERVAL_S)))
            acts[first:last] = [habit.act] * (last - first)
            at = end + rng.exponential(gap_s)
    return acts


def _noise(spread: float, steps: int, rng: Generator) -> NDArray[np.float64]:
    """float64 (steps,), as wide as `spread`."""
    keep = np.exp(-INTERVAL_S / SLOW_S)
    slow = np.empty(steps)
    at = rng.normal()
    for step, pushed in enumerate(rng.normal(size=steps) * np.sqrt(1 - keep**2)):
        slow[step] = at = keep * at + pushed
    noise: NDArray[np.float64] = spread * (slow + rng.normal(size=steps)) / np.sqrt(2)
    return noise


def _own_row(confusion: Confusion, seen: Emotion, camera: Camera, rng: Generator) -> NDArray[np.float64]:
    row = rng.dirichlet(LIKENESS * confusion.row(seen) + 1e-6)
    row *= 1 - camera.uncertain
    row[-1] += camera.uncertain
    return row


def _read(confusion: Confusion, seen: Emotion, row: NDArray[np.float64], rng: Generator) -> EmotionScores:
    said = min(int(np.searchsorted(row.cumsum(), rng.random())), len(EMOTIONS))
    return confusion.scores(seen, said)
