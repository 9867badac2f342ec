"""Django's admin: what administrators keep in order, of their own school.

Measurements of persons, consents and what they imply are not registered, and no page here says who
declined: neither readings, states, bins and hints, nor the list of what a deletion would take along, nor a
filter typed into the address. The administration's own log numbers people instead of naming them.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom import services
from classroom.access_log import log_looks
from classroom.errors import BadName, FlagAlreadyReviewed, ReasonMissing
from classroom.models import (
    AccessLogEntry,
    Attendance,
    Classroom,
    Flag,
    Lesson,
    Marker,
    Participant,
    Pause,
    Policy,
    Report,
    School,
    User,
)
from classroom.models.reviews import Place
from classroom.names import clean_name, told_apart

REVIEWED = Flag.REVIEWED

# What Django's own filters of a column append to its name.
FILTER_ENDINGS = ("", "__exact", "__isnull", "__id__exact")

admin.site.site_header = _("ClassPulse administration")
admin.site.site_title = _("ClassPulse administration")


class Discreet(admin.ModelAdmin):
    """Answers no question but those that its list and search offer."""

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> tuple[Any, ...]:
        """What is to be deleted, without a list of what hangs on it: that would tell who was measured."""
        rows = list(objs)
        _nested, _counts, _refused, protected = super().get_deleted_objects(rows, request)
        named = [*map(str, rows), _("and everything that hangs on this")]
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


class SuperusersOnly(Discreet):
    """Schools, and accounts with their rights: whoever may change them crosses schools."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_superuser(request)


class SchoolAdmin(Discreet):
    """Rows of the administrator's own school; a superuser's are all.

    `school_path` leads from the model to its school.
    """

    school_path = ""
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        user = cast(User, request.user)
        return rows if user.is_superuser else rows.filter(**{self.school_path: user.school_id})

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """A list of schools is for those who see several."""
        offered = super().get_list_filter(request)
        return offered if _is_superuser(request) else [field for field in offered if field != "school"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _administers(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _administers(request)


class Kept(SchoolAdmin):
    """Rows that administrators may change."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _administers(request)


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
        return _administers(request)


class MarkerInline(ReadOnlyInline):
    model = Marker


class PauseInline(ReadOnlyInline):
    model = Pause


@admin.register(School)
class SchoolRowAdmin(SuperusersOnly):
    list_display = ("name",)
    search_fields = ("name",)


class AccountForm(UserChangeForm):
    """An account that teaches takes no classroom along to another school."""

    def clean_school(self) -> School | None:
        school = self.cleaned_data["school"]
        kept = Classroom.objects.filter(teacher=self.instance, school=self.instance.school_id)
        if "school" in self.changed_data and kept.exists():
            raise forms.ValidationError(
                _("Give the classrooms of this account to a colleague before it changes school.")
            )
        return school


@admin.register(User)
class AccountAdmin(Numbered, SuperusersOnly, UserAdmin):
    form = AccountForm
    list_display = ("username", "first_name", "last_name", "role", "school", "is_active", "is_staff")
    list_filter = ("role", "school", "is_active")
    list_select_related = ("school",)
    fieldsets = (*UserAdmin.fieldsets, (_("Role"), {"fields": ("role", "school")}))
    add_fieldsets = (*UserAdmin.add_fieldsets, (_("Role"), {"fields": ("role", "school")}))

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """With the account its places go as they do when their student erases them."""
        _erase(obj.participations.all())
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        _erase(Participant.objects.filter(user__in=queryset))
        super().delete_queryset(request, queryset)


@admin.register(Policy)
class PolicyAdmin(ReadOnly):
    """Chosen on a page of its own, which says what each preset means."""

    school_path = "school"
    list_display = ("school", "preset", "minimum_group_size", "retention_days", "chosen_by", "chosen_at")
    list_select_related = ("school", "chosen_by")


class HandoverForm(forms.ModelForm):
    """A classroom, with its old lessons, goes to nobody but a teacher of its own school."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "teacher" in self.fields:
            colleagues = User.objects.filter(
                school=self.instance.school_id, role=User.Role.TEACHER, is_active=True
            )
            self.fields["teacher"].queryset = colleagues.order_by("username")


@admin.register(Classroom)
class ClassroomAdmin(Kept):
    form = HandoverForm
    school_path = "school"
    list_display = ("name", "teacher", "school", "interval_ms", "created_at")
    list_filter = ("school",)
    list_select_related = ("teacher", "school")
    search_fields = ("name", "teacher__username", "teacher__last_name")
    readonly_fields = ("school", "join_code", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class PlaceForm(forms.ModelForm):
    """A place under a name that the join page would take too."""

    def clean_display_name(self) -> str:
        try:
            name = clean_name(self.cleaned_data["display_name"])
        except BadName as error:
            raise forms.ValidationError(str(error)) from error
        others = Participant.objects.filter(classroom=self.instance.classroom_id).exclude(id=self.instance.id)
        return told_apart(name, others.values_list("display_name", flat=True))


@admin.register(Participant)
class ParticipantAdmin(Numbered, Kept):
    form = PlaceForm
    school_path = "classroom__school"
    list_display = ("display_name", "classroom", "user", "is_simulated", "is_trial", "created_at")
    list_filter = ("is_simulated",)
    list_select_related = ("classroom", "user")
    search_fields = ("display_name", "classroom__name", "user__username")
    readonly_fields = ("classroom", "user", "is_simulated", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Participant) -> None:
        """As its student erases it: figures told anew, reports written again, sockets closed."""
        services.erase_place(participant_id=obj.id, now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Participant]) -> None:
        _erase(queryset)


@admin.register(Lesson)
class LessonAdmin(ReadOnly):
    school_path = "classroom__school"
    list_display = ("title", "classroom", "started_at", "ended_at", "report_state", "is_simulation")
    list_filter = ("report_state", "is_simulation")
    list_select_related = ("classroom",)
    date_hierarchy = "started_at"
    search_fields = ("title", "classroom__name")
    inlines = (MarkerInline, PauseInline)


@admin.register(Attendance)
class AttendanceAdmin(Numbered, ReadOnly):
    school_path = "lesson__classroom__school"
    list_display = ("participant", "lesson", "joined_at", "left_at")
    list_select_related = ("participant", "lesson")
    search_fields = ("participant__display_name", "lesson__title")


@admin.register(Report)
class ReportAdmin(ReadOnly):
    school_path = "lesson__classroom__school"
    fields = list_display = ("lesson", "built_at")  # the figures stand on the report's own page
    list_select_related = ("lesson",)
    search_fields = ("lesson__title", "lesson__classroom__name")


@admin.register(AccessLogEntry)
class AccessLogAdmin(ReadOnly):
    school_path = "lesson__classroom__school"
    list_display = ("at", "viewer_name", "participant", "lesson", "place")
    list_select_related = ("participant", "lesson")
    date_hierarchy = "at"
    search_fields = ("viewer_name", "participant__display_name", "lesson__title")


class ReviewForm(forms.ModelForm):
    """Confirming and dismissing, each with a reason."""

    class Meta:
        model = Flag
        fields = ("state", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.disabled = self.instance.state != Flag.State.DRAFT

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("state") in REVIEWED and not cleaned.get("reason", "").strip():
            self.add_error("reason", str(ReasonMissing.sentence))
        if "state" in self.changed_data and cleaned.get("state") not in REVIEWED:
            self.add_error("state", _("Choose confirmed or dismissed."))
        return cleaned


@admin.register(Flag)
class FlagAdmin(Numbered, Kept):
    """The list names nobody; opening one flag is a look at a student, and is logged."""

    school_path = "lesson__classroom__school"
    form = ReviewForm
    list_display = ("drafted_at", "lesson", "kind", "state", "reviewed_by", "reviewed_at")
    list_filter = ("state", "kind")
    list_select_related = ("lesson", "reviewed_by")
    search_fields = ("lesson__title", "lesson__classroom__name")
    readonly_fields = (
        "lesson",
        "participant",
        "kind",
        "share",
        "lower_bound",
        "threshold",
        "minutes",
        "coverage",
        "starts_at",
        "ends_at",
        "drafted_at",
        "reviewed_by",
        "reviewed_at",
    )

    fields = (*readonly_fields, "state", "reason")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Flag | None:
        flag = super().get_object(request, object_id, from_field)
        if flag is not None:
            log_looks(
                viewer=cast(User, request.user),
                lesson_id=flag.lesson_id,
                participant_ids=[flag.participant_id],
                place=Place.ADMINISTRATION,
                now=timezone.now(),
            )
        return flag

    def save_model(self, request: HttpRequest, obj: Flag, form: forms.ModelForm, change: bool) -> None:
        if obj.state not in REVIEWED:
            return
        try:
            services.review_flag(
                flag_id=obj.id,
                state=obj.state,
                reason=obj.reason,
                reviewer=cast(User, request.user),
                now=timezone.now(),
            )
        except FlagAlreadyReviewed as error:
            messages.error(request, str(error))


def _erase(places: QuerySet[Participant]) -> None:
    for participant_id in places.order_by("id").values_list("id", flat=True):
        services.erase_place(participant_id=participant_id, now=timezone.now())


def _administers(request: HttpRequest) -> bool:
    user = request.user
    if not isinstance(user, User) or not user.is_active or not user.is_staff:
        return False
    return user.is_superuser or user.is_admin


def _is_superuser(request: HttpRequest) -> bool:
    return _administers(request) and cast(User, request.user).is_superuser


def _log(request: HttpRequest, rows: Iterable[Model], flag: int, message: object) -> list[LogEntry]:
    entries = [
        LogEntry(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr=f"{row._meta.verbose_name} {row.pk}",
            action_flag=flag,
            change_message=json.dumps(message) if isinstance(message, list) else str(message),
        )
        for row in rows
    ]
    return LogEntry.objects.bulk_create(entries)
