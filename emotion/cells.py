"""What may stand in a cell of a table that a spreadsheet opens: the one list for every table. Pure."""

import re
import unicodedata
from typing import TypeVar

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
REWRITTEN = re.compile(
    r"(?!(0|[1-9]\d{0,14})\s*$)"
    r"([($£€¥]*\s*\d[\d\s.,:/eE+-]*([)%$£€¥]|[ap]m?)?"
    rf"|(\d{{1,2}}[\s./-]*)?({MONTHS})[a-z]*[\s./-]*\d{{1,4}}"
    rf"|\d{{1,2}}[\s./-]*({MONTHS})[a-z]*)\s*",
    re.ASCII | re.IGNORECASE,
)
"""A text that would become a date, a time or another number: 3/4, 5 May, 007, 1e5, 50%; no whole number."""

Cell = str | int | float | None
Text = TypeVar("Text", bound=Cell)


def safe(cell: Text) -> Text | str:
    """A text that a spreadsheet would run as a formula, or rewrite, marked as text by an apostrophe."""
    if isinstance(cell, str) and _is_misread(cell):
        return f"'{cell}"
    return cell


def _is_misread(text: str) -> bool:
    """As it reads where wide letters mean the same as narrow ones, in Chinese, Japanese or Korean."""
    narrow = unicodedata.normalize("NFKC", text).lstrip(" ")
    return narrow.startswith(FORMULA_STARTS) or REWRITTEN.fullmatch(narrow) is not None
