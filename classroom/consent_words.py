"""The words that a student agrees to: in which language they were read, and which version. Plain values.

Each language has versions of its own, so whoever agreed in one is not asked again because another's changed.
"""

from collections.abc import Container
from dataclasses import dataclass
from typing import Self

from classroom.languages import SOURCE

# Raised when the consent's words change in that language; a consent to older ones is asked for again.
# `tests/consent_words.toml` holds what they say, by a digest.
VERSIONS = {"en": 7, "de": 1, "es": 1}
FIRST = 1
"""Of a language that is not named above."""


@dataclass(frozen=True, slots=True)
class ConsentWords:
    language: str
    version: int

    @classmethod
    def in_force(cls, language: str | None) -> Self:
        """English where no language is in force."""
        language = language or SOURCE
        return cls(language, VERSIONS.get(language, FIRST))

    @classmethod
    def parse(cls, text: str, languages: Container[str]) -> Self | None:
        """From what `str` makes of them; None of anything that nobody can have read."""
        language, _, version = text.partition(".")
        if language not in languages or version not in map(str, range(1, cls.in_force(language).version + 1)):
            return None
        return cls(language, int(version))

    def __str__(self) -> str:
        return f"{self.language}.{self.version}"

    def say_since(self, version: int) -> bool:
        """Whether they say what the English ones say since a version; others said it from the first."""
        return self.language != SOURCE or self.version >= version


def english_in_force() -> int:
    return VERSIONS[SOURCE]
