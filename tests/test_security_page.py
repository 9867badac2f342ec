"""docs/security.md: each requirement stands there once, and each test that it names is there and runs."""

import re
from pathlib import Path

import pytest

from tests.test_promises import functions_of, skips_always

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text()
CHAPTERS = re.split(r"^## V(\d+) .*$", PAGE, flags=re.MULTILINE)
TEST = re.compile(r"^tests/[\w/]+\.py::\w+$")
NUMBERS = re.compile(r"(\d+\.\d+)\.(\d+)(?: to \1\.(\d+))?")
# How many requirements of levels 1 and 2 each section of a chapter has, in the list published with 5.0.0:
# they are the first of their section, those of level 3 come after them.
LEVELS_1_AND_2 = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}


def numbers_in(text: str) -> list[str]:
    """10.7.1, 10.7.2 and 10.7.3 of "10.7.1 to 10.7.3"."""
    return [
        f"{section}.{number}"
        for section, first, last in NUMBERS.findall(text)
        for number in range(int(first), int(last or first) + 1)
    ]


def rows() -> list[tuple[int, list[str], str, list[str]]]:
    """Chapter, numbers, how, and tests of each row."""
    found = []
    for chapter, text in zip(CHAPTERS[1::2], CHAPTERS[2::2], strict=True):
        for numbers, how, tests in re.findall(r"^\| (\d.*?) \| (.+) \| (.+?) \|$", text, flags=re.MULTILINE):
            named = [] if tests == "—" else tests.split(", ")
            found.append((int(chapter), numbers_in(numbers), how, named))
    return found


ROWS = rows()
NAMED = sorted({test for *_, tests in ROWS for test in tests})


def test_the_page_goes_through_all_chapters() -> None:
    assert [int(one) for one in CHAPTERS[1::2]] == list(range(1, 18))
    assert {chapter for chapter, *_ in ROWS} == set(range(1, 17))
    chapters = PAGE.partition("\n## Behind one address\n")[0].splitlines()
    lines = [line for line in chapters if line.startswith("| ") and "| number |" not in line]
    assert len(ROWS) == len(lines) > 90


def test_a_requirement_stands_in_its_chapter_and_once() -> None:
    numbers = [(chapter, one) for chapter, found, *_ in ROWS for one in found]
    assert all(one.startswith(f"{chapter}.") for chapter, one in numbers)
    assert len(numbers) == len({one for _, one in numbers})


def test_each_requirement_of_levels_1_and_2_stands_there_and_no_other() -> None:
    published = {
        f"{chapter}.{section}.{number}"
        for chapter, sections in LEVELS_1_AND_2.items()
        for section, count in enumerate(sections, start=1)
        for number in range(1, count + 1)
    }
    assert len(published) == 253
    applicable = {number for number in published if not number.startswith("17.")}
    assert {number for _, numbers, *_ in ROWS for number in numbers} == applicable


def test_what_is_not_met_is_said_at_the_top_and_in_its_row() -> None:
    """A row says it in bold letters; of two requirements of one row both or one may be meant."""
    top = set(numbers_in(CHAPTERS[0].partition("**Not met**")[2]))
    unmet = [set(numbers) for _, numbers, how, _ in ROWS if "**" in how]
    assert [row for row in unmet if not row & top] == []
    assert top <= set().union(*unmet)


def test_what_has_no_test_says_why_or_what_it_rests_on() -> None:
    assert [numbers for _, numbers, how, tests in ROWS if not tests and len(how.split()) < 4] == []


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_holds_a_requirement_is_there_and_runs(named: str) -> None:
    assert TEST.match(named)
    file, _, name = named.partition("::")
    assert not skips_always(functions_of(file)[name])
