"""All rows of the product, one theme a module."""

from classroom.models.lessons import (
    Attendance,
    Consent,
    Hint,
    Lesson,
    Marker,
    Pause,
    SelfReport,
)
from classroom.models.measurements import (
    MoodGroup,
    MoodPoint,
    ParticipantState,
    Reading,
    RollupBin,
)
from classroom.models.people import Classroom, ClassroomTeacher, Participant, Policy, School, User
from classroom.models.reviews import AccessLogEntry, Flag, Report

__all__ = [
    "AccessLogEntry",
    "Attendance",
    "Classroom",
    "ClassroomTeacher",
    "Consent",
    "Flag",
    "Hint",
    "Lesson",
    "Marker",
    "MoodGroup",
    "MoodPoint",
    "Participant",
    "ParticipantState",
    "Pause",
    "Policy",
    "Reading",
    "Report",
    "RollupBin",
    "School",
    "SelfReport",
    "User",
]
