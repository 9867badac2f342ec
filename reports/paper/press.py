"""Runs the program that sets a report as PDF."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec

from reports.paper.content import Content

PROGRAM = Path(__file__).parent / "typeset.py"
LONGEST_S = 60
TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Would let a name turn round what stands behind it."""
COMMANDS = (*range(0x20), *range(0x7F, 0xA0))
NO_LETTERS = dict.fromkeys((*COMMANDS, *map(ord, TURNS_TEXT)))


class PaperFailed(RuntimeError):
    """The program that sets the PDF ended without one."""


def pdf(content: Content) -> bytes:
    """Raises PaperFailed."""
    told = json.dumps(printable(msgspec.to_builtins(content))).encode()
    command = [sys.executable, "-I", str(PROGRAM)]
    try:
        done = subprocess.run(command, input=told, capture_output=True, timeout=LONGEST_S, env={}, check=True)
    except subprocess.SubprocessError as error:
        # Its message may hold what was typed, so it goes nowhere.
        raise PaperFailed(type(error).__name__) from None
    return done.stdout


def printable(told: object) -> object:
    """The same without characters that are no letters but commands."""
    if isinstance(told, dict):
        return {key: printable(one) for key, one in told.items()}
    if isinstance(told, list | tuple):
        return [printable(one) for one in told]
    if isinstance(told, str):
        return told.translate(NO_LETTERS)
    return told
