"""Anticipated failures. Each one's text is a sentence to show to the person who caused it."""

from django.utils.translation import gettext_lazy as _


class AnticipatedError(Exception):
    """Base of the failures that an edge translates into an answer; all others propagate."""

    sentence = _("This did not work.")

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else str(self.sentence)


class LessonAlreadyOpen(AnticipatedError):
    sentence = _("This classroom already has an open lesson. End it before you start another.")


class SchoolMissing(AnticipatedError):
    sentence = _(
        "Your account belongs to no school yet. Ask an administrator of your school to choose it for your "
        "account, under “Administration”, “Users”."
    )


class SchoolLeft(AnticipatedError):
    sentence = _(
        "This classroom belongs to a school that your account has left. Make a classroom in your own school."
    )


class WrongClassroom(AnticipatedError):
    sentence = _(
        "The demonstration has a classroom of its own, and no other lesson is held there. Start a lesson "
        "with students in one of your other classrooms."
    )


class DemonstrationClosed(AnticipatedError):
    sentence = _("This is a demonstration with simulated students. Nobody can join it.")


class LessonClosed(AnticipatedError):
    sentence = _("This lesson has ended.")


class NoPolicy(AnticipatedError):
    sentence = _("Your school has not chosen yet what may be computed. An administrator chooses that once.")


class ChoiceNotAllowed(AnticipatedError):
    sentence = _(
        "Your school's policy does not allow the camera, so only joining without camera is possible."
    )


class ConsentMissing(AnticipatedError):
    sentence = _("You have not joined this lesson, or you have withdrawn from it.")


class BadInterval(AnticipatedError):
    sentence = _("The interval must lie between 0.5 and 10 seconds.")


class BadSpeed(AnticipatedError):
    sentence = _("The speed must be a whole number from 1 to 20.")


class LabelMissing(AnticipatedError):
    sentence = _("Give the key moment a short name.")


class UnknownSelfReport(AnticipatedError):
    sentence = _("Choose following, lost or need a break.")


class SelfReportNotAllowed(AnticipatedError):
    sentence = _("Your school's policy does not allow self-reports.")


class TooManyGuesses(AnticipatedError):
    sentence = _(
        "Too many codes were tried from your network. Wait a minute, then check the code with your teacher."
    )


class ReasonMissing(AnticipatedError):
    sentence = _("Give a reason for your decision, so that others can follow it.")


class FlagAlreadyReviewed(AnticipatedError):
    sentence = _("This flag has been reviewed already.")
