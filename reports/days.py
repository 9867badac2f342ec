"""Days as somebody asks for them: the viewer's own."""

from datetime import date, datetime, time

from django.utils import timezone


def midnight(day: date) -> datetime:
    """When it begins where the viewer is."""
    return timezone.make_aware(datetime.combine(day, time.min))
