"""What a run notes after each epoch: where it stands, and how its averaged weights read."""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from emotion.files import whole
from emotion.training.run.config import RunError
from emotion.training.score.standing import ChoiceScores

HISTORY = "history.csv"
# What a row may leave empty: a network without a head of votes, faces without votes.
OPTIONAL = ("ferplus_strict_tta",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """A row of the history. Accuracies are fractions of the choosing split, `_tta` with the mirror image."""

    epoch: float
    step: int
    learning_rate: float
    loss: float
    accuracy: float
    accuracy_tta: float
    ferplus_strict_tta: float | None
    core_seconds: float

    @property
    def standing(self) -> float:
        """What the best epoch is chosen by."""
        return ChoiceScores(self.accuracy, self.accuracy_tta, self.ferplus_strict_tta).standing

    @property
    def scores(self) -> str:
        """Its accuracies in words."""
        told = f"{self.accuracy:.2%} of the labels, {self.accuracy_tta:.2%} with the mirror image"
        if self.ferplus_strict_tta is None:
            return told
        return f"{told}, {self.ferplus_strict_tta:.2%} of the clear votes"


def read_history(path: Path) -> tuple[Epoch, ...]:
    """The epochs of a run so far, at least one; raises RunError, with the line, where they cannot be read."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except (OSError, ValueError) as error:
        raise RunError(f"cannot read the history {path}: {error}") from error
    if not rows:
        raise RunError(f"{path} tells of no finished epoch yet: train on, then ask again")
    return tuple(_parsed(path, number, row) for number, row in enumerate(rows, 2))


def note(path: Path, epoch: Epoch) -> None:
    """Add a row to the history, which is begun where there is none."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, Epoch.__slots__)
        if new:
            writer.writeheader()
        writer.writerow(asdict(epoch))


def forget_after(path: Path, step: int) -> None:
    """Drop the rows behind `step`: what was learned after the last checkpoint is learned, and told, again."""
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if int(row["step"]) <= step]
    with whole(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, Epoch.__slots__)
        writer.writeheader()
        writer.writerows(rows)


def _parsed(path: Path, line_number: int, row: dict[str, str]) -> Epoch:
    try:
        values: dict[str, Any] = {
            name: None if name in OPTIONAL and row[name] == "" else float(row[name])
            for name in Epoch.__slots__
        }
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"line {line_number} of {path} is no row of a history: {error!r}") from error
    return Epoch(**{**values, "step": int(values["step"])})
