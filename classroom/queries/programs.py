"""What the programs of a school are: tokens and webhooks of its people, and what was sent out."""

from django.db.models import QuerySet

from classroom.models import ApiToken, Delivery, RecordStore, School, User, Webhook
from classroom.models.outgoing import Target

SHOWN = 20


def tokens_of_school(school: School, viewer: User) -> QuerySet[ApiToken]:
    """By owner. Those of who runs the platform are for others who do."""
    found = ApiToken.objects.filter(owner__school=school).select_related("owner")
    found = found if viewer.is_superuser else found.filter(owner__is_superuser=False)
    return found.order_by("owner__last_name", "owner__username", "-made_at", "-id")


def webhooks_of_school(school: School, viewer: User) -> QuerySet[Webhook]:
    found = Webhook.objects.filter(school=school).select_related("owner", "school")
    found = found if viewer.is_superuser else found.filter(owner__is_superuser=False)
    return found.order_by("owner__last_name", "owner__username", "-made_at", "-id")


def record_store_of(school: School) -> RecordStore | None:
    return RecordStore.objects.filter(school=school).select_related("school").first()


def last_deliveries(target: Target) -> list[Delivery]:
    """The newest first."""
    role = "webhook" if isinstance(target, Webhook) else "store"
    return list(Delivery.objects.filter(**{role: target.pk}).select_related("lesson")[:SHOWN])
