"""The batches of a run: each follows from the seed and its step alone, so a run can go on anywhere."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.classifier import EXPRESSION, HeadLogits, probabilities
from emotion.preprocess import CROP_SIZE, network_input
from emotion.training.data.faces import FaceSet
from emotion.training.data.votes import VOTES, vote_shares
from emotion.training.run.augment import damage, mixup, turn
from emotion.training.run.config import RunError, TrainingConfig
from emotion.training.run.schedule import Schedule

Targets = dict[str, NDArray[np.float32]]
Batch = tuple[NDArray[np.float32], Targets]
# From numbers of training faces, and those faces as they are turned and lit, to logits by head (n, classes).
Teacher = Callable[[NDArray[np.int64], NDArray[np.uint8]], HeadLogits]


@dataclass(frozen=True, slots=True)
class Batches:
    """Changed faces and what the heads should say of them: `targets`, float32 (n, classes) for each head."""

    faces: FaceSet
    targets: Targets
    schedule: Schedule
    teacher: Teacher | None = None

    def at(self, step: int) -> Batch:
        """Inputs float32 (batch, side, side, 1) and the targets of 0-based `step`.

        Targets are (batch, classes), or (batch, 2 * classes) where a teacher's softened answer stands
        behind them: of the faces before they are damaged, which is what the network has to see through.

        Raises:
            RunError: the teacher has no answer for one of the heads.
        """
        config = self.schedule.config
        epoch, place = divmod(step, self.schedule.steps_an_epoch)
        rows = self._order(epoch)[place * config.batch_size :][: config.batch_size]
        random = np.random.default_rng([config.seed, 1, step])
        changes = self.schedule.augmentation(step)
        faces = turn(self.faces.images[rows], changes, random)
        wanted = {head: targets[rows] for head, targets in self.targets.items()}
        if self.teacher and (taught := config.distillation):
            wanted = _with_answers(wanted, self.teacher(rows, faces), taught.temperature)
        seen = damage(faces, changes, random)
        inputs = network_input(resized(seen, self.schedule.side(step)))
        if self.schedule.mixes(step):
            inputs, mixed = mixup(inputs, tuple(wanted.values()), config.mixup_alpha, random)
            wanted = dict(zip(wanted, mixed, strict=True))
        return inputs, wanted

    def _order(self, epoch: int) -> NDArray[np.int64]:
        return _order(self.schedule.config.seed, epoch, len(self.faces))


def targets(faces: FaceSet, config: TrainingConfig, *, votes: bool) -> Targets:
    """What each head should answer: smoothed labels and shares of votes.

    Raises:
        DataError: votes are to be learned and the data have none.
    """
    smoothing, classes = config.label_smoothing, len(config.classes)
    label = np.eye(classes, dtype=np.float32)[faces.labels]
    wanted = {EXPRESSION: (1 - smoothing) * label + np.float32(smoothing / classes)}
    if votes:
        wanted[VOTES] = vote_shares(faces.needed_votes())
    return wanted


def resized(faces: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """uint8 (n, 48, 48) as uint8 (n, side, side)."""
    if side == CROP_SIZE:
        return faces
    return np.stack([cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA) for face in faces])


def _with_answers(wanted: Targets, said: HeadLogits, temperature: float) -> Targets:
    if missing := wanted.keys() - said.keys():
        raise RunError(f"no teacher has a head of {', '.join(missing)}: name a run of flagship or edge too")
    soft = {head: probabilities(said[head], temperature).astype(np.float32) for head in wanted}
    return {head: np.concatenate([each, soft[head]], axis=1) for head, each in wanted.items()}


@functools.lru_cache(maxsize=2)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, 0, epoch]).permutation(count)
