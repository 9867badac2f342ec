"""All rows of the product, one theme a module."""

from classroom.models.accounts import AccountChange, Invitation, RetentionRun
from classroom.models.consents import Consent
from classroom.models.course import CourseProgress
from classroom.models.guardians import GuardianAnswer, GuardianLink
from classroom.models.lessons import (
    Attendance,
    Hint,
    Lesson,
    Marker,
    Pause,
    SelfReport,
    SlidesKey,
)
from classroom.models.measurements import (
    MoodGroup,
    MoodPoint,
    ParticipantState,
    Reading,
    RollupBin,
)
from classroom.models.outgoing import Delivery, RecordStore, Webhook
from classroom.models.people import Classroom, ClassroomTeacher, Participant, School, User
from classroom.models.platforms import (
    AttendanceReturn,
    ErasedMember,
    Platform,
    PlatformAccount,
    PlatformClass,
    PlatformInvitation,
    ToolKey,
)
from classroom.models.policies import Decision, Policy
from classroom.models.programs import ApiToken
from classroom.models.reviews import AccessLogEntry, Flag, Removal, Report, Strike, SummaryMail
from classroom.models.said import PulseAnswer, PulseCheck, Question, QuestionVote
from classroom.models.schools import SchoolCalendar, SchoolContact, SchoolLogo

__all__ = [
    "AccessLogEntry",
    "AccountChange",
    "ApiToken",
    "Attendance",
    "AttendanceReturn",
    "Classroom",
    "ClassroomTeacher",
    "Consent",
    "CourseProgress",
    "Decision",
    "Delivery",
    "ErasedMember",
    "Flag",
    "GuardianAnswer",
    "GuardianLink",
    "Hint",
    "Invitation",
    "Lesson",
    "Marker",
    "MoodGroup",
    "MoodPoint",
    "Participant",
    "ParticipantState",
    "Pause",
    "Platform",
    "PlatformAccount",
    "PlatformClass",
    "PlatformInvitation",
    "Policy",
    "PulseAnswer",
    "PulseCheck",
    "Question",
    "QuestionVote",
    "Reading",
    "RecordStore",
    "Removal",
    "Report",
    "RetentionRun",
    "RollupBin",
    "School",
    "SchoolCalendar",
    "SchoolContact",
    "SchoolLogo",
    "SelfReport",
    "SlidesKey",
    "Strike",
    "SummaryMail",
    "ToolKey",
    "User",
    "Webhook",
]
