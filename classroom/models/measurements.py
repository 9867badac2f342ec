"""What was measured: readings, the state folded from them, and the sums that outlive both."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import F, Q

from classroom.models.consents import Consent
from classroom.models.fields import RealField
from classroom.models.lessons import Lesson
from classroom.models.people import Participant, School
from emotion.judgement.persistence import Bin
from emotion.labels import EMOTIONS

# What one reading adds to its ten seconds, as `emotion.judgement.persistence.Bin` calls it.
COUNTS = tuple(field.name for field in fields(Bin) if field.name != "start_s")
# What is added besides, by name.
MORE_COUNTS = ("engagements", "certain")


def no_expression_sums() -> list[int]:
    return [0] * len(EMOTIONS)


class Reading(models.Model):
    """One analysed snapshot. A column is null where there was no face or the policy did not allow it.

    The key holds the time and the row its school, so that the table can be split by either.
    """

    pk = models.CompositePrimaryKey("lesson", "participant", "taken_at")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="readings", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="readings")
    taken_at = models.DateTimeField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", db_index=False)
    # Only told, never followed: an index and a constraint would cost more than the reading itself.
    consent = models.ForeignKey(
        Consent, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    # Where the picture was read (`classroom.terms.Reader`), and by which network; that is empty in old rows.
    reader = models.CharField(max_length=10)
    network = models.CharField(max_length=40, blank=True)
    faces = models.PositiveSmallIntegerField()
    probabilities = ArrayField(RealField(), size=len(EMOTIONS), null=True)
    uncertain = models.BooleanField(null=True)
    yaw = RealField(null=True)
    pitch = RealField(null=True)
    roll = RealField(null=True)
    eye_openness = RealField(null=True)
    gaze_x = RealField(null=True)
    gaze_y = RealField(null=True)
    engagement = RealField(null=True)
    level = models.CharField(max_length=10)
    # A reading older than the state when it arrived is kept but was not folded.
    was_folded = models.BooleanField()

    class Meta:
        ordering = ["taken_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(engagement=None) | Q(engagement__range=(0, 1)),
                name="reading_engagement_share",
            ),
            models.CheckConstraint(
                condition=Q(probabilities=None) | Q(probabilities__len=len(EMOTIONS)),
                name="reading_seven_labels",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.taken_at}"


class ParticipantState(models.Model):
    """A participant's live state under one consent: the newest level and what the fold needs to go on.

    A change of mind begins a new one, so nothing from before it can be shown after it.
    `seen_bins` counts the ten-second steps since `first_at` in which a face was seen; `seen_level` and
    `seen_probabilities` are the last values with a face, which a class-only member keeps while counted.
    """

    pk = models.CompositePrimaryKey("lesson", "participant")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="states", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="states")
    version = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_bins = models.PositiveIntegerField(default=0)
    seen_level = models.CharField(max_length=10, default="unknown")
    seen_probabilities = ArrayField(RealField(), size=len(EMOTIONS), null=True)
    faces = models.PositiveSmallIntegerField(default=0)
    level = models.CharField(max_length=10, default="unknown")
    engagement = RealField(null=True)
    probabilities = ArrayField(RealField(), size=len(EMOTIONS), null=True)
    uncertain = models.BooleanField(null=True)
    signals = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.level}"


class RollupBins(models.Manager["RollupBin"]):
    def add(self, rows: Iterable["RollupBin"]) -> None:
        """Add to the stored sums of the same ten seconds, or store these where none are: one statement."""
        rows = list(rows)
        fields = self.model._meta.concrete_fields
        if rows:
            values = [
                field.get_db_prep_save(getattr(row, field.attname), connection)
                for row in rows
                for field in fields
            ]
            with connection.cursor() as cursor:
                cursor.execute(self._adding(len(rows), [str(field.column) for field in fields]), values)

    def _adding(self, rows: int, columns: Sequence[str]) -> str:
        row = f"({', '.join(['%s'] * len(columns))})"
        sums = ", ".join(f"{name} = its.{name} + excluded.{name}" for name in (*COUNTS, *MORE_COUNTS))
        return f"""
            INSERT INTO {self.model._meta.db_table} AS its ({", ".join(columns)})
            VALUES {", ".join([row] * rows)}
            ON CONFLICT (lesson_id, participant_id, starts_at) DO UPDATE SET {sums}, expression_sums = ARRAY(
                SELECT stored + added
                FROM unnest(its.expression_sums, excluded.expression_sums)
                WITH ORDINALITY AS sums (stored, added, label) ORDER BY label
            )
        """  # noqa: S608 - names of our own columns


class RollupBin(models.Model):
    """Ten seconds of one participant's readings as integer sums; probabilities and shares in thousandths."""

    pk = models.CompositePrimaryKey("lesson", "participant", "starts_at")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="bins", db_index=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="bins")
    starts_at = models.DateTimeField()
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", db_index=False)
    readings = models.PositiveIntegerField(default=0)
    faces = models.PositiveIntegerField(default=0)
    expressions = models.PositiveIntegerField(default=0)
    certain = models.PositiveIntegerField(default=0)
    expression_sums = ArrayField(
        models.PositiveIntegerField(), size=len(EMOTIONS), default=no_expression_sums
    )
    sad = models.PositiveIntegerField(default=0)
    engagement_permille = models.PositiveIntegerField(default=0)
    engagements = models.PositiveIntegerField(default=0)
    engaged = models.PositiveIntegerField(default=0)
    drifting = models.PositiveIntegerField(default=0)
    away = models.PositiveIntegerField(default=0)

    objects = RollupBins()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(faces__lte=F("readings"), certain__lte=F("expressions")),
                name="bin_counts_fit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.starts_at}"


class MoodGroup(models.Model):
    """The class-only participants counted in the class's words, and what was told on the newest step.

    `classroom/disclosure/` has the rule. A participant who withdrew is a negative number in `last_counted`.
    `words` and `shared` are as the sockets send them, true at their `_at`; `raw_words` are the words of the
    newest step before they are steadied. Deleted with the lesson's end.
    """

    lesson = models.OneToOneField(
        Lesson, on_delete=models.CASCADE, related_name="mood_group", primary_key=True
    )
    stepped_at = models.DateTimeField(null=True)
    counted = ArrayField(models.BigIntegerField(), default=list)
    last_counted = ArrayField(models.BigIntegerField(), default=list)
    ready_at = models.DateTimeField(null=True)
    fresh_at = models.DateTimeField(null=True)
    sent_out = models.PositiveIntegerField(default=0)
    sent_out_at = models.DateTimeField(null=True)
    raw_words = models.JSONField(null=True)
    words = models.JSONField(null=True)
    words_at = models.DateTimeField(null=True)
    shared = models.JSONField(null=True)
    shared_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.lesson_id}: {len(self.counted)}"


class MoodPoint(models.Model):
    """What a teacher was told at one step of the ten-second grid, never a person.

    `words` are the class in coarse words, changed every thirty seconds at most; `shared` the exact figures
    of those who show their own results, from the minimum group size on; `wire/messages` has both.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="mood_points")
    at = models.DateTimeField()
    words = models.JSONField(null=True)
    shared = models.JSONField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint("lesson", "at", name="one_mood_a_grid_step")]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.at}"
