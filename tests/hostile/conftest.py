"""The table of `make hostile`, printed once all surfaces had their cases."""

import os
from pathlib import Path

import pytest

from tests.hostile.tally import Tally, table

OUTCOME = Path(__file__).parents[2] / "var" / "hostile.md"
_tallies: list[Tally] = []


@pytest.fixture
def tallies() -> list[Tally]:
    return _tallies


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _tallies and os.environ.get("CASES"):
        text = table(_tallies)
        OUTCOME.parent.mkdir(exist_ok=True)
        OUTCOME.write_text(text + "\n")
        terminalreporter.write_line(text)
