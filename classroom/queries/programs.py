"""Who is told of the lessons of a school, and what was sent there."""

from classroom.models import Delivery, RecordStore, School, Webhook
from classroom.models.outgoing import Target

SHOWN = 20


def record_store_of(school: School) -> RecordStore | None:
    return RecordStore.objects.filter(school=school).select_related("school").first()


def last_deliveries(target: Target) -> list[Delivery]:
    """The newest first."""
    role = "webhook" if isinstance(target, Webhook) else "store"
    return list(Delivery.objects.filter(**{role: target.pk})[:SHOWN])
