"""About accounts, schools and the ways in."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from classroom.errors.base import AnticipatedError


class SchoolMissing(AnticipatedError):
    sentence = _(
        "Your account does not belong to a school yet. Ask an administrator of your school for an "
        "invitation link, or ask whoever runs this server to move your account to a school."
    )


class SchoolLeft(AnticipatedError):
    sentence = _(
        "The teacher who owns this classroom has left its school. An administrator of the school can hand "
        "the classroom over to somebody else."
    )


class TooManyLogins(AnticipatedError):
    """Carries how many seconds to wait."""

    def __init__(self, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(
            ngettext_lazy(
                "Too many logins went wrong. Try again in %(seconds)d second.",
                "Too many logins went wrong. Try again in %(seconds)d seconds.",
                wait_s,
            )
            % {"seconds": wait_s}
        )


class SchoolSuspended(AnticipatedError):
    sentence = _(
        "Your school is suspended here, so nobody from it can log in at present. Whoever runs this "
        "server can say why, and lift the suspension."
    )


class OwnSchool(AnticipatedError):
    sentence = _(
        "This is your own school: suspending it would end your own lessons and log your colleagues out. "
        "Another platform administrator, of another school, can do it."
    )


class ClassSuspended(SchoolSuspended):
    """The same, said to somebody who joins, who may have no account and not know whose server this is."""

    sentence = _(
        "The school of this class is suspended here at present: it holds no lessons and nobody can join. "
        "Nothing was deleted. Your teacher can tell you when it goes on, and the same link will work then."
    )


class UnknownToken(AnticipatedError):
    sentence = _(
        "Send the token of a program as “Authorization: Bearer …”. It is missing or was revoked, or its "
        "owner may not use it any more."
    )


class TokenExpired(AnticipatedError):
    sentence = _("This token has expired. Its owner can make another one under “Your account”, “Programs”.")


class SecretLost(AnticipatedError):
    sentence = _("What was sealed here cannot be opened: the server's SECRET_KEY is another one by now.")


class StoreSecretMissing(AnticipatedError):
    sentence = _(
        "Type the secret of the record store: another host is never given the secret of the one before."
    )


class TooManyWebhooks(AnticipatedError):
    sentence = _("You have as many webhooks as there may be. Remove one that is not needed any more.")


class ScopeMissing(AnticipatedError):
    """Carries the scope that the token lacks."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(_("This token lacks the scope “%(scope)s”.") % {"scope": scope})


class LastAdministrator(AnticipatedError):
    sentence = _(
        "This is the last active administrator of the school. Make somebody else an administrator first, so "
        "that the school keeps one."
    )


class LastPlatformAdministrator(AnticipatedError):
    sentence = _(
        "This is the last active platform administrator. Nobody else could run the schools of this server: "
        "whoever has a shell there makes another one first."
    )


class InvitationClosed(AnticipatedError):
    sentence = _("This invitation is no longer open. Ask an administrator of your school for a new link.")


class UsernameTaken(AnticipatedError):
    sentence = _("This user name has just been taken. Choose another one.")


class OwnAccountMoved(AnticipatedError):
    sentence = _("You cannot move your own account to another school. Ask another platform administrator.")


class ClassroomsKept(AnticipatedError):
    sentence = _("Give the classrooms of this account to a colleague before it changes school.")
