"""The only way in which an act on an account or a school is written down."""

from datetime import datetime, timedelta

from classroom.models import AccountChange, School, User
from classroom.models.policies import Policy


def log_change(
    *,
    school: School,
    kind: AccountChange.Kind,
    actor: User,
    now: datetime,
    subject: User | None = None,
    detail: str = "",
) -> None:
    """In the transaction of the act, so that there is none without the other."""
    AccountChange.objects.create(
        school=school,
        kind=kind,
        actor=actor,
        actor_name=actor.shown_name,
        subject=subject,
        detail=detail,
        at=now,
    )


def delete_old_changes(policy: Policy, now: datetime) -> None:
    """Kept as long as the access log."""
    before = now - timedelta(days=policy.log_days)
    AccountChange.objects.filter(school=policy.school_id, at__lt=before).delete()
