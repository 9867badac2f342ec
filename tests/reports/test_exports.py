"""Cells that are safe in a spreadsheet, and sections of them."""

import pytest

from emotion.cells import BYTE_ORDER_MARK, safe
from reports.exports import Section, write


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("Ada", "Ada"),
        ("", ""),
        ("a=b", "a=b"),
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("+49 30", "'+49 30"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("|calc", "'|calc"),
        ("%0A", "'%0A"),
        ("\uff1dHYPERLINK(1)", "'\uff1dHYPERLINK(1)"),
        ("\u3000\uff0b1", "'\u3000\uff0b1"),
        ("3/4", "'3/4"),
        ("\uff13\uff0f\uff14", "'\uff13\uff0f\uff14"),
        ("3-4", "'3-4"),
        ("1.2", "'1.2"),
        ("12:30", "'12:30"),
        ("007", "'007"),
        ("1e5", "'1e5"),
        ("1234567890123456", "'1234567890123456"),
        ("7", "7"),
        ("0", "0"),
        ("2026", "2026"),
        ("2026-09-07T08:00:00+02:00", "2026-09-07T08:00:00+02:00"),
        ("3b", "3b"),
        ("50%", "'50%"),
        ("$5", "'$5"),
        ("(5)", "'(5)"),
        ("3 pm", "'3 pm"),
        ("5 May", "'5 May"),
        ("MARCH1", "'MARCH1"),
        ("Maya", "Maya"),
        ("May", "May"),
        ("June 2b", "June 2b"),
        ("Maria 2", "Maria 2"),
        ("Julia 12", "Julia 12"),
        ("3a", "3a"),
        ("3e", "3e"),
        ("3 a", "'3 a"),
        ("3am", "'3am"),
        (".5", "'.5"),
        ("1'000", "'1'000"),
        ("12:", "'12:"),
        ("March 5, 2024", "'March 5, 2024"),
        ("3. Dez", "'3. Dez"),
        ("5 AOÛT", "'5 AOÛT"),
        ("Mai-24", "'Mai-24"),
        ("5月3日", "'5月3日"),
        ("3年2組", "3年2組"),
        ("True", "'True"),
        ("FALSCH", "'FALSCH"),
        ("Truedy", "Truedy"),
        ("\u22125", "'\u22125"),
        ("\u200b=1", "'\u200b=1"),
        ("\x0b=1", "'\x0b=1"),
        ("x;=1+1;y", "x;'=1+1;y"),
        ("x, @SUM(A1)", "x, '@SUM(A1)"),
        ("x\n-cmd|' /C calc'!A0", "x\n'-cmd|' /C calc'!A0"),
        ("x\t\uff1d1", "x\t'\uff1d1"),
        ("=1;=2", "'=1;'=2"),
        (";=1", ";'=1"),
        ("well; - but late", "well; '- but late"),
        ("good ;-)", "good ;-)"),
        ("one, two", "one, two"),
        (-0.5, -0.5),
        (3, 3),
        (None, None),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_or_rewrite_is_marked_as_text(cell, written):
    assert safe(cell) == written


def test_sections_are_written_with_a_byte_order_mark_and_an_empty_line_between():
    text = write([Section("A", ("x", "y"), ((1, "=2"),)), Section("B", (), (("é,;\n",),))])
    assert text == BYTE_ORDER_MARK + 'A\r\nx,y\r\n1,\'=2\r\n\r\nB\r\n"é,;\n"\r\n'
