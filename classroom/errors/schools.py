"""About what a school sets for itself."""

from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class BadLogo(AnticipatedError):
    sentence = _(
        "This file cannot be used as a logo. Choose a picture of the kind PNG, JPEG or WebP with at most "
        "900 kB and 4000 by 4000 pixels."
    )


class QuietHours(AnticipatedError):
    sentence = _(
        "These are quiet hours of your school, in which no camera is read. Start the lesson without cameras, "
        "or wait until they are over."
    )


class PlannedEndPassed(AnticipatedError):
    sentence = _("The planned end must lie ahead, and today.")


class AccountNeeded(AnticipatedError):
    sentence = _(
        "This school lets in who has an account. Log in first, then follow the link or type the code again."
    )


class NotOnRoster(AnticipatedError):
    sentence = _(
        "Your school lets in who is on the teacher's list or has an account, and nobody waits there under "
        "this name. Type your name as your teacher writes it, or ask your teacher to add it."
    )


class ClassFull(AnticipatedError):
    sentence = _("This class is full: your school has set how many students it holds. Ask your teacher.")


class CodeExpired(AnticipatedError):
    sentence = _("This code or link has run out. Ask your teacher for the new one.")
