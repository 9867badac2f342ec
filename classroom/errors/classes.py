"""About a class, who teaches it, and its roster."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class ClassroomGone(Http404):
    """The same of a whole class."""


class ClassroomArchived(AnticipatedError):
    sentence = _("This class is archived: no lesson can be started in it, and nobody can join it.")


class LessonInTheWay(AnticipatedError):
    sentence = _("A lesson of this class is open. End it first.")


class NotAColleague(AnticipatedError):
    sentence = _("You can share a class with, or hand it over to, active teachers of its own school only.")


class OwnerAlready(AnticipatedError):
    sentence = _("This teacher owns the class already.")


class OwnerChanged(AnticipatedError):
    sentence = _(
        "Somebody else has become the owner of this class in the meantime, so it was not "
        "handed over. Look at it again."
    )


class EndPassed(AnticipatedError):
    sentence = _("The last day must be today or later.")


class BadRoster(AnticipatedError):
    """Carries the reason for which a whole file is refused."""

    sentence = _("This file cannot be read as a list of names.")


class WrongClassroom(AnticipatedError):
    sentence = _(
        "The demonstration has its own classroom, and no other lesson is held there. Start a lesson "
        "with students in one of your other classrooms."
    )
