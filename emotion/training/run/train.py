"""The training loop: one run in one folder, resumable at any moment."""

import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import keras
import numpy as np
from keras import ops
from tqdm import tqdm

from emotion.classifier import HeadLogits
from emotion.files import whole
from emotion.preprocess import CROP_SIZE
from emotion.training.data.faces import Dataset, FaceSet
from emotion.training.data.votes import VOTES
from emotion.training.networks.registry import build
from emotion.training.networks.widen import widen
from emotion.training.run.batches import Batch, Batches, Teacher, targets
from emotion.training.run.config import RunError, TrainingConfig
from emotion.training.run.history import HISTORY, Epoch, forget_after, note
from emotion.training.run.loss import HeadLoss
from emotion.training.run.saved import BEST, load_mean, predicted
from emotion.training.run.schedule import Schedule
from emotion.training.score.standing import ChoiceScores

CHECKPOINT = "checkpoint.npz"
# A kill loses at most this many steps.
CHECKPOINT_STEPS = 200
# The average takes in every fourth step: one step changes little and averaging costs time.
AVERAGED_STEPS = 4
# Steps that the pace is measured on, after some that compile and warm up.
WARM_STEPS, PACE_STEPS = 4, 12


@dataclass(slots=True)
class Progress:
    """Where a run stands: what a checkpoint keeps beside the weights."""

    step: int = 0
    best: float = -1.0
    best_step: int = 0
    loss_sum: float = 0.0
    loss_count: int = 0
    core_seconds: float = 0.0


class Run:
    """One training run in one folder: the network, its averaged twin, and where both stand."""

    def __init__(self, config: TrainingConfig, folder: Path, data: Dataset, teacher: Teacher | None) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.folder, self.data = config, folder, data
        # Without an input shape: the faces grow during the run.
        backbone = Path(config.trunk_weights) if config.trunk_weights else None
        with _computing_in(config.precision):
            fixed = build(config.network, len(config.classes), weights=backbone)
        self.model, self.averaged = (_any_size(fixed, config) for _ in range(2))
        _start(fixed, config)
        self.model.set_weights(fixed.get_weights())
        self.averaged.set_weights(self.model.get_weights())
        heads = self.model.output_names
        taught = config.distillation
        loss = HeadLoss(taught.share, taught.temperature) if taught else HeadLoss()
        self.model.compile(
            optimizer=_optimizer(config),
            loss=dict.fromkeys(heads, loss),
            loss_weights={head: config.votes_weight if head == VOTES else 1.0 for head in heads},
            # XLA makes these networks slower on a CPU; JAX knows nothing else.
            jit_compile=keras.backend.backend() == "jax",
        )
        self.model.optimizer.build(self.model.trainable_variables)
        self.progress = Progress()
        wanted = targets(data.training, config, votes=VOTES in heads)
        an_epoch = len(data.training) // config.batch_size
        if not an_epoch:
            raise RunError(
                f"{len(data.training)} faces to train on are fewer than a batch of {config.batch_size}:"
                " add some, or ask for a smaller --batch-size"
            )
        steps = config.steps or max(round(config.epochs * an_epoch), 1)
        self.schedule = Schedule(config, steps, an_epoch)
        self.batches = Batches(data.training, wanted, self.schedule, teacher)

    def fit(self) -> None:
        """Train to the last step, keeping checkpoints and the best averaged weights."""
        with tqdm(total=self.schedule.steps, initial=self.progress.step, unit="step", disable=None) as bar:
            for step, batch in self._ahead():
                self._train(step, *batch)
                bar.update()
                if self.schedule.ends_epoch(step):
                    bar.write(self._score(step))
                    if self._is_stale():
                        break
                if self.schedule.ends_epoch(step) or (step + 1) % CHECKPOINT_STEPS == 0:
                    self._keep_checkpoint()

    def seconds_a_step(self) -> float:
        """Processor seconds that a mean step takes here, told from the first ones; changes the weights."""
        for step in range(WARM_STEPS):
            self._train(step, *self.batches.at(step))
        started = time.process_time()
        for step in range(PACE_STEPS):
            self._train(step, *self.batches.at(step))
        return (time.process_time() - started) / PACE_STEPS * self.schedule.work()

    def logits(self, faces: FaceSet, side: int = CROP_SIZE) -> HeadLogits:
        """What the averaged weights say of `faces`, by head, (n, classes)."""
        return predicted(self.averaged, faces.images, side)

    def resume(self) -> None:
        """Take up the checkpoint of the folder; raises RunError where there is none that fits."""
        path = self.folder / CHECKPOINT
        try:
            # Opened here, because numpy leaves a file open that it cannot read.
            with path.open("rb") as file, np.load(file) as kept:
                fingerprint = kept["fingerprint"].item()
                for name, variables in self._variables().items():
                    for index, variable in enumerate(variables):
                        variable.assign(kept[f"{name}_{index}"])
                values = {name: kept[name].item() for name in Progress.__slots__}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise RunError(f"cannot resume from {path}: {error}") from error
        if fingerprint != self.data.fingerprint:
            raise RunError(f"{self.folder} learned from other faces: name the data that it started with")
        self.progress = Progress(**values)
        forget_after(self.folder / HISTORY, self.progress.step)

    def _ahead(self) -> Iterator[tuple[int, Batch]]:
        """The remaining batches, the next one made while this one is learned."""
        steps = range(self.progress.step, self.schedule.steps)
        if not steps:
            return
        with ThreadPoolExecutor(1) as worker:
            coming = worker.submit(self.batches.at, steps.start)
            for step in steps:
                batch = coming.result()
                if step + 1 in steps:
                    coming = worker.submit(self.batches.at, step + 1)
                yield step, batch

    def _train(self, step: int, inputs: np.ndarray, wanted: dict[str, np.ndarray]) -> None:
        started = time.process_time()
        self.model.optimizer.learning_rate = self.schedule.learning_rate(step)
        loss = self.model.train_on_batch(inputs, wanted, return_dict=True)["loss"]
        self.model.reset_metrics()
        if (step + 1) % AVERAGED_STEPS == 0:
            self._average(self.schedule.memory(step) ** AVERAGED_STEPS)
        done = self.progress
        done.step, done.loss_sum, done.loss_count = step + 1, done.loss_sum + float(loss), done.loss_count + 1
        done.core_seconds += time.process_time() - started

    def _average(self, memory: float) -> None:
        for average, weight in zip(self.averaged.weights, self.model.weights, strict=True):
            average.assign(memory * average + (1 - memory) * weight)

    def _score(self, step: int) -> str:
        """Score the averaged weights, keep them if they are the best at full size, and write history."""
        side, faces, done = self.schedule.side(step), self.data.choosing, self.progress
        plain, mirrored = (predicted(self.averaged, images, side) for images in (
            faces.images, np.ascontiguousarray(faces.images[:, :, ::-1]),
        ))  # fmt: skip
        scores = ChoiceScores.of(plain, mirrored, faces)
        votes = scores.ferplus_strict_tta
        epoch = Epoch(
            epoch=round(done.step / self.schedule.steps_an_epoch, 2),
            step=done.step,
            learning_rate=round(self.schedule.learning_rate(step), 6),
            loss=round(done.loss_sum / done.loss_count, 4),
            core_seconds=round(done.core_seconds, 1),
            accuracy=round(scores.accuracy, 4),
            accuracy_tta=round(scores.accuracy_tta, 4),
            ferplus_strict_tta=None if votes is None else round(votes, 4),
        )
        if side == CROP_SIZE and epoch.standing > done.best:
            done.best, done.best_step = epoch.standing, done.step
            self._keep_best()
        done.loss_sum, done.loss_count = 0.0, 0
        note(self.folder / HISTORY, epoch)
        told = {name: value for name, value in asdict(epoch).items() if value is not None}
        return "  ".join(f"{name} {value}" for name, value in told.items())

    def _is_stale(self) -> bool:
        if self.config.patience is None or self.progress.best < 0:
            return False
        waited = self.progress.step - self.progress.best_step
        return waited >= self.config.patience * self.schedule.steps_an_epoch

    def _variables(self) -> dict[str, list[keras.Variable]]:
        return {
            "model": self.model.variables,  # the states of its random generators too
            "averaged": self.averaged.weights,
            "optimizer": self.model.optimizer.variables,
        }

    def _keep_checkpoint(self) -> None:
        arrays = {
            f"{name}_{index}": ops.convert_to_numpy(variable)
            for name, variables in self._variables().items()
            for index, variable in enumerate(variables)
        }
        progress = {name: getattr(self.progress, name) for name in Progress.__slots__}
        with whole(self.folder / CHECKPOINT) as unfinished:
            np.savez(unfinished, fingerprint=self.data.fingerprint, **progress, **arrays)

    def _keep_best(self) -> None:
        with whole(self.folder / BEST) as unfinished:
            self.averaged.save_weights(unfinished)


def start(
    config: TrainingConfig, folder: Path, data: Dataset, *, resume: bool, teacher: Teacher | None = None
) -> Run:
    """Open a run in `folder`: a new one, or the last checkpoint of it.

    Raises:
        RunError: the folder holds a run already and `resume` was not asked for, or it holds none that fits.
    """
    refuse_second(folder, resume=resume)
    if config.distillation and teacher is None:
        raise RunError(f"the run in {folder} learns from teachers: go on with it by distil --resume")
    folder.mkdir(parents=True, exist_ok=True)
    if config.core_minutes and config.steps is None:
        pace = Run(config, folder, data, teacher).seconds_a_step()
        config = replace(config, steps=max(round(config.core_minutes * 60 / pace), 1))
    run = Run(config, folder, data, teacher)
    if (folder / CHECKPOINT).exists():
        run.resume()
    else:
        forget_after(folder / HISTORY, 0)
    config.write(folder)
    return run


def refuse_second(folder: Path, *, resume: bool) -> None:
    """Raises RunError where `folder` holds a run that is not to be resumed."""
    if not resume and (folder / CHECKPOINT).exists():
        raise RunError(f"{folder} already holds a run: add --resume to go on with it, or name another folder")


def _start(model: keras.Model, config: TrainingConfig) -> None:
    """Put the mean of the weights that the run starts from into `model`, a narrower network's too."""
    if not config.start_from:
        return
    pretrained = config.trunk_weights is not None
    before = build(config.start_network or config.network, len(config.classes), pretrained=pretrained)
    load_mean(before, [Path(each) for each in config.start_from])
    widen(before, model)


@contextmanager
def _computing_in(precision: str) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _any_size(model: keras.Model, config: TrainingConfig) -> keras.Model:
    if all(side == CROP_SIZE for _, side in config.sizes):
        return keras.models.clone_model(model)
    return keras.models.clone_model(model, input_tensors=keras.Input((None, None, 1)))


def _optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    if config.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(
            config.peak_rate, momentum=config.momentum, nesterov=True, weight_decay=config.weight_decay
        )
    else:
        optimizer = keras.optimizers.AdamW(config.peak_rate, weight_decay=config.weight_decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return optimizer
