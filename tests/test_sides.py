"""Nothing on a page knows left from right: a language that is written the other way turns it round."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CSS = sorted((ROOT / "static/css").glob("*.css"))
PHYSICAL = (
    r"\b(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b",
    r"\bborder-(?:top|bottom)-(?:left|right)-radius\b",
    r"^\s*(?:left|right)\s*:",
    r"\b(?:float|clear|text-align)\s*:\s*(?:left|right)\b",
    r"\bto (?:left|right)\b|-?\b(?:90|270)deg\b|\b(?:left|right) /",
    r"\btranslateX\(",
    # Four values go round by the sides; all but these are the same at both.
    r"\b(?:margin|padding|inset)\s*:\s*[^\s;()]+ [^\s;()]+ [^\s;()]+ [^\s;()]+;",
)
ALLOWED = {
    # Both edges of a table lie in shadow, each the mirror of the other.
    "base.css": (
        "var(--under) 40%, transparent) left",
        "var(--under) 40%, transparent) right",
        "var(--edge), transparent) left",
        "var(--edge), transparent) right",
    ),
    # The angle in which a line goes, which is turned there for those that go the other way.
    "tokens.css": ("--onwards: 90deg;", "--onwards: -90deg;"),
}


def sides(text: str, name: str) -> list[str]:
    """Lines that name a side."""
    found = [line.strip() for line in text.splitlines() if any(re.search(one, line) for one in PHYSICAL)]
    return [line for line in found if not any(allowed in line for allowed in ALLOWED.get(name, ()))]


def test_a_style_knows_start_and_end_and_no_side() -> None:
    assert {path.name: found for path in CSS if (found := sides(path.read_text(), path.name))} == {}


def test_a_side_would_be_found() -> None:
    wrong = ("margin-left: 1rem;", "  right: 0;", "text-align: left;", "padding: 0 1px 2px 3px;")
    assert [sides(line, "a.css") for line in wrong] == [[line.strip()] for line in wrong]
    assert sides("inset-inline-start: 0;\n margin: 0 auto;\n text-align: start;", "a.css") == []


def test_each_exception_still_stands() -> None:
    for name, lines in ALLOWED.items():
        text = (ROOT / "static/css" / name).read_text()
        assert [line for line in lines if line not in text] == []
