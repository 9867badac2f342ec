"""A lesson's report as its files are made of it, and what stands in a workbook."""

import io
import re
import zipfile
from datetime import timedelta
from xml.etree import ElementTree as ET

from django.utils import timezone

from classroom.models import Lesson
from reports.aggregates import class_summary
from reports.build import build_report
from reports.paper import content
from reports.roster import attendees, individuals, names_of_missing
from reports.shown import shown_flags, shown_signals
from reports.table_values import Tables, Word
from reports.tables import tables_of
from tests.factories import MONDAY
from tests.reports.class_of import TaughtClass, make_taught_class

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def make_written_class(**fields: object) -> TaughtClass:
    """Taught this morning, with its report and drafts."""
    taught = make_taught_class(**{"started_at": timezone.now() - timedelta(hours=3), **fields})
    build_report(lesson_id=taught.lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=taught.lesson.id).update(report_state="ready")
    return taught


def tables_for(lesson: Lesson) -> Tables:
    summary = class_summary(lesson, MONDAY)
    measured = individuals(lesson, summary.taught_s)
    flags = list(shown_flags(lesson, shown_signals(lesson)))
    return tables_of(lesson, summary, attendees(lesson), measured, flags)


def content_for(lesson: Lesson, *, with_people: bool = False) -> content.Content:
    summary = class_summary(lesson, MONDAY)
    present, people = attendees(lesson), None
    if with_people:
        measured = individuals(lesson, summary.taught_s)
        flags = list(shown_flags(lesson, shown_signals(lesson)))
        people = content.people_of(lesson, present, names_of_missing(lesson), measured, flags, {})
    return content.content(lesson, summary, present, people)


def rows_of(made: Tables, key: str) -> list[dict[str, object]]:
    """The rows of one table by its columns' keys, words as a person reads them."""
    (table,) = [table for table in made.tables if table.key == key]
    keys = [column.key for column in table.columns]
    return [
        dict(zip(keys, (cell.text if isinstance(cell, Word) else cell for cell in row), strict=True))
        for row in table.rows
    ]


def csv_files(made: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(made)) as folder:
        return {name: folder.read(name).decode("utf-8-sig") for name in folder.namelist()}


def sheets_of(made: bytes) -> dict[str, ET.Element]:
    """Each sheet of a workbook by its name."""
    with zipfile.ZipFile(io.BytesIO(made)) as folder:
        names = re.findall(r'<sheet name="([^"]+)"', folder.read("xl/workbook.xml").decode())
        return {
            name: ET.fromstring(folder.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
            for number, name in enumerate(names, 1)
        }


def cells_of(sheet: ET.Element) -> dict[str, tuple[str, str]]:
    """The kind of each cell by its place, and its value as it is stored."""
    return {
        cell.attrib["r"]: (cell.attrib.get("t", "n"), cell.findtext(f"{SHEET}v", ""))
        for cell in sheet.iter(f"{SHEET}c")
    }
