"""The command `evaluate`: how well a network reads a split, and how far that can be believed."""

import argparse
import json
from pathlib import Path

from emotion.training.commands.options import Commands
from emotion.training.data.load import load_to_score
from emotion.training.page.evaluation_page import write_evaluation_page
from emotion.training.page.evaluation_text import evaluation_text
from emotion.training.run.opened import open_network
from emotion.training.score.measure import measure


def add_command(commands: Commands) -> None:
    command = commands.add_parser("evaluate", help="score a network on a split")
    command.add_argument(
        "--model", type=Path, required=True, help="folder of a run, or a .tflite file with its card beside it"
    )
    command.add_argument("--data", type=Path, required=True, help="grids, fer2013.csv or folders of pictures")
    command.add_argument(
        "--split",
        metavar="NAME",
        help="such as PrivateTest; without it the only one, or the one that decides",
    )
    command.add_argument(
        "--robustness", action="store_true", help="also read faces spoilt in six ways (slow)"
    )
    command.add_argument("--json", type=Path, metavar="OUT", help="write every figure there")
    command.add_argument("--html", type=Path, metavar="OUT", help="write a page with charts there")
    command.set_defaults(call=evaluate)


def evaluate(options: argparse.Namespace) -> None:
    network = open_network(options.model)
    learned = network.card.data.get("fingerprint") if network.card else None
    scoring = load_to_score(options.data, options.split, classes=network.classes, learned=learned)
    found = measure(
        network,
        scoring.faces,
        split=scoring.split,
        fingerprint=scoring.fingerprint,
        twins_known=scoring.twins_known,
        model=options.model.name,
        robustness=options.robustness,
    )
    print(evaluation_text(found))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found.to_json()) + "\n", encoding="utf-8")
    if options.html:
        write_evaluation_page(found, options.html)
