"""docs/security.md: each requirement stands there once, and each test that it names is there and runs."""

import re
from pathlib import Path

import pytest

from tests.test_promises import functions_of, skips_always

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text()
CHAPTERS = re.split(r"^## V(\d+) .*$", PAGE, flags=re.MULTILINE)
TEST = re.compile(r"^tests/[\w/]+\.py::\w+$")
NUMBER = re.compile(r"\d+\.\d+\.\d+")


def rows() -> list[tuple[int, list[str], str, list[str]]]:
    """Chapter, numbers, how, and tests of each row."""
    found = []
    for chapter, text in zip(CHAPTERS[1::2], CHAPTERS[2::2], strict=True):
        for numbers, how, tests in re.findall(r"^\| (\d.*?) \| (.+) \| (.+?) \|$", text, flags=re.MULTILINE):
            named = [] if tests == "—" else tests.split(", ")
            found.append((int(chapter), NUMBER.findall(numbers), how, named))
    return found


ROWS = rows()
NAMED = sorted({test for *_, tests in ROWS for test in tests})


def test_the_page_goes_through_all_chapters() -> None:
    assert [int(one) for one in CHAPTERS[1::2]] == list(range(1, 18))
    assert {chapter for chapter, *_ in ROWS} == set(range(1, 17))
    lines = [line for line in PAGE.splitlines() if line.startswith("| ") and "| number |" not in line]
    assert len(ROWS) == len(lines) > 90


def test_a_requirement_stands_in_its_chapter_and_once() -> None:
    numbers = [(chapter, one) for chapter, found, *_ in ROWS for one in found]
    assert all(one.startswith(f"{chapter}.") for chapter, one in numbers)
    assert len(numbers) == len({one for _, one in numbers})


def test_what_has_no_test_says_why_or_what_it_rests_on() -> None:
    assert [numbers for _, numbers, how, tests in ROWS if not tests and len(how.split()) < 4] == []


@pytest.mark.parametrize("named", NAMED)
def test_a_test_that_holds_a_requirement_is_there_and_runs(named: str) -> None:
    assert TEST.match(named)
    file, _, name = named.partition("::")
    assert not skips_always(functions_of(file)[name])
