"""Catalogues for tests: a few words of a language, or every text of the product in made-up words."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from classroom.local import catalogues
from classroom.local.messages import collected

ROOT = Path(__file__).resolve().parents[1]
# What stays as it is in a translation: values that are filled in, tags, entities.
KEPT = re.compile(r"(%\(\w+\)[a-z]|%%|\{\w*\}|</?\w[^>]*>|&\w+;)")
ACCENTED = str.maketrans(
    "abcdeghijklmnoprstuwyzACDEGHIJKLNOPRSTUWYZ", "áƀčďëğĥíĵķĺmñőpŕšťűŵýžÁČĎËĞĤÍĴĶĹÑŐPŔŠŤŰŴÝŽ"
)
ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 2 * "ابجدهفغحيجكلمنوبقرستوفوخيز"
)
VOWELS = re.compile("[aeiouAEIOU]")


def write_words(locale: Path, code: str, words: Mapping[str, str]) -> None:
    """A compiled catalogue with these alone."""
    catalogue = Catalog(locale=code)
    for english, said in words.items():
        catalogue.add(english, said)
    _write(locale, code, catalogue)


def write_long_words(locale: Path, code: str = "eo") -> None:
    """Every text, half as long again within its words. What is plain on a page is in no catalogue."""
    _write_all(locale, code, lambda text: VOWELS.sub(r"\g<0>\g<0>", text).translate(ACCENTED))


def write_words_from_the_right(locale: Path, code: str = "ar") -> None:
    """Every text in letters that are written from the right to the left."""
    _write_all(locale, code, lambda text: text.translate(ARABIC))


def _write_all(locale: Path, code: str, spoken: Callable[[str], str]) -> None:
    catalogue = Catalog(locale=code)
    for message in collected(ROOT):
        if message.id:
            last = message.id if isinstance(message.id, str) else message.id[-1]
            said = "".join(part if KEPT.fullmatch(part) else spoken(part) for part in KEPT.split(last))
            many = [said] * catalogue.num_plurals
            catalogue.add(message.id, said if isinstance(message.id, str) else many, context=message.context)
    _write(locale, code, catalogue)


def _write(locale: Path, code: str, catalogue: Catalog) -> None:
    source = locale / code / "LC_MESSAGES" / catalogues.SOURCE
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("wb") as file:
        write_po(file, catalogue)
    catalogues.compile_one(source)
