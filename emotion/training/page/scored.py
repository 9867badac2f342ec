"""What networks scored, of each a row: from evaluations and the runs that they lie in, or from a table."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

import msgspec

from emotion.files import whole
from emotion.training.run.config import CONFIG, RunError
from emotion.training.run.history import HISTORY, read_history

EVALUATIONS = "*evaluation*.json"
SCORES = "scores.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One evaluation, with what the run beside it tells. Shares are fractions.

    `accuracy_low` and `accuracy_high` bound the accuracy of faces read one way. `fingerprint` is None
    where a split was scored alone, FER+ figures without a head of votes, `ms_a_face` in Keras, `epochs`
    and `core_minutes` of a file that does not lie in the folder of a run. `weights`: what a pretrained
    network started from.
    """

    network: str
    model: str
    split: str
    classes: tuple[str, ...]
    fingerprint: str | None = None
    faces: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    accuracy_tta: float
    parameters: int
    multiply_adds: int
    size_bytes: int
    ferplus_strict: float | None = None
    ferplus_strict_tta: float | None = None
    ms_a_face: float | None = None
    epochs: float | None = None
    core_minutes: float | None = None
    weights: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """The evaluation `path` and the run that it lies in; raises RunError where it is none."""
        try:
            return replace(msgspec.json.decode(path.read_bytes(), type=cls), **_run(path.parent))
        except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
            raise RunError(f"{path} is not what evaluate --json writes: {error}") from error


def read_all(paths: Iterable[Path]) -> tuple[Scored, ...]:
    """The evaluations named: files, folders of runs, folders of such folders, or tables kept of them.

    Raises:
        RunError: a path holds no evaluation, or one that cannot be read.
    """
    return tuple(one for path in paths for file in _files(path) for one in _read(file))


def write_scores(found: Sequence[Scored], path: Path) -> None:
    """The rows as a table, for when the runs are gone."""
    with whole(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, Scored.__slots__, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**asdict(one), "classes": " ".join(one.classes)} for one in found)


def _read(path: Path) -> tuple[Scored, ...]:
    return _table(path) if path.suffix == ".csv" else (Scored.read(path),)


def _table(path: Path) -> tuple[Scored, ...]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return tuple(map(_row, csv.DictReader(file)))
    except (OSError, ValueError, csv.Error, msgspec.ValidationError) as error:
        raise RunError(f"{path} is no table of scores: {error}") from error


def _row(cells: dict[str, str]) -> Scored:
    told = {name: cell for name, cell in cells.items() if cell}
    return msgspec.convert({**told, "classes": told.get("classes", "").split()}, Scored, strict=False)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = sorted(path.glob(SCORES)) + (
        sorted(path.glob(EVALUATIONS)) or sorted(path.glob(f"*/{EVALUATIONS}"))
    )
    if not found:
        raise RunError(
            f"{path} holds no {EVALUATIONS}: make one with evaluate --model {path} --data DATA"
            f" --json {path / 'evaluation.json'}"
        )
    return found


def _run(folder: Path) -> dict[str, Any]:
    """Epochs, processor minutes and first weights of the run in `folder`; nothing where there is none."""
    history, config = folder / HISTORY, folder / CONFIG
    values: dict[str, Any] = {}
    if history.is_file():
        last = read_history(history)[-1]
        values |= {"epochs": last.epoch, "core_minutes": last.core_seconds / 60}
    if config.is_file():
        told = msgspec.json.decode(config.read_bytes(), type=dict[str, Any])
        values["weights"] = told.get("trunk_weights") or "scratch"
    return values
