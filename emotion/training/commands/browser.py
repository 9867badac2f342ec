"""The command `browser`: the served network once more, for a browser, which takes float32 alone."""

import argparse
from dataclasses import replace
from pathlib import Path

from emotion.files import whole
from emotion.model_card import ModelCard, checksum
from emotion.training.commands.options import Commands
from emotion.training.export.float_input import with_float_input


def add_command(commands: Commands) -> None:
    command = commands.add_parser("browser", help="write the served int8 file for a browser, and its card")
    command.add_argument(
        "--network", type=Path, required=True, help="the .tflite that is served, its card beside it"
    )
    command.add_argument("--to", type=Path, required=True, help="the .tflite to write, its card beside it")
    command.set_defaults(call=call)


def call(options: argparse.Namespace) -> None:
    for_browser(options.network, options.to)


def for_browser(network: Path, to: Path) -> ModelCard:
    """Its card keeps what was measured: the answers are the same, number for number.

    Raises:
        DamagedModel, IncompatibleModel: as `ModelCard.load`.
        TrainingError: the network is not of int8.
    """
    card = ModelCard.load(network.with_suffix(".json"))
    with whole(to) as unfinished:
        unfinished.write_bytes(with_float_input(network.read_bytes()))
    command = f"{card.command} && python -m emotion.training browser --network FILE --to BROWSER_FILE"
    own = replace(card, input_dtype="float32", sha256=checksum(to), command=command)
    own.write(to.with_suffix(".json"))
    return own
