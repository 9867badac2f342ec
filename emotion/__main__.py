"""Expressions and attention from the command line; each command explains itself with --help."""

import argparse
import sys

from emotion.terminal import INTERRUPTED, MISTAKE, nothing_is_begun, run, say

TOOLS = {"PIL", "av", "pi_heif", "scipy", "tqdm"}

if __name__ == "__main__":
    nothing_is_begun()

try:
    from emotion.model_card import DamagedModel, IncompatibleModel
    from emotion.pictures import analyse, explain, webcam
    from emotion.pictures.errors import CommandError
except ModuleNotFoundError as missing:
    if missing.name not in TOOLS:
        raise
    print(
        f"error: {missing.name} is not installed: the product does without what these commands need."
        " `make tools` installs it.",
        file=sys.stderr,
    )
    sys.exit(MISTAKE)

COMMANDS = (analyse, webcam, explain)


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        options.call(options)
    except BrokenPipeError:
        raise
    except (CommandError, DamagedModel, IncompatibleModel, OSError) as error:
        say(f"error: {error}")
        return MISTAKE
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="python -m emotion", description=__doc__)
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add_command(commands)
    return root


if __name__ == "__main__":
    run(main)
