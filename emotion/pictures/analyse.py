"""`analyse`: every face of pictures and recordings, as tables."""

import argparse
import hashlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from emotion.judgement.clarity import clear_from_of
from emotion.model_card import ModelCard
from emotion.pictures.errors import SourceError, TargetError
from emotion.pictures.frames import Unit
from emotion.pictures.journal import FORMAT, Journal
from emotion.pictures.kinds import Kind
from emotion.pictures.picture_file import PictureFile
from emotion.pictures.player import Player
from emotion.pictures.reading import face_model
from emotion.pictures.recordings import Opened, Recording
from emotion.pictures.sampling import Wanted
from emotion.pictures.sources import Source, gather
from emotion.pictures.table import write_tables
from emotion.pictures.timestamps import parse_moments, parse_period, time_stamp
from emotion.pictures.tracks import GAP_MS
from emotion.pictures.workers import Workers
from emotion.pipeline import EXPRESSION_FILE
from emotion.terminal import say


def add_command(commands: Any) -> None:
    command = commands.add_parser(
        "analyse",
        help="every face of pictures and recordings, as tables",
        description="Reads the faces of pictures, folders and recordings and writes one row a face, and in a"
        " second table one row a picture with mean and spread over its faces. Nobody is recognised.",
    )
    command.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with all in it"
    )
    command.add_argument("--csv", type=Path, required=True, help="the table to write, one row a face")
    command.add_argument(
        "--consensus", type=Path, help="the second table (OUT-consensus.csv beside the first)"
    )
    when = command.add_mutually_exclusive_group()
    when.add_argument(
        "--every",
        type=_told(parse_period),
        default=1000,
        metavar="PERIOD",
        help="of a recording one picture a period: 1s (so it is without this option), 500ms, 2min",
    )
    when.add_argument(
        "--at",
        type=_told(parse_moments),
        default=(),
        metavar="MOMENTS",
        help="of a recording the pictures at these moments only: 00:03:10,00:07:00",
    )
    command.add_argument("--jobs", type=_told(_jobs), default=_cores(), help="processes (one a core)")
    command.add_argument("--models", type=Path, default=Path("models"), help="folder of the models (models)")
    command.add_argument(
        "--fresh", action="store_true", help="write over tables that are there, forget an unfinished run"
    )
    command.set_defaults(call=analyse)


def analyse(options: argparse.Namespace) -> None:
    """Read what the options name and write the tables. Raises CommandError."""
    gathered = gather(options.paths)
    plan = Plan(gathered.sources, Wanted(options.every, options.at))
    plan.check()
    target = Target.of(options.csv, options.consensus)
    target.check(options.fresh, gathered.sources)
    run = plan.described(options.models)
    with Journal.open(target.journal, run, fresh=options.fresh) as journal:
        try:
            _read(plan, journal, options.models, options.jobs)
            write_tables(
                journal.readings(),
                target.faces,
                target.consensus,
                gap_ms=plan.gap_ms,
                clear_from=clear_from_of((options.models / EXPRESSION_FILE).with_suffix(".json")),
            )
        except KeyboardInterrupt:
            say(f"stopped after {_pictures(journal)}; the same command goes on from there")
            raise
        journal.remove()
    say(f"{_pictures(journal)} read into {target.faces} and {target.consensus}")
    if journal.failed:
        say(f"{journal.failed} of them could not be read: the column error says why")
    if gathered.remark:
        say(gathered.remark)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read, and in which order. The tables follow from it alone."""

    sources: tuple[Source, ...]
    wanted: Wanted

    def check(self) -> None:
        """Raises SourceError where moments are asked for and nothing has any."""
        if self.wanted.moments and not any(source.may_have_moments for source in self.sources):
            raise SourceError("--at names moments of a recording, and none of the files is one")

    @property
    def gap_ms(self) -> int:
        """How long a face may be away: for the time from one picture to the next at least."""
        return max(GAP_MS, self.wanted.every_ms)

    def units(self, journal: Journal, player: Player, opened: Callable[[Opened], None]) -> Iterator[Unit]:
        """All that the journal does not hold yet. Of what was read last, more may be to come."""
        to_come = self.sources
        if journal.last is not None:
            names = [source.name for source in self.sources]
            place = names.index(journal.last)
            to_come = self.sources[place + self.sources[place].is_given_up(journal.last_error) :]
        for source in to_come:
            skip = journal.done[source.name]
            if source.kind is Kind.PICTURE:
                yield PictureFile(source.name, source.path, self.wanted, skip)
                continue
            for outcome in player.play(Recording(source.name, source.path, self.wanted, skip)):
                if isinstance(outcome, Opened):
                    opened(outcome)
                else:
                    yield outcome

    def described(self, models: Path) -> dict[str, Any]:
        """Everything that decides over the tables, for a journal. Raises what `model_checksums` raises."""
        return {
            "format": FORMAT,
            "every": time_stamp(self.wanted.every_ms),
            "at": [time_stamp(moment) for moment in self.wanted.moments],
            "models": model_checksums(models),
            "files": {source.name: _state(source.path) for source in self.sources},
        }


@dataclass(frozen=True, slots=True)
class Target:
    """The files of one run: both tables, and beside the first the journal while it is unfinished."""

    faces: Path
    consensus: Path
    journal: Path

    @classmethod
    def of(cls, faces: Path, consensus: Path | None) -> "Target":
        """Raises TargetError where the first table has no name."""
        if not faces.name:
            raise TargetError(f"cannot write {faces}: it is a folder")
        beside = faces.with_name(f"{faces.stem}-consensus{faces.suffix}")
        return cls(faces, consensus or beside, faces.with_name(f"unfinished-{faces.name}.journal"))

    def check(self, fresh: bool, sources: Sequence[Source]) -> None:
        """Raises TargetError where a table cannot be written, or is there and may not be replaced."""
        if self.faces.resolve() == self.consensus.resolve():
            raise TargetError(f"{self.faces} cannot be both tables: name another file with --consensus")
        for path in (self.faces, self.consensus):
            if why := _why_not(path):
                raise TargetError(f"cannot write {path}: {why}")
            if not path.exists():
                continue
            if any(path.resolve() == source.path.resolve() for source in sources):
                raise TargetError(f"cannot write {path}: it is one of the files to read")
            if not fresh and not self.journal.exists():
                raise TargetError(f"{path} is there already: --fresh writes over it, or name another file")


def _why_not(path: Path) -> str:
    """Why nothing can be written there, else nothing."""
    if path.is_dir():
        return "it is a folder"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return f"no right to write in the folder {path.parent}"
    return "it is no file" if path.exists() and not path.is_file() else ""


def _read(plan: Plan, journal: Journal, models: Path, jobs: int) -> None:
    """All that is still to be read, into the journal."""
    done = journal.done.total()
    if done:
        say(f"going on after {_pictures(journal)}")
    # Shown at a terminal only, and only where it takes longer than a second.
    bar = tqdm(total=len(plan.sources), initial=done, unit="picture", delay=1, disable=None)

    def opened(recording: Opened) -> None:
        bar.total += recording.expected - 1
        with bar.external_write_mode(file=sys.stderr):
            for note in recording.notes:
                say(note)

    with bar, Workers(models, jobs) as workers, Player() as player:
        for reading in workers.read(plan.units(journal, player, opened)):
            journal.append(reading)
            bar.update()


def model_checksums(models: Path) -> str:
    """Which models these are, in short. Raises ModelMissing, and what `ModelCard.load` raises."""
    finder = hashlib.sha256(face_model(models).read_bytes()).hexdigest()
    expression = ModelCard.load((models / EXPRESSION_FILE).with_suffix(".json")).sha256
    return f"{finder[:12]} {expression[:12]}"


def _state(path: Path) -> list[int]:
    """What changes when a file does; nothing of one that is gone or locked, which its row will say."""
    try:
        state = path.stat()
    except OSError:
        return []
    return [state.st_size, state.st_mtime_ns]


def _told(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """`parse` for argparse, which keeps the words of no other error."""

    def parsed(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parsed


def _jobs(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ValueError(f"not a number of processes: {text!r}")
    return int(text)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _pictures(journal: Journal) -> str:
    count = journal.done.total()
    return f"{count} picture{'' if count == 1 else 's'}"
