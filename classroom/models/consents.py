"""What students agreed to for a lesson."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom.consent_words import VERSIONS, ConsentWords, english_in_force
from classroom.languages import SOURCE
from classroom.models.lessons import Lesson
from classroom.models.people import Participant
from classroom.models.policies import Policy
from classroom.terms import Reader, Sending, Terms
from emotion.values import Signal


class ConsentQuerySet(models.QuerySet["Consent"]):
    def active(self) -> "ConsentQuerySet":
        return self.filter(ended_at=None)

    def to_words_in_force(self) -> "ConsentQuerySet":
        """Those given to words that have not changed since."""
        older = Q()
        for language, version in VERSIONS.items():
            older |= Q(language=language, version__lt=version)
        return self.exclude(older)

    def sharing(self) -> "ConsentQuerySet":
        """Those whose own results the teacher may see now."""
        return self.active().filter(choice=Consent.Choice.OWN_RESULTS)

    def given_here(self) -> "ConsentQuerySet":
        """Those that were given by who has the place now."""
        return self.filter(moved_at=None)

    def moved(self) -> "ConsentQuerySet":
        """All others."""
        return self.filter(moved_at__isnull=False)


class Consent(models.Model):
    """What a participant agreed to for one lesson. At most one is active; a change of mind is a new row.

    What it allows is stored as it was agreed to: what is computed is the policy AND the consent. One with a
    `moved_at` came from another place by a merge, or is of before a way back: its lesson is told to nobody
    who has the place.
    """

    class Choice(models.TextChoices):
        NO_CAMERA = "no_camera", _("without camera")
        CLASS_MOOD = "class_mood", _("count me in the class mood")
        OWN_RESULTS = "own_results", _("show my own results to my teacher too")

    class Standing(models.TextChoices):
        """What the place vouched for when the consent was given, so nothing done to it later changes that."""

        UNCOUNTED = "uncounted", _("never counted")
        NEW = "new", _("new on that day")
        KNOWN = "known", _("known from an earlier day")
        ACCOUNT = "account", _("with an account")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="consents")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="consents")
    choice = models.CharField(max_length=12, choices=Choice.choices)
    standing = models.CharField(max_length=9, choices=Standing.choices, default=Standing.NEW)
    # Which words were read: `classroom.consent_words`.
    language = models.CharField(max_length=10, default=SOURCE)
    version = models.PositiveSmallIntegerField(default=english_in_force)
    signals = ArrayField(models.CharField(max_length=12), default=list)
    # Where its pictures may be read: `classroom.terms.Reader`.
    readers = ArrayField(models.CharField(max_length=10), default=list)
    retention_days = models.PositiveSmallIntegerField(default=30)
    sums_days = models.PositiveSmallIntegerField(default=90)
    minimum_group_size = models.PositiveSmallIntegerField(default=5)
    counted = models.CharField(
        max_length=10, choices=Policy.Counted.choices, default=Policy.Counted.EVERYBODY
    )
    # What may go to which record store: `classroom.terms.Sending`.
    sendings = ArrayField(models.CharField(max_length=300), default=list)
    # As confirmed by the student, None where the policy did not ask.
    confirmed_age = models.PositiveSmallIntegerField(null=True)
    guardian_confirmed = models.BooleanField(null=True)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    was_withdrawn = models.BooleanField(default=False)
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                "lesson",
                "participant",
                condition=Q(ended_at=None),
                name="one_active_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.choice}"

    @property
    def words(self) -> ConsentWords:
        return ConsentWords(self.language, self.version)

    @property
    def allows_camera(self) -> bool:
        return self.choice != self.Choice.NO_CAMERA

    @property
    def shares_own_results(self) -> bool:
        return self.choice == self.Choice.OWN_RESULTS

    @property
    def terms(self) -> Terms:
        return Terms(
            signals=frozenset(map(Signal, self.signals)),
            readers=frozenset(map(Reader, self.readers)),
            retention_days=self.retention_days,
            sums_days=self.sums_days,
            minimum_group_size=self.minimum_group_size,
            counted=self.counted,
            sendings=frozenset(map(Sending.read, self.sendings)),
        )
