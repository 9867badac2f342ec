"""A line that students type, and the words for which a teacher wants to read it first. No row is touched."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

# Breaks and controls stand between words; what else cannot be seen stands in none.
BREAKS = {"Cc", "Zl", "Zp"}
UNSEEN = {"Cf", "Cn", "Co", "Cs"}
# They join letters and emoji.
JOINERS = {"\u200c", "\u200d"}
# Letters and signs that are drawn as a space.
BLANKS = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}
MARKS = {"Mn", "Me"}
WORD = re.compile(r"[^\W_]+")


def one_line(typed: str) -> str:
    """In one spelling of its letters, its words one space apart, with nothing that nobody can see.

    Empty where nothing is left but what changes other characters.
    """
    line = " ".join("".join(map(_seen, unicodedata.normalize("NFC", typed))).split())
    return line if _bare(line).strip() else ""


@dataclass(frozen=True, slots=True)
class WordList:
    """Words, and phrases of several; each is met as a whole, whatever its case and accents."""

    phrases: frozenset[tuple[str, ...]]

    @classmethod
    def read(cls, typed: str) -> Self:
        """One word or phrase a line."""
        phrases = (tuple(_words(line)) for line in typed.splitlines())
        return cls(frozenset(phrase for phrase in phrases if phrase))

    def holds(self, text: str) -> bool:
        """Whether any of them stands in the text."""
        words = tuple(_words(text))
        lengths = {len(phrase) for phrase in self.phrases}
        return any(
            words[start : start + length] in self.phrases
            for length in lengths
            for start in range(len(words) - length + 1)
        )


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in BREAKS or character in BLANKS:
        return " "
    return "" if category in UNSEEN and character not in JOINERS else character


def _words(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return (found[0] for found in WORD.finditer(_bare(plain)))


def _bare(text: str) -> str:
    """Without what is drawn on another character, or not at all."""
    return "".join(each for each in text if unicodedata.category(each) not in MARKS | {"Cf"})
