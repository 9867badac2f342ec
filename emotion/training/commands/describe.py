"""The command `describe`: what a data set holds, what is wrong with it, and what a run would learn from."""

import argparse
from pathlib import Path

from emotion.training.commands.options import Commands
from emotion.training.data.duplicates import find_duplicates
from emotion.training.data.faces import Dataset
from emotion.training.data.load import classes_named, load
from emotion.training.page.describe_page import PAGE, describe_page
from emotion.training.page.description import (
    classes_table,
    duplicates_table,
    imbalance,
    label_against_votes_table,
    left_out_table,
    nothing_table,
    votes_table,
)


def add_command(commands: Commands) -> None:
    command = commands.add_parser("describe", help="tell what a data set holds and what is wrong with it")
    command.add_argument("--data", type=Path, required=True, help="grids, fer2013.csv or folders of pictures")
    command.add_argument("--classes", metavar="NAMES", help="only these labels, as in happy,neutral,sad")
    command.add_argument("--out", type=Path, help=f"folder for a page with pictures ({PAGE})")
    command.set_defaults(call=call)


def call(options: argparse.Namespace) -> None:
    classes = classes_named(options.classes) if options.classes else None
    data = load(options.data, classes=classes)
    print(describe(data))
    if options.out:
        print(f"\npage with pictures: {describe_page(data, options.out)}")


def describe(data: Dataset) -> str:
    """Everything in plain text, for a terminal."""
    tables = [
        left_out_table(data),
        duplicates_table(data, find_duplicates(data.splits)),
        nothing_table(data),
    ]
    if data.training.votes is not None:
        tables += [votes_table(data), label_against_votes_table(data)]
    parts = [f"{classes_table(data)}\n{imbalance(data)}", *map(str, tables)]
    return "\n\n".join([*parts, f"fingerprint of what is left to learn from: {data.fingerprint}"])
