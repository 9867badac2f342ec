"""Addresses that their owner has confirmed, and what is told them."""

import logging
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _

from classroom.models import User
from classroom.viewer import language_of_reader

logger = logging.getLogger(__name__)


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


def tell_of_lost_factor(*, owner: User, actor: User) -> None:
    """That somebody else removed the second factor, so that nobody does so behind the owner's back."""
    with language_of_reader(owner):
        text = _(
            "%(who)s, an administrator, removed the second factor of your account %(account)s on ClassPulse: "
            "app, passkeys and recovery codes. All its sessions have ended, and the next login needs the "
            "password alone.\n\nSet up a second factor again after your next login. If you did not ask for "
            "this, set a new password and tell another administrator of your school now."
        ) % {"who": actor.shown_name, "account": owner.username}
        _tell(owner, _("ClassPulse: your second factor was removed"), text)


def _tell(owner: User, subject: str, text: str) -> None:
    """Where the server sends mail and the owner has confirmed an address; an outage is a line in the log."""
    address = EmailAddress.objects.filter(user=owner, verified=True).first()
    if address is None or not settings.EMAIL_HOST:
        return
    try:
        send_mail(subject, text, None, [address.email])
    except (OSError, SMTPException):
        logger.warning("A mail about account %s was not sent", owner.pk, exc_info=True)
