"""Drafts that a person reviews."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom import services
from classroom.access_log import log_looks
from classroom.admin.rows import Kept, Numbered
from classroom.errors import FlagAlreadyReviewed, ReasonMissing
from classroom.models import Flag, User
from classroom.models.reviews import Place

REVIEWED = Flag.REVIEWED


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
