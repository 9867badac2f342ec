"""Anticipated failures. Each one's text is a sentence to show to the person who caused it."""

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class AnticipatedError(Exception):
    """Base of the failures that an edge translates into an answer; all others propagate."""

    sentence = _("This did not work.")

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else str(self.sentence)


class PlaceGone(Http404):
    """Deleted while this waited for it: nothing is there, as a moment later."""


class ClassroomGone(Http404):
    """The same of a whole class."""


class LessonAlreadyOpen(AnticipatedError):
    sentence = _("This classroom already has an open lesson. End it before you start another.")


class SchoolMissing(AnticipatedError):
    sentence = _(
        "Your account belongs to no school yet. Ask an administrator of your school for an invitation link, "
        "or whoever runs this server to move your account to a school."
    )


class SchoolLeft(AnticipatedError):
    sentence = _(
        "The teacher who owns this classroom has left its school. An administrator of the school can hand "
        "the classroom over to somebody else."
    )


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


class LessonWithoutCameras(AnticipatedError):
    sentence = _("Your teacher holds this lesson without cameras: no picture is taken in.")


class ConsentMissing(AnticipatedError):
    sentence = _("You have not joined this lesson, or you have withdrawn from it.")


class BadInterval(AnticipatedError):
    sentence = _("The interval must lie between 0.5 and 10 seconds.")


class BadSpeed(AnticipatedError):
    sentence = _("The speed must be a whole number from 1 to 20.")


class DemonstrationNeedsCameras(AnticipatedError):
    sentence = _("A demonstration shows what cameras tell, so it is not held without them.")


class LabelMissing(AnticipatedError):
    sentence = _("Give the key moment a short name.")


class LabelTooLong(AnticipatedError):
    sentence = _("The name of a key moment has at most 80 characters.")


class UnknownSlidesKey(AnticipatedError):
    sentence = _("This key of the slides is unknown or was revoked. The teacher makes a new one.")


class TooManySlides(AnticipatedError):
    sentence = _("Those were a lot of key moments. Wait a minute, then go on.")


class BadBreak(AnticipatedError):
    sentence = _("A break lasts 5, 10 or 15 minutes.")


class MarkerGone(AnticipatedError):
    sentence = _("This key moment has been removed meanwhile.")


class UnknownSelfReport(AnticipatedError):
    sentence = _("Choose following, lost or need a break, or how the pace is.")


class SelfReportNotAllowed(AnticipatedError):
    sentence = _("Your school's policy does not allow self-reports.")


class TooManySelfReports(AnticipatedError):
    sentence = _("That was a lot of taps. Wait a minute, then say it again.")


class PulseCheckOpen(AnticipatedError):
    sentence = _("The class is being asked already. The answers come in a moment.")


class PulseCheckTooSoon(AnticipatedError):
    sentence = _("The class was asked a moment ago. Give it a minute.")


class PulseCheckClosed(AnticipatedError):
    sentence = _("That question has closed: it was open for half a minute. The next one comes soon enough.")


class UnknownPulseAnswer(AnticipatedError):
    sentence = _("Choose yes, partly or no.")


class QuestionMissing(AnticipatedError):
    sentence = _("Type your question first.")


class QuestionTooLong(AnticipatedError):
    sentence = _("This question is too long: 280 characters at most.")


class TooManyQuestions(AnticipatedError):
    sentence = _("You have asked three questions in five minutes. Wait a little before the next one.")


class TooFewToAsk(AnticipatedError):
    sentence = _(
        "So few are here that your teacher could guess who asks, so this was not sent. Ask aloud, or in the "
        "call's chat."
    )


class QuestionGone(AnticipatedError):
    sentence = _("This question is not open any more.")


class UnknownQuestionState(AnticipatedError):
    sentence = _("A question can be let through, answered or hidden.")


class TooManyRequests(AnticipatedError):
    sentence = _("That was a lot at once. Wait a moment, then try it again.")


class TooManyGuesses(AnticipatedError):
    sentence = _(
        "Too many codes were tried from your network. Wait a minute, then check the code with your teacher."
    )


class ReasonMissing(AnticipatedError):
    sentence = _("Give a reason for your decision, so that others can follow it.")


class FlagAlreadyReviewed(AnticipatedError):
    sentence = _("This flag was decided already. That decision stands below; correct it if it is wrong.")


class StretchMissing(AnticipatedError):
    sentence = _("Give a first and a last minute of the lesson, and say in a few words why.")


class NothingToStrike(AnticipatedError):
    sentence = _("Nothing that was measured of you in these minutes is shown to your teacher.")


class FlagNotConfirmed(AnticipatedError):
    sentence = _("This note is not confirmed any more, so there is nothing to answer.")


class LessonStillOpen(AnticipatedError):
    sentence = _("Minutes can be struck once the lesson has ended.")


class BadName(AnticipatedError):
    """Carries the reason for which a name is refused."""

    sentence = _("Type the name that your teacher knows you by.")


class TooManyPlaces(AnticipatedError):
    sentence = _(
        "Very many people from your network have just joined this class. Your name is kept here: wait a "
        "minute and press the button again. If it still does not work, tell your teacher."
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
        "Your school is suspended here, so nobody of it can log in at present. Whoever runs this server can "
        "say why, and end it."
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
    sentence = _("Somebody has just taken this user name. Choose another one.")


class OwnAccountMoved(AnticipatedError):
    sentence = _("You cannot move your own account to another school. Ask another platform administrator.")


class ClassroomsKept(AnticipatedError):
    sentence = _("Give the classrooms of this account to a colleague before it changes school.")
