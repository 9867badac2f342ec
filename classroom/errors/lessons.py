"""About a lesson, how it is taught, and what is agreed to in it."""

from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class LessonAlreadyOpen(AnticipatedError):
    sentence = _("This classroom already has an open lesson. End it before you start another.")


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


class TooManyChoices(AnticipatedError):
    sentence = _(
        "You changed your choice too often in this lesson. You can still switch the camera off, or withdraw."
    )


class LessonWithoutCameras(AnticipatedError):
    sentence = _("Your teacher holds this lesson without cameras: no picture is taken in.")


class CourseMissing(AnticipatedError):
    sentence = _(
        "Your school requires the course “What this can and cannot tell” before a lesson with cameras. "
        "Without cameras you can start now."
    )


class ConsentMissing(AnticipatedError):
    sentence = _("You have not joined this lesson, or you have withdrawn from it.")


class BadInterval(AnticipatedError):
    sentence = _("The interval must lie between 0.5 and 10 seconds.")


class BadSpeed(AnticipatedError):
    sentence = _("The speed must be a whole number from 1 to 20.")


class DemonstrationNeedsCameras(AnticipatedError):
    sentence = _("A demonstration shows what cameras can tell, so it cannot be held without them.")


class LabelMissing(AnticipatedError):
    sentence = _("Give the key moment a short name.")


class LabelTooLong(AnticipatedError):
    sentence = _("The name of a key moment has at most 80 characters.")


class UnknownSlidesKey(AnticipatedError):
    sentence = _("This key of the slides is unknown or was revoked. The teacher makes a new one.")


class TooManyMoments(AnticipatedError):
    sentence = _("A lesson has at most 1,000 key moments. Remove some to mark others.")


class TooManySlides(AnticipatedError):
    sentence = _("That was a lot of key moments. Wait a minute, then go on.")


class BadBreak(AnticipatedError):
    sentence = _("A break lasts 5, 10 or 15 minutes.")


class MarkerGone(AnticipatedError):
    sentence = _("This key moment has been removed in the meantime.")


class TooManyRequests(AnticipatedError):
    sentence = _("That was a lot at once. Wait a moment, then try it again.")
