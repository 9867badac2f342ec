"""What this server tells others by itself: to whom, and each thing told on its way there."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from classroom.models.lessons import Lesson
from classroom.models.people import School, User
from classroom.terms import Sending, Sent

LONGEST_ADDRESS = 300
LONGEST_KEY = 200


class Event(models.TextChoices):
    """What a webhook hears of."""

    LESSON_ENDED = "lesson.ended", _("A lesson has ended")
    REPORT_READY = "report.ready", _("A report is ready")


class Told(models.TextChoices):
    """What a record store is told of a lesson. What is of students needs their consent: `terms.Sent`."""

    LESSON = "lesson", _("that the lesson began and ended")
    KEY_MOMENT = "key_moment", _("key moments, without their labels")
    ATTENDANCE = Sent.ATTENDANCE.value, _("who attended, under made-up names")
    SELF_REPORT = Sent.SELF_REPORT.value, _("taps of students who show their results, under made-up names")


class Target(models.Model):
    """An address that somebody had this server tell things. `origin` is where this server was then.

    `failing_since` is the first attempt that failed after the last that did not. One that was `ended_at` for
    good, or paused, is told nothing until somebody resumes it.
    """

    class Ended(models.TextChoices):
        GONE = "gone", _("the address answered that it is gone (410)")
        FAILING = "failing", _("it had failed for five days")

    address = models.CharField(max_length=LONGEST_ADDRESS)
    origin = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=8, choices=Ended.choices, blank=True)

    class Meta:
        abstract = True

    @property
    def is_listening(self) -> bool:
        return self.paused_at is None and self.ended_at is None


class Webhook(Target):
    """A program of somebody that hears of the lessons which that person may read, in one school.

    The secret signs what is sent, so it is sealed, not digested. The one before signs too, until then.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="webhooks")
    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="webhooks")
    name = models.CharField(_("name"), max_length=60)
    events = ArrayField(models.CharField(max_length=20))
    secret = models.CharField(max_length=300, editable=False)
    former_secret = models.CharField(max_length=300, blank=True, editable=False)
    former_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"webhook {self.pk}"

    @property
    def event_labels(self) -> list[str]:
        return [str(event.label) for event in Event if event in self.events]


class RecordStore(Target):
    """The learning record store (xAPI) of a school, and what it is told there."""

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="record_store")
    key = models.CharField(max_length=LONGEST_KEY)
    secret = models.CharField(max_length=600, editable=False)
    told = ArrayField(models.CharField(max_length=12))

    def __str__(self) -> str:
        return f"record store of school {self.school_id}"

    @property
    def host(self) -> str:
        """As students read it and agree to it; with its port where it has one of its own."""
        return urlsplit(self.address).netloc.lower()

    @property
    def sendings(self) -> list[str]:
        """What of students goes there, as a policy holds it."""
        return sorted(str(Sending(what, self.host)) for what in Sent if what in self.told)

    @property
    def told_labels(self) -> list[str]:
        return [str(one.label) for one in Told if one in self.told]


def new_message_id() -> str:
    return f"msg_{uuid4().hex}"


class Delivery(models.Model):
    """One thing on its way to one target: tried from `due_at` on, by whoever claimed it since `claimed_at`.

    Whoever receives it twice knows it by `message_id`. One without a lesson is a test, and is tried once.
    Of the statements for a store all up to `done_until` have arrived.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("delivered")
        FAILED = "failed", _("given up")
        DROPPED = "dropped", _("not sent: it was paused or ended, or the right to it had gone")

    class Trouble(models.TextChoices):
        REFUSED = "refused", _("the answer was an error")
        NO_ANSWER = "no_answer", _("no answer in time")
        ADDRESS = "address", _("the address is not one that this server may ask")
        SECRET = "secret", _("its secret was sealed under another SECRET_KEY; make a new one")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, related_name="deliveries")
    store = models.ForeignKey(RecordStore, on_delete=models.CASCADE, null=True, related_name="deliveries")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, related_name="deliveries")
    event = models.CharField(max_length=20)
    message_id = models.CharField(max_length=40, unique=True, default=new_message_id, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)
    done_until = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint("webhook", "lesson", "event", name="one_delivery_a_webhook"),
            models.UniqueConstraint("store", "lesson", "event", name="one_delivery_a_store"),
            models.CheckConstraint(
                condition=Q(webhook=None, store__isnull=False) | Q(webhook__isnull=False, store=None),
                name="delivery_has_one_target",
            ),
        ]
        indexes = [
            models.Index(F("due_at"), name="delivery_to_send", condition=Q(state__in=("waiting", "sending"))),
            models.Index(F("made_at"), name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}: {self.state}"

    @property
    def is_test(self) -> bool:
        return self.lesson_id is None

    @property
    def target(self) -> Target:
        target = self.webhook or self.store
        assert target is not None
        return target

    @property
    def next_try(self) -> datetime | None:
        return self.due_at if self.state == self.State.WAITING else None
