"""Describe data, train, distil, score, compare, tune and export networks; each command explains itself."""

import argparse
import sys

import emotion.training.backend  # noqa: F401  (first, so that nothing starts Keras with its greetings)
from emotion.model_card import DamagedModel, IncompatibleModel
from emotion.training.commands import describe, evaluate, reproduce, tune
from emotion.training.commands import export as export_command
from emotion.training.commands import train as train_command
from emotion.training.commands.tune import NotBetter
from emotion.training.data.errors import DataError
from emotion.training.export.export import ExportLoses
from emotion.training.networks.network import WeightsError
from emotion.training.page import comparison as compare
from emotion.training.run.config import RunError
from emotion.training.score import crop

EXPECTED = (DataError, RunError, WeightsError, DamagedModel, IncompatibleModel, ExportLoses, NotBetter)


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="python -m emotion.training", description=__doc__)
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    describe.add_command(commands)
    train_command.add_commands(commands)
    for module in (reproduce, evaluate, compare, crop, export_command, tune):
        module.add_command(commands)
    return root


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        options.call(options)
    except EXPECTED as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
