"""Everything that is read: rows, and the values that the sockets send."""

from classroom.queries.classnow import ClassNow
from classroom.queries.classview import (
    class_view,
    hint_info,
    marker_info,
    self_report_counts,
    shared_info,
    shared_now,
    teacher_state,
    tiles,
    words_info,
)
from classroom.queries.evidence import findings, hint_thresholds_of, thresholds_of
from classroom.queries.lessons import (
    active_consent,
    allowed_signals,
    asks_again,
    camera_refusal,
    classrooms_of,
    lesson_info,
    lessons_of,
    open_lesson_of,
    policy_for,
    policy_of,
    school_policy,
    signals_under,
    student_state,
)

__all__ = [
    "ClassNow",
    "active_consent",
    "allowed_signals",
    "asks_again",
    "camera_refusal",
    "class_view",
    "classrooms_of",
    "findings",
    "hint_info",
    "hint_thresholds_of",
    "lesson_info",
    "lessons_of",
    "marker_info",
    "open_lesson_of",
    "policy_for",
    "policy_of",
    "school_policy",
    "self_report_counts",
    "shared_info",
    "shared_now",
    "signals_under",
    "student_state",
    "teacher_state",
    "thresholds_of",
    "tiles",
    "words_info",
]
