"""The command `calibrate`: what a served file's card says of how it is shown, measured anew."""

import argparse
from dataclasses import replace
from pathlib import Path

from emotion.classifier import ExpressionNetwork
from emotion.detector import MODEL_FILE
from emotion.model_card import ModelCard
from emotion.training.commands.figures import figures
from emotion.training.commands.options import Commands, positive
from emotion.training.data.faces import Dataset
from emotion.training.data.load import load
from emotion.training.score.calibration import table
from emotion.training.score.crop import PipelineCrops, pipeline_crops_by
from emotion.training.score.shown import crop_scores, shown_data, shown_scores, ways_shown

# Where no reading is called so, a card says nothing of how many are right.
MAY_BE_MISSING = ("accuracy_above_limit", "accuracy_clear", "accuracy_weak")


def add_command(commands: Commands) -> None:
    command = commands.add_parser(
        "calibrate", help="measure a served file's temperature, limit and crop anew, and write its card"
    )
    command.add_argument("--model", type=Path, required=True, help="a .tflite file, its card beside it")
    command.add_argument("--data", type=Path, required=True, help="grids, fer2013.csv or folders of pictures")
    command.add_argument(
        "--detector", type=Path, default=Path("models") / MODEL_FILE, help="the face detector's file"
    )
    command.add_argument("--jobs", type=positive(int), default=1, help="processes that look for faces")
    command.set_defaults(call=call)


def call(options: argparse.Namespace) -> None:
    path = options.model.with_suffix(".json")
    before, data = ModelCard.load(path), load(options.data)
    found = pipeline_crops_by(options.detector, data.choosing.images, options.jobs)
    after = calibrated(before, ExpressionNetwork(options.model), data, found)
    after.write(path)
    print(f"\nbefore, and after:\n\n{figures(before, after)}")


def calibrated(card: ModelCard, network: ExpressionNetwork, data: Dataset, found: PipelineCrops) -> ModelCard:
    """The card of the same weights as today's face path shows them; what needs no face found stays as it is.

    Args:
        found: what the pipeline makes of the faces to choose by.

    Raises:
        DataError: the pipeline finds too few of them.
    """
    ways = ways_shown(network, card.heads, data, found)
    print(table(ways), flush=True)
    best = ways[0]
    after = replace(
        card,
        shown_head=best.shown.head,
        contempt=best.shown.contempt,
        temperature=best.temperature,
        confidence_limit=best.limit,
        clear_from=best.clear_from,
        data={**card.data, **shown_data(data, found, best)},
    )
    kept = {name: value for name, value in card.scores.items() if not name.startswith(MAY_BE_MISSING)}
    return replace(after, scores={**kept, **shown_scores(best), **crop_scores(network, after, data, found)})
