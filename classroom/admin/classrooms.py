"""Classrooms, and who teaches them."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from classroom.admin.rows import Kept
from classroom.models import Classroom, User
from classroom.services.teachers import log_hand_over


class HandoverForm(forms.ModelForm):
    """A classroom, with its old lessons, goes to nobody but a teacher of its own school."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "teacher" in self.fields:
            colleagues = User.objects.filter(
                school=self.instance.school_id, role=User.Role.TEACHER, is_active=True
            )
            teacher = cast("forms.ModelChoiceField[User]", self.fields["teacher"])
            teacher.queryset = colleagues.order_by("username")


@admin.register(Classroom)
class ClassroomAdmin(Kept):
    form = HandoverForm
    school_path = "school"
    list_display = ("name", "teacher", "school", "interval_ms", "created_at")
    list_select_related = ("teacher", "school")
    search_fields = ("name", "teacher__username", "teacher__last_name")
    readonly_fields = ("school", "join_code", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Classroom, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "teacher" in form.changed_data:
            before = User.objects.get(id=form.initial["teacher"])
            log_hand_over(obj, before=before, actor=cast(User, request.user), now=timezone.now())
