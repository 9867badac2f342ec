"""Tokens of programs: made and revoked by their owners, and looked up at each request."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from classroom import access
from classroom.addresses import network_of
from classroom.errors import TokenExpired, TooManyRequests, UnknownToken
from classroom.models import AccountChange, ApiToken, School, User
from classroom.models.accounts import digest_of
from classroom.services.account_log import log_change
from classroom.services.rates import counted

# Found by those who search for secrets in code that was published by mistake.
PREFIX = "classpulse_"
REQUESTS_A_MINUTE = 120
UNKNOWN_A_MINUTE = 60
"""From one network."""
DAYS = 365
"""For which one is good, unless its owner chooses otherwise."""
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_token(
    *,
    owner: User,
    school: School,
    name: str,
    scopes: Collection[str],
    now: datetime,
    days: int = DAYS,
) -> str:
    """The token, told here and never again: only its digest is kept. `days` 0: until it is revoked."""
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        owner=owner,
        name=name,
        token_digest=digest_of(token),
        scopes=sorted(scopes),
        made_at=now,
        expires_at=now + timedelta(days=days) if days else None,
    )
    kind = AccountChange.Kind.TOKEN_MADE
    log_change(school=school, kind=kind, actor=owner, subject=owner, detail=name, now=now)
    return token


@transaction.atomic
def revoke_token(*, token_id: int, owner: User, school: School, now: datetime) -> None:
    """One that is gone already, or is somebody else's, stays as it is."""
    _end(ApiToken.objects.filter(id=token_id, owner=owner), owner, school, now)


@transaction.atomic
def revoke_token_of_school(*, token_id: int, actor: User, school: School, now: datetime) -> None:
    """Somebody else's, by an administrator of the owner's school."""
    _end(ApiToken.objects.filter(id=token_id, owner__school=school), actor, school, now)


def _end(tokens: QuerySet[ApiToken], actor: User, school: School, now: datetime) -> None:
    token = tokens.select_for_update(of=["self"]).select_related("owner").first()
    if token is None:
        return
    token.delete()
    kind = AccountChange.Kind.TOKEN_ENDED
    log_change(school=school, kind=kind, actor=actor, subject=token.owner, detail=token.name, now=now)


def use_token(*, token: str, address: str, now: datetime) -> ApiToken:
    """The row of a token whose owner may come in now. Raises UnknownToken, TokenExpired, TooManyRequests."""
    found = ApiToken.objects.select_related("owner__school").filter(token_digest=digest_of(token)).first()
    minute = f"{now:%Y%m%d%H%M}"
    if found is None or not _may_come_in(found.owner):
        if counted(f"api-unknown:{network_of(address)}:{minute}", 60) > UNKNOWN_A_MINUTE:
            raise TooManyRequests
        raise UnknownToken
    if found.is_expired(now):
        raise TokenExpired
    if counted(f"api:{found.id}:{minute}", 60) > REQUESTS_A_MINUTE:
        raise TooManyRequests
    _note_use(found, now)
    return found


def _may_come_in(owner: User) -> bool:
    return owner.is_active and not access.is_barred(owner) and (owner.is_teacher or owner.is_admin)


def _note_use(token: ApiToken, now: datetime) -> None:
    """Not at every request: that it is used at all is what somebody looks for."""
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
    ApiToken.objects.filter(long_ago, id=token.id).update(last_used_at=now)
