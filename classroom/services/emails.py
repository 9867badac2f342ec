"""Addresses that their owner has confirmed."""

from allauth.account.models import EmailAddress
from django.db import transaction

from classroom.models import User


@transaction.atomic
def note_confirmed_email(*, user: User, email: str) -> None:
    """The address is this person's, as whoever opened a mail sent there has shown."""
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=True)
    user.email = email
    user.save(update_fields=["email"])


def note_new_email(*, user: User, email: str) -> None:
    """The same for a new account, unless another one has confirmed the address already."""
    if not EmailAddress.objects.filter(email=email.lower(), verified=True).exists():
        note_confirmed_email(user=user, email=email)
