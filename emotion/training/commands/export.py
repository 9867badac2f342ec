"""The command `export`, and the table of figures that it prints."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from emotion.detector import MODEL_FILE
from emotion.model_card import ModelCard
from emotion.training.commands.options import Commands, positive, share
from emotion.training.data.load import load
from emotion.training.export.export import MOST_LOST, export
from emotion.training.export.litert import SAMPLES
from emotion.training.score.calibration import Shown
from emotion.training.score.crop import pipeline_crops_by
from emotion.training.score.intervals import Interval

FIGURES = {
    "accuracy": "FER2013 label, read once",
    "accuracy_tta": "FER2013 label, read both ways",
    "ferplus_strict_tta": "FER+, more than half agree, both ways, 8 classes",
    "ferplus_majority_tta": "FER+, most common answer, both ways, 8 classes",
    "expression_lost_in_file": "lost by int8, FER2013 label",
    "votes_lost_in_file": "lost by int8, FER+",
    "lost_by_crop": "lost by the pipeline's own crop, FER2013 label",
    "shown_accuracy": "as shown: right among seven, what most people saw",
    "shown_ece": "as shown: calibration error, 15 bins",
    "coverage_above_limit": "as shown: readings that name an expression",
    "accuracy_above_limit": "as shown: of those, right",
    "coverage_clear": "as shown: readings that are called clear",
    "accuracy_clear": "as shown: of those, right",
    "accuracy_weak": "as shown: of those called weak, right",
}


def add_command(commands: Commands) -> None:
    command = commands.add_parser("export", help="write the file that is served, and its card")
    command.add_argument(
        "--run", type=Path, nargs="+", required=True, help="folder of a run; of several the mean is taken"
    )
    command.add_argument("--data", type=Path, required=True, help="grids, fer2013.csv or folders of pictures")
    command.add_argument("--to", type=Path, required=True, help="the .tflite to write, its card beside it")
    command.add_argument("--float32", type=Path, metavar="FILE", help="write one that is not quantised, too")
    command.add_argument(
        "--most-lost", type=share, default=MOST_LOST, help="share of accuracy that int8 may cost"
    )
    command.add_argument(
        "--samples",
        type=positive(int),
        default=SAMPLES,
        help="draws of faces that the ranges of int8 are taken from; the file that reads best is kept",
    )
    command.add_argument(
        "--recount",
        action="store_true",
        help="count the statistics of batch normalisation anew, on faces whole and damaged as in the run",
    )
    command.add_argument("--command", metavar="TEXT", help="what made the network, for the card")
    command.add_argument(
        "--detector", type=Path, default=Path("models") / MODEL_FILE, help="the face detector's file"
    )
    command.add_argument("--jobs", type=positive(int), default=1, help="processes that look for faces")
    command.set_defaults(call=call)


def call(options: argparse.Namespace) -> None:
    data = load(options.data)
    card = export(
        options.run,
        data,
        options.to,
        crops=lambda faces: pipeline_crops_by(options.detector, faces, options.jobs),
        command=options.command,
        most_lost=options.most_lost,
        samples=options.samples,
        float32=options.float32,
        recounts=options.recount,
    )
    print(f"\n{figures(card)}")


def figures(*cards: ModelCard) -> str:
    """What cards tell of their networks, side by side as a table in Markdown."""
    rows = [
        ("", [card.network for card in cards]),
        ("---", ["---"] * len(cards)),
        *((words, [_figure(card.scores, name) for card in cards]) for name, words in FIGURES.items()),
        ("head that is shown", [_shown_head(card) for card in cards]),
        ("its temperature", [f"{card.temperature:.2f}" for card in cards]),
        ("uncertain below", [f"{card.confidence_limit:.2f}" for card in cards]),
        ("clear from", [f"{card.clear_from:.2f}" for card in cards]),
        ("parameters", [f"{card.parameters:,}" for card in cards]),
        ("multiply-adds a face, read once", [f"{card.multiply_adds:,}" for card in cards]),
    ]
    return "\n".join(f"| {words} | {' | '.join(told)} |" for words, told in rows)


def _figure(told: Mapping[str, float], name: str) -> str:
    if name not in told:
        return "-"
    if f"{name}_low" not in told:
        return f"{round(told[name], 3) + 0.0:.1%}"  # the sum makes -0.0 a zero
    value, low, high = (told[name + bound] for bound in ("", "_low", "_high"))
    return str(Interval(value, low, high)) if low >= 0 else f"{value:+.1%} ({low:+.1%} to {high:+.1%})"


def _shown_head(card: ModelCard) -> str:
    return str(Shown(card.shown_head, card.shown_labels, card.contempt))
