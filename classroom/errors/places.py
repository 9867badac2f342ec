"""About a student's place in a class, and the ways to it."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class PlaceGone(Http404):
    """Deleted while this waited for it: nothing is there, as a moment later."""


class PlaceBlocked(AnticipatedError):
    sentence = _("Your teacher has blocked this place. Ask your teacher if you think that is a mistake.")


class NobodysPlace(AnticipatedError):
    sentence = _(
        "The student of this place has deleted the name and the place. What is left is of earlier lessons "
        "and nobody's any more: it can be removed, but gets no name, is merged with none and handed to "
        "nobody."
    )


class NoWayBack(AnticipatedError):
    sentence = _(
        "A way back is for the place of a guest who came in by link or code. An account logs in instead, a "
        "name on the roster waits for whoever comes under it, and a blocked place has to be unblocked first."
    )


class InOpenLesson(AnticipatedError):
    sentence = _(
        "This place has taken part in the lesson that is open, so nobody else goes on with it before the "
        "lesson has ended. Until then the student can join the lesson under a new name."
    )


class WayBackClosed(AnticipatedError):
    sentence = _(
        "No place waits behind this code. It may be mistyped: compare it with your teacher's screen, letter "
        "by letter. Or it is out of date: each works once, for 15 minutes, and a newer one ends it. Then ask "
        "your teacher for a new one."
    )


class PlaceTakenOver(AnticipatedError):
    sentence = _("Another browser goes on with this place now. Ask your teacher.")


class BothInLesson(AnticipatedError):
    """Carries the lesson's title."""

    def __init__(self, title: str) -> None:
        super().__init__(
            _(
                "Both were in the lesson “%(title)s”, each with a choice of their own, so these are not made "
                "one. Rename one of them instead, or remove the one that is not needed."
            )
            % {"title": title}
        )


class TwoAccounts(AnticipatedError):
    sentence = _("Both places belong to an account, and two accounts are two people.")


class TrialPlace(AnticipatedError):
    sentence = _("A place that a teacher made to try the product is never a student's.")


class StillInLesson(AnticipatedError):
    sentence = _("The place that would go is in a lesson that is open. Merge them when it has ended.")


class TooManyGuesses(AnticipatedError):
    sentence = _(
        "Too many wrong codes were tried here. Ask your teacher for a link, which works at once, or try "
        "again in an hour."
    )


class BadName(AnticipatedError):
    """Carries the reason for which a name is refused."""

    sentence = _("Type the name that your teacher knows you by.")


class TooManyPlaces(AnticipatedError):
    sentence = _(
        "Very many people from your network have just joined this class. Your name is kept here: wait a "
        "minute and press the button again. If it still does not work, tell your teacher."
    )
