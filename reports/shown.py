"""What of one student may be shown now: policy, guardian AND consent, whatever was stored under others."""

from collections import defaultdict

from django.db.models import Q, QuerySet

from classroom.disclosure import RESTS_ON
from classroom.models import Consent, Flag, Lesson, Strike
from classroom.queries.lessons import signals_under
from emotion.values import Signal

Signals = dict[int, frozenset[Signal]]
"""Of each participant who shows own results, what may be shown."""


def shown_signals(lesson: Lesson) -> Signals:
    sharing = Consent.objects.sharing().filter(lesson=lesson)
    consents = sharing.select_related("participant", "lesson__classroom__school__policy")
    given = list(consents)
    shown = signals_under(given)
    return {consent.participant_id: shown[consent.id] for consent in given}


def shown_flags(lesson: Lesson, shown: Signals) -> QuerySet[Flag]:
    """The flags of those who share, each with who reviewed it."""
    may_be_shown = Q(pk__in=[])
    for kind, signal in RESTS_ON.items():
        may_be_shown |= Q(kind=kind, participant__in=[one for one, its in shown.items() if signal in its])
    flags = Flag.objects.filter(may_be_shown, lesson=lesson)
    return flags.select_related("participant", "reviewed_by").order_by(
        "participant__display_name", "participant_id", "kind"
    )


def shown_strikes(lesson: Lesson, shown: Signals) -> dict[int, list[Strike]]:
    """What those who share took out, for whoever reads what is left."""
    found: dict[int, list[Strike]] = defaultdict(list)
    for one in Strike.objects.filter(lesson=lesson, participant__in=list(shown)):
        found[one.participant_id].append(one)
    return found
