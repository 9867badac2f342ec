"""What changes over a run, as pure functions of its step."""

import math
from dataclasses import dataclass

from emotion.training.run.augment import Augmentation
from emotion.training.run.config import TrainingConfig


@dataclass(frozen=True, slots=True)
class Schedule:
    """A run of `steps` steps, `steps_an_epoch` of them seeing each face about once."""

    config: TrainingConfig
    steps: int
    steps_an_epoch: int

    def learning_rate(self, step: int) -> float:
        """Of 0-based `step`: up in a straight line, then down along a cosine to zero (Loshchilov, 2017)."""
        done = step + 1
        warm_up = min(self.config.warm_up_epochs * self.steps_an_epoch, self.steps / 10)
        if done < warm_up:
            return self.config.peak_rate * done / warm_up
        progress = (done - warm_up) / max(self.steps - warm_up, 1)
        return self.config.peak_rate * (1 + math.cos(math.pi * min(progress, 1.0))) / 2

    def memory(self, step: int) -> float:
        """How much of the averaged weights stays at `step`: young weights are no average worth keeping."""
        return min(self.config.averaging, (1 + step) / (10 + step))

    def side(self, step: int) -> int:
        """The side of the training faces at `step`, in pixels."""
        share = step / self.steps
        return [side for first, side in self.config.sizes if share >= first][-1]

    def work(self) -> float:
        """Of a mean step against the first, which is cheaper where the faces grow: by pixels."""
        starts, sides = zip(*self.config.sizes, strict=True)
        ends = (*starts[1:], 1.0)
        parts = zip(starts, ends, sides, strict=True)
        work: float = sum((end - start) * (side / sides[0]) ** 2 for start, end, side in parts)
        return work

    def mixes(self, step: int) -> bool:
        return self.config.mixup_alpha > 0 and step < self.steps * (1 - self.config.unmixed_share)

    def augmentation(self, step: int) -> Augmentation:
        calm = step >= self.steps * (1 - self.config.calm_share)
        return self.config.augmentation.halved() if calm else self.config.augmentation

    def ends_epoch(self, step: int) -> bool:
        """Whether a round over the faces, or the run, is over after `step`."""
        return (step + 1) % self.steps_an_epoch == 0 or step + 1 == self.steps
