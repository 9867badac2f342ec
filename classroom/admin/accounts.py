"""Accounts, for support: names alone are changed here.

Role, state, school and password have pages of their own, which keep the last administrators and log each act.
"""

from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from classroom.admin.participants import erase
from classroom.admin.rows import Numbered, SuperusersOnly, is_superuser
from classroom.models import AccountChange, User
from classroom.services.account_log import log_change


@admin.register(User)
class AccountAdmin(Numbered, SuperusersOnly):
    school_path = "school"
    list_display = ("username", "first_name", "last_name", "role", "school", "is_active", "is_staff")
    list_filter = ("role", "is_active")
    list_select_related = ("school",)
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fields = (
        *("username", "first_name", "last_name", "email", "role", "school", "is_active", "is_staff"),
        *("is_superuser", "last_login", "date_joined"),
    )
    readonly_fields = fields[3:]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An account is made by an invitation."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who administers gets another role first: the page for that keeps the last one."""
        return is_superuser(request) and not (obj and (obj.is_admin or obj.is_superuser))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """None deletes many at once, whatever their roles."""
        return {}

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """With the account its places go as they do when they are removed."""
        erase(obj.participations.all(), request)
        if obj.school is not None:
            detail, actor = obj.get_role_display(), cast(User, request.user)
            kind, now = AccountChange.Kind.DELETED, timezone.now()
            log_change(school=obj.school, kind=kind, actor=actor, detail=detail, now=now)
        super().delete_model(request, obj)
