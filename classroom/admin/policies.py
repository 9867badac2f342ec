"""The policy that a school chose."""

from django.contrib import admin

from classroom.admin.rows import ReadOnly
from classroom.models import Policy


@admin.register(Policy)
class PolicyAdmin(ReadOnly):
    """Chosen on a page of its own, which says what each preset means."""

    school_path = "school"
    list_display = ("school", "preset", "minimum_group_size", "retention_days", "chosen_by", "chosen_at")
    list_select_related = ("school", "chosen_by")
