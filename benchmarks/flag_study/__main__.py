"""`make flag-study`: plays simulated lessons through the rules and writes the outcome into docs/flags.md."""

import argparse
import os
from pathlib import Path

from benchmarks.flag_study import page
from benchmarks.flag_study.study import CLASS_SIZE, run

HERE = Path(__file__).parent
OUTCOMES, EARLIER = HERE / "outcomes.json", HERE / "earlier.json"
CLASSES = 34


def main() -> None:
    options = _options()
    outcomes = run(options.classes, options.processes)
    earlier = page.kept(EARLIER) if EARLIER.exists() else outcomes
    print(page.table(outcomes, earlier))
    if options.classes < CLASSES:
        print(f"\nNot written down: {CLASS_SIZE * options.classes} students a lesson are too few.")
        return
    page.keep(outcomes, OUTCOMES)
    page.write(outcomes, earlier)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make flag-study", description=__doc__)
    parser.add_argument(
        "--classes", type=int, default=CLASSES, help=f"of {CLASS_SIZE} students, in each kind of lesson"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
