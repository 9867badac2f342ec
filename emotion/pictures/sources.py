"""From the paths of a command to the files to read. Whatever lies in a folder is read or counted."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from emotion.pictures.errors import SourceError
from emotion.pictures.kinds import PICTURES, RECORDINGS, Kind, kind_of
from emotion.pictures.processes import DIED, LEFT

MOVING = frozenset({".apng", ".avif", ".avifs", ".gif", ".webp"})
MANY = 8
"""So many kinds of files that are passed over are named; the others are counted together."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file to read. `name` is how the tables call it, unlike every other one's."""

    name: str
    path: Path
    kind: Kind

    @property
    def may_have_moments(self) -> bool:
        return self.kind is Kind.RECORDING or self.path.suffix.lower() in MOVING

    def is_given_up(self, error: str) -> bool:
        """Whether nothing comes after that error: what ended one process is not tried with another."""
        return error.endswith(LEFT) or (self.kind is Kind.PICTURE and error == DIED)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files to read, in order, and what was passed over: how often, by what it is."""

    sources: tuple[Source, ...]
    passed_over: Counter[str]

    @property
    def remark(self) -> str:
        """What was passed over in one line; nothing where nothing was."""
        count = self.passed_over.total()
        return f"{count} passed over: {_listed(self.passed_over)}" if count else ""


def gather(paths: Iterable[Path]) -> Gathered:
    """The files that the paths name, folders searched through in sorted order; each file once.

    Raises:
        SourceError: no such path, a file that is no picture or recording, a folder without any.
    """
    found: dict[Path, Source] = {}
    names: Counter[str] = Counter()
    passed_over: Counter[str] = Counter()
    for path in paths:
        walk = _Walk()
        walk.take(path)
        if not walk.files:
            raise SourceError(_nothing_in(path, walk.passed_over))
        for file, kind in walk.files:
            place = file.resolve()
            if place in found:
                passed_over["seen before"] += 1
            else:
                name = _name(file)
                names[name] += 1
                again = f" ({names[name]})" if names[name] > 1 else ""
                found[place] = Source(f"{name}{again}", file, kind)
        passed_over += walk.passed_over
    return Gathered(tuple(found.values()), passed_over)


class _Walk:
    """Through one path of the command."""

    def __init__(self) -> None:
        self.files: list[tuple[Path, Kind]] = []
        self.passed_over: Counter[str] = Counter()

    def take(self, path: Path) -> None:
        """Raises SourceError where the path itself cannot be read."""
        if not path.exists():
            raise SourceError(f"no such file or folder: {path}")
        if path.is_dir():
            self._folder(path)
        elif not path.is_file():
            raise SourceError(f"{path} is neither a file nor a folder")
        elif kind := kind_of(path):
            self.files.append((path, kind))
        else:
            known = " ".join(sorted(PICTURES | RECORDINGS))
            raise SourceError(f"{path} is no picture or recording; known are {known}")

    def _folder(self, folder: Path) -> None:
        """All in it in the order of names, which is the same on every machine, however deep it lies."""
        open_folders = [self._entries(folder)]
        while open_folders:
            entry = next(open_folders[-1], None)
            if entry is None:
                open_folders.pop()
            elif entry.name.startswith("."):
                self.passed_over["hidden"] += 1
            elif entry.is_dir(follow_symlinks=False):
                open_folders.append(self._entries(Path(entry.path)))
            elif os.path.isfile(entry):  # noqa: PTH113 - Path and DirEntry raise for links in a circle
                self._file(Path(entry.path))
            else:
                self.passed_over[_odd(entry)] += 1

    def _entries(self, folder: Path) -> "Iterator[os.DirEntry[str]]":
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self.passed_over[f"folder that cannot be opened ({error.strerror}: {_name(folder)})"] += 1
            return iter(())
        if not entries:
            self.passed_over["empty folder"] += 1
        return iter(entries)

    def _file(self, path: Path) -> None:
        if kind := kind_of(path):
            self.files.append((path, kind))
        else:
            self.passed_over[_suffix(path) or "without a kind in its name"] += 1


def _odd(entry: "os.DirEntry[str]") -> str:
    """What it is where it is no file. A link to a folder is not followed: one that leads back has no end."""
    if not entry.is_symlink():
        return "neither file nor folder"
    if os.path.isdir(entry):  # noqa: PTH112 - as above
        return f"link to a folder ({_name(Path(entry.path))})"
    return "link to neither file nor folder" if os.path.exists(entry) else "link that leads nowhere"  # noqa: PTH110


def _nothing_in(folder: Path, passed_over: Counter[str]) -> str:
    there = f" ({_listed(passed_over)})" if passed_over else ""
    return f"there is no picture or recording in the folder {folder}{there}"


def _listed(counts: Counter[str]) -> str:
    """2 .heic, 1 hidden: the most first, and from a certain number on the rest together."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    words = [f"{count} {what}" for what, count in ordered[:MANY]]
    rest = sum(count for _, count in ordered[MANY:])
    return ", ".join([*words, f"{rest} of other kinds"] if rest else words)


def _suffix(path: Path) -> str:
    return _printable(path.suffix.lower())


def _name(path: Path) -> str:
    """The path as text that any table can hold, whatever bytes its name is made of."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def _printable(text: str) -> str:
    """In one line, on any terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
