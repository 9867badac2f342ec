"""The command `crop`: what the pipeline's own crop of a face loses."""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from emotion.classifier import ExpressionNetwork
from emotion.detector import MODEL_FILE
from emotion.model_card import ModelCard
from emotion.preprocess import EYES_X, EYES_Y, FACE_SIZE
from emotion.training.commands.options import Commands, positive
from emotion.training.data.errors import DataError
from emotion.training.data.load import load
from emotion.training.score.crop import (
    SEED,
    SNAPSHOT,
    Paired,
    PipelineCrops,
    compare_crops,
    framing,
    pipeline_crops_by,
)

# More than this may not be lost between the two crops.
MOST_LOST = 0.02


def add_command(commands: Commands) -> None:
    command = commands.add_parser("crop", help="measure what the pipeline's own crop of a face loses")
    command.add_argument("--model", type=Path, required=True, help="a .tflite file, its card beside it")
    command.add_argument("--data", type=Path, required=True, help="grids, fer2013.csv or folders of pictures")
    command.add_argument("--split", metavar="NAME", help="without it, the split that decides between runs")
    command.add_argument("--faces", type=positive(int), help="only so many, drawn at random by a fixed seed")
    command.add_argument("--jobs", type=positive(int), default=1, help="processes that look for faces")
    command.add_argument(
        "--detector", type=Path, default=Path("models") / MODEL_FILE, help="the face detector's file"
    )
    command.set_defaults(call=crop)


def crop(options: argparse.Namespace) -> None:
    card = ModelCard.load(options.model.with_suffix(".json"))
    data = load(options.data)
    split = options.split or data.choosing_name
    faces = data.split(split)
    if options.faces:
        faces = faces.rows(np.random.default_rng(SEED).permutation(len(faces))[: options.faces])
    found = pipeline_crops_by(options.detector, faces.images, options.jobs)
    if not found.found.any():
        raise DataError(
            f"the pipeline finds no face in any of {len(faces)} pictures: there is nothing to compare"
        )
    print(report(split, found, compare_crops(ExpressionNetwork(options.model), card, faces, found)))


def report(split: str, found: PipelineCrops, rows: Mapping[str, Paired]) -> str:
    """The outcome for the terminal."""
    count, missed = len(found.found), int((~found.found).sum())
    eyes_x, eyes_y, size = framing(found.maps[found.found])
    width = max(map(len, rows))
    lines = [
        (
            f"{count} faces of {split}, each in a picture of {SNAPSHOT[0]}x{SNAPSHOT[1]};"
            f" in {missed} ({missed / count:.1%}) no face was found, and they have no part below"
        ),
        "",
        (
            f"in pixels of the perfect crop, median and 10 to 90 of 100; the pipeline aims at {EYES_X},"
            f" {EYES_Y} and {FACE_SIZE}:"
        ),
        f"  eyes, from the left {eyes_x}, from the top {eyes_y}; size of the face {size}",
        "",
        f"{'':{width}}  perfect  pipeline's",
        *(f"{name:{width}}  {paired}" for name, paired in rows.items()),
        "",
        f"at most {100 * MOST_LOST:g} points may be lost",
    ]
    return "\n".join(lines)
