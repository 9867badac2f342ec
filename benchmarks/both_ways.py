"""Whether a lesson read in browsers is judged as one that workers read.

    .venv/bin/python -m benchmarks.both_ways --minutes 20

A Chromium on one core reads simulated students' cameras; so does a worker's reader, with both networks.
"""

import argparse
import time
from collections import Counter

from benchmarks.browser import OPEN, page_on_one_core, served
from benchmarks.ways import (
    STUDENTS,
    Judged,
    WorkersWay,
    film,
    flags,
    judged,
    read_in_browser,
    same_level,
    shots,
)
from classroom.local import browser_networks
from classroom.static_files import reader_addresses
from tests.product import ROOT

BROWSER = "browser"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.both_ways", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--every", type=int, default=2, help="seconds between two snapshots")
    parser.add_argument("--core", type=int, default=0, help="the one that Chromium may use")
    options = parser.parse_args()
    models = ROOT / "models"
    browser_networks.ensure(models)
    networks = {"flagship": models / "flagship.tflite", "edge": models / "edge.tflite"}
    worker = WorkersWay(models / "face_landmarker.task", networks)
    lessons: dict[str, dict[str, Judged]] = {name: {} for name in (*networks, BROWSER)}
    with served() as address, page_on_one_core(address, options.core) as page:
        page.evaluate(OPEN, [reader_addresses(), ["presence", "attention", "expression"]])
        for name, script in STUDENTS.items():
            began = time.monotonic()
            filming, taken = film(script), shots(script, minutes=options.minutes, every_s=options.every)
            read = worker.read(filming, taken) | {BROWSER: read_in_browser(page, filming, taken)}
            for way, analyses in read.items():
                lessons[way][name] = judged(taken, analyses)
            print(f"{name}, in {time.monotonic() - began:.0f} s", flush=True)
            for way, lesson in lessons.items():
                same = same_level({name: lesson[name]}, {name: lessons[BROWSER][name]})
                print(
                    f"    {way}: {_shares(lesson[name])}; same level as the browser's {same:.2%}", flush=True
                )
    for way in networks:
        print(f"same level as the worker's with {way}: {same_level(lessons[way], lessons[BROWSER]):.2%}")
    for way, lesson in lessons.items():
        print(f"flags, {way}: {sorted(flags(lesson, lesson_s=60 * options.minutes))}")


def _shares(one: Judged) -> str:
    counts = Counter(one.levels)
    sad = sum(each.sad for each in one.bins)
    return ", ".join(f"{level} {counts[level]}" for level in sorted(counts)) + f", sad {sad}"


if __name__ == "__main__":
    main()
