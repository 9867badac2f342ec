"""Names that people type: what can be read and told apart, in every script. Nothing here touches a row."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import count, groupby

from django.utils.translation import gettext_lazy as _

from classroom.errors import BadName

LONGEST = 60
# Before its letters have one spelling. That takes time by the square of how many marks stand in a row.
MOST_TYPED = 1000
NUMBER = re.compile(r" \(\d+\)\Z")
# Pointed Hebrew and Burmese put four on one letter; more only overprint the lines around.
MARKS_ON_ONE_LETTER = 4
VIRAMA = 9  # the combining class of the signs that join letters; a joiner may end a name after one
ACCENTS = ("\u0300", "\u036f")  # of Latin, Greek and Cyrillic letters; other scripts need their marks
JOINERS = {"\u200c", "\u200d"}
# Drawn as nothing, though Unicode counts them as letters, marks or symbols.
BLANKS = set("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd\U00016fe4\U0001d159")
INVISIBLE_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
# Their letters have several shapes, which a joiner chooses.
SHAPED_SCRIPTS = (
    *("ARABIC ", "SYRIAC ", "MONGOLIAN ", "NKO ", "MANDAIC ", "HANIFI ROHINGYA ", "ADLAM "),
    *("DEVANAGARI ", "BENGALI ", "GURMUKHI ", "GUJARATI ", "ORIYA ", "TAMIL ", "TELUGU ", "KANNADA "),
    *("MALAYALAM ", "SINHALA ", "KHMER ", "MYANMAR "),
)
# Cyrillic and Greek letters that look like Latin ones. They tell no two people apart.
CYRILLIC_TWINS = str.maketrans("авеікмнорстухѕјԁһԛԝ", "abeikmhopctyxsjdhqw")
GREEK_TWINS = str.maketrans("αβεικνορτυχ", "abeikvoptux")

INVISIBLE = _("This name has characters that nobody can see. Type it again instead of pasting it.")
STACKED = _("This name has too many accents on one letter.")
BEGINS_WITH_MARK = _("In this name an accent stands alone, without its letter.")
WITHOUT_LETTER = _("A name needs at least one letter or digit.")
TAKEN = _("Somebody else in this class has this name. Add something that tells the two apart.")
TOO_LONG = _("This name is too long: at most %(longest)s characters.")


def clean_name(typed: str) -> str:
    """The name in one spelling of its letters, its words one space apart. Raises BadName with the reason."""
    name = _spelled(typed)
    if any(_is_invisible(name, place) for place in range(len(name))):
        raise BadName(INVISIBLE)
    if not any(unicodedata.category(character)[0] in "LN" for character in name):
        raise BadName(WITHOUT_LETTER)
    if any(_is_mark(word[0]) for word in name.split()):
        raise BadName(BEGINS_WITH_MARK)
    if _longest_stack(name) > MARKS_ON_ONE_LETTER:
        raise BadName(STACKED)
    if len(name) > LONGEST:
        raise BadName(TOO_LONG % {"longest": LONGEST})
    return name


def _spelled(typed: str) -> str:
    if any(_is_line_break_or_control(character) for character in typed):
        raise BadName(INVISIBLE)
    if len(typed) > MOST_TYPED:
        raise BadName(TOO_LONG % {"longest": LONGEST})
    return " ".join(unicodedata.normalize("NFC", typed).split())


def told_apart(name: str, taken: Iterable[str]) -> str:
    """The name, or "name (2)" and so on where somebody already has one that reads the same."""
    known = {as_read(each) for each in taken}
    if as_read(name) not in known:
        return name
    return next(other for other in _numbered(name) if as_read(other) not in known)


def as_read(name: str) -> str:
    """What two names have in common that a reader takes for one another."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = plain.translate(CYRILLIC_TWINS).translate(GREEK_TWINS)
    seen = (each for each in plain if each not in JOINERS and not _is_variation_selector(each))
    return " ".join("".join(seen).split())


def expected_as(typed: str, expected: Mapping[int, str]) -> int | None:
    """Which name of a roster somebody means who typed this; accents matter where several are alike."""
    alike = [number for number, name in expected.items() if as_read(name) == as_read(typed)]
    alike = alike or [one for one, name in expected.items() if _unaccented(name) == _unaccented(typed)]
    return alike[0] if len(alike) == 1 else None


def without_number(name: str) -> str:
    """The name as it was before it was told apart."""
    return NUMBER.sub("", name)


def _unaccented(name: str) -> str:
    plain = unicodedata.normalize("NFKD", as_read(name))
    return "".join(each for each in plain if not ACCENTS[0] <= each <= ACCENTS[1])


def _numbered(name: str) -> Iterable[str]:
    for number in count(2):
        ending = f" ({number})"
        yield name[: LONGEST - len(ending)].rstrip() + ending


def _is_line_break_or_control(character: str) -> bool:
    return character not in "\t\r\n" and unicodedata.category(character) in {"Cc", "Zl", "Zp"}


def _is_invisible(name: str, place: int) -> bool:
    character = name[place]
    if character in JOINERS:
        return not _joins(name[:place], name[place + 1 :])
    if _is_variation_selector(character):
        return not _has_variants(name[:place])
    return character in BLANKS or _is_never_drawn(character)


def _joins(before: str, after: str) -> bool:
    """A joiner spells something after a virama or between shaped letters, and makes one emoji of two."""
    if before and unicodedata.combining(before[-1]) == VIRAMA:
        return True
    if not before or not after:
        return False
    if _is_shaped(before[-1]) and _is_shaped(after[0]):
        return True
    drawn = before.rstrip("\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
    return bool(drawn) and unicodedata.category(drawn[-1]) == unicodedata.category(after[0]) == "So"


def _is_shaped(character: str) -> bool:
    return unicodedata.name(character, "").startswith(SHAPED_SCRIPTS)


def _has_variants(before: str) -> bool:
    """Emoji, and ideographs, of which some family names use a rare form."""
    if not before:
        return False
    is_ideograph = unicodedata.name(before[-1], "").startswith("CJK ")
    return is_ideograph or (unicodedata.category(before[-1]) == "So" and before[-1] not in BLANKS)


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_never_drawn(character: str) -> bool:
    number = ord(character)
    is_no_character = number & 0xFFFE == 0xFFFE or 0xFDD0 <= number <= 0xFDEF
    is_reserved_as_invisible = 0xE0000 <= number <= 0xE0FFF or 0xFFF0 <= number <= 0xFFF8 or number == 0x2065
    return (
        is_no_character or is_reserved_as_invisible or unicodedata.category(character) in INVISIBLE_CATEGORIES
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _longest_stack(name: str) -> int:
    stacks = groupby(name, key=lambda character: unicodedata.category(character) in {"Mn", "Me"})
    return max((len(list(stack)) for is_stack, stack in stacks if is_stack), default=0)
