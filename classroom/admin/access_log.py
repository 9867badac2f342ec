"""Who looked at whose results."""

from django.contrib import admin

from classroom.admin.rows import ReadOnly
from classroom.models import AccessLogEntry


@admin.register(AccessLogEntry)
class AccessLogAdmin(ReadOnly):
    school_path = "lesson__classroom__school"
    list_display = ("at", "viewer_name", "participant", "lesson", "place")
    list_select_related = ("participant", "lesson")
    date_hierarchy = "at"
    search_fields = ("viewer_name", "participant__display_name", "lesson__title")
