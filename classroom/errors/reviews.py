"""About flags, and minutes that a student takes out."""

from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class ReasonMissing(AnticipatedError):
    sentence = _("Give a reason for your decision, so that others can follow it.")


class FlagAlreadyReviewed(AnticipatedError):
    sentence = _(
        "This flag has already been decided. That decision is shown below; correct it if it is wrong."
    )


class StretchMissing(AnticipatedError):
    sentence = _("Give a first and a last minute of the lesson, and say in a few words why.")


class NothingToStrike(AnticipatedError):
    sentence = _("Nothing that was measured of you in these minutes is shown to your teacher.")


class FlagNotConfirmed(AnticipatedError):
    sentence = _("This note is not confirmed any more, so there is nothing to answer.")


class LessonStillOpen(AnticipatedError):
    sentence = _("Minutes can be struck once the lesson has ended.")
