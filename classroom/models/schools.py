"""What belongs to a school and is read on few pages: its logo, its calendar, and whom to ask."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom.models.checks import check_periods, check_spans
from classroom.models.people import School
from classroom.timetable import Calendar, read_periods, read_spans

LINES = 4000
OWN_WORDS_LENGTH = 8000
ADDRESS_LENGTH = 400


def school_days() -> list[int]:
    return [0, 1, 2, 3, 4]


class SchoolLogo(models.Model):
    """A small PNG that this server wrote itself; what was uploaded is kept nowhere."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="logo")
    png = models.BinaryField()

    def __str__(self) -> str:
        return f"logo of {self.school_id}"


class SchoolCalendar(models.Model):
    """In lines, as `classroom.timetable` reads and writes them."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="calendar")
    days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("days of school"), default=school_days
    )
    periods = models.TextField(_("periods"), max_length=LINES, blank=True, validators=[check_periods])
    terms = models.TextField(_("terms"), max_length=LINES, blank=True, validators=[check_spans])
    holidays = models.TextField(_("holidays"), max_length=LINES, blank=True, validators=[check_spans])

    def __str__(self) -> str:
        return f"calendar of {self.school_id}"

    @property
    def value(self) -> Calendar:
        return Calendar(
            zone=self.school.zone,
            days=frozenset(self.days),
            periods=read_periods(self.periods),
            terms=read_spans(self.terms),
            holidays=read_spans(self.holidays),
        )


class SchoolContact(models.Model):
    """Who answers for the data of a school, whom else to ask, and its own words on two public pages."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(_("who answers for the data"), max_length=200, blank=True)
    address = models.TextField(_("postal address"), max_length=ADDRESS_LENGTH, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    officer = models.CharField(_("data protection officer"), max_length=200, blank=True)
    officer_email = models.EmailField(_("e-mail address of the data protection officer"), blank=True)
    authority = models.CharField(_("supervisory authority"), max_length=200, blank=True)
    authority_link = models.URLField(_("link of the supervisory authority"), blank=True)
    help_desk = models.CharField(_("help desk"), max_length=200, blank=True)
    help_desk_link = models.URLField(_("link of the help desk"), blank=True)
    imprint = models.TextField(_("own text of the imprint"), max_length=OWN_WORDS_LENGTH, blank=True)
    privacy = models.TextField(_("own text about privacy"), max_length=OWN_WORDS_LENGTH, blank=True)

    def __str__(self) -> str:
        return f"contact of {self.school_id}"
