"""The class in coarse words: the group and those who show their results together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from typing import TypeVar

from classroom.disclosure.group import Group, Member
from emotion.judgement.engagement import Level
from emotion.labels import EMOTIONS

MOST, FEW = 0.75, 0.25

MOSTLY, SOME = 0.5, 0.2

Word = TypeVar("Word")


class Amount(StrEnum):
    """How much of the class is with the lesson: three quarters or more, a quarter or less, or between."""

    MOST = "most"
    HALF = "half"
    FEW = "few"


class Strength(StrEnum):
    """The mean share of one expression: a half or more, a fifth or more, or less."""

    MOSTLY = "mostly"
    SOME = "some"
    HARDLY = "hardly"


@dataclass(frozen=True, slots=True)
class Words:
    """The class in coarse words; `expressions` in the order of the labels. None: not enough to say."""

    level: Amount | None = None
    expressions: tuple[Strength, ...] | None = None


def class_words(group: Group, grouped: Sequence[Member], sharing: Sequence[Member], minimum: int) -> Words:
    """S and G together, where G has enough members that say anything; else nothing.

    G counts as if one of it at least were unlike the others: whoever knows the results of S would else learn
    from some words that all of G are alike, and so of each how it is.
    """
    members = [member for member in grouped if member.participant_id in group.counted]
    fresh = [member for member in sharing if member.is_fresh]
    return Words(
        level=_class_level(_levels(members), _levels(fresh), minimum),
        expressions=_class_expressions(_read(members), _read(fresh), minimum),
    )


def steady(shown: Words | None, raw_before: Words | None, raw: Words) -> Words:
    """What is shown at a step: a word changes only when two steps agree; the first one stands at once."""
    if shown is None or raw_before is None:
        return raw
    return Words(
        level=_steady(shown.level, raw_before.level, raw.level),
        expressions=_steady_each(shown.expressions, raw_before.expressions, raw.expressions),
    )


def _steady(shown: Word | None, before: Word | None, now: Word | None) -> Word | None:
    return now if shown is None or now is None or now == before else shown


def _steady_each(
    shown: tuple[Strength, ...] | None, before: tuple[Strength, ...] | None, now: tuple[Strength, ...] | None
) -> tuple[Strength, ...] | None:
    if shown is None or before is None or now is None:
        return now
    words = zip(shown, before, now, strict=True)
    return tuple(new if new == old else kept for kept, old, new in words)


def _levels(members: Iterable[Member]) -> list[Level]:
    return [member.level for member in members if member.level is not Level.UNKNOWN]


def _read(members: Iterable[Member]) -> list[tuple[float, ...]]:
    return [member.probabilities for member in members if member.probabilities is not None]


def _class_level(grouped: Sequence[Level], sharing: Sequence[Level], minimum: int) -> Amount | None:
    if len(grouped) < minimum:
        return None
    with_lesson = min(max(grouped.count(Level.ENGAGED), 1), len(grouped) - 1)
    share = (with_lesson + sharing.count(Level.ENGAGED)) / (len(grouped) + len(sharing))
    if share >= MOST:
        return Amount.MOST
    return Amount.FEW if share <= FEW else Amount.HALF


def _class_expressions(
    grouped: Sequence[tuple[float, ...]], sharing: Sequence[tuple[float, ...]], minimum: int
) -> tuple[Strength, ...] | None:
    if len(grouped) < minimum:
        return None
    most, everybody = len(grouped) - 1, len(grouped) + len(sharing)
    sums = zip(_sums(grouped), _sums(sharing), strict=True)
    return tuple(_strength((min(of_group, most) + of_sharing) / everybody) for of_group, of_sharing in sums)


def _sums(expressions: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(map(fsum, zip(*expressions, strict=True))) or (0.0,) * len(EMOTIONS)


def _strength(share: float) -> Strength:
    if share >= MOSTLY:
        return Strength.MOSTLY
    return Strength.SOME if share >= SOME else Strength.HARDLY
