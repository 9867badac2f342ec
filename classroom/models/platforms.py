"""Learning platforms of a school, such as Moodle or Canvas: who comes from there, and from which courses."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom.models.lessons import Lesson
from classroom.models.people import Classroom, School, User

REGISTRATION_LASTS = timedelta(days=2)
SUBJECT_LENGTH = 255  # LTI 1.3: at most 255 ASCII characters
ADDRESS_LENGTH = 500


class Platform(models.Model):
    """One that a school registered. Nobody comes in from it before an administrator has switched it on.

    A school's platforms are its own: the same issuer may be another school's too, with other keys.
    """

    class Names(models.TextChoices):
        FULL = "full", _("the whole name")
        FIRST = "first", _("the first name alone")
        NONE = "none", _("no name: students type one when they join")

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="platforms")
    name = models.CharField(_("name"), max_length=80)
    issuer = models.CharField(_("platform ID (issuer)"), max_length=ADDRESS_LENGTH)
    client_id = models.CharField(_("client ID"), max_length=255)
    deployment_ids = ArrayField(models.CharField(max_length=255), verbose_name=_("deployment IDs"))
    login_url = models.CharField(_("authentication request URL"), max_length=ADDRESS_LENGTH)
    token_url = models.CharField(_("access token URL"), max_length=ADDRESS_LENGTH)
    keys_url = models.CharField(_("public keyset URL"), max_length=ADDRESS_LENGTH)
    # Whom a request for an access token is addressed to, where that is not the token URL.
    token_audience = models.CharField(max_length=ADDRESS_LENGTH, blank=True, editable=False)
    names = models.CharField(
        _("what is taken of a person's name"), max_length=5, choices=Names.choices, default=Names.FULL
    )
    made_at = models.DateTimeField()
    active_since = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("school", "issuer", "client_id", name="one_platform_a_client"),
        ]

    def __str__(self) -> str:
        return self.name


class PlatformInvitation(models.Model):
    """A link with which one platform registers itself, once. Only a digest of it is kept."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"invitation of a platform {self.pk}"


class PlatformAccount(models.Model):
    """Who a platform's number is here. Whoever teaches one course and learns in another has two accounts, so
    that no role ever grows by a launch."""

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="accounts")
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    role = models.CharField(max_length=10, choices=User.Role.choices)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="platform_accounts")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("platform", "subject", "role", name="one_account_a_subject"),
            models.CheckConstraint(
                condition=Q(role__in=(User.Role.STUDENT, User.Role.TEACHER)),
                name="no_platform_makes_an_admin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform_id}: {self.user_id}"


class PlatformClass(models.Model):
    """Which course of a platform a classroom is, and what the platform offers for it.

    `members_url` and `items_url` are empty where it offers no roster and no gradebook. `synced_at` is when
    the roster was last read; `sync_problem` why it could not be read since.
    """

    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="classes")
    deployment_id = models.CharField(max_length=255)
    context_id = models.CharField(max_length=255)
    classroom = models.OneToOneField(Classroom, on_delete=models.CASCADE, related_name="platform_class")
    members_url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    items_url = models.CharField(max_length=ADDRESS_LENGTH, blank=True)
    returns_attendance = models.BooleanField(_("tell the platform who attended"), default=False)
    synced_at = models.DateTimeField(null=True)
    sync_problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("platform", "deployment_id", "context_id", name="one_class_a_course"),
        ]

    def __str__(self) -> str:
        return f"{self.platform_id}: {self.classroom_id}"


class ErasedMember(models.Model):
    """That somebody erased the own place in the course, so that no roster brings the name back: a digest of
    the platform's number with a key of this server, until that person comes again. It names nobody."""

    platform_class = models.ForeignKey(PlatformClass, on_delete=models.CASCADE, related_name="erased")
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("platform_class", "digest", name="one_row_an_erased_member"),
        ]

    def __str__(self) -> str:
        return f"{self.platform_class_id}: {self.pk}"


class AttendanceReturn(models.Model):
    """That a lesson's attendance goes to the platform, made when the lesson opens so that students are told
    before they join. Who attended is looked up when it is sent.

    From `due_at` on it may be tried, once the lesson has ended; whoever tries it does so since `claimed_at`.
    It is told in turns: `told_until` is the last account of the platform that it was told of. `attempts` are
    those in a row that told of nobody.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    lesson = models.OneToOneField(Lesson, on_delete=models.CASCADE, related_name="attendance_return")
    platform_class = models.ForeignKey(PlatformClass, on_delete=models.CASCADE, related_name="returns")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    told_until = models.BigIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="attendance_to_return", condition=Q(state__in=("waiting", "sending"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.state}"


class ToolKey(models.Model):
    """The key that this install signs with towards platforms. Sealed with SECRET_KEY, so that a copy of the
    database alone signs nothing."""

    name = models.CharField(max_length=40, unique=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return self.name
