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

# Median openness and vertical gaze of fifteen people before their webcams.
PEOPLE = (
    *((0.86, 0.08), (0.75, -0.03), (1.0, 0.34), (0.95, 0.33), (0.77, 0.17), (0.38, -0.13), (0.93, 0.18)),
    *((0.97, 0.04), (0.63, -0.31), (1.0, 0.14), (0.57, -0.46), (0.47, -0.32), (0.9, -0.43), (0.87, -0.37)),
    (0.94, -0.12),
)
# How alike two readings of one person's resting face are. Of 100 readings 0 to 13 were sad, by person: spread
# as if each had a row of the table of their own, drawn as ten faces are.
LIKENESS = 10
BLINKS = 0.06
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
    eyes, gaze_y = PEOPLE[rng.integers(len(PEOPLE))]
    eyes = camera.eyes * (student.own_eyes or eyes)
    yaw = rng.normal(0, 6) + camera.noise * _noise(3.0, steps, rng)
    pitch = rng.normal(0, 6) + camera.noise * _noise(3.0, steps, rng)
    gaze = gaze_y + camera.noise * _noise(0.16, steps, rng)
    openness = eyes * (1 + camera.noise * _noise(0.2, steps, rng))
    openness[rng.random(steps) < BLINKS] = 0
    dropped = rng.random(steps) < camera.dropped
    rows = {one: _own_row(confusion, one, camera, rng) for one in EMOTIONS}
    for step, act in enumerate(acts):
        if dropped[step]:
            yield step * INTERVAL_S, NO_FACE
            continue
        attention = Attention(
            float(yaw[step] + act.yaw),
            float(pitch[step] + act.pitch),
            0.0,
            float(np.clip(openness[step] * act.eyes, 0, 1)),
            0.0,
            float(np.clip(gaze[step] + act.gaze_y, -1, 1)),
        )
        seen = act.expression or Emotion.NEUTRAL
        yield step * INTERVAL_S, Analysis(1, BOX, attention, _read(confusion, seen, rows[seen], rng))


def _acts(habits: tuple[Habit, ...], steps: int, rng: Generator) -> list[Act]:
    """Who does two things at once does the later one."""
    acts = [Act()] * steps
    for habit in habits:
        gap_s = habit.stretch_s * (1 - habit.share) / habit.share
        at = 0.0 if rng.random() < habit.share else rng.exponential(gap_s)
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
