"""What a change in the school's log says besides its kind: written once, read in each reader's language.

Rows hold the words as they were in the language of who made the change. To be read they are taken apart by
the templates that they were made from, in every language there is; what was typed stays as it was.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from classroom.models import (
    AccountChange,
    Policy,
    School,
    SchoolCalendar,
    SchoolContact,
    User,
)
from classroom.models.outgoing import Told

Kind = AccountChange.Kind
FIRST_POLICY = _("%(preset)s; groups from %(group)d on; readings for %(days)d days; pictures: %(where)s")
FROM_TO = "%(setting)s: %(was)s → %(now)s"
CHANGED = _("%(setting)s: changed")
LOGO, NEW_LOGO, NO_LOGO = _("logo: %(what)s"), _("a new one"), _("removed")
YES, NO, NONE = _("yes"), _("no"), _("none")
COURSE_NEEDED, COURSE_NOT_NEEDED = _("required before a lesson with cameras"), _("not required")
HANDED_OVER = _("%(classroom)s, until now of %(name)s")
# Columns whose own names are ours rather than a reader's.
SETTINGS_SAID = {"preset": _("what may be computed")}
FIELD = re.compile(r"%\((\w+)\)[sd]")

Words = Any  # a text, or one that is put into a language where it is read
Pairs = tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """`template` with the words that its places may hold, each with how it is said now.

    Any other text was typed, or is a number. Only `setting` is always one of its words.
    """

    template: Words
    places: dict[str, Pairs]


@dataclass(frozen=True, slots=True)
class Reading:
    """A shape as one language has it."""

    template: Words
    pattern: re.Pattern[str]
    known: dict[str, dict[str, Words]]

    def words_of(self, place: str, text: str) -> list[Words | None]:
        """Of a text that may be a list; None for what is no word of this place."""
        known = self.known.get(place, {})
        return [known[text]] if text in known else [known.get(part) for part in text.split(", ")]

    def score(self, told: dict[str, str]) -> int:
        """How many places have words of this language; 0: it is not one of these rows."""
        if "setting" in told and told["setting"] not in self.known["setting"]:
            return 0
        found = sum(any(self.words_of(place, text)) for place, text in told.items())
        return found if self.known else 1

    def say(self, told: dict[str, str]) -> str:
        said = {place: self._said(place, text) for place, text in told.items()}
        return FIELD.sub(lambda field: said[field[1]], str(self.template))

    def _said(self, place: str, text: str) -> str:
        words = self.words_of(place, text)
        parts = [text] if len(words) == 1 else text.split(", ")
        return ", ".join(part if word is None else str(word) for word, part in zip(words, parts, strict=True))


def read_detail(change: AccountChange) -> str:
    """The detail of a change in the language that is in force."""
    best, said = 0, change.detail
    for reading in _readings(change.kind):
        if (match := reading.pattern.fullmatch(change.detail)) is None:
            continue
        told = match.groupdict()
        if (score := reading.score(told)) > best:
            best, said = score, reading.say(told)
    return said


@cache
def _readings(kind: str) -> tuple[Reading, ...]:
    shapes, codes = _shapes().get(kind, ()), dict(settings.LANGUAGES)
    return tuple(_in_language(shape, code) for shape in shapes for code in codes)


def _in_language(shape: Shape, code: str) -> Reading:
    with override(code):
        # Text and names of places in turn.
        text, *rest = FIELD.split(str(shape.template))
        pattern = re.escape(text)
        for place, after in zip(rest[::2], rest[1::2], strict=True):
            pattern += f"(?P<{place}>.*?){re.escape(after)}"
        known = {place: {str(words): said for words, said in pairs} for place, pairs in shape.places.items()}
    return Reading(shape.template, re.compile(pattern, re.DOTALL), known)


@cache
def _shapes() -> dict[str, tuple[Shape, ...]]:
    """By the kind of change; where a kind is missing, its details are names."""
    roles, presets, readers = _labels(User.Role), _labels(Policy.Preset), _labels(Policy.Readers)
    role = (Shape("%(role)s", {"role": roles}),)
    logo = Shape(LOGO, {"what": _same(NEW_LOGO, NO_LOGO)})
    return {
        Kind.INVITED: role,
        Kind.REVOKED: role,
        Kind.JOINED: role,
        Kind.DELETED: role,
        Kind.ROLE: (Shape("%(was)s → %(now)s", {"was": roles, "now": roles}),),
        Kind.COURSE: (Shape(COURSE_NEEDED, {}), Shape(COURSE_NOT_NEEDED, {})),
        Kind.HANDED_OVER: (Shape(HANDED_OVER, {}),),
        Kind.STORE_SET: (Shape("%(host)s: %(told)s", {"told": _labels(Told)}),),
        Kind.POLICY_CHOSEN: (Shape(FIRST_POLICY, {"preset": presets, "where": readers}),),
        Kind.POLICY_CHANGED: tuple(_settings_of(Policy)),
        Kind.SETTING: (logo, *_settings_of(School, SchoolCalendar, SchoolContact)),
    }


def _settings_of(*rows: type[models.Model]) -> Iterator[Shape]:
    for column in chain.from_iterable(row._meta.concrete_fields for row in rows):
        setting = ((column.verbose_name, SETTINGS_SAID.get(column.name, column.verbose_name)),)
        values = _same(YES, NO, NONE, *(label for _value, label in column.flatchoices))
        yield Shape(FROM_TO, {"setting": setting, "was": values, "now": values})
        yield Shape(CHANGED, {"setting": setting})


def _labels(choices: type[models.TextChoices]) -> Pairs:
    return _same(*(choice.label for choice in choices))


def _same(*words: Words) -> Pairs:
    return tuple(zip(words, words, strict=True))
