"""Describe data, train, distil, score, compare, tune and export networks; each command explains itself.

What describes data or scores a served file needs no more than a server has; what learns needs Keras.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from emotion.model_card import DamagedModel, IncompatibleModel
from emotion.terminal import INTERRUPTED, MISTAKE, run, say
from emotion.training.data.errors import LACKING, TrainingError
from emotion.training.run.config import RunError

# In which module each command stands. Only what is asked for is loaded: Keras and MediaPipe are slow to
# load, and need not be installed for the others.
MODULES = {
    "describe": "describe",
    "train": "train",
    "distil": "train",
    "reproduce": "reproduce",
    "evaluate": "evaluate",
    "compare": "compare",
    "crop": "crop",
    "calibrate": "calibrate",
    "browser": "browser",
    "export": "export",
    "tune": "tune",
}
LEARNING = {"train", "reproduce", "export", "tune"}
HAS_KERAS = find_spec("keras") is not None


def parser(given: Sequence[str] = ()) -> argparse.ArgumentParser:
    """With the command that is given, or with all that can be had here."""
    root = argparse.ArgumentParser(prog="python -m emotion.training", description=__doc__)
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    here = (each for each in MODULES.values() if HAS_KERAS or each not in LEARNING)
    for name in dict.fromkeys([MODULES[each] for each in given[:1] if each in MODULES] or here):
        _module(name).add_command(commands)
    return root


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    try:
        options = parser(given).parse_args(given)
        options.call(options)
    except BrokenPipeError:
        raise
    except (TrainingError, DamagedModel, IncompatibleModel, OSError) as error:
        say(f"error: {error}")
        return MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _module(name: str) -> Any:
    if name in LEARNING and not HAS_KERAS:
        raise RunError(f"{name} needs Keras, {LACKING}")
    if HAS_KERAS and name in LEARNING | {"evaluate"}:
        import_module("emotion.training.backend")  # first, so that nothing starts Keras with its greetings
    return import_module(f"emotion.training.commands.{name}")


if __name__ == "__main__":
    run(main)
