"""What the browser's code says of itself, read from its text."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
LITERALS = (
    (r"^new Set\((.*)\)$", r"\1"),
    (r"(?<=\d)_(?=\d)", ""),
    (r"([{,]\s*)(\w+):", r'\1"\2":'),
    (r",(\s*[\]}])", r"\1"),
    (r"\bundefined\b", "null"),
)


@cache
def text(name: str) -> str:
    return (SCRIPTS / name).read_text()


def constant(name: str, of: str) -> Any:
    """The value of `const NAME = ...;` where that is a literal."""
    declared = re.search(rf"^(?:export )?const {name} = (.+?);$", text(of), re.MULTILINE | re.DOTALL)
    assert declared, f"{of} has no constant {name}"
    literal = declared[1]
    for pattern, replacement in LITERALS:
        literal = re.sub(pattern, replacement, literal, flags=re.DOTALL)
    return json.loads(literal)


def asked(pattern: str, of: str = "**/*.js") -> set[str]:
    """What the first group of a pattern finds in every script."""
    return {found for path in SCRIPTS.glob(of) for found in re.findall(pattern, path.read_text())}
