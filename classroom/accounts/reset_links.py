"""What a link for a new password hangs on, besides password and last login."""

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from classroom.models import AccountChange, User


class ResetLinks(EmailAwarePasswordResetTokenGenerator):
    """A link ends when its account changes role, school or state, when an administrator makes a newer one,
    and when the administrator who made the newest changes role, school or state."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        made = AccountChange.objects.filter(subject=user, kind=AccountChange.Kind.RESET)
        newest = made.select_related("actor").first()
        stands_on = [_rights(user), newest and newest.pk, newest and newest.actor and _rights(newest.actor)]
        return f"{super()._make_hash_value(user, timestamp)}{stands_on}"


def _rights(user: User) -> tuple[bool, str, int | None]:
    return user.is_active, str(user.role), user.school_id
