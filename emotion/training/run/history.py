"""What a run notes after each epoch: where it stands, and how its averaged weights read."""

import csv
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from emotion.files import whole
from emotion.training.run.config import RunError
from emotion.training.score.standing import ChoiceScores

HISTORY = "history.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """A row of the history. Accuracies are fractions of the choosing split, `_tta` with the mirror image.

    Without a head of votes, or without votes, there is no `ferplus_strict_tta`.
    """

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
        return msgspec.convert({name: cell or None for name, cell in row.items()}, Epoch, strict=False)
    except msgspec.ValidationError as error:
        raise RunError(f"line {line_number} of {path} is no row of a history: {error}") from error
