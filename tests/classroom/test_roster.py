"""A list of names from wherever a school keeps it, and an invitation that says what is read."""

import codecs

import pytest

from classroom.errors import BadRoster
from classroom.join_sheet import JoinSheet, what_is_read
from classroom.models import Classroom, Policy
from classroom.roster import LARGEST, MOST_ROWS, Entry, read_roster

LIST = "Name;Bemerkung;E-Mail\nJürgen Groß;Reihe 1;j@example.org\nZoë;;z@example.org\n"
BOTH = [Entry("Jürgen Groß", "Reihe 1"), Entry("Zoë")]


def read(text, taken=()):
    return read_roster(text.encode(), taken=taken)


def names(text):
    return [entry.name for entry in read(text).entries]


@pytest.mark.parametrize(
    "data",
    [
        LIST.encode(),
        codecs.BOM_UTF8 + LIST.encode(),
        LIST.encode("latin-1"),
        LIST.encode("cp1252"),
        LIST.encode("utf-16"),
        LIST.encode("utf-16-le"),
        LIST.encode("utf-16-be"),
        LIST.replace("\n", "\r\n").encode(),
        LIST.replace("\n", "\r").encode(),
        LIST.replace(";", ",").encode(),
        ("sep=;\n" + LIST).encode(),
        codecs.BOM_UTF8 + ('"SEP=;"\r\n' + LIST).encode(),
        ("sep=\t\r\n" + LIST.replace(";", "\t")).encode("utf-16"),
        LIST.replace(";", "\t").encode(),
        ("\n\n" + LIST + " ; ;\n").encode(),
    ],
)
def test_a_list_is_read_whatever_wrote_it(data):
    found = read_roster(data, taken=())
    assert found.entries == BOTH
    assert found.problems == []
    assert found.ignored == ("E-Mail",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ada\nKim\n", ["Ada", "Kim"]),
        ("name\nAda\n", ["Ada"]),
        ("First name,Last name\nAda,Lovelace\n", ["Ada Lovelace"]),
        ("Nachname;Vorname\nLovelace;Ada\n", ["Ada Lovelace"]),
        ("Name;Vorname\nLovelace;Ada\n", ["Ada Lovelace"]),
        ("ID,Full Name\n7,Ada\n", ["Ada"]),
        ("Nr.;Schülerin;Klasse\n7;Ada;5b\n", ["Ada"]),
        ("Apellidos;Nombre\nLovelace;Ada\n", ["Ada Lovelace"]),
        ("N.º;Alumno/a\n7;Ada\n", ["Ada"]),
        ('"Lovelace, Ada"\n"Doe ""JD"" Jo"\n', ["Lovelace, Ada", 'Doe "JD" Jo']),
        ('name;note\n"Ada;B";x\n', ["Ada;B"]),
        ("Ada,a@example.org\n", ["Ada"]),
        ("Class 5b\n2026/27\n\nName;Vorname\nLovelace;Ada\n", ["Ada Lovelace"]),
        ("Klasse 5b;;\nNr.;Name;Vorname\n1;Lovelace;Ada\n", ["Ada Lovelace"]),
        ("Ada\nname\nKim\n", ["Ada", "name", "Kim"]),
        ("Ada\nKim;left-handed\n", ["Ada", "Kim"]),
        ("  Ada \u00a0 Lovelace  \n", ["Ada Lovelace"]),
    ],
)
def test_the_names_are_found_with_headings_and_without(text, found):
    assert names(text) == found


def test_a_title_above_the_headings_is_no_student_and_is_said():
    title, student = read("Class 5b\n\nname;note\nAda;x\n").rows
    assert (title.line, title.entry.name, title.problem) == (
        1,
        "Class 5b",
        "This line stands above the headings.",
    )
    assert (student.line, student.problem) == (4, "")


def test_columns_that_are_not_kept_are_said():
    assert read("name,e-mail,number\nAda,a@example.org,7\n").ignored == ("e-mail", "number")
    assert read("Ada,a@example.org\n").ignored == ("all columns but the first",)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (";only a note", "has no name"),
        ("x" * 61, "too long: at most 60"),
        ("Ada;" + "x" * 41, "note is too long"),
        ("kim", "is also in line 2"),
        ("GRACE", "in the class already"),
        ("Kim\u200b", "nobody can see"),
        ("...", "at least one letter"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_keeps_nobody_else_out(row, problem):
    found = read(f"name;note\nKim;\n{row}\nBo;\n", taken=["Grace"])
    assert [entry.name for entry in found.entries] == ["Kim", "Bo"]
    (left_out,) = found.problems
    assert left_out.line == 3
    assert problem in left_out.problem


@pytest.mark.parametrize("opened", ['"Ada;', 'Ada;"left-handed'])
def test_a_quotation_mark_that_is_not_closed_swallows_nobody_unsaid(opened):
    found = read(f'name;note\nKim;\n{opened}\nEve;"\nBo;\n')
    assert [entry.name for entry in found.entries] == ["Kim", "Bo"]
    (left_out,) = found.problems
    assert left_out.line == 4
    assert "quotation mark" in left_out.problem


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no names in this list"),
        (b" \n;;\n", "no names in this list"),
        (b"a" * (LARGEST + 1), "too large"),
        (b"Ada\n" * (MOST_ROWS + 1), "At most 500"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", "not a text file"),
        (("x" * 140_000).encode(), "not a list of rows"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_the_reason(data, reason):
    with pytest.raises(BadRoster, match=reason):
        read_roster(data, taken=())


def test_bytes_that_are_no_text_make_rows_with_problems_and_no_fault():
    found = read_roster(bytes(range(1, 256)) * 20, taken=())
    assert len(found.rows) == len(found.problems) + len(found.entries)


def test_as_many_names_as_are_allowed_are_read():
    assert len(names("".join(f"Student {n}\n" for n in range(MOST_ROWS)))) == MOST_ROWS


@pytest.mark.parametrize(
    ("allowed", "said", "never"),
    [
        (None, "nothing is read from anybody", "camera"),
        ({"allows_presence": False}, "No camera is used", "picture"),
        ({}, "whether a face is there", "expression"),
        ({"allows_attention": True}, "head and eyes", "expression"),
        ({"allows_attention": True, "allows_expression": True}, "expression the face resembles", "emotion"),
    ],
)
def test_the_text_for_the_chat_says_link_code_and_what_is_read(allowed, said, never):
    policy = Policy(**allowed) if allowed is not None else None
    classroom = Classroom(name="Physics", join_code="ABC234")
    text = JoinSheet(classroom, "example.org/join/", "https://example.org/join/x/", policy).text
    assert "Join Physics: https://example.org/join/x/" in text
    assert "ABC 234" in text
    assert said in what_is_read(policy)
    assert said in text
    assert never not in text


def test_the_code_for_a_phone_is_drawn_black_on_white_and_holds_what_nobody_typed():
    classroom = Classroom(name="<script>", join_code="ABC234")
    svg = JoinSheet(classroom, "example.org/join/", "https://example.org/join/x/", None).qr
    assert svg.startswith("<svg")
    assert 'fill="#fff"' in svg
    assert 'stroke="#000"' in svg
    assert "script" not in svg
