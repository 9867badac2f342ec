"""The command `tune`: a shipped network learns on from a school's own labelled faces, or refuses."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from emotion.labels import EMOTIONS
from emotion.model_card import ModelCard
from emotion.training import scores
from emotion.training.config import TrainingConfig, recipe
from emotion.training.data.errors import DataError
from emotion.training.data.faces import Dataset, FaceSet
from emotion.training.data.fair import HELD_OUT
from emotion.training.data.load import load
from emotion.training.data.twins import picture_numbers
from emotion.training.data.votes import ANSWERS, VOTED, VOTERS
from emotion.training.networks.network import EXPRESSION
from emotion.training.options import positive, share
from emotion.training.train import Run, start

# Fewer held-out faces of an emotion cannot tell better from worse.
FEWEST_HELD_OUT = 5


class NotBetter(Exception):
    """The tuned network reads the held-out faces worse than before; the message gives both figures."""


def add_command(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser("tune", help="go on from a shipped network with labelled faces of your own")
    command.add_argument(
        "--model", type=Path, required=True, help="its .tflite; .json and .weights.h5 lie beside"
    )
    command.add_argument("--data", type=Path, required=True, help="folders of pictures, fer2013.csv or grids")
    command.add_argument("--out", type=Path, required=True, help="folder for the tuned weights")
    command.add_argument("--epochs", type=positive(float), default=5)
    command.add_argument("--peak-rate", type=positive(float), default=0.003)
    command.add_argument("--held-out", type=share, default=0.2, help="share of the faces to judge by")
    command.add_argument("--seed", type=int, default=1)
    command.set_defaults(call=tune)


def tune(options: argparse.Namespace) -> None:
    card = ModelCard.load(options.model.with_suffix(".json"))
    data = held_out(load(options.data), options.held_out, options.seed)
    run = start(_config(options, card), options.out, data, resume=False)
    before = _accuracy(run)
    run.fit()
    after = _accuracy(run)
    told = f"{len(data.choosing)} held-out faces: {before:.2%} read right before, {after:.2%} after"
    if after < before:
        raise NotBetter(f"{told}. The tuned weights in {options.out} are not worth serving")
    print(f"{told}\nnow export them: python -m emotion.training export --run {options.out} --to FILE.tflite")


def held_out(data: Dataset, part: float, seed: int) -> Dataset:
    """The faces to tune on, and to judge by a seeded part of each label: no picture stands in both.

    Raises:
        DataError: a label would be judged by fewer than five faces.
    """
    faces, random = _all_to_learn_from(data), np.random.default_rng(seed)
    judging = np.zeros(len(faces), bool)
    picture = picture_numbers(faces.images)
    for label, emotion in enumerate(data.classes):
        pictures = np.unique(picture[faces.labels == label])
        count = round(part * len(pictures))
        if count < FEWEST_HELD_OUT:
            raise DataError(
                f"{len(pictures)} different faces of {emotion} are too few: "
                f"{part:.0%} of them are held out, and at least {FEWEST_HELD_OUT} must be"
            )
        judging |= np.isin(picture, random.permutation(pictures)[:count])
    return replace(
        data,
        training=with_votes(faces.rows(~judging)),
        choosing=with_votes(faces.rows(judging)),
        choosing_name="the held-out part",
    )


def _all_to_learn_from(data: Dataset) -> FaceSet:
    """With the tenth that the reader holds out of a source without a split: tuning holds out its own part."""
    if data.choosing_name != HELD_OUT:
        return data.training
    parts = data.training, data.choosing
    votes = [each.votes for each in parts if each.votes is not None]
    return FaceSet(
        np.concatenate([each.images for each in parts]),
        np.concatenate([each.labels for each in parts]),
        np.concatenate(votes) if votes else None,
        np.concatenate([each.source_rows for each in parts]),
        np.concatenate([each.twins for each in parts]),
    )


def with_votes(faces: FaceSet) -> FaceSet:
    """Where nobody voted, a label counts as ten votes: so the head of votes learns on too."""
    if faces.votes is not None:
        return faces
    votes = np.zeros((len(faces), len(ANSWERS)), np.uint8)
    column = np.array([VOTED.index(emotion) for emotion in EMOTIONS])
    votes[np.arange(len(faces)), column[faces.labels]] = VOTERS
    return replace(faces, votes=votes)


def _config(options: argparse.Namespace, card: ModelCard) -> TrainingConfig:
    return recipe(card.network).changed(
        epochs=options.epochs,
        peak_rate=options.peak_rate,
        seed=options.seed,
        start_from=str(options.model.with_suffix(".weights.h5")),
        sizes=((0.0, 48),),
        mixup_alpha=0.0,
        averaging=0.99,
    )


def _accuracy(run: Run) -> float:
    faces = run.data.choosing
    return scores.accuracy(run.logits(faces)[EXPRESSION], faces.labels)
