"""Who is told of the lessons of a school, and what was sent there."""

from classroom import law
from classroom.models import Delivery, RecordStore, School, Webhook
from classroom.models.outgoing import Target
from classroom.queries.lessons import policy_chosen

SHOWN = 20


def record_store_of(school: School) -> RecordStore | None:
    return RecordStore.objects.filter(school=school).select_related("school").first()


def may_tell_stores(school: School) -> bool:
    """Whether anything of students may go to its record store."""
    policy = policy_chosen(school)
    return policy is None or policy.may_tell_stores(law.current())


def last_deliveries(target: Target) -> list[Delivery]:
    """The newest first."""
    role = "webhook" if isinstance(target, Webhook) else "store"
    return list(Delivery.objects.filter(**{role: target.pk})[:SHOWN])
