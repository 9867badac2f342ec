"""Readers of files, each in a process of its own that may die: `python -m tests.hostile.readers NAME ...`.

What a reader anticipates is an answer; anything else that comes out of it is a fault.
"""

import json
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from tests.hostile.mutation import mutants
from tests.hostile.tally import Tally, watched

Read = Callable[[bytes], str]
ROOT = Path(__file__).resolve().parents[2]
LARGEST_DATA = 3 << 30
DIED = "the process died"
REFUSALS = 60  # letters of one, as a kind of answer


def snapshots(folder: Path) -> tuple[list[bytes], Read]:
    """What a worker does with a student's picture."""
    from emotion.image import BadImage
    from emotion.pipeline import Analyser
    from emotion.values import Signal

    analyser = Analyser.load(ROOT / "models")

    def read(data: bytes) -> str:
        try:
            found = analyser.analyse(data, frozenset(Signal))
        except BadImage as error:
            return str(error)
        return "a face" if found.faces else "no face"

    return _seeds(folder, "snapshot"), read


def picture_files(folder: Path) -> tuple[list[bytes], Read]:
    from emotion.pictures.frames import Unreadable
    from emotion.pictures.picture_file import PictureFile
    from emotion.pictures.sampling import Wanted

    place = folder / "read.bin"

    def read(data: bytes) -> str:
        place.write_bytes(data)
        outcomes = list(islice(PictureFile("read.bin", place, Wanted(1000)).open(), 50))
        errors = [one.error for one in outcomes if isinstance(one, Unreadable)]
        return errors[0] if errors else "read"

    return _seeds(folder, "picture"), read


def recordings(folder: Path) -> tuple[list[bytes], Read]:
    from emotion.pictures.frames import Unreadable
    from emotion.pictures.recordings import Recording
    from emotion.pictures.sampling import Wanted

    place = folder / "read.bin"

    def read(data: bytes) -> str:
        place.write_bytes(data)
        outcomes = list(islice(Recording("read.bin", place, Wanted(400)).play(), 50))
        errors = [one.error for one in outcomes if isinstance(one, Unreadable)]
        return errors[0] if errors else "read"

    return _seeds(folder, "recording"), read


def faces_table(folder: Path) -> tuple[list[bytes], Read]:
    from emotion.training.data import csv_file
    from emotion.training.data.errors import DataError

    place = folder / "fer2013.csv"

    def read(data: bytes) -> str:
        place.write_bytes(data)
        try:
            csv_file.read(place, Counter())
        except DataError:
            return "refused"
        return "read"

    return _seeds(folder, "faces"), read


def grids(folder: Path) -> tuple[list[bytes], Read]:
    """The table and the picture are made wrong in turn."""
    from emotion.training.data import grids as reader
    from emotion.training.data.errors import DataError

    table, picture = folder / reader.TABLE, folder / "train_64cols.png"
    whole = {table: _seeds(folder, "gridtable")[0], picture: _seeds(folder, "gridpicture")[0]}

    def read(data: bytes) -> str:
        wrong = picture if data.startswith(b"\x89P") or b"IHDR" in data[:60] else table
        for place, content in (whole | {wrong: data}).items():
            place.write_bytes(content)
        try:
            reader.read(folder)
        except DataError:
            return "refused"
        return "read"

    return list(whole.values()), read


def measurements(folder: Path) -> tuple[list[bytes], Read]:
    from emotion.judgement.validate.rows import BadRows
    from emotion.judgement.validate.rows import read as read_rows

    place = folder / "rows.csv"

    def read(data: bytes) -> str:
        place.write_bytes(data)
        try:
            read_rows(place)
        except BadRows:
            return "refused"
        return "read"

    return _seeds(folder, "rows"), read


def model_cards(folder: Path) -> tuple[list[bytes], Read]:
    from emotion.model_card import DamagedModel, IncompatibleModel, ModelCard

    place = folder / "edge.json"
    (folder / "edge.tflite").write_bytes((ROOT / "models" / "edge.tflite").read_bytes())

    def read(data: bytes) -> str:
        place.write_bytes(data)
        try:
            ModelCard.load(place)
        except (DamagedModel, IncompatibleModel) as error:
            return type(error).__name__
        return "read"

    return [(ROOT / "models" / "edge.json").read_bytes()], read


def journals(folder: Path) -> tuple[list[bytes], Read]:
    from emotion.pictures.errors import JournalError
    from emotion.pictures.journal import Journal

    place = folder / "run.journal"
    run = {"format": 3, "files": {"a.jpg": 1}}

    def read(data: bytes) -> str:
        place.write_bytes(data)
        try:
            with Journal.open(place, run, fresh=False) as journal:
                list(journal.readings())
        except JournalError:
            return "refused"
        return "read"

    return _seeds(folder, "journal"), read


READERS = {
    "snapshots": snapshots,
    "picture files": picture_files,
    "recordings": recordings,
    "tables of faces": faces_table,
    "grids of faces": grids,
    "tables of measurements": measurements,
    "model cards": model_cards,
    "journals": journals,
}


def throw(
    tally: Tally, seeds: list[bytes], read: Read, cases: Iterator[bytes], note: Callable[[int], object]
) -> None:
    """A hundred times the seeds' own number and a random one of each size besides what `cases` gives."""
    with watched(tally):
        for number, data in enumerate(cases):
            note(number)
            with tally.case(data):
                tally.answers[read(data)[:REFUSALS]] += 1


def in_a_process(name: str, folder: Path, count: int, number: int) -> Tally:
    """All cases of one reader. After a death the next process goes on with the next case."""
    whole, at = Tally(name), 0
    while at < count:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.hostile.readers",
                name,
                str(folder),
                str(at),
                str(count),
                str(number),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        outcome = folder / "outcome.json"
        if done.returncode == 0:
            _add(whole, json.loads(outcome.read_text()))
            return whole
        died_at = int((folder / "at").read_text() or 0)
        whole.answers[DIED] += 1
        whole.answers["answered before it died"] += died_at - at
        whole.faults.append(f"case {died_at} ended the process: {done.returncode} {done.stderr[-600:]}")
        at = died_at + 1
    return whole


def _add(whole: Tally, part: dict[str, Any]) -> None:
    one = Tally(**{**part, "answers": Counter(part["answers"])})
    whole.answers.update(one.answers)
    whole.faults += one.faults
    whole.memory_mb = max(whole.memory_mb, one.memory_mb)
    if one.slowest_s > whole.slowest_s:
        whole.slowest_s, whole.slowest = one.slowest_s, one.slowest


def _seeds(folder: Path, kind: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "seeds").glob(f"{kind}-*"))]


def main() -> None:
    name, folder, start, end, number = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_DATA, (LARGEST_DATA, LARGEST_DATA))
    seeds, read = READERS[name](Path(folder))
    tally = Tally(name)
    for seed in seeds:
        read(seed)  # what is loaded once is no case's
    cases = islice(mutants(seeds, Random(int(number))), int(start), int(end))
    with (Path(folder) / "at").open("w") as at:

        def note(place: int) -> None:
            at.seek(0)
            at.write(str(int(start) + place))
            at.flush()

        throw(tally, seeds, read, cases, note)
    (Path(folder) / "outcome.json").write_text(json.dumps(vars(tally)))


if __name__ == "__main__":
    main()
