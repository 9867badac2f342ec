"""docs/promises.md: each promise still stands where the page says, and its tests are there and run."""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "promises.md"
# Pages that promise something: each has to be in the list.
PROMISING = {"README.md", "SECURITY.md", "docs/privacy.md", "docs/report.md", "docs/flags.md"}


@dataclass(frozen=True, slots=True)
class Promise:
    sentence: str
    where: str
    tests: tuple[str, ...]


def promises(text: str) -> list[Promise]:
    rows = re.findall(r"^\| (.+?) \| (\S+) \| (tests/.+?) \|$", text, flags=re.MULTILINE)
    return [Promise(sentence, where, tuple(tests.split(", "))) for sentence, where, tests in rows]


def held_by(text: str) -> list[list[str]]:
    """The tests of each line of the tables whose last column is "held by"; none where a line names none."""
    found, is_held = [], False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if is_held and cells and not set(cells[-1]) <= {"-"}:
            found.append(re.findall(r"tests/[\w/]+\.py::\w+", cells[-1]))
        is_held = bool(cells) and (is_held or cells[-1] == "held by")
    return found


PROMISES = promises(PAGE.read_text())
# Drafts for a school's files: each line of a table "held by" names its tests there.
DRAFTS = sorted((ROOT / "docs" / "privacy").glob("*.md"))
HELD = {page.name: held_by(page.read_text()) for page in DRAFTS}
NAMED = sorted(
    {test for one in PROMISES for test in one.tests}
    | {test for page in HELD.values() for line in page for test in line}
)


def spoken(text: str) -> str:
    """Without line breaks, and without the marks of a page that words are emphasised."""
    return " ".join(text.replace("**", "").split())


def stands_in(sentence: str, text: str) -> bool:
    """Whether its pieces, around each "…", come one after the other."""
    rest = spoken(text)
    for piece in sentence.split("…"):
        _before, found, rest = rest.partition(spoken(piece))
        if not found:
            return False
    return True


@cache
def functions_of(file: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse((ROOT / file).read_text())
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def skips_always(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Marked with skip or xfail, or with a first statement that skips."""
    marks = [ast.unparse(one) for one in test.decorator_list]
    if any(re.match(r"pytest\.mark\.(skip|xfail)\b", mark) for mark in marks):
        return True
    statements = [one for one in test.body if not isinstance(getattr(one, "value", None), ast.Constant)]
    return bool(statements) and ast.unparse(statements[0]).startswith("pytest.skip(")


@pytest.mark.parametrize("promise", PROMISES, ids=[one.sentence[:60] for one in PROMISES])
def test_a_promise_still_stands_where_the_list_says(promise: Promise) -> None:
    assert stands_in(promise.sentence, (ROOT / promise.where).read_text())


@pytest.mark.parametrize("named", NAMED)
def test_a_test_of_a_promise_is_there_and_runs(named: str) -> None:
    file, _, name = named.partition("::")
    assert name in functions_of(file)
    assert not skips_always(functions_of(file)[name])
    assert "pytest.skip(" not in "".join(
        ast.unparse(one) for one in ast.parse((ROOT / file).read_text()).body if isinstance(one, ast.Expr)
    )


def test_every_row_of_the_list_is_read_and_every_page_that_promises_is_in_it() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    tables = rows.count("| sentence | where | test |")
    assert len(PROMISES) == len(rows) - tables > 90
    assert {one.where for one in PROMISES} >= PROMISING


@pytest.mark.parametrize("page", ["annex-iv.md", "dpia.md", "fria.md", "records.md"])
def test_each_draft_for_a_school_names_a_test_for_whatever_it_says_is_held(page: str) -> None:
    assert len(HELD[page]) >= 4 and all(HELD[page])


def test_a_line_that_names_no_test_would_be_found() -> None:
    table = "| risk | held by |\n|---|---|\n| a | tests/a.py::test_a |\n| b | nothing |\n\n| c | d |"
    assert held_by(table) == [["tests/a.py::test_a"], []]


def test_a_promise_that_was_changed_is_noticed() -> None:
    assert stands_in("Never kept … by us", "**Never\nkept** at all by us")
    assert not stands_in("Never kept", "Hardly kept")
    assert not stands_in("by us … Never", "Never kept by us")


@pytest.mark.parametrize(
    ("source", "skips"),
    [
        ("def test_a():\n    'words'\n    assert True", False),
        ("@pytest.mark.skip\ndef test_a():\n    assert True", True),
        ("@pytest.mark.skipif(x)\ndef test_a():\n    assert True", False),
        ("def test_a():\n    'words'\n    pytest.skip('later')", True),
    ],
)
def test_a_test_that_never_runs_holds_nothing(source: str, skips: bool) -> None:
    (test,) = ast.parse(source).body
    assert isinstance(test, ast.FunctionDef)
    assert skips_always(test) is skips
