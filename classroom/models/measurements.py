"""What was measured: readings, the state folded from them, and the sums that outlive both."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from classroom.models.lessons import Consent, Lesson
from classroom.models.people import Participant
from emotion.labels import EMOTIONS

BIN_SECONDS = 10


def no_expression_sums() -> list[int]:
    return [0] * len(EMOTIONS)


class Reading(models.Model):
    """One analysed snapshot. A column is null where there was no face or the policy did not allow it."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="readings")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="readings")
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="+")
    taken_at = models.DateTimeField()
    faces = models.PositiveSmallIntegerField()
    probabilities = ArrayField(models.FloatField(), size=len(EMOTIONS), null=True)
    uncertain = models.BooleanField(null=True)
    yaw = models.FloatField(null=True)
    pitch = models.FloatField(null=True)
    roll = models.FloatField(null=True)
    eye_openness = models.FloatField(null=True)
    gaze_x = models.FloatField(null=True)
    gaze_y = models.FloatField(null=True)
    engagement = models.FloatField(null=True)
    level = models.CharField(max_length=10)
    # A reading older than the state when it arrived is kept but was not folded; a replay skips it too.
    was_folded = models.BooleanField()

    class Meta:
        ordering = ["taken_at"]
        constraints = [
            models.UniqueConstraint("participant", "lesson", "taken_at", name="one_reading_an_instant"),
            models.CheckConstraint(
                condition=Q(engagement=None) | Q(engagement__range=(0, 1)),
                name="reading_engagement_share",
            ),
            models.CheckConstraint(
                condition=Q(probabilities=None) | Q(probabilities__len=len(EMOTIONS)),
                name="reading_seven_labels",
            ),
        ]
        indexes = [models.Index(fields=["lesson", "taken_at"], name="reading_by_lesson")]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.taken_at}"


class ParticipantState(models.Model):
    """A participant's live state in a lesson: the newest level and what the fold needs to go on."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="states")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="states")
    version = models.PositiveIntegerField(default=0)
    measured_at = models.DateTimeField(null=True)
    faces = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(max_length=10, default="unknown")
    engagement = models.FloatField(null=True)
    probabilities = ArrayField(models.FloatField(), size=len(EMOTIONS), null=True)
    uncertain = models.BooleanField(null=True)
    signals = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("lesson", "participant", name="one_state_a_participant"),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.level}"


class RollupBin(models.Model):
    """Ten seconds of one participant's readings as integer sums; probabilities and shares in thousandths."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="bins")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="bins")
    starts_at = models.DateTimeField()
    readings = models.PositiveIntegerField(default=0)
    faces = models.PositiveIntegerField(default=0)
    expressions = models.PositiveIntegerField(default=0)
    certain = models.PositiveIntegerField(default=0)
    expression_sums = ArrayField(
        models.PositiveIntegerField(), size=len(EMOTIONS), default=no_expression_sums
    )
    resembling_sad = models.PositiveIntegerField(default=0)
    engagement_sum = models.PositiveIntegerField(default=0)
    engagements = models.PositiveIntegerField(default=0)
    engaged = models.PositiveIntegerField(default=0)
    drifting = models.PositiveIntegerField(default=0)
    away = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint("lesson", "participant", "starts_at", name="one_bin_ten_seconds"),
            models.CheckConstraint(
                condition=Q(faces__lte=F("readings"), certain__lte=F("expressions")),
                name="bin_counts_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.starts_at}"


class MoodGroup(models.Model):
    """The class-only participants counted in the class mood: changed only by the group size or more."""

    lesson = models.OneToOneField(Lesson, on_delete=models.CASCADE, related_name="mood_group")
    counted = ArrayField(models.BigIntegerField(), default=list)
    last_counted = ArrayField(models.BigIntegerField(), default=list)

    def __str__(self) -> str:
        return f"{self.lesson_id}: {len(self.counted)}"


class MoodPoint(models.Model):
    """The class mood as it was shown at one step of the ten-second grid: rounded shares, never a person."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="mood_points")
    at = models.DateTimeField()
    counted = models.PositiveSmallIntegerField()
    unknown = models.PositiveSmallIntegerField()
    expression_shares = ArrayField(models.FloatField(), size=len(EMOTIONS), null=True)
    expression_spread = models.FloatField(null=True)
    engagement = models.FloatField(null=True)
    engagement_low = models.FloatField(null=True)
    engagement_high = models.FloatField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint("lesson", "at", name="one_mood_a_grid_step")]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.at}"
