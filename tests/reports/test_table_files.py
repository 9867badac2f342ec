"""The tables as files: typed, the same in each, and nothing that a spreadsheet runs."""

import csv
import io
import json
from datetime import datetime, timedelta

import pytest

from reports.table_files import Separator, csv_text, csv_zip, json_bytes, workbook
from reports.table_values import Column, Fact, Table, Tables, Word
from tests.reports.files import cells_of, csv_files, make_written_class, rows_of, sheets_of, tables_for

AT = datetime.fromisoformat("2026-09-07T10:00:00+02:00")
FORMULA = '=HYPERLINK("http://x","y")'
MADE = Tables(
    (Fact("lesson", "lesson", FORMULA),),
    (
        Table(
            "people",
            "People",
            (Column("name", "name"), Column("at", "at"), Column("n", "n"), Column("s", "s", is_share=True)),
            ((FORMULA, AT, 3, 0.5), ("{=1+1}", None, None, None), (Word("most", "very most"), AT, 1.5, 1.0)),
        ),
    ),
)


def test_a_workbook_has_a_sheet_for_each_table_after_that_about_the_lesson():
    assert list(sheets_of(workbook(MADE))) == ["About", "People"]


def test_in_a_workbook_a_number_is_a_number_and_a_time_is_one_of_the_viewers_zone():
    cells = cells_of(sheets_of(workbook(MADE))["People"])
    days = (datetime(2026, 9, 7, 10) - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    assert cells["B2"][0] == "n" and float(cells["B2"][1]) == pytest.approx(days)
    assert cells["C2"] == ("n", "3") and cells["D2"] == ("n", "0.5")
    assert "B3" not in cells, "what is not known is no cell"


def test_in_a_workbook_no_text_is_a_formula_or_a_link():
    for name, sheet in sheets_of(workbook(MADE)).items():
        tags = {one.tag.rpartition("}")[2] for one in sheet.iter()}
        assert tags.isdisjoint({"f", "hyperlink", "hyperlinks"}), name
    assert cells_of(sheets_of(workbook(MADE))["People"])["A2"][0] == "s"


def test_the_header_of_each_sheet_stays_in_sight():
    for sheet in sheets_of(workbook(MADE)).values():
        (pane,) = [one for one in sheet.iter() if one.tag.endswith("}pane")]
        assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")


def test_where_decimals_have_a_comma_a_csv_file_has_semicolons():
    files = csv_files(csv_zip(MADE, Separator.SEMICOLON))
    rows = list(csv.reader(io.StringIO(files["people.csv"]), delimiter=";"))
    assert rows[1:] == [
        [f"'{FORMULA}", "2026-09-07T10:00:00+02:00", "3", "0,5"],
        ["{=1+1}", "", "", ""],
        ["very most", "2026-09-07T10:00:00+02:00", "1,5", "1,0"],
    ]


def test_a_csv_file_is_one_table_that_any_reader_takes():
    files = csv_files(csv_zip(MADE))
    assert list(files) == ["about.csv", "people.csv"]
    rows = list(csv.reader(io.StringIO(files["people.csv"])))
    assert rows == [
        ["name", "at", "n", "s"],
        [f"'{FORMULA}", "2026-09-07T10:00:00+02:00", "3", "0.5"],
        ["{=1+1}", "", "", ""],
        ["very most", "2026-09-07T10:00:00+02:00", "1.5", "1.0"],
    ]
    assert csv_text(MADE.tables[0]).startswith("\ufeff")


def test_json_names_its_version_and_has_keys_instead_of_words():
    told = json.loads(json_bytes(MADE))
    assert (told["format"], told["version"]) == ("classpulse-report", 2)
    assert told["lesson"] == {"lesson": FORMULA}
    assert told["people"][2] == {"name": "most", "at": "2026-09-07T10:00:00+02:00", "n": 1.5, "s": 1.0}


@pytest.mark.django_db
def test_all_three_hold_the_same_tables():
    taught = make_written_class()
    taught.sad.display_name = "\uff1dcmd|' /C calc'!A1"
    taught.sad.save()
    made = tables_for(taught.lesson)
    keys = [table.key for table in made.tables]
    assert keys == ["attendance", "minutes", "students", "levels", "flags", "key_moments", "said"]
    assert list(csv_files(csv_zip(made))) == [f"{key}.csv" for key in ("about", *keys)]
    for text in csv_files(csv_zip(made)).values():
        assert len({len(row) for row in csv.reader(io.StringIO(text))}) == 1, (
            "every line is as long as the first"
        )
    assert list(sheets_of(workbook(made))) == ["About", *(table.title for table in made.tables)]
    told = json.loads(json_bytes(made))
    assert list(told) == ["format", "version", "lesson", *keys]
    for key in keys:
        assert len(told[key]) == len(rows_of(made, key))
