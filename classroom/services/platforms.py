"""Learning platforms of a school: registered by hand or by themselves, switched on, changed, removed."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from classroom.errors import PlatformKnown, RegistrationClosed
from classroom.lti import registration
from classroom.lti.values import Endpoints, ToolAddresses
from classroom.lti.vocabulary import TOOL
from classroom.models import (
    AccountChange,
    ApiToken,
    Participant,
    Platform,
    PlatformInvitation,
    School,
    User,
    Webhook,
)
from classroom.models.accounts import digest_of
from classroom.models.platforms import REGISTRATION_LASTS
from classroom.services.account_log import log_change
from classroom.services.sessions import end_sessions

Kind = AccountChange.Kind


def endpoints_of(platform: Platform) -> Endpoints:
    """Another address is another entry in the cache: what an old one gave is not believed of a new one."""
    where = digest_of(f"{platform.keys_url} {platform.token_url} {platform.client_id}")[:16]
    return Endpoints(
        key=f"{platform.pk}:{where}",
        issuer=platform.issuer,
        client_id=platform.client_id,
        token_url=platform.token_url,
        keys_url=platform.keys_url,
        token_audience=platform.token_audience,
    )


def register_platform(
    *,
    school: School,
    actor: User,
    now: datetime,
    name: str,
    issuer: str,
    client_id: str,
    deployment_ids: Sequence[str],
    login_url: str,
    token_url: str,
    keys_url: str,
    names: str,
) -> Platform:
    """By hand, and switched on at once. Raises PlatformKnown."""
    platform = Platform(
        school=school,
        name=name,
        issuer=issuer,
        client_id=client_id,
        deployment_ids=list(deployment_ids),
        login_url=login_url,
        token_url=token_url,
        keys_url=keys_url,
        names=names,
        made_at=now,
        active_since=now,
    )
    _save(platform, Kind.PLATFORM_MADE, actor, now)
    return platform


def change_platform(*, platform_id: int, actor: User, now: datetime, **fields: object) -> None:
    """Its addresses, IDs, name, and what is taken of names. Raises PlatformKnown."""
    platform = Platform.objects.select_related("school").get(id=platform_id)
    for field, value in fields.items():
        setattr(platform, field, value)
    _save(platform, Kind.PLATFORM_CHANGED, actor, now)


@transaction.atomic
def switch_platform_on(*, platform_id: int, actor: User, now: datetime) -> None:
    """One that registered itself lets nobody in before."""
    platform = _locked(platform_id)
    if platform.active_since is None:
        platform.active_since = now
        platform.save(update_fields=["active_since"])
        _log(platform, Kind.PLATFORM_ON, actor, now)


@transaction.atomic
def remove_platform(*, platform_id: int, actor: User, now: datetime) -> None:
    """Accounts and classes stay. Nobody comes in by it any more: whoever has no password is logged out, and
    tokens and webhooks of theirs end too."""
    platform = _locked(platform_id)
    came = User.objects.filter(platform_accounts__platform=platform).distinct()
    only_by_it = [user.pk for user in came if not user.has_usable_password()]
    rooms = platform.classes.values("classroom")
    Participant.objects.filter(classroom__in=rooms).exclude(platform_subject="").update(platform_subject="")
    _log(platform, Kind.PLATFORM_ENDED, actor, now)
    platform.delete()
    end_sessions(user_ids=only_by_it, now=now)
    ApiToken.objects.filter(owner__in=only_by_it).delete()
    Webhook.objects.filter(owner__in=only_by_it).delete()


def invite_platform(*, school: School, actor: User, now: datetime) -> str:
    """The token of a registration link: told here and never again, good for one platform."""
    token = secrets.token_urlsafe(32)
    PlatformInvitation.objects.filter(school=school, expires_at__lt=now).delete()
    PlatformInvitation.objects.create(
        school=school,
        token_digest=digest_of(token),
        made_by=actor,
        made_at=now,
        expires_at=now + REGISTRATION_LASTS,
    )
    return token


def platform_invitation(*, token: str, now: datetime) -> PlatformInvitation:
    """The row of a link that still works: its maker administers the school. Raises RegistrationClosed."""
    invitations = PlatformInvitation.objects.select_related("school", "made_by")
    found = invitations.filter(token_digest=digest_of(token), expires_at__gt=now).first()
    if found is None or found.school.suspended_at is not None:
        raise RegistrationClosed
    maker = found.made_by
    if not (maker.is_active and maker.is_admin and maker.school_id == found.school_id):
        raise RegistrationClosed
    return found


def accept_platform(
    *, token: str, configuration_url: str, registration_token: str, tool: ToolAddresses, now: datetime
) -> Platform:
    """The platform behind the address, registered and not switched on; of two at once the first has the link.

    Raises RegistrationClosed, RegistrationFailed, PlatformKnown.
    """
    invitation = platform_invitation(token=token, now=now)
    told = registration.register(configuration_url, registration_token, name=TOOL, tool=tool)
    with transaction.atomic():
        deleted, _kinds = PlatformInvitation.objects.filter(id=invitation.id).delete()
        if not deleted:
            raise RegistrationClosed
        platform = Platform(
            school=invitation.school,
            name=told.name,
            issuer=told.issuer,
            client_id=told.client_id,
            deployment_ids=[told.deployment_id] if told.deployment_id else [],
            login_url=told.login_url,
            token_url=told.token_url,
            keys_url=told.keys_url,
            token_audience=told.token_audience,
            made_at=now,
        )
        _save(platform, Kind.PLATFORM_MADE, invitation.made_by, now)
    return platform


def _save(platform: Platform, kind: AccountChange.Kind, actor: User, now: datetime) -> None:
    try:
        with transaction.atomic():
            platform.save()
            _log(platform, kind, actor, now)
    except IntegrityError as error:
        raise PlatformKnown from error


def _log(platform: Platform, kind: AccountChange.Kind, actor: User, now: datetime) -> None:
    detail = f"{platform.name}: {platform.issuer}"[:200]
    log_change(school=platform.school, kind=kind, actor=actor, detail=detail, now=now)


def _locked(platform_id: int) -> Platform:
    rows = Platform.objects.select_related("school").select_for_update(of=["self"])
    return rows.get(id=platform_id)
