"""About a class, who teaches it, and its roster."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class ClassroomGone(Http404):
    """The same of a whole class."""


class ClassroomArchived(AnticipatedError):
    sentence = _("This class has been archived: no lesson starts in it, and nobody joins it.")


class LessonInTheWay(AnticipatedError):
    sentence = _("A lesson of this class is open. End it first.")


class NotAColleague(AnticipatedError):
    sentence = _("A class is shared with and handed to active teachers of its own school only.")


class OwnerAlready(AnticipatedError):
    sentence = _("This teacher owns the class already.")


class OwnerChanged(AnticipatedError):
    sentence = _("The class has got another owner meanwhile, so it was not handed over. Look at it again.")


class EndPassed(AnticipatedError):
    sentence = _("The last day must not have passed.")


class BadRoster(AnticipatedError):
    """Carries the reason for which a whole file is refused."""

    sentence = _("This file cannot be read as a list of names.")


class WrongClassroom(AnticipatedError):
    sentence = _(
        "The demonstration has a classroom of its own, and no other lesson is held there. Start a lesson "
        "with students in one of your other classrooms."
    )
