"""What a school sets for itself beside its policy, as columns of the school: read with each lesson."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom.models.checks import check_colour

SHORT_NAME_LENGTH = 30
CODE_DAYS_RANGE = (1, 400)
PLACES_RANGE = (2, 1000)


class SchoolSettings(models.Model):
    """Empty is the default everywhere: ClassPulse's own colour, anybody with the code, no quiet hours."""

    class Joins(models.TextChoices):
        ANYBODY = "anybody", _("Anybody with the code or link")
        ROSTER = "roster", _("Those whose name is on the roster, and those with an account")
        ACCOUNTS = "accounts", _("Only those with an account")

    class Names(models.TextChoices):
        FULL = "full", _("As students type them")
        FIRST = "first", _("The first name alone")

    short_name = models.CharField(_("short name"), max_length=SHORT_NAME_LENGTH, blank=True)
    accent = models.CharField(_("colour"), max_length=7, blank=True, validators=[check_colour])
    # Of the picture in `SchoolLogo`, whose address holds it; empty without one.
    logo_digest = models.CharField(max_length=16, blank=True, editable=False)
    open_hours = models.CharField(_("hours with cameras and mails"), max_length=200, blank=True)
    joins = models.CharField(_("who may join"), max_length=10, choices=Joins.choices, default=Joins.ANYBODY)
    names = models.CharField(_("names of guests"), max_length=10, choices=Names.choices, default=Names.FULL)
    code_days = models.PositiveSmallIntegerField(
        _("days that code and link of a class last"),
        null=True,
        blank=True,
        validators=[MinValueValidator(CODE_DAYS_RANGE[0]), MaxValueValidator(CODE_DAYS_RANGE[1])],
    )
    most_places = models.PositiveSmallIntegerField(
        _("most students in a class"),
        null=True,
        blank=True,
        validators=[MinValueValidator(PLACES_RANGE[0]), MaxValueValidator(PLACES_RANGE[1])],
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(code_days=None) | Q(code_days__range=CODE_DAYS_RANGE), name="school_code_days"
            ),
            models.CheckConstraint(
                condition=Q(most_places=None) | Q(most_places__range=PLACES_RANGE), name="school_most_places"
            ),
        ]
