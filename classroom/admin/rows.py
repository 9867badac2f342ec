"""What the lists of the administration have in common: whose rows are shown to whom, and what is logged."""

import json
from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from classroom.models import User

# What Django's own filters of a column append to its name.
FILTER_ENDINGS = ("", "__exact", "__isnull", "__id__exact")


class Discreet(admin.ModelAdmin):
    """Answers no question but those that its list and search offer."""

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple[Any, ...]:
        """What is to be deleted, without a list of what hangs on it: that would tell who was measured."""
        rows = list(objs)
        _nested, _counts, _refused, protected = super().get_deleted_objects(rows, request)
        named = [*map(str, rows), _("and everything that depends on this")]
        return named, {self.model._meta.verbose_name_plural: len(rows)}, set(), protected

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:
        """Django allows any relation one step away, which would say who has readings and who has none."""
        offered = {f"{field}{ending}" for field in self.get_list_filter(request) for ending in FILTER_ENDINGS}
        if self.date_hierarchy and len(str(value)) <= len("2026"):
            offered |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        return lookup in offered

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:
        return to_field == self.opts.pk.attname


class Numbered(Discreet):
    """Rows that name a person. The administration's log outlives them, so it keeps their number only."""

    def log_addition(self, request: HttpRequest, obj: Model, message: object) -> LogEntry:
        return _log(request, [obj], ADDITION, message)[0]

    def log_change(self, request: HttpRequest, obj: Model, message: object) -> LogEntry:
        return _log(request, [obj], CHANGE, message)[0]

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> list[LogEntry]:
        return _log(request, queryset, DELETION, [])


class SchoolAdmin(Discreet):
    """Rows of the administrator's own school, a superuser's too: running a platform opens no other school.

    `school_path` leads from the model to its school.
    """

    school_path = ""
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(**{self.school_path: cast(User, request.user).school_id})

    def has_module_permission(self, request: HttpRequest) -> bool:
        return administers(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)


class SuperusersOnly(SchoolAdmin):
    """Accounts with their rights: whoever may change them could take every other right."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_superuser(request)


class Kept(SchoolAdmin):
    """Rows that administrators may change."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)


class ReadOnly(SchoolAdmin):
    """Rows that only the product writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return administers(request)


def administers(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    return user.is_superuser or user.is_admin


def is_superuser(request: HttpRequest) -> bool:
    return administers(request) and cast(User, request.user).is_superuser


def _log(request: HttpRequest, rows: Iterable[Model], flag: int, message: object) -> list[LogEntry]:
    entries = [
        LogEntry(
            user_id=cast(User, request.user).pk,
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr=f"{row._meta.verbose_name} {row.pk}",
            action_flag=flag,
            change_message=json.dumps(message) if isinstance(message, list) else str(message),
        )
        for row in rows
    ]
    return LogEntry.objects.bulk_create(entries)
