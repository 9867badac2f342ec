"""The command `export`: from a run to the file that is served."""

import argparse
from pathlib import Path

from emotion.detector import MODEL_FILE
from emotion.training.commands.figures import figures
from emotion.training.commands.options import Commands, positive, share
from emotion.training.data.load import load
from emotion.training.export.export import MOST_LOST, export
from emotion.training.export.litert import SAMPLES
from emotion.training.score.crop import pipeline_crops_by


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
