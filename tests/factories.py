"""Rows for tests: plain functions with keyword overrides."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from classroom import disclosure, law, queries
from classroom.models import (
    Classroom,
    Consent,
    Flag,
    Lesson,
    Participant,
    Platform,
    PlatformClass,
    Policy,
    School,
    User,
)
from classroom.services.policies import PRESET_SIGNALS

# Where all may be read without a decision: a school that says nothing may read next to nothing.
LAWFUL: dict[str, Any] = {"jurisdiction": "us", "ages": ["adult"]}
MONDAY = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
_numbers = count(1)


def make_school(
    *, preset: str | None = "full", readers: str = "server", minimum_group_size: int = 5, **fields: Any
) -> School:
    """`preset=None` leaves the school without a policy."""
    school = School.objects.create(**{"name": f"School {next(_numbers)}", **fields})
    if preset is not None:
        attention, expression = PRESET_SIGNALS[Policy.Preset(preset)]
        Policy.objects.create(
            school=school,
            preset=preset,
            allows_presence=preset != Policy.Preset.SELF_REPORT,
            allows_attention=attention,
            allows_expression=expression,
            readers=readers,
            minimum_group_size=minimum_group_size,
            chosen_at=MONDAY,
            rules_version=law.current().version,
            **LAWFUL,
        )
    return school


def make_user(*, role: str = "student", school: School | None = None, **fields: Any) -> User:
    """Somebody who has been asked for language and time zone."""
    username = fields.pop("username", f"{role}{next(_numbers)}")
    about = {"language": "en", "time_zone": "UTC", **fields}
    return User.objects.create_user(username, role=role, school=school, **about)


def make_teacher(*, school: School | None = None, **fields: Any) -> User:
    return make_user(role="teacher", school=school or make_school(), **fields)


def make_admin(*, school: School | None = None, **fields: Any) -> User:
    return make_user(role="admin", school=school or make_school(), **fields)


def make_classroom(*, teacher: User | None = None, **fields: Any) -> Classroom:
    teacher = teacher or make_teacher(school=fields.get("school"))
    return Classroom.objects.create(
        **{"teacher": teacher, "school": teacher.school, "name": f"Course {next(_numbers)}", **fields}
    )


def make_lesson(
    *,
    classroom: Classroom | None = None,
    started_at: datetime = MONDAY,
    minutes: int | None = None,
    **fields: Any,
) -> Lesson:
    """An open lesson; with `minutes`, one that ended after so many."""
    if minutes is not None:
        fields = {"ended_at": started_at + timedelta(minutes=minutes), "report_state": "pending", **fields}
    return Lesson.objects.create(
        **{
            "classroom": classroom or make_classroom(),
            "title": "Waves",
            "started_at": started_at,
            "pace": fields.get("speed", 1),
            **fields,
        }
    )


def make_participant(
    *,
    classroom: Classroom | None = None,
    lesson: Lesson | None = None,
    choice: str | None = None,
    **fields: Any,
) -> Participant:
    """A guest; with `lesson` and `choice`, one who agreed to that."""
    classroom = classroom or (lesson.classroom if lesson else make_classroom())
    participant = Participant.objects.create(
        **{"classroom": classroom, "display_name": f"Student {next(_numbers)}", **fields}
    )
    if lesson is not None and choice is not None:
        make_consent(lesson=lesson, participant=participant, choice=choice)
    return participant


def make_consent(
    *, lesson: Lesson, participant: Participant, choice: str = "own_results", **fields: Any
) -> Consent:
    """Agreed to what the policy of the participant allows now, unless told otherwise."""
    policy = queries.policy_for(lesson, participant)
    terms = {
        "signals": sorted(policy.signals) if policy and choice != "no_camera" else [],
        "readers": sorted(policy.terms.readers) if policy and choice != "no_camera" else [],
        "retention_days": policy.retention_days if policy else 30,
        "sums_days": policy.sums_days if policy else 90,
        "minimum_group_size": policy.minimum_group_size if policy else 5,
        "counted": policy.counted if policy else "everybody",
    }
    return Consent.objects.create(
        **{
            "lesson": lesson,
            "participant": participant,
            "choice": choice,
            "standing": disclosure.standing(participant, lesson),
            "given_at": lesson.started_at,
            **terms,
            **fields,
        }
    )


def make_platform(
    *, school: School | None = None, classroom: Classroom | None = None, **fields: Any
) -> Platform:
    """Switched on; with `classroom`, the class of a course of it that offers roster and gradebook."""
    here = "https://moodle.example"
    platform = Platform.objects.create(
        **{
            "school": school or make_school(),
            "name": "Moodle",
            "issuer": here,
            "client_id": "client-1",
            "deployment_ids": ["1"],
            "login_url": f"{here}/auth",
            "token_url": f"{here}/token",
            "keys_url": f"{here}/keys",
            "made_at": MONDAY,
            "active_since": MONDAY,
            **fields,
        }
    )
    if classroom is not None:
        PlatformClass.objects.create(
            platform=platform,
            deployment_id="1",
            context_id="course-1",
            classroom=classroom,
            members_url=f"{here}/members",
            items_url=f"{here}/items",
        )
    return platform


def make_flag(*, lesson: Lesson, participant: Participant, **fields: Any) -> Flag:
    """A draft; with `state="confirmed"` or `"dismissed"`, one that somebody reviewed."""
    if fields.get("state") in ("confirmed", "dismissed"):
        fields = {"reason": "We talked about it.", "reviewed_at": lesson.started_at, **fields}
    return Flag.objects.create(
        **{
            "lesson": lesson,
            "participant": participant,
            "kind": "persistently_sad",
            "drafted_at": lesson.started_at,
            "share": 0.7,
            "lower_bound": 0.6,
            "threshold": 0.5,
            "minutes": 30,
            "coverage": 0.9,
            "starts_at": lesson.started_at,
            "ends_at": lesson.started_at + timedelta(minutes=30),
            **fields,
        }
    )
