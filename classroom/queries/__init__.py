"""Everything that is read: rows, and the values that the sockets send."""

from classroom.queries.classview import (
    bins_by_participant,
    class_view,
    hint_info,
    marker_info,
    members,
    self_report_counts,
    teacher_state,
    tiles,
)
from classroom.queries.lessons import (
    active_consent,
    allowed_signals,
    camera_refusal,
    classrooms_of,
    lesson_info,
    lessons_of,
    open_lesson_of,
    policy_of,
    student_state,
)

__all__ = [
    "active_consent",
    "allowed_signals",
    "bins_by_participant",
    "camera_refusal",
    "class_view",
    "classrooms_of",
    "hint_info",
    "lesson_info",
    "lessons_of",
    "marker_info",
    "members",
    "open_lesson_of",
    "policy_of",
    "self_report_counts",
    "student_state",
    "teacher_state",
    "tiles",
]
