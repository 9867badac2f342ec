"""What the law lets a school choose, what it answered so far, and whether it is to be asked again."""

from dataclasses import dataclass
from datetime import date, datetime

from classroom import law
from classroom.law import Finding, Verdict, words
from classroom.models import Decision, Policy, School
from classroom.models.policies import READERS, SIGNALS


@dataclass(frozen=True, slots=True)
class Offer:
    """A preset: what the rules say where they ask for least, and which places of reading ask for more."""

    finding: Finding
    decided: tuple[str, ...]
    forbidden: tuple[str, ...]

    @property
    def is_forbidden(self) -> bool:
        return self.finding.verdict == Verdict.FORBIDDEN

    @property
    def needs_decision(self) -> bool:
        return self.finding.verdict == Verdict.DECISION


@dataclass(frozen=True, slots=True)
class Answered:
    """A row of the history, in words."""

    at: datetime
    who: str
    place: str
    ages: str
    preset: str
    readers: str
    rules_version: str
    ground: str
    decided_by: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class RulesAsk:
    """Why a school is asked: nobody asked it before, or the rules are others now.

    `held_back` says that something that was chosen is not computed until the answer.
    """

    is_first: bool
    held_back: bool


def offers(jurisdiction: str, ages: list[str]) -> dict[str, Offer]:
    """By preset; of a place that is not said the strictest of all rules."""
    rules, chosen = law.current(), (one for one in Policy.Preset if one != Policy.Preset.DEMO)
    found: dict[str, Offer] = {}
    for preset in chosen:
        signals = SIGNALS[preset]
        places = {
            place: rules.finding(jurisdiction, ages, signals, READERS[place] if signals else ())
            for place in (Policy.Readers.BROWSER, Policy.Readers.SERVER)
        }
        least = min(places.values(), key=lambda one: one.verdict)
        stricter = {place: one.verdict for place, one in places.items() if one.verdict > least.verdict}
        found[preset.value] = Offer(
            finding=least,
            decided=tuple(str(place.label) for place, its in stricter.items() if its == Verdict.DECISION),
            forbidden=tuple(str(place.label) for place, its in stricter.items() if its == Verdict.FORBIDDEN),
        )
    return found


def rules_ask(school: School | None) -> RulesAsk | None:
    """None where the school has answered the rules of today, or has not chosen anything yet."""
    policy = Policy.objects.filter(school=school).first() if school is not None else None
    if policy is None:
        return None
    rules = law.current()
    is_answered = policy.jurisdiction and policy.rules_version == rules.version and not policy.precedes_rules
    if is_answered and policy.permits(rules):
        return None
    return RulesAsk(is_first=not policy.jurisdiction, held_back=not policy.permits(rules))


def answered(school: School) -> list[Answered]:
    """The newest first."""
    rules = law.current()
    return [
        Answered(
            at=one.at,
            who=one.actor_name,
            place=words.place(one.jurisdiction, rules),
            ages=words.ages(one.ages),
            preset=one.get_preset_display(),
            readers=one.get_readers_display() if SIGNALS[Policy.Preset(one.preset)] else "",
            rules_version=one.rules_version,
            ground=one.ground,
            decided_by=one.decided_by,
            decided_on=one.decided_on,
        )
        for one in Decision.objects.filter(school=school)
    ]
