"""What a link for a new password hangs on, besides password and last login."""

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from classroom.models import AccountChange, User

RIGHTS = [
    AccountChange.Kind.ROLE,
    AccountChange.Kind.DEACTIVATED,
    AccountChange.Kind.REACTIVATED,
    AccountChange.Kind.LEFT,
    AccountChange.Kind.ARRIVED,
]


class ResetLinks(EmailAwarePasswordResetTokenGenerator):
    """A link ends for good when its account changes role, school or state, when an administrator makes a
    newer one, and when the administrator who made the newest changes role, school or state."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        made = AccountChange.objects.filter(subject=user, kind=AccountChange.Kind.RESET)
        newest = made.select_related("actor").first()
        stands_on = [_rights(user), newest and newest.pk, newest and newest.actor and _rights(newest.actor)]
        return f"{super()._make_hash_value(user, timestamp)}{stands_on}"


def _rights(user: User) -> tuple[object, ...]:
    """With the last change of them: rights that were taken and given back do not bring a link back."""
    changed = AccountChange.objects.filter(subject=user, kind__in=RIGHTS).order_by("-id")
    last = changed.values_list("id", flat=True).first()
    return user.is_active, user.is_superuser, str(user.role), user.school_id, last
