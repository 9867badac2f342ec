"""A list of names from a spreadsheet or a school's office, read row by row. No row of ours is touched here.

Of each student the name is kept and, where there is one, a note of the teacher's; other columns are not.
"""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from classroom.errors import BadName, BadRoster
from classroom.models.people import NOTE_LENGTH
from classroom.names import as_read, clean_name

LARGEST = 200_000  # bytes
MOST_ROWS = 500
MOST_TITLES = 5
SEPARATORS = ",;\t"
Line = tuple[int, list[str]]
"""Its number, and its cells."""
DECLARED = re.compile(r'"?sep=([,;\t])"?[\r\n]', re.IGNORECASE)
"""The first line by which a file tells a spreadsheet how its rows are parted."""
# As spreadsheets and school offices head their columns.
FIRST_NAMES = {
    "first name",
    "firstname",
    "given name",
    "forename",
    "vorname",
    "rufname",
    "prénom",
    "nombre",
    "nome",
}
LAST_NAMES = {
    "last name",
    "lastname",
    "surname",
    "family name",
    "nachname",
    "familienname",
    "apellido",
    "apellidos",
    "cognome",
}
NAMES = {
    "name",
    "full name",
    "display name",
    "student",
    "student name",
    "pupil",
    "nom",
    "schüler",
    "schülerin",
    "schülername",
    "schüler/in",
    "schülerinnen und schüler",
    "nombre completo",
    "nombre y apellidos",
    "apellidos y nombre",
    "estudiante",
    "alumno",
    "alumna",
    "alumno/a",
    "alumnado",
}
NOTES = {
    "note",
    "notes",
    "remark",
    "remarks",
    "notiz",
    "anmerkung",
    "bemerkung",
    "bemerkungen",
    "anotación",
    "anotaciones",
    "observación",
    "observaciones",
}


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file by its line; `problem` is why it is left out, empty where it is not."""

    line: int
    entry: Entry
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """`ignored` are the headings of columns that are not kept."""

    rows: tuple[Row, ...]
    ignored: tuple[str, ...] = ()

    @property
    def entries(self) -> list[Entry]:
        return [row.entry for row in self.rows if not row.problem]

    @property
    def problems(self) -> list[Row]:
        return [row for row in self.rows if row.problem]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which cells of a row make its name, in the order in which they are said, and which its note."""

    name: tuple[int, ...] = (0,)
    note: int | None = None
    is_heading: bool = False

    def entry(self, cells: Sequence[str]) -> Entry:
        parts = (cells[one].strip() for one in self.name if one < len(cells))
        note = cells[self.note] if self.note is not None and self.note < len(cells) else ""
        return Entry(" ".join(filter(None, parts)), note.strip())


def read_roster(data: bytes, *, taken: Iterable[str]) -> Roster:
    """`taken` are the names that the class has already. Raises BadRoster."""
    if len(data) > LARGEST:
        raise BadRoster(_("This file is too large for a list of names: at most 200 kB are read."))
    lines: Sequence[Line] = list(_lines(_text_of(data)))
    if not lines:
        raise BadRoster(_("There are no names in this list."))
    titles, lines = _without_titles(lines)
    columns = _columns(lines[0][1])
    body = lines[1:] if columns.is_heading else lines
    if len(body) > MOST_ROWS:
        raise BadRoster(_("At most 500 names are read at once. Split the list."))
    return Roster((*titles, *_rows(body, columns, taken)), _ignored(lines[0][1], columns))


def _text_of(data: bytes) -> str:
    """Spreadsheets write UTF-8 with or without a mark, UTF-16, or the Western European code page."""
    for mark, encoding in ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\0" in data:
        return _decoded(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadRoster(_("This file is not a text file. Save the list as CSV and try again.")) from error


def _lines(text: str) -> Iterator[Line]:
    """Rows in which anything stands, each with the line on which it ends."""
    declared = DECLARED.match(text)
    separator = declared[1] if declared else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        for cells in reader:
            is_declaration = declared is not None and reader.line_num == 1
            if any(cell.strip() for cell in cells) and not is_declaration:
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadRoster(_("This file is not a list of rows. Save it as CSV and try again.")) from error


def _separator(text: str) -> str:
    """The one that stands most often in the first row that has any; a comma where none does."""
    filled = [line for line in text.splitlines() if line.strip()]
    outside = ["".join(line.split('"')[::2]) for line in filled[: MOST_TITLES + 1]]
    first = next((line for line in outside if any(one in line for one in SEPARATORS)), "")
    return max(SEPARATORS, key=first.count)


def _without_titles(lines: Sequence[Line]) -> tuple[list[Row], Sequence[Line]]:
    """Schools' lists begin with a line or two in one cell, the class and its year, above the headings."""
    for place, (_number, cells) in enumerate(lines[: MOST_TITLES + 1]):
        if sum(bool(cell.strip()) for cell in cells) > 1:
            if place and _columns(cells).is_heading:
                titles = [
                    Row(line, Columns().entry(above), _("This line stands above the headings."))
                    for line, above in lines[:place]
                ]
                return titles, lines[place:]
            break
    return [], lines


def _columns(first: Sequence[str]) -> Columns:
    headings = [" ".join(cell.casefold().split()) for cell in first]

    def found(known: Collection[str]) -> int | None:
        return next((place for place, heading in enumerate(headings) if heading in known), None)

    given, family, whole, note = map(found, (FIRST_NAMES, LAST_NAMES, NAMES, NOTES))
    if given is not None and (last := family if family is not None else whole) is not None:
        return Columns((given, last), note, is_heading=True)
    if (name := next((one for one in (whole, given, family) if one is not None), None)) is not None:
        return Columns((name,), note, is_heading=True)
    return Columns()


def _ignored(first: Sequence[str], columns: Columns) -> tuple[str, ...]:
    kept = {*columns.name, columns.note}
    left = [cell.strip() for place, cell in enumerate(first) if place not in kept and cell.strip()]
    if columns.is_heading or not left:
        return tuple(left)
    return (_("all columns but the first"),)


def _rows(lines: Iterable[Line], columns: Columns, taken: Iterable[str]) -> Iterator[Row]:
    known = set(map(as_read, taken))
    seen: dict[str, int] = {}
    for line, cells in lines:
        entry, problem = _checked(columns.entry(cells))
        alike = "" if problem else as_read(entry.name)
        if not problem and alike in known:
            problem = _("This name is in the class already.")
        if not problem and alike in seen:
            problem = _("This name is also in line %(line)d. Add something that tells the two apart.") % {
                "line": seen[alike]
            }
        if not problem:
            seen[alike] = line
        yield Row(line, entry, problem)


def _checked(entry: Entry) -> tuple[Entry, str]:
    if not entry.name:
        return entry, _("This row has no name.")
    if any(len(text.splitlines()) > 1 for text in (entry.name, entry.note)):
        # Whatever stands after the mark was read as part of this cell, other students with it.
        return entry, _(
            "A quotation mark before this line is not closed, so rows run together. Close or remove it."
        )
    if len(entry.note) > NOTE_LENGTH:
        return entry, _("This note is too long: at most %(most)d characters.") % {"most": NOTE_LENGTH}
    try:
        return Entry(clean_name(entry.name), clean_name(entry.note) if entry.note else ""), ""
    except BadName as error:
        return entry, str(error)
