"""What may stand in a cell of a table that a spreadsheet opens."""

import re
import unicodedata

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
REWRITTEN = re.compile(r"(?!(0|[1-9]\d{0,14})\s*$)\d[\d\s.,:/eE+-]*", re.ASCII)
"""A text that would become a date, a time or another number: 3/4, 007, 1e5. Not a plain whole number."""

Cell = str | int | float | None


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, or rewrite, marked as text by an apostrophe."""
    if isinstance(cell, str) and _is_misread(cell):
        return f"'{cell}"
    return cell


def _is_misread(text: str) -> bool:
    """As it reads where wide letters mean the same as narrow ones, in Chinese, Japanese or Korean."""
    narrow = unicodedata.normalize("NFKC", text).lstrip(" ")
    return narrow.startswith(FORMULA_STARTS) or REWRITTEN.fullmatch(narrow) is not None
