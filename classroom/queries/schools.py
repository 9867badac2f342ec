"""A school as its pages and its administrators see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from classroom import law
from classroom.access import Visitor, own_places
from classroom.law import words
from classroom.models import (
    Classroom,
    Invitation,
    Policy,
    School,
    SchoolCalendar,
    SchoolContact,
    SchoolLogo,
    User,
)
from classroom.queries.course import course_counts
from classroom.queries.legal import rules_ask
from classroom.queries.lessons import policy_chosen
from classroom.queries.people import open_invitations
from classroom.timetable import Calendar


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for the data and whom else to ask; empty where the school has not said."""

    name: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    officer: str = ""
    officer_email: str = ""
    authority: str = ""
    authority_link: str = ""
    help_desk: str = ""
    help_desk_link: str = ""
    imprint: str = ""
    privacy: str = ""

    @property
    def is_whole(self) -> bool:
        """What an imprint has to say is there: who, where, and one quick way to reach them."""
        return bool(self.name and self.address and (self.email or self.phone))


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do before the first lesson; `page` is the name of where it is done."""

    title: str
    why: str
    page: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Privacy:
    """What a school's privacy page is made of: the policy as far as the law lets it hold, since when it was
    chosen, and what the law asks to be told where that is read."""

    policy: Policy
    since: datetime
    place: str
    notices: tuple[str, ...]


def contact_of(school: School) -> Contact:
    found = SchoolContact.objects.filter(school=school).values(*Contact.__slots__).first()
    return Contact(**found) if found else Contact()


def logo_of(school: School) -> bytes:
    """Its PNG; empty without one."""
    if not school.logo_digest:
        return b""
    png = SchoolLogo.objects.filter(school=school).values_list("png", flat=True).first()
    return bytes(png or b"")


def calendar_of(school: School) -> Calendar:
    """One without periods, terms and holidays where the school has set none."""
    try:
        return school.calendar.value
    except SchoolCalendar.DoesNotExist:
        return SchoolCalendar(school=school).value


def privacy_of(school: School) -> Privacy | None:
    """None where the school has chosen no policy: then nothing is read from anybody."""
    policy = policy_chosen(school)
    if policy is None:
        return None
    rules = law.current()
    return Privacy(
        policy=policy,
        since=policy.chosen_at,
        place=words.place(policy.jurisdiction, rules) if policy.jurisdiction else "",
        notices=tuple(notice.text for notice in policy.finding(rules).notices),
    )


def first_steps(school: School, now: datetime) -> list[Step]:
    """In the order in which they are best done."""
    return [step(school, now) for step in STEPS]


def _named(school: School, now: datetime) -> Step:
    return Step(_("Name your school"), _("Students read it when they join."), "name_school", school.is_named)


def _policy(school: School, now: datetime) -> Step:
    return Step(
        _("Decide what may be computed"),
        _("Until then nothing is read from anybody."),
        "choose_policy",
        Policy.objects.filter(school=school).exists() and rules_ask(school) is None,
    )


def _contact(school: School, now: datetime) -> Step:
    return Step(
        _("Say who answers for the data"),
        _("Students read it before they agree: a name, an address, and a mail address or phone number."),
        "school_contact",
        contact_of(school).is_whole,
    )


def _officer(school: School, now: datetime) -> Step:
    contact = contact_of(school)
    return Step(
        _("Name the data protection officer and the supervisory authority"),
        _("Your privacy page names both, where the law asks for them."),
        "school_contact",
        bool(contact.officer and contact.authority),
    )


def _clock(school: School, now: datetime) -> Step:
    return Step(
        _("Say in which time zone the school is"),
        _("Periods, terms and quiet hours are by its clock."),
        "school_calendar",
        bool(school.time_zone),
    )


def _teachers(school: School, now: datetime) -> Step:
    teachers = User.objects.filter(school=school, role=User.Role.TEACHER, is_active=True)
    came = Exists(Invitation.objects.filter(used_by=OuterRef("pk")))
    teachers = teachers.exclude(~came, username=User.TO_TRY_WITH)
    invited = open_invitations(school, now).filter(role=User.Role.TEACHER)
    return Step(
        _("Invite your teachers"),
        _("They make their accounts by a link that you hand on."),
        "people",
        teachers.exists() or invited.exists(),
    )


def _course(school: School, now: datetime) -> Step:
    done, of = course_counts(school)
    return Step(
        _("Have your teachers take the course"),
        _("Two pages on what this can and cannot tell. You can require it before lessons with cameras."),
        "people",
        0 < of == done,
    )


STEPS: tuple[Callable[[School, datetime], Step], ...] = (
    _named,
    _policy,
    _contact,
    _officer,
    _clock,
    _teachers,
    _course,
)
"""A line more on the list is a function more here."""


def language_of_school(user: Visitor, cookies: Mapping[str, str], *, join_token: str | None) -> str:
    """That of the visitor's own school, or of the class that the link opens; empty where it chose none."""
    if isinstance(user, User):
        return user.school.language if user.school else ""
    own = own_places(user, cookies).exclude(classroom__school__language="")
    found = own.values_list("classroom__school__language", flat=True).first()
    if found is None and join_token:
        asked = Classroom.objects.filter(join_token=join_token)
        found = asked.values_list("school__language", flat=True).first()
    return found or ""
