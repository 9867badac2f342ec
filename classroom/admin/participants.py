"""Students' places in classrooms."""

from contextlib import suppress
from typing import cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from classroom import services
from classroom.admin.rows import Kept, Numbered
from classroom.errors import BadName, PlaceGone
from classroom.models import Participant, User
from classroom.names import clean_name, told_apart


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
    exclude = ("note",)  # for teachers of the class and the student
    readonly_fields = ("classroom", "user", "is_simulated", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Participant | None = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(("display_name",) if obj and obj.is_left_behind else ()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: Participant) -> None:
        """As on the product's own page: figures told anew, reports written again, sockets closed, logged."""
        erase(Participant.objects.filter(id=obj.id), request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Participant]) -> None:
        erase(queryset, request)


def erase(places: QuerySet[Participant], request: HttpRequest) -> None:
    by = cast(User, request.user)
    for participant_id in places.order_by("id").values_list("id", flat=True):
        with suppress(PlaceGone):
            services.remove_place(participant_id=participant_id, by=by, now=timezone.now())
