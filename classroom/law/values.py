"""Rules of the law as values: where, how old, what is read, and where it is read. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from functools import cache
from itertools import product
from typing import TypeVar

from classroom.terms import Reader
from emotion.values import Signal

T = TypeVar("T")
GUARDIAN = "guardian"
VERIFIED = "verified"


class Age(StrEnum):
    """In years, the youngest first."""

    UNDER_13 = "under_13"
    FROM_13 = "13_to_15"
    FROM_16 = "16_to_17"
    ADULT = "adult"


class Verdict(IntEnum):
    """A larger one is stricter."""

    ALLOWED = 0
    DECISION = 1
    FORBIDDEN = 2


@dataclass(frozen=True, slots=True)
class Source:
    """`since` is when it began to apply, `link` the place where it was read, as text."""

    article: str
    since: date
    checked: date
    link: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What has to be done or told where something is read, by its name in the file."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    verdict: Verdict
    why: str
    notices: tuple[Notice, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one rule answers for."""

    where: str
    age: Age
    signal: Signal
    reader: Reader


@dataclass(frozen=True, slots=True)
class Finding:
    """All rules that a wish meets, the strictest first; none where nothing is read."""

    rules: tuple[Rule, ...]

    @property
    def verdict(self) -> Verdict:
        return self.rules[0].verdict if self.rules else Verdict.ALLOWED

    @property
    def whys(self) -> tuple[str, ...]:
        """Of the strictest rules alone: the others ask for less."""
        return _once(rule.why for rule in self.rules if rule.verdict == self.verdict)

    @property
    def notices(self) -> tuple[Notice, ...]:
        return _once(notice for rule in self.rules for notice in rule.notices)

    @property
    def wants_guardian(self) -> bool:
        return any(notice.name == GUARDIAN for notice in self.notices)

    @property
    def wants_school_to_ask(self) -> bool:
        """The consent has to be verifiable, so no student hands the question on."""
        return any(notice.name == VERIFIED for notice in self.notices)

    @property
    def sources(self) -> tuple[Source, ...]:
        return _once(source for rule in self.rules for source in rule.sources)


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The file as read. `jurisdictions` has a name for each code that `cells` knows."""

    version: str
    jurisdictions: Mapping[str, str]
    cells: Mapping[Cell, Rule]

    def finding(
        self, where: str, ages: Collection[str], signals: Iterable[Signal], readers: Iterable[Reader]
    ) -> Finding:
        """What the law says of reading these signals there. A place that is not listed is under all rules
        at once, and a school that does not say whom it teaches teaches everybody."""
        places = (where,) if where in self.jurisdictions else tuple(self.jurisdictions)
        asked = tuple(age for age in Age if age in ages) or tuple(Age)
        return _finding(self, places, asked, frozenset(signals), frozenset(readers))

    def protects(self, where: str, ages: Collection[str]) -> bool:
        """Whether at these ages a parent or guardian has to agree even to the least that is read."""
        return self.finding(where, ages, (Signal.PRESENCE,), (Reader.BROWSER,)).wants_guardian


@cache
def _finding(
    rules: Rules,
    places: tuple[str, ...],
    ages: tuple[Age, ...],
    signals: frozenset[Signal],
    readers: frozenset[Reader],
) -> Finding:
    """Asked once a snapshot, and there are few different ones."""
    met = _once(rules.cells[Cell(*one)] for one in product(places, ages, sorted(signals), sorted(readers)))
    return Finding(tuple(sorted(met, key=lambda rule: -rule.verdict)))


def _once(found: Iterable[T]) -> tuple[T, ...]:
    """Each the first time that it comes."""
    return tuple(dict.fromkeys(found))
