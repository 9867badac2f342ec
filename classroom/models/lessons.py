"""One sitting: the lesson, who was there, and what was marked or said."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classroom.models.people import INTERVAL_MS_RANGE, Classroom, Participant, User

LONGEST_LABEL = 80


class LessonQuerySet(models.QuerySet["Lesson"]):
    def open(self) -> "LessonQuerySet":
        return self.filter(ended_at=None)


class Lesson(models.Model):
    """All times of a lesson are lesson time: `started_at` plus real time since then, times the pace.

    `speed` is what was asked for, 1 but in a demonstration; `pace` is what it is now: a demonstration on a
    busy machine slows down. It has held since the real time `paced_from`, which was lesson time `paced_at`.
    `lacks_somebody` who was in it and whose place was removed by somebody else. `break_ends_at` is of the
    newest break that the teacher gave. `is_without_cameras` was chosen by its teacher when it began, and so
    was `planned_end_at`, a real time at which nothing ends by itself.
    """

    class ReportState(models.TextChoices):
        NONE = "none", _("lesson is open")
        PENDING = "pending", _("waiting")
        BUILDING = "building", _("being written")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="lessons")
    title = models.CharField(_("title"), max_length=120)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    interval_ms = models.PositiveIntegerField(_("milliseconds between two snapshots"), default=1000)
    speed = models.PositiveSmallIntegerField(_("speed"), default=1)
    pace = models.FloatField(default=1.0, editable=False)
    paced_from = models.DateTimeField(null=True, blank=True, editable=False)
    paced_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_simulation = models.BooleanField(_("simulation"), default=False)
    is_without_cameras = models.BooleanField(_("without cameras"), default=False)
    planned_end_at = models.DateTimeField(_("planned end"), null=True, blank=True)
    lacks_somebody = models.BooleanField(default=False, editable=False)
    break_ends_at = models.DateTimeField(null=True, blank=True, editable=False)
    report_state = models.CharField(
        _("report"),
        max_length=10,
        choices=ReportState.choices,
        default=ReportState.NONE,
    )
    report_claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    report_progress = models.PositiveSmallIntegerField(default=0, editable=False)
    # How often a worker began it and how often a task was sent again for it, since it was asked for; and when
    # the next one is.
    report_attempts = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    report_sends = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    report_due_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["-started_at"]
        indexes = [
            models.Index(F("classroom"), F("started_at").desc(), name="lesson_by_start"),
            models.Index(
                fields=["report_state"],
                name="lesson_without_report",
                condition=Q(report_state__in=("pending", "building", "failed")),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                "classroom",
                condition=Q(ended_at=None),
                name="one_open_lesson_a_classroom",
            ),
            models.CheckConstraint(
                condition=Q(interval_ms__range=INTERVAL_MS_RANGE),
                name="lesson_interval_ms",
            ),
            models.CheckConstraint(condition=Q(speed__range=(1, 20)), name="lesson_speed"),
            models.CheckConstraint(condition=Q(pace__gt=0, pace__lte=F("speed")), name="lesson_pace"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="lesson_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, report_state="none")
                | Q(ended_at__isnull=False) & ~Q(report_state="none"),
                name="ended_lesson_has_report_state",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def open_pauses(self) -> models.QuerySet["Pause"]:
        """The pause that lasts now, if any."""
        return Pause.objects.filter(lesson=self, ended_at=None)

    @property
    def capture_interval_ms(self) -> int:
        """Real milliseconds between two snapshots of a camera."""
        return max(1, round(self.interval_ms / self.pace))

    def time_at(self, now: datetime) -> datetime:
        """Lesson time at the real time `now`; before `paced_from`, at the mean pace until then."""
        since, at = self.paced_from or self.started_at, self.paced_at or self.started_at
        if self.started_at < since and now < since:
            mean = (at - self.started_at) / (since - self.started_at)
            return at - (since - now) * mean
        return at + (now - since) * self.pace

    def seconds_at(self, at: datetime) -> float:
        """Seconds from the start to the lesson time `at`, never before the start nor after the end."""
        last = at if self.ended_at is None else min(at, self.ended_at)
        return max(0.0, (last - self.started_at).total_seconds())


class Pause(models.Model):
    """A stretch in which the teacher stopped every camera. It counts as no evidence for anything."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint("lesson", condition=Q(ended_at=None), name="one_open_pause_a_lesson"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.started_at}"


class Attendance(models.Model):
    """One stay in a lesson, from a socket's opening to its end; who is back at once goes on with it."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="attendances")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="attendances")
    joined_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["joined_at"]
        indexes = [
            models.Index(fields=["lesson", "participant"], name="attendance_by_participant"),
            models.Index(fields=["lesson"], name="attendance_not_left", condition=Q(left_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.joined_at}"


class Marker(models.Model):
    """A key moment that the teacher marked."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="markers")
    at = models.DateTimeField()
    label = models.CharField(_("label"), max_length=LONGEST_LABEL)

    class Meta:
        verbose_name = _("key moment")
        verbose_name_plural = _("key moments")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.label


class SlidesKey(models.Model):
    """With its token a page that shows slides marks key moments of one lesson, as whoever made it may."""

    lesson = models.OneToOneField(Lesson, on_delete=models.CASCADE, related_name="slides_key")
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.made_at}"


class SelfReport(models.Model):
    """One tap. What was said last of how it goes stands, and beside it what was said last of the pace."""

    class Kind(models.TextChoices):
        FOLLOWING = "following", _("following")
        LOST = "lost", _("lost")
        NEED_A_BREAK = "need_a_break", _("need a break")
        TOO_FAST = "too_fast", _("too fast")
        RIGHT_PACE = "right_pace", _("right pace")
        TOO_SLOW = "too_slow", _("too slow")

    PACES = (Kind.TOO_FAST, Kind.RIGHT_PACE, Kind.TOO_SLOW)

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="self_reports")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="self_reports")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["lesson", "participant", "at"], name="self_report_newest")]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.kind}"


class Hint(models.Model):
    """A quiet remark to the teacher during the lesson, about the class or about one sharing student."""

    class Kind(models.TextChoices):
        CLASS_DRIFTING = "class_drifting", _("many are drifting")
        SEVERAL_LOST = "several_lost", _("several say they are lost")
        BREAK_WANTED = "break_wanted", _("several ask for a break")
        PERSISTENTLY_SAD = (
            "persistently_sad",
            _("expression resembles sadness for a while"),
        )
        PERSISTENTLY_DISENGAGED = "persistently_disengaged", _("looks down or away for a while")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="hints")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="hints")
    at = models.DateTimeField()
    kind = models.CharField(max_length=24, choices=Kind.choices)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.kind}"
