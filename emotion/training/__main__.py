"""Describe data, train, distil, score, compare, tune and export networks; each command explains itself."""

import argparse
import sys

import emotion.training.backend  # noqa: F401  (first, so that nothing starts Keras with its greetings)
from emotion.model_card import DamagedModel, IncompatibleModel
from emotion.training.commands import compare, crop, describe, evaluate, export, reproduce, train, tune
from emotion.training.commands.tune import NotBetter
from emotion.training.data.errors import DataError
from emotion.training.export.export import ExportLoses
from emotion.training.networks.network import WeightsError
from emotion.training.run.config import RunError

EXPECTED = (DataError, RunError, WeightsError, DamagedModel, IncompatibleModel, ExportLoses, NotBetter)


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="python -m emotion.training", description=__doc__)
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    for command in (describe, train, reproduce, evaluate, compare, crop, export, tune):
        command.add_command(commands)
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
