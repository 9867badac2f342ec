"""Why what a browser says that it read is refused: each reason has a name.

A student can forge numbers, as they can hold a picture before a camera. What no face can have, and what was
not agreed to, is refused all the same.
"""

from django.utils.translation import gettext_lazy as _

from classroom.errors import AnticipatedError


class ReadingRefused(AnticipatedError):
    """Base of them all; nothing of the message is stored."""

    sentence = _("This reading was refused.")


class ReadingsTooMany(ReadingRefused):
    sentence = _("A message holds one reading at least and eight at most.")


class ReadingTooLarge(ReadingRefused):
    sentence = _("A reading takes 400 bytes at most.")


class UnknownNetwork(ReadingRefused):
    sentence = _("This page is older than the server. Reload it to read with the current network.")


class ReadingTooOld(ReadingRefused):
    sentence = _("A reading is of the last ten seconds.")


class ImpossibleFaceCount(ReadingRefused):
    sentence = _("No picture holds so many faces.")


class ReadingWithoutFace(ReadingRefused):
    sentence = _("Nothing can be read from a face that is not there.")


class ImpossiblePose(ReadingRefused):
    sentence = _("No head points there.")


class ImpossibleEyes(ReadingRefused):
    sentence = _("Eyes are between shut and open.")


class ImpossibleGaze(ReadingRefused):
    sentence = _("No eyes look there.")


class ImpossibleScores(ReadingRefused):
    sentence = _("Seven expressions share a whole, and are sure or not.")


class SignalNotAllowed(ReadingRefused):
    sentence = _("Your school and you did not both allow that this is read.")
