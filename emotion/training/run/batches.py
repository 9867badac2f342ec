"""The batches of a run: each follows from the seed and its step alone, so a run can go on anywhere."""

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.classifier import EXPRESSION, HeadLogits, probabilities
from emotion.preprocess import CROP_SIZE, network_input
from emotion.training.data.faces import FaceSet
from emotion.training.data.votes import VOTES, vote_shares
from emotion.training.run.augment import augment, mixup
from emotion.training.run.config import RunError, TrainingConfig
from emotion.training.run.schedule import Schedule

Targets = dict[str, NDArray[np.float32]]
Batch = tuple[NDArray[np.float32], Targets]


@dataclass(frozen=True, slots=True)
class Batches:
    """Augmented faces and what the heads should say of them.

    `targets` holds for each head float32 (n, classes), or (n, 2 * classes) where a teacher's
    softened answer stands behind the labels.
    """

    faces: FaceSet
    targets: Targets
    schedule: Schedule

    def at(self, step: int) -> Batch:
        """Inputs float32 (batch, side, side, 1) and the targets of 0-based `step`."""
        config = self.schedule.config
        epoch, place = divmod(step, self.schedule.steps_an_epoch)
        rows = self._order(epoch)[place * config.batch_size :][: config.batch_size]
        random = np.random.default_rng([config.seed, 1, step])
        faces = augment(self.faces.images[rows], self.schedule.augmentation(step), random)
        inputs = network_input(resized(faces, self.schedule.side(step)))
        wanted = {head: targets[rows] for head, targets in self.targets.items()}
        if self.schedule.mixes(step):
            inputs, mixed = mixup(inputs, tuple(wanted.values()), config.mixup_alpha, random)
            wanted = dict(zip(wanted, mixed, strict=True))
        return inputs, wanted

    def _order(self, epoch: int) -> NDArray[np.int64]:
        return _order(self.schedule.config.seed, epoch, len(self.faces))


def targets(
    faces: FaceSet, config: TrainingConfig, *, votes: bool, teacher: HeadLogits | None = None
) -> Targets:
    """What each head should answer: smoothed labels, shares of votes, and a teacher's answer behind them.

    Raises:
        DataError: votes are to be learned and the data have none.
        RunError: the teacher has no answer for one of the heads.
    """
    smoothing, classes = config.label_smoothing, len(config.classes)
    label = np.eye(classes, dtype=np.float32)[faces.labels]
    wanted = {EXPRESSION: (1 - smoothing) * label + np.float32(smoothing / classes)}
    if votes:
        wanted[VOTES] = vote_shares(faces.needed_votes())
    taught = config.distillation
    if teacher is None or taught is None:
        return wanted
    if missing := wanted.keys() - teacher.keys():
        raise RunError(f"no teacher has a head of {', '.join(missing)}: name a run of flagship or edge too")
    soft = {head: probabilities(teacher[head], taught.temperature).astype(np.float32) for head in wanted}
    return {head: np.concatenate([each, soft[head]], axis=1) for head, each in wanted.items()}


def resized(faces: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """uint8 (n, 48, 48) as uint8 (n, side, side)."""
    if side == CROP_SIZE:
        return faces
    return np.stack([cv2.resize(face, (side, side), interpolation=cv2.INTER_AREA) for face in faces])


@functools.lru_cache(maxsize=2)
def _order(seed: int, epoch: int, count: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, 0, epoch]).permutation(count)
