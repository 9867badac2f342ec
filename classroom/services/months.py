"""The months in which readings and sums lie: made ahead, dropped once no school keeps anything of them."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.db.models.functions import Least

from classroom.models import Policy, School
from classroom.partitions import PARTITIONED
from classroom.personal import PERSONAL, Personal


def turn_months(*, now: datetime) -> list[str]:
    """Answers the names of the tables dropped. Who agreed to less is seen to row by row (`retention`)."""
    for each in PARTITIONED:
        each.make_months(now)
    return drop_past_months(now=now)


def drop_past_months(*, now: datetime) -> list[str]:
    """Those whose newest lesson is past every school's period. Before rows are deleted one by one: after a
    summer without a server, or a period that was made shorter, most of what is past lies in whole months."""
    kinds = {kind.model: kind for kind in PERSONAL}
    dropped = []
    for each in PARTITIONED:
        dropped += each.drop_months(now - timedelta(days=_longest_days(kinds[each.model])))
    return dropped


def _longest_days(kind: Personal) -> int:
    """That any school keeps rows of a kind, one without a policy among them."""
    days = Least(kind.days, "names_days")
    undecided = Policy(school=School())
    longest = Policy.objects.aggregate(longest=Max(days))["longest"] or 0
    of_undecided: int = min(getattr(undecided, kind.days), undecided.names_days)
    return max(int(longest), of_undecided)
