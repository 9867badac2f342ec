"""The tables of a report as typed values, which every kind of file is made of."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a fixed choice: what a person reads, and the key that a program reads."""

    key: str
    text: str


Cell = str | int | float | bool | datetime | Word | None
"""Times are aware, in the viewer's zone; shares are in [0, 1]. None: nothing is known, or nothing is told."""


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    is_share: bool = False
    is_level: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the whole lesson."""

    key: str
    label: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Table:
    """`key` is a file's name and JSON's, `title` at most 31 letters for a sheet's."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Tables:
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
