"""Links with which people make their own accounts."""

import logging
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from classroom import queries
from classroom.errors import InvitationClosed, UsernameTaken
from classroom.models import AccountChange, Invitation, Policy, School, User
from classroom.models.accounts import INVITATION_LASTS, digest_of
from classroom.services.account_log import log_change
from classroom.services.emails import note_new_email

logger = logging.getLogger(__name__)

# Whoever may invite, may by these.
RIGHTS = {"is_active", "is_superuser", "role", "school"}


@transaction.atomic
def invite(
    *, school: School, role: str, actor: User, now: datetime, email: str = "", note: str = ""
) -> tuple[Invitation, str]:
    """The invitation, and the token of its link: told here and never again, since only its digest is kept."""
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        school=school,
        role=role,
        email=email,
        note=note,
        token_digest=digest_of(token),
        created_by=actor,
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    detail = invitation.get_role_display()
    log_change(school=school, kind=AccountChange.Kind.INVITED, actor=actor, detail=detail, now=now)
    return invitation, token


@transaction.atomic
def revoke_invitation(*, invitation_id: int, actor: User, now: datetime) -> None:
    """One that was used, has ended or was withdrawn before stays as it is."""
    invitation = Invitation.objects.select_for_update().get(id=invitation_id)
    if invitation.used_at or invitation.revoked_at:
        return
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    detail = invitation.get_role_display()
    kind = AccountChange.Kind.REVOKED
    log_change(school=invitation.school, kind=kind, actor=actor, detail=detail, now=now)


@receiver(post_save, sender=User)
def revoke_what_lost_its_maker(
    instance: User, created: bool, update_fields: Collection[str] | None, **signal: Any
) -> None:
    """Deactivated, another role or school: no link stays open that the maker could not make now."""
    if created or (update_fields and set(update_fields).isdisjoint(RIGHTS)):
        return
    left = Invitation.objects.filter(created_by=instance, used_at=None, revoked_at=None)
    if instance.is_active and instance.is_superuser:
        return
    if instance.is_active and instance.is_admin:
        left = left.exclude(school=instance.school_id)
    left.update(revoked_at=Now())


def accept_invitation(*, token: str, account: User, now: datetime, mailed: str = "") -> User:
    """Save the new account with the role and school of its invitation; of two at once, one gets it.

    `account` is unsaved and has its password set. `mailed` is what the link has in a mail and nowhere else:
    it shows whose the address is. Raises InvitationClosed, UsernameTaken.
    """
    try:
        with transaction.atomic():
            return _accept(token, account, now, mailed)
    except IntegrityError as error:
        raise UsernameTaken from error


def send_invitation(*, invitation: Invitation, link: str) -> bool:
    """By mail, where the server can send any; answers whether it left."""
    if not settings.EMAIL_HOST:
        return False
    school = invitation.school.name
    text = _(
        "You are invited to %(school)s on ClassPulse.\n\nMake your account with this link:\n%(link)s\n\n"
        "It works once, for 14 days. If you did not expect it, do nothing."
    ) % {"school": school, "link": f"{link}?mailed={_sign_of_mail(invitation)}"}
    if whom := _whom_to_ask(invitation.school):
        text += "\n\n" + _("Questions? Ask: %(whom)s") % {"whom": whom}
    try:
        send_mail(_("Your invitation to %(school)s") % {"school": school}, text, None, [invitation.email])
    except (OSError, SMTPException):
        logger.warning("The mail of invitation %s was not sent", invitation.pk, exc_info=True)
        return False
    return True


def _whom_to_ask(school: School) -> str:
    """The help desk, else who answers for the data; empty where the school has named neither."""
    contact = queries.contact_of(school)
    help_desk = [contact.help_desk, contact.help_desk_link]
    office = [contact.name, contact.email, contact.phone]
    return ", ".join(filter(None, help_desk)) or ", ".join(filter(None, office))


def delete_old_invitations(policy: Policy, now: datetime) -> None:
    """They hold addresses: an invitation that has ended goes with the access log of its day."""
    before = now - timedelta(days=policy.log_days)
    Invitation.objects.filter(school=policy.school_id, expires_at__lt=before).delete()


def _sign_of_mail(invitation: Invitation) -> str:
    return salted_hmac("classroom.invitations", f"{invitation.token_digest} {invitation.email}").hexdigest()


def _accept(token: str, account: User, now: datetime, mailed: str) -> User:
    invitations = Invitation.objects.select_related("school").select_for_update(of=["self"])
    invitation = invitations.filter(token_digest=digest_of(token)).first()
    if invitation is None or invitation.state_at(now) != Invitation.State.OPEN:
        raise InvitationClosed
    account.role, account.school = invitation.role, invitation.school
    account.save()
    if invitation.email and constant_time_compare(mailed, _sign_of_mail(invitation)):
        note_new_email(user=account, email=invitation.email)
    invitation.used_at, invitation.used_by = now, account
    invitation.save(update_fields=["used_at", "used_by"])
    kind, detail = AccountChange.Kind.JOINED, invitation.get_role_display()
    log_change(school=invitation.school, kind=kind, actor=account, subject=account, detail=detail, now=now)
    return account
