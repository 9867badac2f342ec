"""The command `tune`: a shipped network learns on from a school's own labelled faces, or refuses."""

import argparse
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from emotion.classifier import EXPRESSION
from emotion.model_card import ModelCard
from emotion.training.commands.options import Commands, positive
from emotion.training.data.errors import DataError, TrainingError
from emotion.training.data.faces import Dataset, FaceSet
from emotion.training.data.load import load
from emotion.training.networks.registry import NETWORKS
from emotion.training.run.config import RunError, TrainingConfig, recipe
from emotion.training.run.saved import best_model, predicted
from emotion.training.run.train import start
from emotion.training.score import scores

# Fewer held-out faces of an emotion cannot tell better from worse.
FEWEST_HELD_OUT = 5


class NotBetter(TrainingError):
    """The tuned network reads the held-out faces worse than before; the message gives both figures."""


def add_command(commands: Commands) -> None:
    command = commands.add_parser("tune", help="go on from a shipped network with labelled faces of your own")
    command.add_argument(
        "--model", type=Path, required=True, help="its .tflite; .json and .weights.h5 lie beside"
    )
    command.add_argument(
        "--data",
        type=Path,
        required=True,
        help="folders of pictures, fer2013.csv or grids; judged by its validation split, or by a tenth of it",
    )
    command.add_argument("--out", type=Path, required=True, help="folder for the tuned weights")
    command.add_argument("--epochs", type=positive(float), default=5)
    command.add_argument("--batch-size", type=positive(int), default=32)
    command.add_argument("--peak-rate", type=positive(float), default=0.003)
    command.add_argument("--seed", type=int, default=1)
    command.set_defaults(call=tune)


def tune(options: argparse.Namespace) -> None:
    card = ModelCard.load(options.model.with_suffix(".json"))
    data = voted(load(options.data))
    run = start(_config(options, card), options.out, data, resume=False)
    before = _accuracy(run.averaged, data.choosing)
    run.fit()
    after = _accuracy(best_model(options.out), data.choosing)
    told = f"{len(data.choosing)} held-out faces: {before:.2%} read right before, {after:.2%} after"
    if after < before:
        raise NotBetter(f"{told}. The tuned weights in {options.out} are not worth serving")
    print(
        f"{told}\nnow export them: python -m emotion.training export --run {options.out}"
        f" --data {options.data} --to FILE.tflite"
    )


def voted(data: Dataset) -> Dataset:
    """With votes for every face, so that the head of votes learns on too.

    What is held out is what the reader holds out, as for every other command: `export` then fits
    temperature and limit on faces that tuning never learned from.

    Raises:
        DataError: a label would be judged by fewer than five faces.
    """
    counts = np.bincount(data.choosing.labels, minlength=len(data.classes))
    for emotion, count in zip(data.classes, counts, strict=True):
        if count < FEWEST_HELD_OUT:
            raise DataError(
                f"{count} held-out faces of {emotion} are too few to tell better from worse: bring"
                f" {10 * FEWEST_HELD_OUT} or more of each, of which a tenth is held out, or put"
                f" {FEWEST_HELD_OUT} of each into a folder 'validation'"
            )
    return replace(data, training=data.training.with_votes(), choosing=data.choosing.with_votes())


def _config(options: argparse.Namespace, card: ModelCard) -> TrainingConfig:
    if card.network not in NETWORKS:
        raise RunError(f"{options.model} is a network {card.network!r}, which is not known here")
    return replace(
        recipe(card.network),
        epochs=options.epochs,
        core_minutes=None,
        precision="float32",  # a school's processor may multiply nothing shorter
        batch_size=options.batch_size,
        peak_rate=options.peak_rate,
        seed=options.seed,
        start_from=(str(options.model.with_suffix(".weights.h5")),),
        sizes=((0.0, 48),),
        mixup_alpha=0.0,
        averaging=0.99,
    )


def _accuracy(model: keras.Model, faces: FaceSet) -> float:
    return scores.accuracy(predicted(model, faces.images)[EXPRESSION], faces.labels)
