"""What an administrator changes of the own school: each setting is written down, from what to what."""

from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import models, transaction

from classroom.change_words import CHANGED, FROM_TO, LOGO, NEW_LOGO, NO_LOGO, NONE
from classroom.models import AccountChange, School, SchoolCalendar, SchoolContact, SchoolLogo, User
from classroom.models.accounts import digest_of
from classroom.services.account_log import log_change

Row = TypeVar("Row", School, SchoolCalendar, SchoolContact)
SETTINGS = (
    *("short_name", "accent", "language", "time_zone"),
    *("open_hours", "joins", "names", "code_days", "most_places"),
)
LONGEST_DETAIL, LONGEST_SHOWN = 200, 60


@transaction.atomic
def change_school(*, school_id: int, actor: User, now: datetime, **settings: Any) -> None:
    """`settings` are some of SETTINGS. Raises ValidationError for a value that its column does not take."""
    assert set(settings) <= set(SETTINGS)
    school = School.objects.select_for_update(no_key=True).get(id=school_id)
    _change(school, school, actor, now, settings)


@transaction.atomic
def change_calendar(*, school_id: int, actor: User, now: datetime, **settings: Any) -> None:
    """`settings` are columns of SchoolCalendar. Raises ValidationError."""
    school = School.objects.select_for_update(no_key=True).get(id=school_id)
    calendar, _created = SchoolCalendar.objects.get_or_create(school=school)
    _change(calendar, school, actor, now, settings)


@transaction.atomic
def change_contact(*, school_id: int, actor: User, now: datetime, **settings: Any) -> None:
    """`settings` are columns of SchoolContact. Raises ValidationError."""
    school = School.objects.select_for_update(no_key=True).get(id=school_id)
    contact, _created = SchoolContact.objects.get_or_create(school=school)
    _change(contact, school, actor, now, settings)


@transaction.atomic
def set_logo(*, school_id: int, png: bytes, actor: User, now: datetime) -> None:
    """Shown from now on, in the place of the one before. `png` comes from `classroom.logo.small`."""
    school = School.objects.select_for_update(no_key=True).get(id=school_id)
    SchoolLogo.objects.update_or_create(school=school, defaults={"png": png})
    _name_logo(school, digest_of(png.hex())[:16], str(NEW_LOGO), actor, now)


@transaction.atomic
def remove_logo(*, school_id: int, actor: User, now: datetime) -> None:
    school = School.objects.select_for_update(no_key=True).get(id=school_id)
    if SchoolLogo.objects.filter(school=school).delete()[0]:
        _name_logo(school, "", str(NO_LOGO), actor, now)


def _name_logo(school: School, digest: str, what: str, actor: User, now: datetime) -> None:
    school.logo_digest = digest
    school.save(update_fields=["logo_digest"])
    detail = str(LOGO) % {"what": what}
    log_change(school=school, kind=AccountChange.Kind.SETTING, actor=actor, detail=detail, now=now)


def _change(row: Row, school: School, actor: User, now: datetime, settings: dict[str, Any]) -> None:
    changed = {name: value for name, value in settings.items() if getattr(row, name) != value}
    if not changed:
        return
    details = [_in_words(row, name, value) for name, value in changed.items()]
    for name, value in changed.items():
        setattr(row, name, value)
    row.clean_fields(exclude={field.name for field in row._meta.fields} - changed.keys())
    row.save(update_fields=list(changed))
    for detail in details:
        log_change(school=school, kind=AccountChange.Kind.SETTING, actor=actor, detail=detail, now=now)


def _in_words(row: Row, name: str, value: object) -> str:
    """From what to what; of a longer text only that it is another."""
    column = cast("models.Field[Any, Any]", row._meta.get_field(name))
    setting, was, now = column.verbose_name, _shown(column, getattr(row, name)), _shown(column, value)
    if isinstance(column, models.TextField) or max(len(was), len(now)) > LONGEST_SHOWN:
        return str(CHANGED) % {"setting": setting}
    return (FROM_TO % {"setting": setting, "was": was, "now": now})[:LONGEST_DETAIL]


def _shown(column: "models.Field[Any, Any]", value: object) -> str:
    if value in (None, ""):
        return str(NONE)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(dict(column.flatchoices).get(value, value)) if column.choices else str(value)
