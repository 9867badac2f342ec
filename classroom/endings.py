"""What ended since a backup was made, by the numbers of its rows: a list of lines that names nobody.

place-erased 12         by whoever had it
place-left 14           as it was part of another one by then: its lessons stay, without a name
place-removed 13        by a teacher or an administrator
account-deleted 7
class-deleted 3
consent-withdrawn 31
consent-ended 32        another choice was made
minutes-struck 31 5-9   of this consent's lesson, since it began
answer-narrowed 5 no_camera     of a guardian, who allows no more than that from then on
token-revoked 4
webhook-removed 3
store-removed 1         where a school's record store was
member-erased 6 1d…     of this course of a learning platform: whom the digest is of came after the backup
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """In the order in which they are repeated."""

    PLACE_ERASED = "place-erased"
    PLACE_LEFT = "place-left"
    PLACE_REMOVED = "place-removed"
    ACCOUNT_DELETED = "account-deleted"
    CLASS_DELETED = "class-deleted"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_ENDED = "consent-ended"
    MINUTES_STRUCK = "minutes-struck"
    ANSWER_NARROWED = "answer-narrowed"
    TOKEN_REVOKED = "token-revoked"  # noqa: S105
    WEBHOOK_REMOVED = "webhook-removed"
    STORE_REMOVED = "store-removed"
    MEMBER_ERASED = "member-erased"


# What a guardian may allow, the narrowest first.
CHOICES = ("no_camera", "class_mood", "own_results")
DETAILS: dict[str, re.Pattern[str]] = {
    Kind.MINUTES_STRUCK: re.compile(r"\d{1,5}-\d{1,5}", re.ASCII),
    Kind.ANSWER_NARROWED: re.compile("|".join(CHOICES)),
    Kind.MEMBER_ERASED: re.compile("[0-9a-f]{64}"),
}
NONE = re.compile("")
# Around a list that was written, not typed: whose it is, and that all of it is there.
FIRST, LAST = "endings-of", "end"
NUMBER = re.compile(r"\d{1,18}", re.ASCII)


class NotAnEnding(ValueError):
    """A line of a list says nothing that can be repeated, or its end is missing; the text says which."""


@dataclass(frozen=True, slots=True)
class Ending:
    """`detail` is what is left of a guardian's answer, the struck minutes or a digest; else empty."""

    kind: Kind
    number: int
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.detail}".rstrip()


def minutes_of(ending: Ending) -> tuple[int, int]:
    """From the first one struck up to the last, which was not, since the lesson began."""
    first, _, last = ending.detail.partition("-")
    return int(first), int(last)


def read_endings(text: str) -> tuple[str | None, list[Ending]]:
    """Of which install, where that is said. Empty lines, and what follows a `#`, are passed over.

    Raises NotAnEnding.
    """
    split = ((number, line.partition("#")[0].split()) for number, line in enumerate(text.splitlines(), 1))
    lines = [(number, words) for number, words in split if words]
    install = None
    if lines and lines[0][1][0] == FIRST and len(lines[0][1]) == 2:
        (_, (_, install)), *lines = lines
        if not lines or lines.pop()[1] != [LAST]:
            raise NotAnEnding(f"The list breaks off: its last line is not `{LAST}`.")
    return install, [_read(number, words) for number, words in lines]


def write_endings(install: str, endings: Iterable[Ending]) -> str:
    """`install` is one word."""
    return "".join(f"{one}\n" for one in (f"{FIRST} {install}", *endings, LAST))


def _read(line: int, words: list[str]) -> Ending:
    kind, number, detail, *more = *words, "", ""
    needed = DETAILS.get(kind, NONE)
    if kind in set(Kind) and NUMBER.fullmatch(number) and needed.fullmatch(detail) and not any(more):
        return Ending(Kind(kind), int(number), detail)
    raise NotAnEnding(f"Line {line} is not known: {' '.join(words)}. Known are: {', '.join(Kind)}.")
