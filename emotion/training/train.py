"""The training loop: stochastic gradient descent, cosine schedule, averaged weights, resumable."""

import csv
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from emotion.labels import EMOTIONS
from emotion.preprocess import network_input
from emotion.training.augment import Augmentation, augment, mixup
from emotion.training.data import FaceSet, Fer2013, seven_label_votes
from emotion.training.networks import EXPRESSION, VOTES, build

CONFIG, CHECKPOINT, BEST, HISTORY = "config.json", "checkpoint.npz", "best.weights.h5", "history.csv"

Batch = tuple[NDArray[np.float32], tuple[NDArray[np.float32], NDArray[np.float32]]]


class RunError(Exception):
    """The folder of a run cannot be used as asked; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """Everything that decides how a run goes; written beside its weights."""

    network: str = "five_block_cnn"
    epochs: int = 46
    seed: int = 1
    batch_size: int = 128
    peak_rate: float = 0.05
    warm_up_epochs: float = 1.0
    # Keras subtracts the decay outside the momentum, so it is ten times what an L2 term would be.
    weight_decay: float = 5e-3
    momentum: float = 0.9
    averaging: float = 0.998
    label_smoothing: float = 0.05
    vote_share: float = 0.2
    vote_head_weight: float = 0.5
    mixup_alpha: float = 0.1
    # The last epochs mix no faces, and the very last change them half as much: what is
    # learned there is nearer to what is read in service.
    plain_epochs: int = 30
    calm_epochs: int = 17
    augmentation: Augmentation = field(default_factory=Augmentation)

    @classmethod
    def read(cls, path: Path) -> "TrainingConfig":
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            return cls(**{**values, "augmentation": Augmentation(**values["augmentation"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise RunError(f"{path} is not the configuration of a run: {error}") from error

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")


def expression_targets(faces: FaceSet, config: TrainingConfig) -> NDArray[np.float32]:
    """The FER2013 label, softened by the FER+ votes and a little of everything; rows sum to 1."""
    label = np.eye(len(EMOTIONS), dtype=np.float32)[faces.labels]
    votes = seven_label_votes(faces.votes)
    votes = np.where(votes.sum(axis=1, keepdims=True) > 0, votes, label)
    certain = 1 - config.label_smoothing - config.vote_share
    targets = certain * label + config.vote_share * votes + config.label_smoothing / len(EMOTIONS)
    return targets.astype(np.float32)


def learning_rate(config: TrainingConfig, epochs_done: float) -> float:
    """Warm up in a straight line, then fall along a cosine to zero at the last epoch."""
    if epochs_done < config.warm_up_epochs:
        return config.peak_rate * epochs_done / config.warm_up_epochs
    progress = (epochs_done - config.warm_up_epochs) / (config.epochs - config.warm_up_epochs)
    return config.peak_rate * (1 + math.cos(math.pi * min(progress, 1.0))) / 2


def batches(faces: FaceSet, config: TrainingConfig, epoch: int) -> Iterator[Batch]:
    """The augmented batches of one epoch; the same seed and epoch give the same batches."""
    random = np.random.default_rng([config.seed, epoch])
    order = random.permutation(len(faces))
    targets = expression_targets(faces, config)
    left = config.epochs - epoch
    mixed, calm = left > config.plain_epochs, left <= config.calm_epochs
    changes = config.augmentation.halved() if calm else config.augmentation
    for start in range(0, len(order) - config.batch_size + 1, config.batch_size):
        rows = order[start : start + config.batch_size]
        inputs = network_input(augment(faces.images[rows], changes, random))
        wanted = targets[rows], faces.votes[rows]
        yield mixup(inputs, wanted, config.mixup_alpha, random) if mixed else (inputs, wanted)


class Run:
    """One training run in one folder: the network, its averaged twin, and where both stand."""

    def __init__(self, config: TrainingConfig, folder: Path) -> None:
        keras.utils.set_random_seed(config.seed)
        self.config, self.folder = config, folder
        self.model, self.averaged = build(config.network), build(config.network)
        self.averaged.set_weights(self.model.get_weights())
        self.optimizer = keras.optimizers.SGD(
            0.0, momentum=config.momentum, nesterov=True, weight_decay=config.weight_decay
        )
        self.optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self.optimizer.build(self.model.trainable_variables)
        self.epoch, self.best = 0, 0.0
        self._step = tf.function(self._update, reduce_retracing=True)

    def fit(self, data: Fer2013) -> None:
        """Train to the last epoch, keeping a checkpoint after each and the best averaged weights."""
        while self.epoch < self.config.epochs:
            started = time.monotonic()
            loss = self._train_epoch(data.training)
            self.epoch += 1
            accuracy = self.accuracy(data.publictest)
            if accuracy > self.best:
                self.best = accuracy
                self._keep_best()
            self._keep_checkpoint()
            self._note(loss, accuracy, len(data.training), time.monotonic() - started)

    def accuracy(self, faces: FaceSet) -> float:
        """Share of `faces` that the averaged weights name as their label says."""
        logits = self.averaged.predict(network_input(faces.images), batch_size=256, verbose=0)[EXPRESSION]
        return float((logits.argmax(axis=1) == faces.labels).mean())

    def resume(self) -> None:
        """Take up the last checkpoint of the folder; raise RunError where there is none that fits."""
        path = self.folder / CHECKPOINT
        try:
            with np.load(path) as kept:
                for name, variables in self._variables().items():
                    for index, variable in enumerate(variables):
                        variable.assign(kept[f"{name}_{index}"])
                self.epoch, self.best = int(kept["epoch"]), float(kept["best"])
        except (OSError, ValueError, KeyError) as error:
            raise RunError(f"cannot resume from {path}: {error}") from error

    def _train_epoch(self, faces: FaceSet) -> float:
        steps = len(faces) // self.config.batch_size
        losses = []
        for step, (inputs, targets) in enumerate(batches(faces, self.config, self.epoch)):
            self.optimizer.learning_rate.assign(learning_rate(self.config, self.epoch + (step + 1) / steps))
            done = self.epoch * steps + step
            # Young weights are no average worth keeping: let the memory grow with the run.
            memory = min(self.config.averaging, (1 + done) / (10 + done))
            losses.append(self._step(inputs, *targets, np.float32(memory)))
        return float(np.mean(losses))

    def _update(self, inputs: tf.Tensor, labels: tf.Tensor, votes: tf.Tensor, memory: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logits = self.model(inputs, training=True)
            loss = _cross_entropy(labels, logits[EXPRESSION])
            loss += self.config.vote_head_weight * _cross_entropy(votes, logits[VOTES])
        gradients = tape.gradient(loss, self.model.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.model.trainable_variables, strict=True))
        for average, weight in zip(self.averaged.weights, self.model.weights, strict=True):
            average.assign(memory * average + (1 - memory) * weight)
        return loss

    def _variables(self) -> dict[str, list[keras.Variable]]:
        return {
            "model": self.model.weights,
            "averaged": self.averaged.weights,
            "optimizer": self.optimizer.variables,
        }

    def _keep_checkpoint(self) -> None:
        arrays = {
            f"{name}_{index}": np.asarray(variable)
            for name, variables in self._variables().items()
            for index, variable in enumerate(variables)
        }
        unfinished = self.folder / f"unfinished-{CHECKPOINT}"
        np.savez(unfinished, epoch=self.epoch, best=self.best, **arrays)
        unfinished.replace(self.folder / CHECKPOINT)

    def _keep_best(self) -> None:
        unfinished = self.folder / f"unfinished-{BEST}"
        self.averaged.save_weights(unfinished)
        unfinished.replace(self.folder / BEST)

    def _note(self, loss: float, accuracy: float, faces: int, seconds: float) -> None:
        path = self.folder / HISTORY
        new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(["epoch", "loss", "publictest_accuracy", "seconds"])
            writer.writerow([self.epoch, f"{loss:.4f}", f"{accuracy:.4f}", f"{seconds:.1f}"])
        print(
            f"epoch {self.epoch}/{self.config.epochs}  loss {loss:.4f}  PublicTest {accuracy:.2%}"
            f"  best {self.best:.2%}  {seconds:.0f} s, {faces / seconds:.0f} faces/s",
            flush=True,
        )


def start(config: TrainingConfig, folder: Path, *, resume: bool) -> Run:
    """Open a run in `folder`: a new one there, or the last checkpoint of it."""
    if not resume and (folder / CHECKPOINT).exists():
        raise RunError(f"{folder} already holds a run: add --resume to go on with it, or name another folder")
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(config, folder)
    if resume:
        run.resume()
    config.write(folder / CONFIG)
    return run


def _cross_entropy(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(targets, logits))
