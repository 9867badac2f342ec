"""How ages and places are said."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from classroom.law.values import Age, Rules

AGES = {
    Age.UNDER_13: gettext_lazy("under 13"),
    Age.FROM_13: gettext_lazy("13 to 15"),
    Age.FROM_16: gettext_lazy("16 and 17"),
    Age.ADULT: gettext_lazy("18 and older"),
}
# Any code that no rule knows is under the strictest of all; this one is offered.
ELSEWHERE = "elsewhere"


def places(rules: Rules) -> dict[str, str]:
    """By code, as a school is offered them."""
    named = {code: _(name) for code, name in rules.jurisdictions.items()}
    return {**named, ELSEWHERE: _("Somewhere else, or not listed here")}


def place(code: str, rules: Rules) -> str:
    return places(rules).get(code, _("not said"))


def reasons(whys: Iterable[str]) -> str:
    return " ".join(map(_, whys))


def ages(codes: Iterable[str]) -> str:
    return ", ".join(str(word) for age, word in AGES.items() if age in set(codes)) or _("not said")
