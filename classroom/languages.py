"""Which languages there are, and how the one in force writes lists and numbers. Plain Python.

A language is there once it has a catalogue: `locale/CODE/LC_MESSAGES/django.po`.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language

SOURCE = "en"
"""The language that the product is written in: it needs no catalogue."""
# Numbers that show each form in which a language counts. In Spanish a million has one of its own.
SAMPLES = (*range(201), 1_000_000)


def offered(locale: Path) -> list[tuple[str, str]]:
    """Code and own name of each, English first.

    Raises babel.UnknownLocaleError: a folder is named like no language.
    """
    folders = sorted(path.parts[-3] for path in locale.glob("*/LC_MESSAGES/django.po"))
    return [(code, own_name(code)) for code in (SOURCE, *(one.replace("_", "-").lower() for one in folders))]


def not_compiled(locale: Path) -> list[str]:
    """Languages whose words would stay English."""
    sources = sorted(locale.glob("*/LC_MESSAGES/django.po"))
    return [source.parts[-3] for source in sources if not source.with_suffix(".mo").exists()]


def own_name(code: str) -> str:
    """As its speakers call it: "Deutsch"."""
    name = Locale.parse(code, sep="-").display_name or code
    return name[:1].upper() + name[1:]


@cache
def numbers_by_form(code: str) -> dict[str, int]:
    """A number for each plural form, by the form's name in CLDR, which `Intl.PluralRules` knows too."""
    form = _locale(code).plural_form
    found: dict[str, int] = {}
    for number in SAMPLES:
        found.setdefault(form(number), number)
    return found


def listed(parts: Iterable[str]) -> str:
    """As a sentence lists them: "a, b and c"."""
    return format_list(list(parts), locale=_in_force())


def one_of(parts: Iterable[str]) -> str:
    """ "a, b or c"."""
    return format_list(list(parts), style="or", locale=_in_force())


def decimal(number: float) -> str:
    """ "7.5", with three digits behind the point, or the comma, at most."""
    return format_decimal(number, format="0.###", locale=_in_force())


def separators() -> str:
    """The decimal point and what stands between thousands, as Plotly takes them."""
    return get_decimal_symbol(_in_force()) + get_group_symbol(_in_force())


def day(at: date) -> str:
    """ "5 Nov 2026"."""
    if (locale := _in_force()).language == SOURCE:
        return format_date(at, "d MMM y", locale=SOURCE)
    return format_skeleton("yMMMd", at, locale=locale)


def _in_force() -> Locale:
    return _locale(get_language() or SOURCE)


@cache
def _locale(code: str) -> Locale:
    """English is written as in Britain: no comma before the last of a list."""
    return Locale("en", "GB") if code == SOURCE else Locale.parse(code, sep="-")
