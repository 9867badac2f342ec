"""About what a class is asked, and what students say."""

from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class UnknownSelfReport(AnticipatedError):
    sentence = _("Choose following, lost or need a break, or how the pace is.")


class SelfReportNotAllowed(AnticipatedError):
    sentence = _("Your school's policy does not allow self-reports.")


class TooManySelfReports(AnticipatedError):
    sentence = _("That was a lot of taps. Wait a minute, then say it again.")


class NobodyToAsk(AnticipatedError):
    sentence = _("There is nobody here to ask.")


class PulseCheckOpen(AnticipatedError):
    sentence = _("The class is already being asked. The answers come in a moment.")


class PulseCheckTooSoon(AnticipatedError):
    sentence = _("The class was asked a moment ago. Give it a minute.")


class PulseCheckClosed(AnticipatedError):
    sentence = _("That question has closed: it was open for half a minute.")


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
        "So few people are here that your teacher could guess who is asking, so this was not sent. "
        "Ask out loud, or in the chat of the call."
    )


class TooFewToVote(AnticipatedError):
    sentence = _("So few people are here that your teacher could guess who voted, so this was not counted.")


class QuestionGone(AnticipatedError):
    sentence = _("This question is not open any more.")


class UnknownQuestionState(AnticipatedError):
    sentence = _("A question can be approved, marked as answered or hidden.")
