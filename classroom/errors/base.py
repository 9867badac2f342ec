"""What all anticipated failures are."""

from django.utils.translation import gettext_lazy as _


class AnticipatedError(Exception):
    """Base of the failures that an edge translates into an answer; all others propagate."""

    sentence = _("That did not work.")

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else str(self.sentence)
