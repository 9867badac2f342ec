"""What a class is asked in a lesson, and what its students answer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classroom.models.lessons import Lesson
from classroom.models.people import Participant

LONGEST_QUESTION = 280


class PulseCheck(models.Model):
    """ "With me?", asked of the whole class by its teacher or by the lesson itself, in lesson time.

    `told` is what was told of it when it closed, `classroom.wire.messages.PulseTold`, and nothing changes it
    afterwards: numbers without somebody, beside those of before, would tell what that one answered.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="pulse_checks")
    at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    by_lesson = models.BooleanField(default=False)
    told = models.JSONField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint("lesson", condition=Q(closed_at=None), name="one_open_check_a_lesson"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("at")), name="check_closes_after_it_opens"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.at}"


class PulseAnswer(models.Model):
    """The last answer that a student gave while the check was open."""

    class Kind(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")

    pulse = models.ForeignKey(PulseCheck, on_delete=models.CASCADE, related_name="answers")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="pulse_answers")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="pulse_answers")
    at = models.DateTimeField()
    kind = models.CharField(max_length=6, choices=Kind.choices)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint("pulse", "participant", name="one_answer_a_student")]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.kind}"


class Question(models.Model):
    """What a student asks the teacher without a name.

    `participant` is told to nobody: by it the limit holds, nobody votes for the own one, and whoever
    withdraws or erases takes it along.
    """

    class State(models.TextChoices):
        HELD = "held", _("held back for the teacher")
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        HIDDEN = "hidden", _("hidden by the teacher")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="questions")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="questions")
    at = models.DateTimeField()
    text = models.CharField(max_length=LONGEST_QUESTION)
    state = models.CharField(max_length=8, choices=State.choices)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["lesson", "state"], name="questions_of_a_lesson")]

    def __str__(self) -> str:
        return f"{self.lesson_id}: {self.state}"


class QuestionVote(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="votes")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="question_votes")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="question_votes")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint("question", "participant", name="one_vote_a_student")]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.question_id}"
