"""The report's tables as files: a workbook, a folder of CSV in a zip, and JSON."""

import csv
import io
import zipfile
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec
import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from emotion import cells
from reports.table_values import Cell, Column, Table, Tables, Word

JSON_FORMAT = "classpulse-report"
JSON_VERSION = 2
"""Goes up whenever a key goes or changes its meaning; a new key changes nothing."""
WIDEST = 48


class Separator(StrEnum):
    """What stands between cells: where decimals have a comma, spreadsheets expect a semicolon."""

    COMMA = "comma"
    SEMICOLON = "semicolon"


SIGNS = {Separator.COMMA: ",", Separator.SEMICOLON: ";"}
# Built-in formats of a workbook, which each program shows as its own country writes them.
DATE_AND_TIME, PER_CENT = 22, 9
LEVEL_COLOURS = {"engaged": "#deedf8", "drifting": "#fbefd5", "away": "#fbe5dc"}


def workbook(made: Tables) -> bytes:
    """A sheet for each table after one about the lesson. A text is a text, whatever it begins with."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.set_properties({"title": _("ClassPulse report")})
        formats = _Formats(book)
        for table in (_about(made), *made.tables):
            _write_sheet(book.add_worksheet(table.title), table, formats)
    return target.getvalue()


def csv_zip(made: Tables, separator: Separator = Separator.COMMA) -> bytes:
    """A file for each table, RFC 4180 but for the separator, with a byte order mark, under its key."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as folder:
        for table in (_about(made), *made.tables):
            folder.writestr(zipfile.ZipInfo(f"{table.key}.csv"), csv_text(table, separator))
    return target.getvalue()


def csv_text(table: Table, separator: Separator = Separator.COMMA) -> str:
    target = io.StringIO()
    target.write(cells.BYTE_ORDER_MARK)
    writer = csv.writer(target, delimiter=SIGNS[separator])
    writer.writerow([column.label for column in table.columns])
    writer.writerows([_written(_in_csv(cell), separator) for cell in row] for row in table.rows)
    return target.getvalue()


def json_bytes(made: Tables) -> bytes:
    return msgspec.json.format(msgspec.json.encode(told_in_json(made)), indent=2) + b"\n"


def told_in_json(made: Tables) -> dict[str, Any]:
    """Times are ISO 8601 with their zone; words are keys."""
    told: dict[str, Any] = {
        "format": JSON_FORMAT,
        "version": JSON_VERSION,
        "lesson": {fact.key: _in_json(fact.value) for fact in made.facts},
    }
    for table in made.tables:
        keys = [column.key for column in table.columns]
        told[table.key] = [dict(zip(keys, map(_in_json, row), strict=True)) for row in table.rows]
    return told


def _about(made: Tables) -> Table:
    columns = (Column("about", _("about the lesson")), Column("value", _("value")))
    return Table("about", _("About"), columns, tuple((fact.label, fact.value) for fact in made.facts))


class _Formats:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.header = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.at = book.add_format({"num_format": DATE_AND_TIME, "align": "left"})
        self.share = book.add_format({"num_format": PER_CENT})
        self.levels = {kind: book.add_format({"bg_color": colour}) for kind, colour in LEVEL_COLOURS.items()}


def _write_sheet(sheet: Worksheet, table: Table, formats: _Formats) -> None:
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, column.label, formats.header)
        sheet.set_column(number, number, _width(row[number] for row in table.rows))
    for line, row in enumerate(table.rows, 1):
        for number, cell in enumerate(row):
            _write_cell(sheet, (line, number), cell, formats, table.columns[number])
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_cell(
    sheet: Worksheet, place: tuple[int, int], cell: Cell, formats: _Formats, column: Column
) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(*place, cell.replace(tzinfo=None), formats.at)
    elif isinstance(cell, int | float):
        sheet.write_number(*place, cell, formats.share if column.is_share else None)
    elif cell is not None:
        text, key = (cell.text, cell.key) if isinstance(cell, Word) else (cell, "")
        sheet.write_string(*place, text, formats.levels.get(key) if column.is_level else None)


def _width(column: Iterable[Cell]) -> int:
    """In letters; a header is broken into lines instead."""
    longest = max(
        (16 if isinstance(cell, datetime) else len(str(_in_csv(cell) or "")) for cell in column), default=0
    )
    return min(WIDEST, max(12, longest + 2))


def _in_csv(cell: Cell) -> cells.Cell:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cells.safe(cell.text if isinstance(cell, Word) else cell)


def _written(cell: cells.Cell, separator: Separator) -> cells.Cell:
    """Where semicolons separate, a number has a comma."""
    if separator is Separator.SEMICOLON and isinstance(cell, float):
        return str(cell).replace(".", ",")
    return cell


def _in_json(cell: Cell) -> object:
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cell.key if isinstance(cell, Word) else cell
