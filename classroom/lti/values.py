"""What is known of a platform, and what it says: frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class CourseRole(StrEnum):
    TEACHER = "teacher"
    STUDENT = "student"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where and under which name a platform is asked. `key` tells it from every other one in the cache."""

    key: str
    issuer: str
    client_id: str
    token_url: str
    keys_url: str
    token_audience: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    whole: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    id: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """A teacher is choosing what to link to; the answer goes to `return_url` with the same `data`."""

    return_url: str
    data: str | None = None


@dataclass(frozen=True, slots=True)
class Launch:
    """A message that was checked.

    `is_test` is of no student, but of a teacher who looks at what students see. `members_url` and `items_url`
    are empty where no such service is offered; `selection` is None where somebody follows a link.
    """

    subject: str
    role: CourseRole
    name: Name
    deployment_id: str
    course: Course
    is_test: bool = False
    language: str = ""
    members_url: str = ""
    items_url: str = ""
    selection: Selection | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One of a course's roster: the platform's number for the person, the role there, and the name."""

    subject: str
    role: CourseRole
    name: Name


@dataclass(frozen=True, slots=True)
class ToolAddresses:
    """Where this tool is, for one school: absolute addresses."""

    launch: str
    login: str
    keys: str
    selection: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What a platform says of itself as it registers this tool."""

    name: str
    issuer: str
    client_id: str
    deployment_id: str
    login_url: str
    token_url: str
    keys_url: str
    token_audience: str
