"""How programs get in: tokens, each with some of the rights of whoever made it."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom.models.people import User

LONGEST_TOKEN_NAME = 60


class Scope(models.TextChoices):
    """What a token may be good for; never for more than its owner may."""

    LESSONS = "lessons", _("Read classes, lessons and key moments")
    MOMENTS = "moments", _("Add key moments to an open lesson")
    CLASS = "class", _("Read what is told of the class, live and in reports; it names nobody")
    STUDENTS = "students", _("Read attendance by name, and results of students who show them")


class ApiToken(models.Model):
    """A program that knows the token reads and does what its owner may, within the scopes."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=LONGEST_TOKEN_NAME)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=10))
    made_at = models.DateTimeField()
    # None: until it is revoked, as all that were made before tokens had an end.
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"token {self.pk}"

    def is_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    @property
    def scope_labels(self) -> list[str]:
        return [str(scope.label) for scope in Scope if scope in self.scopes]
