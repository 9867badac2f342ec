"""Who did the teachers' course."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from classroom.models.people import User


class CourseProgress(models.Model):
    """How far an account is in one version of the course. `settled` holds the keys of questions that were
    answered rightly; what was answered wrong is kept nowhere."""

    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="courses")
    version = models.PositiveSmallIntegerField()
    settled = ArrayField(models.CharField(max_length=20), default=list)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["account", "version"], name="one_progress_a_version"),
        ]

    def __str__(self) -> str:
        return f"course {self.version} of account {self.account_id}"
