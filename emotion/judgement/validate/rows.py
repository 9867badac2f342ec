"""Measurements of labelled pictures and of recordings, from CSV; what cannot be used is named."""

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from emotion.values import Attention

MEASURED = ("yaw", "pitch", "eye_openness", "gaze_y")
PICTURE = ("student", "label", *MEASURED)
FRAME = ("person", "behaviour", *MEASURED)
LABELS = (1, 2, 3)
"""Disengaged, partly engaged, engaged."""


class BadRows(ValueError):
    """A file, or a line of it, cannot be used; the text says where and what is needed."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture, and how engaged somebody said its student looks (1 to 3); no attention without a face."""

    student: str
    label: int
    attention: Attention | None


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a recording, in order; no attention where no face was found."""

    person: str
    light: str
    behaviour: str
    attention: Attention | None


@dataclass(frozen=True, slots=True)
class Rows:
    pictures: tuple[Picture, ...]
    frames: tuple[Frame, ...]


def read(place: Path) -> Rows:
    """The rows of a file, or of the CSV files in a folder. Raises BadRows."""
    files = sorted(place.glob("*.csv")) if place.is_dir() else [place]
    pictures: list[Picture] = []
    frames: list[Frame] = []
    for file in files:
        for line, row in _lines(file):
            if "label" in row:
                pictures.append(_picture(row, f"{file}, line {line}"))
            else:
                frames.append(_frame(row, f"{file}, line {line}"))
    rows: list[Picture | Frame] = [*pictures, *frames]
    if not any(one.attention for one in rows):
        raise BadRows(f"{place}: no rows in which a face was found")
    return Rows(tuple(pictures), tuple(frames))


def _lines(file: Path) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            reader = csv.DictReader(opened)
            _check_columns(file, reader.fieldnames or ())
            for row in reader:
                yield reader.line_num, row
    except OSError as error:
        raise BadRows(f"{file}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadRows(f"{file} is no CSV in UTF-8: {error}") from error


def _check_columns(file: Path, columns: object) -> None:
    there = set(columns) if isinstance(columns, list | tuple) else set()
    needed = PICTURE if "label" in there else FRAME
    if missing := [name for name in needed if name not in there]:
        raise BadRows(
            f"{file} lacks the columns {', '.join(missing)}. Labelled pictures have {', '.join(PICTURE)};"
            f" recordings have {', '.join(FRAME)}, and may have light; both may have found (0 or 1)"
        )


def _picture(row: Mapping[str, str | None], where: str) -> Picture:
    label = _number(row, "label", where)
    if label not in LABELS:
        raise BadRows(f"{where}: label is {row['label']!r}; it is 1 (disengaged), 2 (partly) or 3 (engaged)")
    return Picture(_name(row, "student", where), int(label), _attention(row, where))


def _frame(row: Mapping[str, str | None], where: str) -> Frame:
    person, behaviour = _name(row, "person", where), _name(row, "behaviour", where)
    return Frame(person, row.get("light") or "", behaviour, _attention(row, where))


def _attention(row: Mapping[str, str | None], where: str) -> Attention | None:
    if "found" in row and _number(row, "found", where) != 1:
        return None
    yaw, pitch, eyes, gaze_y = (_number(row, name, where) for name in MEASURED)
    return Attention(yaw, pitch, 0.0, eyes, 0.0, gaze_y)


def _number(row: Mapping[str, str | None], column: str, where: str) -> float:
    text = row[column]
    try:
        number = float(text or "")
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadRows(f"{where}: {column} is {text!r}, and a number is needed")
    return number


def _name(row: Mapping[str, str | None], column: str, where: str) -> str:
    if name := (row[column] or "").strip():
        return name
    raise BadRows(f"{where}: {column} is empty")
