"""Schools, and the policies that they chose."""

from django.contrib import admin

from classroom.admin.rows import ReadOnly, SuperusersOnly
from classroom.models import Policy, School


@admin.register(School)
class SchoolRowAdmin(SuperusersOnly):
    list_display = ("name",)
    search_fields = ("name",)


@admin.register(Policy)
class PolicyAdmin(ReadOnly):
    """Chosen on a page of its own, which says what each preset means."""

    school_path = "school"
    list_display = ("school", "preset", "minimum_group_size", "retention_days", "chosen_by", "chosen_at")
    list_select_related = ("school", "chosen_by")
