"""`make soak`: what becomes of a lesson when something breaks. Prints the table of docs/soak.md."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.soak.install import Install

# The addresses of the scenarios' own servers are in the environment from here on.
install = Install.laid_out()
os.environ.update(install.addresses(), DJANGO_SETTINGS_MODULE="classroom.settings")

import django  # noqa: E402

django.setup()

from benchmarks.soak import table, trial  # noqa: E402
from benchmarks.soak.outcome import Outcome  # noqa: E402
from benchmarks.soak.scenario import Scenario  # noqa: E402
from benchmarks.soak.scenarios import ALL  # noqa: E402


def main() -> int:
    options = _options()
    if options.list:
        print("\n".join(each.name for each in ALL))
        return 0
    outcomes = []
    for scenario in _chosen(options.words):
        outcomes.append(trial.held(scenario, install))
        _tell(outcomes[-1])
        if options.json is not None:
            options.json.write_bytes(msgspec.json.format(msgspec.json.encode(outcomes), indent=1) + b"\n")
    print(f"\n{table.draw(outcomes)}")
    if options.page:
        table.write(outcomes)
    return int(any(each.wrong for each in outcomes))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("words", nargs="*", help="scenarios whose name begins so; all without")
    parser.add_argument("--list", action="store_true", help="name the scenarios, and do nothing")
    parser.add_argument("--json", type=Path, metavar="OUT", help="keep what was found in this file")
    parser.add_argument("--page", action="store_true", help="write the table into docs/soak.md")
    return parser.parse_args()


def _chosen(words: Sequence[str]) -> list[Scenario]:
    return [each for each in ALL if not words or each.name.startswith(tuple(words))]


def _tell(it: Outcome) -> None:
    print(f"{it.name}: {it.verdict}", flush=True)
    for line in it.said:
        print(f"    {line}", flush=True)


if __name__ == "__main__":
    try:
        code = main()
    finally:
        install.remove()
    sys.exit(code)
