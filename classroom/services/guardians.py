"""Links with which a parent or guardian is asked: secret, of one purpose, for a month."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from classroom import disclosure, queries
from classroom.addresses import network_of
from classroom.errors import (
    ClassSuspended,
    GuardianLinkClosed,
    MailNotSent,
    NobodysPlace,
    NoGuardianNeeded,
    OnlySchoolAsks,
    PlaceGone,
    SchoolHasToAsk,
    TooManyGuardianLinks,
    TooManyGuardianMails,
    TooManyLinkTries,
)
from classroom.models import Classroom, Consent, GuardianAnswer, GuardianLink, Participant, Policy
from classroom.models.accounts import digest_of
from classroom.models.guardians import GUARDIAN_LINK_LASTS, OfChild
from classroom.personal import OF_CHILD
from classroom.services.rates import counted

logger = logging.getLogger(__name__)

TRIES_A_MINUTE = 10
LINKS_AN_HOUR = 10
MAILS_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Ward:
    """The child behind a link: the places it has, the first of them, and what holds at its school."""

    link: GuardianLink
    places: tuple[Participant, ...]
    policy: Policy

    @property
    def place(self) -> Participant:
        return self.places[0]

    @property
    def may_agree(self) -> bool:
        """Not by a link that a student handed on, where the school alone may ask."""
        return self.link.by_school or not self.policy.school_asks_guardians

    @property
    def came_by_name(self) -> datetime | None:
        """Since when a guest has the place who typed its name, which anybody may; what was agreed to before
        opens no camera."""
        return None if self.place.user_id else self.place.came_at

    def check_may_agree(self) -> None:
        """Raises SchoolHasToAsk."""
        if not self.may_agree:
            raise SchoolHasToAsk

    @property
    def first_name(self) -> str:
        """As the class has it, without the rest: a page that anybody may open tells no more than it needs."""
        return self.place.display_name.split()[0]


def make_guardian_link(*, place: Participant, by_school: bool, now: datetime) -> str:
    """The token of a link that asks, told here and never again: only its digest is kept.

    An earlier one from the same hand ends: the student's own ends no letter of the school. `place` with its
    classroom and school. Raises PlaceGone, ClassSuspended, NoGuardianNeeded, NobodysPlace, OnlySchoolAsks,
    TooManyGuardianLinks.
    """
    if place.classroom.school.suspended_at is not None:
        raise ClassSuspended
    policy = _policy(place)
    if place.is_left_behind:
        raise NobodysPlace
    if not by_school:
        if policy.school_asks_guardians:
            raise OnlySchoolAsks
        if counted(f"guardian-links:{place.id}:{now:%Y%m%d%H}", 3600) > LINKS_AN_HOUR:
            raise TooManyGuardianLinks
    token = secrets.token_urlsafe(32)
    child = GuardianLink.child(place, place.classroom.school_id)
    with transaction.atomic():
        hold_classes(GuardianLink(**child))
        if not Participant.objects.filter(id=place.id).exists():
            raise PlaceGone
        end_guardian_links(place=place, by_school=by_school, now=now)
        GuardianLink.objects.create(
            **child,
            token_digest=digest_of(token),
            by_school=by_school,
            made_at=now,
            expires_at=now + GUARDIAN_LINK_LASTS,
        )
    return token


def hold_classes(child: OfChild) -> None:
    """Inside a transaction: whoever erases a place of the child waits, or went before."""
    places = [place.classroom_id for place in queries.places_of_child(child)]
    classrooms = Classroom.objects.filter(id__in=places).order_by("id")
    list(classrooms.select_for_update(no_key=True).values_list("id", flat=True))


def link_to_use(link_id: int) -> GuardianLink:
    """Inside a transaction, held with the classes of its child. Raises GuardianLinkClosed."""
    links = GuardianLink.objects.filter(id=link_id)
    if (found := links.first()) is not None:
        hold_classes(found)
    if (link := links.select_for_update().first()) is None:
        raise GuardianLinkClosed
    return link


def end_guardian_links(*, place: Participant, now: datetime, by_school: bool | None = None) -> None:
    """Those that ask and are open; of one hand only, or all. What was answered stays as it is."""
    links = GuardianLink.objects.filter(
        **GuardianLink.child(place, place.classroom.school_id), is_own=False, used_at=None, revoked_at=None
    )
    (links if by_school is None else links.filter(by_school=by_school)).update(revoked_at=now)


def mail_guardian(*, place: Participant, address: str, link: str, now: datetime) -> None:
    """The link to an address that is used for this and kept nowhere. It names neither child nor class.

    Raises TooManyGuardianMails, MailNotSent.
    """
    if counted(f"guardian-mails:{place.id}:{now:%Y%m%d}", 24 * 3600) > MAILS_A_DAY:
        raise TooManyGuardianMails
    school = place.classroom.school.name
    text = _(
        "Your child's school, %(school)s, uses ClassPulse in online lessons. A camera may only be used in "
        "them if a parent or guardian agrees.\n\nRead what it is about, then agree or refuse:\n%(link)s\n\n"
        "The link works for 30 days. You need not answer: without an answer your child takes part without "
        "camera. If you have no child at this school, do nothing."
    ) % {"school": school, "link": link}
    if not settings.EMAIL_HOST:
        raise MailNotSent
    try:
        send_mail(_("A question from %(school)s") % {"school": school}, text, None, [address])
    except (OSError, SMTPException) as error:
        # Neither the error nor the log may hold the address.
        logger.warning("A mail to a guardian was not sent: %s", type(error).__name__)
        raise MailNotSent from None


def ward_behind(*, token: str, is_own: bool, address: str, now: datetime) -> Ward:
    """Who a link is about. Those that were never given out are counted for the network that they come from;
    one that was need not wait for them: nobody guesses 256 bits.

    Raises TooManyLinkTries, GuardianLinkClosed, and where a link asks what nobody asks now, or not in this
    way, NoGuardianNeeded and SchoolHasToAsk.
    """
    link = GuardianLink.objects.filter(token_digest=digest_of(token), is_own=is_own).first()
    if link is None and counted(_tries(address, now), 60) > TRIES_A_MINUTE:
        raise TooManyLinkTries
    if link is None or not link.is_open_at(now):
        raise GuardianLinkClosed
    return ward_of(link)


def _tries(address: str, now: datetime) -> str:
    return f"guardian-tries:{network_of(address)}:{now:%Y%m%d%H%M}"


def ward_of(link: GuardianLink) -> Ward:
    """Whoever took a guest's place over since the link was made may be another child.

    Raises GuardianLinkClosed, NoGuardianNeeded, SchoolHasToAsk.
    """
    places = tuple(queries.places_of_child(link))
    if not places or any(one.held_since and link.made_at < one.held_since for one in places):
        raise GuardianLinkClosed
    school = places[0].classroom.school
    policy = queries.policy_chosen(school)
    if not link.is_own:
        if school.suspended_at is not None:
            raise GuardianLinkClosed
        if policy is None or not disclosure.needs_guardian(policy, places[0]):
            raise NoGuardianNeeded
    ward = Ward(link, places, policy or Policy(school=school).without_cameras())
    if not link.is_own:
        ward.check_may_agree()
    return ward


def hand_on_to_account(place: Participant, user_id: int) -> None:
    """The account for which a place waited under a platform's number: what was asked and answered goes along.

    Where the account's own guardian refused or withdrew, nothing comes along that would open a camera.
    """
    school_id = place.classroom.school_id
    own = GuardianAnswer.objects.filter(user=user_id, school=school_id).order_by("at", "id").last()
    came = GuardianAnswer.objects.filter(participant=place).order_by("at", "id").last()
    agreed = GuardianAnswer.Kind.AGREED
    is_refused = own is not None and own.kind != agreed and (came is None or came.kind == agreed)
    for model in OF_CHILD:
        rows = model._default_manager.filter(participant=place)
        if is_refused:
            rows.delete()
        else:
            rows.update(participant=None, user=user_id)


def hand_on_to_typed_name(place: Participant, user_id: int) -> None:
    """An account takes a place that waited on the roster by its name, which anybody may type.

    So a refusal or withdrawal that stands comes along, and nothing that opens a camera, now or by a link.
    """
    newest = GuardianAnswer.objects.filter(participant=place).order_by("at", "id").last()
    if newest is not None and newest.kind != GuardianAnswer.Kind.AGREED:
        GuardianAnswer.objects.filter(id=newest.pk).update(participant=None, user=user_id)
    for model in OF_CHILD:
        model._default_manager.filter(participant=place).delete()


def hand_on_refusal(*, goes: Participant, stays: Participant) -> None:
    """That two places are one student's is a teacher's word: it closes a camera and never opens one.

    So of the place that goes nothing is kept but a refusal or withdrawal that stands, with its links.
    """
    school_id = stays.classroom.school_id
    newest = queries.guardian_answer(school_id, goes)
    if goes.user_id or newest is None or newest.kind == GuardianAnswer.Kind.AGREED:
        return
    for model in OF_CHILD:
        model._default_manager.filter(participant=goes).update(**GuardianLink.child(stays, school_id))


def forget_child(participant: Participant) -> None:
    """With the last place of an account in its school; a guest's rows go with the place."""
    if not participant.user_id:
        return
    school_id = participant.classroom.school_id
    others = Participant.objects.filter(user=participant.user_id, classroom__school=school_id)
    if others.exclude(id=participant.id).exists():
        return
    for model in OF_CHILD:
        model._default_manager.filter(user=participant.user_id, school=school_id).delete()


def delete_old_asking(policy: Policy, now: datetime) -> None:
    """What guardians answered is kept as long as consents are; the answer that counts, as long as its child
    has any. Links that ask go with the answers of their day, own ones with the last answer."""
    before = now - timedelta(days=policy.names_days)
    same = Q(user=OuterRef("user")) | Q(participant=OuterRef("participant"))
    newer = GuardianAnswer.objects.filter(same, school=policy.school_id).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id"))
    )
    of_child = Q(participant__user=OuterRef("user")) | Q(participant=OuterRef("participant"))
    consents = Consent.objects.filter(of_child, lesson__classroom__school=policy.school_id)
    answers = GuardianAnswer.objects.filter(school=policy.school_id)
    answers.filter(Exists(newer) | ~Exists(consents), at__lt=before).delete()
    links = GuardianLink.objects.filter(school=policy.school_id, made_at__lt=before)
    links.filter(Q(is_own=False, expires_at__lt=before) | Q(is_own=True, answers=None)).delete()


def _policy(place: Participant) -> Policy:
    policy = queries.policy_chosen(place.classroom.school)
    if policy is None or not disclosure.needs_guardian(policy, place):
        raise NoGuardianNeeded
    return policy
