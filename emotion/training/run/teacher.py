"""Teachers' answers to the training faces, kept in one small file: what distillation learns from."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import keras
import numpy as np
from numpy.typing import NDArray

from emotion.classifier import EXPRESSION, HeadLogits
from emotion.files import whole
from emotion.training.data.faces import Dataset
from emotion.training.data.votes import VOTES
from emotion.training.run.batches import Teacher
from emotion.training.run.config import RunError, TrainingConfig
from emotion.training.run.saved import best_model, predicted

HEADS = (EXPRESSION, VOTES)


@dataclass(frozen=True, slots=True, eq=False)
class TeacherLogits:
    """Mean log probabilities of several networks, each face read both ways.

    `logits`: by head, float32 (n, classes), in the order of the training faces that `fingerprint` tells;
    a head that only some of the networks have is the mean of those.
    """

    logits: HeadLogits
    fingerprint: str

    def __call__(self, rows: NDArray[np.int64], _faces: NDArray[np.uint8]) -> HeadLogits:
        """What they said of the faces with these numbers, whatever is made of those."""
        return {head: logits[rows] for head, logits in self.logits.items()}

    @classmethod
    def mean(cls, answers: Sequence[HeadLogits], data: Dataset) -> Self:
        """Of each teacher's logits, by head (n, classes), to the faces of `data.training`."""
        told = {head: [_log_softmax(each[head]) for each in answers if head in each] for head in HEADS}
        return cls({head: np.mean(each, axis=0) for head, each in told.items() if each}, data.fingerprint)

    @classmethod
    def read(cls, path: Path, data: Dataset) -> Self:
        """Raises RunError where the file is damaged or was made from other faces than `data.training`."""
        try:
            with path.open("rb") as file, np.load(file) as kept:
                logits = {head: kept[head].astype(np.float32) for head in HEADS if head in kept}
                fingerprint = kept["fingerprint"].item()
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise RunError(f"cannot read the teachers' logits {path}: {error}") from error
        if fingerprint != data.fingerprint:
            raise RunError(f"{path} was made from other faces: make it anew with distil --teachers")
        return cls(logits, fingerprint)

    def write(self, path: Path) -> None:
        """In half precision: 28,000 faces need less than a megabyte."""
        half: dict[str, Any] = {head: logits.astype(np.float16) for head, logits in self.logits.items()}
        with whole(path) as unfinished:
            np.savez_compressed(unfinished, fingerprint=self.fingerprint, **half)


def answers(folder: Path, data: Dataset) -> HeadLogits:
    """A teacher's logits to the training faces, the mean of both ways."""
    return _both_ways(_teaching([folder], data), data.training.images)


def asked(folders: Sequence[Path], data: Dataset) -> Teacher:
    """The mean of these runs, to be asked of any faces, both ways, while another network learns.

    Raises:
        RunError: a folder holds no weights, those of another network, or of other classes than the data.
    """
    model = _teaching(folders, data)
    return lambda _rows, faces: _both_ways(model, faces)


def _teaching(folders: Sequence[Path], data: Dataset) -> keras.Model:
    for folder in folders:
        if (classes := TrainingConfig.read(folder).classes) != data.classes:
            raise RunError(f"the teacher {folder} tells apart only {', '.join(classes)}")
    return best_model(*folders)


def _both_ways(model: keras.Model, faces: NDArray[np.uint8]) -> HeadLogits:
    plain, mirrored = predicted(model, faces), predicted(model, np.ascontiguousarray(faces[:, :, ::-1]))
    return {head: (plain[head] + mirrored[head]) / np.float32(2) for head in plain}


def _log_softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = logits - logits.max(axis=1, keepdims=True)
    lasting: NDArray[np.float32] = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return lasting
