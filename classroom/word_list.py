"""A line that students type, and the words for which a teacher wants to read it first. No row is touched."""

import re
import unicodedata
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
LETTER = re.compile(r"(?<![^\W_])[^\W\d_](?![^\W_])")
SPELLED = re.compile(rf"{LETTER.pattern}(?:[\s.]+{LETTER.pattern})+")
SHORTEST_SPELLED = 3
# Cyrillic and Greek letters that are drawn as Latin ones, the commonest of Unicode's list of confusables:
# UTS #39, https://www.unicode.org/Public/security/latest/confusables.txt. Its l for a capital I is an I here.
LOOK_ALIKES = str.maketrans(
    # Cyrillic, capital and small.
    "\u0410\u0412\u0415\u0405\u0406\u04c0\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u04ae\u0425\u0474\u050c\u051a\u051c"
    "\u0430\u0435\u04bb\u0456\u04cf\u0458\u043e\u0440\u0441\u0443\u04af\u0445\u0455\u0475\u0501\u051b\u051d\u0433"
    # Greek, capital and small.
    "\u0391\u0392\u0395\u0396\u0397\u0399\u037f\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03b1\u03b3\u03b9\u03bd\u03bf\u03c1\u03c3\u03c5\u03f3",
    "ABESIIJKMHOPCTYYXVGQWaehiijopcyyxsvdqwrABEZHIJKMNOPTYXayivopouj",
)

Words = tuple[str, ...]

# What follows is passed over: one spelling takes time by the square of how many marks stand in a row.
LOOKED_AT = 2000


def one_line(typed: str) -> str:
    """In one spelling of its letters, its words one space apart, with nothing that nobody can see.

    Empty where nothing is left but what changes other characters.
    """
    line = " ".join("".join(map(_seen, unicodedata.normalize("NFC", typed[:LOOKED_AT]))).split())
    return line if _bare(line).strip() else ""


@dataclass(frozen=True, slots=True)
class WordList:
    """Words, and phrases of several; each is met as a whole, whatever its case and accents.

    Also where it is spelled letter by letter, or written with letters of another script that look alike.
    `looks` are the phrases as they look in Latin letters.
    """

    phrases: frozenset[Words]
    looks: frozenset[Words]

    @classmethod
    def read(cls, typed: str) -> Self:
        """One word or phrase a line."""
        read = [_words(line) for line in typed.splitlines()]
        return cls(
            phrases=frozenset(words for words, _looks in read if words),
            looks=frozenset(looks for _words, looks in read if looks),
        )

    def holds(self, text: str) -> bool:
        """Whether any of them stands in the text."""
        words, looks = _words(text)
        lengths = {len(phrase) for phrase in self.phrases}
        return any(
            self._is_one(words[start : start + length], looks[start : start + length])
            for length in lengths
            for start in range(len(words) - length + 1)
        ) or any(self._is_spelled(row) for row in _rows(text))

    def _is_one(self, words: Words, looks: Words) -> bool:
        """What is in Latin letters as it stands looks like nothing else: "cop" is no Russian word."""
        return words in self.phrases or (looks != words and looks in self.looks)

    def _is_spelled(self, row: str) -> bool:
        """Anywhere in a row of letters: before a word that is spelled may stand an "a" or an "I"."""
        (letters,), (looks,) = _words(row)
        return _holds_one(letters, self.phrases) or (looks != letters and _holds_one(looks, self.looks))


def _holds_one(row: str, phrases: frozenset[Words]) -> bool:
    joined = ("".join(phrase) for phrase in phrases)
    return any(len(word) >= SHORTEST_SPELLED and word in row for word in joined)


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in BREAKS or character in BLANKS:
        return " "
    return "" if category in UNSEEN and character not in JOINERS else character


def _rows(text: str) -> list[str]:
    """Its letters that stand one by one with nothing but spaces and dots between them, each row together."""
    return ["".join(LETTER.findall(row[0])) for row in SPELLED.finditer(_plain(text))]


def _words(text: str) -> tuple[Words, Words]:
    """Its words in one case, and each as it looks in Latin letters."""
    words = WORD.findall(_plain(text))
    return tuple(map(_folded, words)), tuple(_folded(word.translate(LOOK_ALIKES)) for word in words)


def _plain(text: str) -> str:
    """In compatibility form without marks: NFKC, but that a mark is no part of its letter."""
    return _bare(unicodedata.normalize("NFKD", text))


def _folded(text: str) -> str:
    return _plain(_plain(text).casefold())


def _bare(text: str) -> str:
    """Without what is drawn on another character, or not at all."""
    return "".join(each for each in text if unicodedata.category(each) not in MARKS | {"Cf"})
