"""Why somebody who comes from a learning platform is not let in, or a platform cannot be asked.

Each says what happened, and `check` what an administrator of the school should look at; neither repeats what
the platform sent.
"""

from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class LaunchRefused(AnticipatedError):
    sentence = _("Your learning platform could not log you in.")
    check = _(
        "Compare the addresses and IDs on the page “Learning platforms” with those of the learning platform."
    )


class PlatformUnknown(LaunchRefused):
    sentence = _("This learning platform is not registered with the school, or not switched on.")
    check = _(
        "On the page “Learning platforms”, the platform must be switched on, and its platform ID and "
        "client ID must be the same as there, letter by letter."
    )


class LaunchOutdated(LaunchRefused):
    """The state is unknown: used already, older than ten minutes, or made up."""

    sentence = _("This way in has been used already, or it has waited for too long. Go back and click again.")
    check = _(
        "If this happens each time, the redirection URI in the platform's settings is probably not "
        "the one that the page “Learning platforms” shows."
    )


class OtherBrowser(LaunchRefused):
    """The cookie of this try is not there: blocked, or somebody else's try."""

    sentence = _("Your browser did not keep the cookie that shows that it was you who clicked.")
    check = _(
        "The activity should open in a new window, not inside the platform's page. The server must be "
        "reached with https."
    )


class PlatformRefuses(LaunchRefused):
    sentence = _("Your learning platform did not log you in.")
    check = _("Its own log says why. Its settings for the tool may lack the redirection URI.")


class TokenUnreadable(LaunchRefused):
    sentence = _("What your learning platform sent cannot be read.")


class TokenTooLarge(TokenUnreadable):
    check = _("The platform sends more than 64 kB. Custom parameters of the tool may be too long.")


class AlgorithmRefused(LaunchRefused):
    sentence = _("Your learning platform does not sign in a way that is accepted here.")
    check = _("The platform must sign with RS256 or ES256, and an RSA key needs 2048 bits.")


class KeyUnknown(LaunchRefused):
    sentence = _("Your learning platform signed with a key that it does not publish.")
    check = _("The public keyset URL on the page “Learning platforms” must be the platform's own.")


class SignatureWrong(LaunchRefused):
    sentence = _("The signature of your learning platform is wrong.")
    check = _("The public keyset URL on the page “Learning platforms” must be the platform's own.")


class IssuerWrong(LaunchRefused):
    sentence = _("This message comes from another learning platform than the one that was asked.")
    check = _("The platform ID on the page “Learning platforms” must be the same as there, letter by letter.")


class AudienceWrong(LaunchRefused):
    sentence = _("This message of the learning platform is not meant for this school.")
    check = _("The client ID on the page “Learning platforms” must be the same as there.")


class LaunchExpired(LaunchRefused):
    sentence = _("This message of the learning platform is too old. Go back and click again.")
    check = _("The clocks of both servers must be right: more than a minute of difference is too much.")


class NonceWrong(LaunchRefused):
    sentence = _("This message of the learning platform answers another question. Go back and click again.")


class DeploymentUnknown(LaunchRefused):
    sentence = _("The tool is used in a part of the learning platform that the school has not named.")
    check = _("Add the deployment ID of that part on the page “Learning platforms”.")


class MessageUnknown(LaunchRefused):
    sentence = _("Your learning platform sent a kind of message that is not understood here.")
    check = _("The tool must be set up with LTI 1.3, as a link to a resource or for content selection.")


class TargetElsewhere(LaunchRefused):
    sentence = _("The link in your learning platform leads to another server.")
    check = _(
        "The tool URL in the platform's settings must be the one that the page “Learning platforms” shows."
    )


class ClaimMissing(LaunchRefused):
    sentence = _("Your learning platform does not say who you are or which course this is.")
    check = _("The link must stand in a course, and the platform must tell the tool who launches it.")


class RoleUnknown(LaunchRefused):
    sentence = _(
        "Your learning platform says that you neither teach nor learn in this course, so there is nothing "
        "for you here."
    )
    check = _("The person needs the role of a teacher or student in the course.")


class CourseNotOpened(LaunchRefused):
    sentence = _("Your teacher has not opened this yet. Try again when your teacher has.")
    check = _("A teacher of the course clicks the link once: that makes the class.")


class ShareEnded(LaunchRefused):
    sentence = _("The owner of this class shares it with you no longer. Ask the owner to share it again.")
    check = _("The owner shares a class on its page, under “Teachers and hand-over”.")


class AccountClosed(LaunchRefused):
    sentence = _("Your account here is deactivated, or belongs to another school. Ask an administrator.")
    check = _("Look for the account on the page “People”.")


class NotATeachersAccount(LaunchRefused):
    sentence = _(
        "This account is no teacher's of this school, so it cannot be connected. Log in with another one, or "
        "go on with a new one."
    )


class PlatformAway(LaunchRefused):
    sentence = _("The learning platform does not answer. Try again in a few minutes.")
    check = _("This server must reach the platform's public keyset URL and access token URL.")


class PlatformSaysNo(PlatformAway):
    """It answers, and refuses."""

    sentence = _("The learning platform does not give what was asked for.")
    check = _(
        "In the platform's settings of the tool the services for names and roles and for grades must "
        "be switched on, and its client ID must be the same as on the page “Learning platforms”."
    )


class RegistrationClosed(AnticipatedError):
    sentence = _(
        "This registration link does not work: it was used, or it is older than two days. Ask an "
        "administrator of the school to make a new one on the page “Learning platforms”."
    )


class RegistrationFailed(AnticipatedError):
    sentence = _(
        "The learning platform did not register ClassPulse. Register by hand instead, as the page "
        "“Learning platforms” describes."
    )


class PlatformKnown(AnticipatedError):
    sentence = _("This platform ID and client ID are registered already.")
