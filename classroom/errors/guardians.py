"""About a parent's or guardian's consent, and the links to it."""

from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class GuardianMissing(AnticipatedError):
    sentence = _(
        "This way waits for a parent or guardian. Until one has agreed you take part without camera, like "
        "everybody who chooses that."
    )


class NoGuardianNeeded(AnticipatedError):
    sentence = _("Your school does not ask parents or guardians, so there is nobody to ask.")


class OnlySchoolAsks(AnticipatedError):
    sentence = _(
        "At your school only the school itself asks parents and guardians. Ask your teacher for the letter."
    )


class SchoolHasToAsk(AnticipatedError):
    sentence = _(
        "The school has to ask you itself now, by a letter or on paper. Ask it for that: until then the "
        "camera is not used. You can still withdraw by the link that you were given when you answered."
    )


class GuardianLinkClosed(AnticipatedError):
    sentence = _(
        "This link does not work any more. It may have been used, it may be older than 30 days, or a newer "
        "one has replaced it. Ask your child or the school for a new one. If you have answered already, use "
        "the link that you were given then."
    )


class TermsChanged(AnticipatedError):
    sentence = _("The school has just changed what it allows. Read it again, then answer.")


class TooManyGuardianLinks(AnticipatedError):
    sentence = _("Many links were made just now. Wait an hour, or use the last one.")


class TooManyGuardianMails(AnticipatedError):
    sentence = _(
        "Three mails were sent today, and that is the most. Copy a link instead, or wait until tomorrow."
    )


class TooManyLinkTries(AnticipatedError):
    sentence = _("Too many links were tried from your network. Wait a minute, then open yours again.")


class MailNotSent(AnticipatedError):
    sentence = _("The mail could not be sent. Make a link instead and hand it on yourself.")
