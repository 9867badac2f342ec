"""Who is there: schools, users, classrooms and the participants in them."""

import secrets
import zoneinfo
from datetime import date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from classroom.models.school_settings import SchoolSettings
from classroom.timetable import Hours, read_hours

# No letters or digits that look alike when read out or written on a board.
JOIN_CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
JOIN_CODE_LENGTH = 6
WAY_BACK_CODE_LENGTH = 12
INTERVAL_MS_RANGE = (500, 10_000)
SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]
HELD_WORDS_LENGTH = 4000
NOTE_LENGTH = 40
FULL_NAME_LENGTH = 150 + 1 + 150  # first and last name of an account, as Django bounds them


def new_join_code() -> str:
    return "".join(secrets.choice(JOIN_CODE_ALPHABET) for _ in range(JOIN_CODE_LENGTH))


def new_join_token() -> str:
    return secrets.token_urlsafe(16)


@cache
def time_zones() -> tuple[str, ...]:
    """Places by their names, and UTC; without the aliases that name no place."""
    named = (name for name in zoneinfo.available_timezones() if "/" in name)
    return ("UTC", *sorted(name for name in named if not name.startswith(("Etc/", "SystemV/", "US/"))))


def check_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError(_("Choose a time zone of the list."))


def languages() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in settings.LANGUAGES]


class School(SchoolSettings):
    # What set-up calls a school until its first administrator names it.
    UNNAMED = "My school"

    name = models.CharField(_("name"), max_length=120)
    # Of new accounts and guests whose browser asks for none that there is; empty: the server's own.
    language = models.CharField(_("language"), max_length=10, blank=True, choices=languages)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[check_time_zone])
    suspended_at = models.DateTimeField(null=True, editable=False)
    # Whether a teacher does the course before a lesson with cameras.
    requires_course = models.BooleanField(default=False, editable=False)
    # `services.upkeep`: until when it is looked after, and when that was asked for last.
    tended_at = models.DateTimeField(null=True, editable=False)
    tending_since = models.DateTimeField(null=True, editable=False)

    class Meta(SchoolSettings.Meta):
        abstract = False
        verbose_name = _("school")
        verbose_name_plural = _("schools")

    def __str__(self) -> str:
        return self.name

    @property
    def is_named(self) -> bool:
        return self.name != self.UNNAMED

    @property
    def known_as(self) -> str:
        """Where there is little room."""
        return self.short_name or self.name

    @property
    def accent_digits(self) -> str:
        """Of its colour, without the sign."""
        return self.accent.removeprefix("#")

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The school's own; UTC until it says where it is."""
        return zoneinfo.ZoneInfo(self.time_zone or "UTC")

    @property
    def hours(self) -> Hours:
        return Hours(self.zone, read_hours(self.open_hours))


class User(AbstractUser):
    # The user name of the teacher whom set-up makes, so that there is somebody to try this with.
    TO_TRY_WITH = "teacher"

    class Role(models.TextChoices):
        STUDENT = "student", _("student")
        TEACHER = "teacher", _("teacher")
        ADMIN = "admin", _("administrator")

    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.STUDENT)
    school = models.ForeignKey(School, on_delete=models.PROTECT, null=True, blank=True, related_name="users")
    language = models.CharField(_("language"), max_length=10, blank=True, choices=languages)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[check_time_zone])
    # Of a teacher who asked for the reports' sentences by mail: where this server was then, for their links.
    summary_origin = models.CharField(max_length=200, blank=True, editable=False)

    @property
    def is_introduced(self) -> bool:
        """Whether the account has been asked for name, language and time zone."""
        return bool(self.time_zone)

    @property
    def shown_name(self) -> str:
        return self.get_full_name() or self.get_username()

    @property
    def is_teacher(self) -> bool:
        return self.role == self.Role.TEACHER

    @property
    def is_admin(self) -> bool:
        return self.role == self.Role.ADMIN


# Django says "username".
_username = User._meta.get_field("username")
_username.verbose_name = _("user name")
_username.error_messages = {
    **_username.error_messages,
    "unique": _("Somebody has this user name already. Choose another one."),
}


class ClassroomQuerySet(models.QuerySet["Classroom"]):
    def taught_by(self, teacher: User) -> "ClassroomQuerySet":
        """Those that the teacher owns, and those that colleagues share now."""
        return self._of(teacher, ClassroomTeacher.objects.in_force())

    def managed_by(self, teacher: User) -> "ClassroomQuerySet":
        """The same without those in which the teacher only stands in."""
        return self._of(teacher, ClassroomTeacher.objects.filter(ends_at=None))

    def _of(self, teacher: User, shares: "ClassroomTeacherQuerySet") -> "ClassroomQuerySet":
        """Who goes to another school leaves them all behind."""
        shared = shares.filter(classroom=OuterRef("id"), teacher=teacher)
        return self.filter(Q(teacher=teacher) | Exists(shared), school=teacher.school_id)


class Classroom(models.Model):
    """A course group. `teacher` owns it; who else teaches it is in `ClassroomTeacher`."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="classrooms")
    teacher = models.ForeignKey(User, on_delete=models.PROTECT, related_name="classrooms")
    name = models.CharField(_("name"), max_length=120)
    is_demo = models.BooleanField(_("demonstration"), default=False, editable=False)
    join_token = models.CharField(max_length=32, unique=True, default=new_join_token, editable=False)
    join_code = models.CharField(
        max_length=JOIN_CODE_LENGTH, unique=True, default=new_join_code, editable=False
    )
    interval_ms = models.PositiveIntegerField(
        _("milliseconds between two snapshots"),
        default=1000,
        validators=[
            MinValueValidator(INTERVAL_MS_RANGE[0]),
            MaxValueValidator(INTERVAL_MS_RANGE[1]),
        ],
    )
    sad_share = models.FloatField(_("share of time for a sadness flag"), default=0.5, validators=SHARE)
    disengaged_share = models.FloatField(
        _("share of time for a disengagement flag"), default=0.5, validators=SHARE
    )
    minimum_minutes = models.PositiveSmallIntegerField(
        _("minutes of evidence for a flag"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    minimum_coverage = models.FloatField(_("coverage for a flag"), default=0.5, validators=SHARE)
    asks_at_random = models.BooleanField(_("ask “With me?” at random moments"), default=False)
    held_words = models.TextField(
        _("words that hold a question back"), blank=True, max_length=HELD_WORDS_LENGTH
    )
    # Of its code and link: a school may let them last for some days.
    code_made_at = models.DateTimeField(default=timezone.now, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)

    objects = ClassroomQuerySet.as_manager()

    class Meta:
        verbose_name = _("classroom")
        verbose_name_plural = _("classrooms")
        ordering = ["is_demo", "name"]
        constraints = [
            models.UniqueConstraint(
                "teacher", condition=Q(is_demo=True), name="one_demo_classroom_a_teacher"
            ),
            models.CheckConstraint(
                condition=Q(interval_ms__range=INTERVAL_MS_RANGE),
                name="classroom_interval_ms",
            ),
            models.CheckConstraint(
                condition=Q(
                    sad_share__range=(0, 1),
                    disengaged_share__range=(0, 1),
                    minimum_coverage__range=(0, 1),
                ),
                name="classroom_shares",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def code_until(self) -> datetime | None:
        """When its code and link run out, as the school wants it; None: they do not."""
        days = self.school.code_days
        return self.code_made_at + timedelta(days=days) if days else None


class ClassroomTeacherQuerySet(models.QuerySet["ClassroomTeacher"]):
    def in_force(self) -> "ClassroomTeacherQuerySet":
        """By the database's clock, so that a right ends without anybody doing anything."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=Now()))


class ClassroomTeacher(models.Model):
    """Somebody besides the owner who teaches a classroom: one with an end stands in until then, or was ended
    by the owner."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="shares")
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="shares")
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = ClassroomTeacherQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "id"]
        constraints = [models.UniqueConstraint("classroom", "teacher", name="one_share_a_teacher")]

    def __str__(self) -> str:
        return f"{self.classroom_id}: {self.teacher_id}"

    @property
    def last_day(self) -> date | None:
        """The day at whose end a substitute's right ends; None of a co-teacher's, which does not."""
        return localtime(self.ends_at - timedelta(microseconds=1)).date() if self.ends_at else None


class Participant(models.Model):
    """A student in a classroom: a guest by link or code, an account, a simulated one, or a name on the roster
    whose place nobody has taken yet.

    `note` is the teacher's, to tell two of one name apart. A name on the roster of a learning platform's
    course waits for whoever comes from there as `platform_subject`, which is forgotten then. Who took a
    place that was made in advance did so at `came_at`; who took over a guest's by a way back did so at
    `held_since`, and is told nothing of before.
    """

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="participations",
    )
    display_name = models.CharField(_("display name"), max_length=60)
    is_simulated = models.BooleanField(_("simulated"), default=False, editable=False)
    # Made in a browser that is logged in as a teacher or administrator: marked in every list, never counted.
    is_trial = models.BooleanField(_("trial"), default=False, editable=False)
    is_expected = models.BooleanField(_("on the roster only"), default=False, editable=False)
    # Of a place that its student erased: what had come by a merge, or the bare block of an account.
    is_left_behind = models.BooleanField(default=False, editable=False)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    came_at = models.DateTimeField(null=True, blank=True, editable=False)
    blocked_at = models.DateTimeField(_("blocked"), null=True, blank=True, editable=False)
    held_since = models.DateTimeField(null=True, blank=True, editable=False)
    platform_subject = models.CharField(max_length=255, blank=True, editable=False)
    way_back_digest = models.CharField(max_length=64, blank=True, editable=False)
    way_back_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["display_name", "id"]
        constraints = [
            models.UniqueConstraint("classroom", "user", name="one_participation_a_classroom"),
            models.CheckConstraint(condition=~Q(display_name=""), name="participant_has_a_name"),
            models.CheckConstraint(
                condition=Q(is_expected=False) | Q(user=None, came_at=None),
                name="nobody_has_an_expected_place",
            ),
            models.CheckConstraint(
                condition=Q(held_since=None, way_back_until=None) | Q(user=None, is_expected=False),
                name="way_back_is_of_a_guest",
            ),
            models.CheckConstraint(
                condition=Q(way_back_digest="", way_back_until=None)
                | ~Q(way_back_digest="") & Q(way_back_until__isnull=False),
                name="way_back_has_an_end",
            ),
            models.UniqueConstraint(
                "way_back_digest", condition=~Q(way_back_digest=""), name="one_place_a_way_back"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def since(self) -> datetime:
        """Since when somebody has the place: who took it over today was not known yesterday."""
        return self.held_since or self.came_at or self.created_at

    @property
    def is_blocked(self) -> bool:
        return self.blocked_at is not None
