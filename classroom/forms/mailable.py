"""Addresses to which a mail can go."""

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator


def mailable(address: str) -> str:
    """The address as it is. In quotes, its first part may hold characters at which Python ends a line of a
    mail's head; of these Django looks for two. Raises ValidationError.
    """
    if not address.isprintable():
        raise ValidationError(EmailValidator.message)
    return address
