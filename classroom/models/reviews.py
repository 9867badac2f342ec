"""After the lesson: the report, the drafts of flags that a person reviews, and who looked at whom."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classroom.models.lessons import Lesson
from classroom.models.people import FULL_NAME_LENGTH, Participant, School, User


class Report(models.Model):
    """The written report. Its figures are recomputable from rows; what a person wrote is in the flags."""

    lesson = models.OneToOneField(Lesson, on_delete=models.CASCADE, related_name="report")
    built_at = models.DateTimeField()
    summary = models.JSONField()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [models.Index(fields=["built_at"], name="report_by_built")]

    def __str__(self) -> str:
        return str(self.lesson)


class SummaryMail(models.Model):
    """A report's sentences on their way to a teacher who asked for them: once, however often it is built.

    From `due_at` on it may be tried; whoever tries it does so since `claimed_at`. Both are real time.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="summary_mails")
    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("lesson", "teacher", name="one_summary_a_teacher")]
        indexes = [
            models.Index(
                fields=["due_at"], name="summary_to_send", condition=Q(state__in=("waiting", "sending"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.state}"


class Flag(models.Model):
    """A draft for a person to review. It never counts for grading or discipline."""

    class Kind(models.TextChoices):
        PERSISTENTLY_SAD = (
            "persistently_sad",
            _("expression persistently resembles sadness"),
        )
        PERSISTENTLY_DISENGAGED = (
            "persistently_disengaged",
            _("persistently disengaged"),
        )

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        DISMISSED = "dismissed", _("dismissed")
        EXPIRED = "expired", _("expired")
        # Found by the rule, and not drafted: what the student said speaks against it.
        SUPPRESSED = "suppressed", _("not drafted")

    UNREVIEWED = frozenset({State.DRAFT, State.EXPIRED, State.SUPPRESSED})
    REVIEWED = frozenset({State.CONFIRMED, State.DISMISSED})

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="flags")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_at = models.DateTimeField(_("drafted"))
    share = models.FloatField(_("share of time"))
    lower_bound = models.FloatField(_("lower bound of the share"))
    threshold = models.FloatField(_("threshold"))
    minutes = models.FloatField(_("minutes of evidence"))
    coverage = models.FloatField(_("coverage"))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reviewed_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviewed_flags",
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    # What the student reads of a confirmed one, and says to it.
    follow_up = models.CharField(_("note to the student"), max_length=500, blank=True)
    answer = models.CharField(_("answer of the student"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["drafted_at", "id"]
        constraints = [
            models.UniqueConstraint("lesson", "participant", "kind", name="one_flag_a_kind"),
            models.CheckConstraint(
                condition=Q(
                    share__range=(0, 1),
                    lower_bound__range=(0, 1),
                    coverage__range=(0, 1),
                ),
                name="flag_shares",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "expired", "suppressed"))
                | ~Q(reason="") & Q(reviewed_at__isnull=False),
                name="reviewed_flag_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="flag_by_state")]

    def __str__(self) -> str:
        """Without the name: the administration's log keeps this text for good."""
        return f"flag {self.pk}"


class Strike(models.Model):
    """Minutes that a student took out of the own results: what was measured in them is deleted.

    Times are lesson time. Whoever reviews flags reads that it was done, and why.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="strikes")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="strikes")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("struck minutes")
        verbose_name_plural = _("struck minutes")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="strike_has_a_length"),
            models.CheckConstraint(condition=~Q(reason=""), name="strike_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"strike {self.pk}"


class Place(models.TextChoices):
    """Where somebody looked at one student's individual data, in words that the student understands."""

    DASHBOARD = "dashboard", _("during the lesson")
    HINT = "hint", _("in a remark during the lesson")
    REPORT = "report", _("in the report")
    PARTICIPANT_REPORT = "participant_report", _("on the page of one student in the report")
    CSV = "csv", _("in a download of the report")
    PROGRAM = "program", _("by a program, in the report")
    FLAG = "flag", _("reviewing a note")
    ADMINISTRATION = "administration", _("in the school's administration")


class AccessLogEntry(models.Model):
    """Somebody looked at one student's individual data. The student can read these entries."""

    viewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    viewer_name = models.CharField(max_length=FULL_NAME_LENGTH)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="access_log")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(_("place"), max_length=20, choices=Place.choices)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("access log entry")
        verbose_name_plural = _("access log")
        ordering = ["-at"]
        indexes = [models.Index(fields=["participant", "at"], name="access_by_participant")]

    def __str__(self) -> str:
        return f"{self.viewer_name}: {self.get_place_display()}"


class Removal(models.Model):
    """Somebody else than its student removed a place, or deleted a class, and looks at students went with it.

    It names the class and whoever did it, never a student; administrators of the school read it.
    """

    class Kind(models.TextChoices):
        PLACE = "place", _("removed a participant")
        CLASSROOM = "classroom", _("deleted the class")

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=FULL_NAME_LENGTH)
    classroom = models.CharField(max_length=120)
    looks = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("removal")
        verbose_name_plural = _("removals")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["school", "at"], name="removal_by_school")]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.get_kind_display()}"
