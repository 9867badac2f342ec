"""Accounts with their roles and rights."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from classroom.admin.participants import erase
from classroom.admin.rows import Numbered, SuperusersOnly
from classroom.models import Classroom, Participant, School, User


class AccountForm(UserChangeForm):
    """An account that teaches takes no classroom along when it leaves the school."""

    def clean_school(self) -> School | None:
        school: School | None = self.cleaned_data["school"]
        kept = Classroom.objects.filter(teacher=self.instance, school=self.instance.school_id)
        if "school" in self.changed_data and kept.exists():
            raise forms.ValidationError(
                _("Give the classrooms of this account to a colleague before it changes school.")
            )
        return school


@admin.register(User)
class AccountAdmin(Numbered, SuperusersOnly, UserAdmin):
    form = AccountForm
    school_path = "school"
    list_display = ("username", "first_name", "last_name", "role", "school", "is_active", "is_staff")
    list_filter = ("role", "is_active")
    list_select_related = ("school",)
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Role"), {"fields": ("role", "school")}))
    add_fieldsets = (*UserAdmin.add_fieldsets, (_("Role"), {"fields": ("role", "school")}))

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> "forms.ModelChoiceField[Any] | None":
        """No account is made in another school here, nor moved there: that has pages, and is written down."""
        if db_field.name == "school":
            kwargs["queryset"] = School.objects.filter(users=cast(User, request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        """With the account its places go as they do when they are removed."""
        erase(obj.participations.all(), request)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        erase(Participant.objects.filter(user__in=queryset), request)
        super().delete_queryset(request, queryset)
