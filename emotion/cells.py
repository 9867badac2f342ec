"""What may stand in a cell of a table that a spreadsheet opens: the one list for every table. Pure."""

import re
import unicodedata
from typing import TypeVar

BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads UTF-8 as something else."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "\u2212")
HIDDEN = " \0\v\f\x1c\x1d\x1e\x1f\u200b\ufeff"
"""What a spreadsheet may drop before it looks."""
MONTHS = (
    "jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?"
    "|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?"
    "|januar|jänner|februar|märz?|mrz|mai|juni|juli|okt(ober)?|dez(ember)?"
    "|janv(ier)?|févr(ier)?|mars|avr(il)?|juin|juil(let)?|août|septembre|octobre|novembre|déc(embre)?"
)
"""English, German and French ones; each spreadsheet knows those of its country."""
REWRITTEN = re.compile(
    r"(?!(0|[1-9]\d{0,14})$)"
    r"([($£€¥]*\s*[.,]?\d([\s\d.,:/'\u2019-]|e[+-]?\d)*([)%$£€¥]|\s*[ap]m|\s+[ap])?"
    rf"|(\d{{1,2}}[\s./-]*)?({MONTHS})[\s./-]*\d{{1,4}}([\s,./-]+\d{{2,4}})?"
    rf"|\d{{1,2}}[\s./-]*({MONTHS})\.?"
    r"|(\d{2,4}年)?\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月"
    r"|true|false|wahr|falsch|vrai|faux)",
    re.ASCII,
)
"""A text that would become a date, a time, another number or a truth: 3/4, 5 May, 007, 1e5, 50%, true; no
whole number, and neither 3a nor Maria 2."""
WITHIN = re.compile(
    r"""((?<=[;,])|(?<=.[\t\r\n]))(\s*)(?=[=+@|%\uff1d\uff0b\uff0d\uff20\u2212-]\s*[\w("'=+@-])""", re.DOTALL
)
"""Where a formula would begin in a country of another separator, whose spreadsheet parts the text there."""

Cell = str | int | float | None
Text = TypeVar("Text", bound=Cell)


def safe(cell: Text) -> Text | str:
    """A text that a spreadsheet would run as a formula, or rewrite, marked as text by an apostrophe."""
    if not isinstance(cell, str):
        return cell
    text = WITHIN.sub(r"\2'", cell)
    return f"'{text}" if _is_misread(cell) else text


def _is_misread(text: str) -> bool:
    """As it reads where wide letters mean the same as narrow ones, in Chinese, Japanese or Korean."""
    seen = unicodedata.normalize("NFKC", text).lstrip(HIDDEN)
    return seen.startswith(FORMULA_STARTS) or REWRITTEN.fullmatch(seen.strip().casefold()) is not None
