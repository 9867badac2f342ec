"""Lessons with who was there, and their reports."""

from django.contrib import admin

from classroom.admin.rows import Numbered, ReadOnly, ReadOnlyInline
from classroom.models import Attendance, Lesson, Marker, Pause, Report


class MarkerInline(ReadOnlyInline):
    model = Marker


class PauseInline(ReadOnlyInline):
    model = Pause


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
