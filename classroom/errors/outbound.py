"""About addresses that a person typed and this server is to ask."""

from django.utils.translation import gettext_lazy as _

from classroom.errors.base import AnticipatedError


class AddressNotAllowed(AnticipatedError):
    sentence = _(
        "This server sends nothing there. Give an https address on the public internet, or have whoever "
        "runs the server name the host in OUTBOUND_PRIVATE_HOSTS."
    )


class NoAnswer(AnticipatedError):
    sentence = _("No usable answer came from that address.")
