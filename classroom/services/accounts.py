"""What an administrator does to an account. Each act is logged with who did it."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from classroom.errors import (
    ClassroomsKept,
    LastAdministrator,
    LastPlatformAdministrator,
    OwnAccountMoved,
)
from classroom.models import AccountChange, ApiToken, Classroom, School, User, Webhook
from classroom.services.account_log import log_change
from classroom.services.emails import tell_of_lost_factor
from classroom.services.sessions import end_sessions

Kind = AccountChange.Kind


def introduce_account(*, user: User, first_name: str, last_name: str, language: str, time_zone: str) -> None:
    """What an account says of itself, at its first login and whenever it likes."""
    user.first_name, user.last_name = first_name, last_name
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["first_name", "last_name", "language", "time_zone"])


def choose_language(*, user: User, language: str) -> None:
    user.language = language
    user.save(update_fields=["language"])


@transaction.atomic
def change_role(*, account_id: int, role: str, actor: User, now: datetime) -> None:
    """Who administers no more loses the way into Django's administration too.

    Raises LastAdministrator, LastPlatformAdministrator.
    """
    account = _locked(account_id)
    if account.role == role:
        return
    _check_not_last(account)
    _check_platform_kept(account)
    before, account.role = account.get_role_display(), role
    if not account.is_superuser:
        account.is_staff = False
    account.save(update_fields=["role", "is_staff"])
    _log(account, Kind.ROLE, actor, now, detail=f"{before} → {account.get_role_display()}")


@transaction.atomic
def deactivate_account(*, account_id: int, actor: User, now: datetime) -> None:
    """What the account made stays. Raises LastAdministrator, LastPlatformAdministrator."""
    account = _locked(account_id)
    if not account.is_active:
        return
    _check_not_last(account)
    _check_platform_kept(account)
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(user_ids=[account.id], now=now)
    _log(account, Kind.DEACTIVATED, actor, now)


@transaction.atomic
def reactivate_account(*, account_id: int, actor: User, now: datetime) -> None:
    account = _locked(account_id)
    if not account.is_active:
        account.is_active = True
        account.save(update_fields=["is_active"])
        _log(account, Kind.REACTIVATED, actor, now)


@transaction.atomic
def sign_out_everywhere(*, account_id: int, actor: User, now: datetime) -> int:
    """Answers how many sessions there were. Tokens of programs and webhooks end with them."""
    account = _locked(account_id)
    ended = end_sessions(user_ids=[account.id], now=now)
    ApiToken.objects.filter(owner=account).delete()
    Webhook.objects.filter(owner=account).delete()
    _log(account, Kind.SIGNED_OUT, actor, now)
    return ended


@transaction.atomic
def remove_second_factor(*, account_id: int, actor: User, now: datetime) -> None:
    """App, passkeys and recovery codes of somebody who lost them, who is told in a mail."""
    account = _locked(account_id)
    Authenticator.objects.filter(user=account).delete()
    end_sessions(user_ids=[account.id], now=now)
    _log(account, Kind.FACTOR, actor, now)
    transaction.on_commit(lambda: tell_of_lost_factor(owner=account, actor=actor))


@transaction.atomic
def password_reset_link(*, account_id: int, actor: User, now: datetime) -> str:
    """A path that sets a new password once; a new password or a login makes it void."""
    account = _locked(account_id)
    _log(account, Kind.RESET, actor, now)
    key = {"uidb36": user_pk_to_url_str(account), "key": default_token_generator.make_token(account)}
    return reverse("account_reset_password_from_key", kwargs=key)


@transaction.atomic
def move_account(*, account_id: int, school: School, actor: User, now: datetime) -> None:
    """To another school, without its classrooms. The own one would open that school's pages to its mover.

    Raises OwnAccountMoved, LastAdministrator, ClassroomsKept.
    """
    if account_id == actor.id:
        raise OwnAccountMoved
    account = _locked(account_id)
    left = account.school
    if left == school:
        return
    _check_not_last(account)
    if Classroom.objects.filter(teacher=account, school=left, is_demo=False).exists():
        raise ClassroomsKept
    account.school = school
    account.save(update_fields=["school"])
    if left is not None:
        _log(account, Kind.LEFT, actor, now, school=left)
    _log(account, Kind.ARRIVED, actor, now)


def _locked(account_id: int) -> User:
    """With all who administer its school or run the platform: two cannot take each other's role at once.

    Always in the same order. The school's row stays free, which everybody who joins a class holds.
    """
    school_id = User.objects.values_list("school", flat=True).get(id=account_id)
    of_school = Q(school=school_id, role=User.Role.ADMIN)
    wanted = User.objects.filter(Q(id=account_id) | Q(is_superuser=True) | of_school).order_by("id")
    locked = wanted.select_related("school").select_for_update(of=["self"], no_key=True)
    return next(user for user in locked if user.id == account_id)


def _check_not_last(account: User) -> None:
    if not (account.is_admin and account.is_active and account.school_id):
        return
    admins = User.objects.filter(school=account.school_id, role=User.Role.ADMIN, is_active=True)
    if not admins.exclude(id=account.id).exists():
        raise LastAdministrator


def _check_platform_kept(account: User) -> None:
    running = User.objects.filter(is_superuser=True, role=User.Role.ADMIN, is_active=True)
    if list(running) == [account]:
        raise LastPlatformAdministrator


def _log(
    account: User,
    kind: AccountChange.Kind,
    actor: User,
    now: datetime,
    *,
    school: School | None = None,
    detail: str = "",
) -> None:
    where = school or account.school
    if where is not None:
        log_change(school=where, kind=kind, actor=actor, subject=account, detail=detail, now=now)
