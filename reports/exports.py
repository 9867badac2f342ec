"""Sections as CSV for a spreadsheet, with a title line each, separated by an empty line."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from emotion.cells import BYTE_ORDER_MARK, Cell, safe


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def write(sections: Iterable[Section]) -> str:
    """RFC 4180 with a byte order mark; every text is made safe against being read as a formula."""
    target = io.StringIO()
    target.write(BYTE_ORDER_MARK)
    writer = csv.writer(target)
    for index, section in enumerate(sections):
        if index:
            writer.writerow(())
        for row in ((section.title,), section.header, *section.rows):
            if row:
                writer.writerow([safe(cell) for cell in row])
    return target.getvalue()
