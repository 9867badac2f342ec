"""What a parent or guardian was asked, and what was answered."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom.models.consents import Consent
from classroom.models.people import FULL_NAME_LENGTH, Participant, School, User
from classroom.models.policies import Policy
from classroom.terms import Reader, Terms
from emotion.values import Signal

GUARDIAN_NAME_LENGTH = 80
RELATION_LENGTH = 40
KEPT_AT_LENGTH = 120
GUARDIAN_LINK_LASTS = timedelta(days=30)
# Raised when what a guardian reads changes; an answer to older words opens no camera.
GUARDIAN_VERSION = 1
# What a guardian may allow: each allows the ones before it too.
NARROWEST_FIRST = (Consent.Choice.NO_CAMERA, Consent.Choice.CLASS_MOOD, Consent.Choice.OWN_RESULTS)


class OfChild(models.Model):
    """About one child of a school: the account of a student, else the place of a guest in one class.

    An account is the same person in every class, so its family is asked once. That a guest of one class is
    also one of another nobody knows.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="%(class)ss")
    participant = models.ForeignKey(
        Participant, on_delete=models.CASCADE, null=True, related_name="%(class)ss"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(user=None, participant__isnull=False) | Q(user__isnull=False, participant=None),
                name="%(class)s_is_about_one_child",
            )
        ]

    @staticmethod
    def child(place: Participant, school_id: int) -> dict[str, Any]:
        """The columns that say whom it is about."""
        if place.user_id:
            return {"school_id": school_id, "user_id": place.user_id, "participant_id": None}
        return {"school_id": school_id, "user_id": None, "participant_id": place.id}


class GuardianLink(OfChild):
    """A way to a guardian's page. One that asks works once and ends; one that stays is the guardian's own."""

    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    # Whose page it leads to: empty of a link that asks.
    is_own = models.BooleanField(default=False)
    # Whether the school made it, or the one that it came of; else a student handed it on.
    by_school = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(OfChild.Meta):
        ordering = ["made_at", "id"]

    def __str__(self) -> str:
        return f"guardian's link {self.pk}"

    def is_open_at(self, now: datetime) -> bool:
        if self.used_at or self.revoked_at:
            return False
        return self.expires_at is None or now < self.expires_at


class GuardianAnswer(OfChild):
    """One answer of a guardian, never changed; the newest about a child counts.

    `choice` is the most that the child may choose. The terms are stored as they were agreed to. An answer on
    paper was recorded by an administrator and has the day of its signature and the place where it is kept.
    """

    class Kind(models.TextChoices):
        AGREED = "agreed", _("agreed")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrew")

    link = models.ForeignKey(GuardianLink, on_delete=models.SET_NULL, null=True, related_name="answers")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    choice = models.CharField(max_length=12, choices=Consent.Choice.choices)
    version = models.PositiveSmallIntegerField(default=GUARDIAN_VERSION)
    language = models.CharField(max_length=10, blank=True)
    signals = ArrayField(models.CharField(max_length=12), default=list)
    readers = ArrayField(models.CharField(max_length=10), default=list)
    retention_days = models.PositiveSmallIntegerField()
    sums_days = models.PositiveSmallIntegerField()
    minimum_group_size = models.PositiveSmallIntegerField()
    counted = models.CharField(max_length=10, choices=Policy.Counted.choices)
    guardian_name = models.CharField(_("name"), max_length=GUARDIAN_NAME_LENGTH, blank=True)
    relation = models.CharField(_("relation"), max_length=RELATION_LENGTH, blank=True)
    # Whether what had been read until then was deleted with it.
    has_erased = models.BooleanField(default=False)
    at = models.DateTimeField()
    signed_on = models.DateField(_("signed on"), null=True)
    kept_at = models.CharField(_("kept at"), max_length=KEPT_AT_LENGTH, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_by_name = models.CharField(max_length=FULL_NAME_LENGTH, blank=True)

    class Meta(OfChild.Meta):
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"guardian's answer {self.pk}: {self.kind}"

    @property
    def is_on_paper(self) -> bool:
        return self.signed_on is not None

    @property
    def was_asked_by_school(self) -> bool:
        return self.is_on_paper or (self.link is not None and self.link.by_school)

    @property
    def is_of_these_words(self) -> bool:
        return self.version >= GUARDIAN_VERSION

    @property
    def terms(self) -> Terms:
        return Terms(
            signals=frozenset(map(Signal, self.signals)),
            readers=frozenset(map(Reader, self.readers)),
            retention_days=self.retention_days,
            sums_days=self.sums_days,
            minimum_group_size=self.minimum_group_size,
            counted=self.counted,
        )

    def covers(self, choice: str) -> bool:
        """Whether a child may take part in this way by it."""
        if self.kind != self.Kind.AGREED or not self.is_of_these_words:
            return choice == Consent.Choice.NO_CAMERA
        return NARROWEST_FIRST.index(Consent.Choice(choice)) <= NARROWEST_FIRST.index(
            Consent.Choice(self.choice)
        )
