"""Every broken line still fits the code, and what it makes of it is still code."""

import ast

import pytest

from tests.mutants.broken import DoesNotApply, Line, lines
from tests.mutants.pure import equivalents
from tests.mutants.score import Score
from tests.mutants.scratch import ROOT

LINES = lines()


@pytest.mark.parametrize("line", LINES, ids=[one.id for one in LINES])
def test_a_line_fits_its_file_exactly_once_and_leaves_code(line: Line) -> None:
    broken = line.applied((ROOT / line.file).read_text())
    if line.file.endswith(".py"):
        ast.parse(broken)


@pytest.mark.parametrize("line", LINES, ids=[one.id for one in LINES])
def test_the_tests_of_a_line_are_there(line: Line) -> None:
    named = [one for one in line.tests if one.startswith("tests/")]
    assert named
    for one in named:
        file, _, test = one.partition("::")
        assert f"def {test}" in (ROOT / file).read_text()


def test_no_two_lines_have_one_name() -> None:
    assert len({one.id for one in LINES}) == len(LINES)


@pytest.mark.parametrize("text", ["nothing of it", "a = 1\na = 1\n"])
def test_a_line_that_no_longer_fits_is_refused(text: str) -> None:
    with pytest.raises(DoesNotApply):
        Line("x", "x.py", "a = 1", "a = 2", ()).applied(text)


def test_what_is_listed_as_equivalent_still_stands_in_its_file() -> None:
    gone = {change for change in equivalents() if change.before not in (ROOT / change.file).read_text()}
    assert gone == set()


def test_the_score_is_told_with_one_decimal() -> None:
    assert str(Score(60, 62) + Score(1, 1)) == "killed 61 of 63: 96.8 %"
