"""What a school allows."""

from copy import copy
from itertools import product

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from classroom import law
from classroom.models.people import FULL_NAME_LENGTH, School, User
from classroom.terms import Reader, Sending, Sent, Terms
from emotion.values import Signal

DAYS_RANGE = (1, 3650)
# As many simulated students take part for the class mood only; a school's own group may be larger.
DEMO_GROUP_SIZE = 5
DAYS = [MinValueValidator(DAYS_RANGE[0]), MaxValueValidator(DAYS_RANGE[1])]
CODE_LENGTH = 20
GROUND_LENGTH = 300


class Policy(models.Model):
    """What a school allows to be computed and for how long it is kept. No row: nothing is computed.

    A widened policy asks every student again; a narrowed one holds at once, everywhere.
    """

    class Preset(models.TextChoices):
        SELF_REPORT = "self_report", _("Self-report only, no camera at all")
        PRESENCE = "presence", _("Presence and self-report")
        ATTENTION = "attention", _("Presence, self-report and attention")
        FULL = "full", _("Presence, self-report, attention and expression")
        DEMO = "demo", _("Demonstration with rendered faces")

    class Counted(models.TextChoices):
        """Who counts towards the smallest group that is shown."""

        EVERYBODY = "everybody", _("Everybody who is here")
        KNOWN = "known", _("Those known from an earlier day")
        ACCOUNTS = "accounts", _("Students with an account only")

    class Readers(models.TextChoices):
        """Where pictures are read."""

        BROWSER = "browser", _("In the student's browser only")
        SERVER = "server", _("On the school's server")
        EITHER = "either", _("Either: the student's device decides")

    school = models.OneToOneField(School, on_delete=models.CASCADE, related_name="policy")
    preset = models.CharField(_("preset"), max_length=20, choices=Preset.choices)
    allows_presence = models.BooleanField(_("presence"), default=True)
    allows_attention = models.BooleanField(_("attention"), default=False)
    allows_expression = models.BooleanField(_("expression"), default=False)
    allows_self_report = models.BooleanField(_("self-report"), default=True)
    readers = models.CharField(
        _("where pictures are read"), max_length=10, choices=Readers.choices, default=Readers.BROWSER
    )
    minimum_group_size = models.PositiveSmallIntegerField(
        _("minimum group size"),
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(50)],
    )
    counted = models.CharField(
        _("who counts towards the smallest group"),
        max_length=10,
        choices=Counted.choices,
        default=Counted.EVERYBODY,
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days that readings are kept"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    sums_days = models.PositiveSmallIntegerField(
        _("days that ten-second sums are kept"), default=90, validators=DAYS
    )
    names_days = models.PositiveSmallIntegerField(
        _("days that names, attendance and consents are kept"), default=400, validators=DAYS
    )
    log_days = models.PositiveSmallIntegerField(
        _("days that the access log is kept"), default=400, validators=DAYS
    )
    flags_days = models.PositiveSmallIntegerField(
        _("days that reviewed flags are kept"), default=400, validators=DAYS
    )
    minimum_age = models.PositiveSmallIntegerField(
        _("minimum age"), default=16, validators=[MinValueValidator(0), MaxValueValidator(99)]
    )
    requires_guardian_consent = models.BooleanField(_("guardian's consent required"), default=False)
    school_asks_guardians = models.BooleanField(_("only the school asks guardians"), default=False)
    # Where the school is and whom it teaches; not said: the strictest of all rules holds.
    jurisdiction = models.CharField(_("where the school is"), max_length=CODE_LENGTH, blank=True, default="")
    ages = ArrayField(models.CharField(max_length=CODE_LENGTH), verbose_name=_("ages"), default=list)
    # Of the rules that the school answered.
    rules_version = models.CharField(max_length=CODE_LENGTH, blank=True, default="")
    # Chosen before a school was asked where it is: goes on as it was until the school answers.
    precedes_rules = models.BooleanField(default=False)
    # What a rule asks for that needs a decision: on which ground, whose, and when.
    ground = models.CharField(_("ground"), max_length=GROUND_LENGTH, blank=True, default="")
    decided_by = models.CharField(_("decided by"), max_length=FULL_NAME_LENGTH, blank=True, default="")
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    # What of students goes to which record store: `classroom.terms.Sending`; follows from `RecordStore`.
    sendings = ArrayField(models.CharField(max_length=300), default=list, editable=False)
    chosen_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    chosen_at = models.DateTimeField(_("chosen at"))

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        constraints = [
            models.CheckConstraint(condition=Q(minimum_group_size__gte=3), name="policy_group_of_three"),
            models.CheckConstraint(
                condition=Q(
                    retention_days__range=(1, 365),
                    sums_days__range=DAYS_RANGE,
                    names_days__range=DAYS_RANGE,
                    log_days__range=DAYS_RANGE,
                    flags_days__range=DAYS_RANGE,
                ),
                name="policy_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.get_preset_display()}"

    @property
    def signals(self) -> frozenset[Signal]:
        allowed = {
            Signal.PRESENCE: self.allows_presence,
            Signal.ATTENTION: self.allows_attention,
            Signal.EXPRESSION: self.allows_expression,
        }
        return frozenset(signal for signal, allow in allowed.items() if allow)

    @property
    def terms(self) -> Terms:
        return Terms(
            signals=self.signals,
            readers=READERS[self.Readers(self.readers)] if self.signals else frozenset(),
            retention_days=self.retention_days,
            sums_days=self.sums_days,
            minimum_group_size=self.minimum_group_size,
            counted=self.counted,
            sendings=frozenset(() if self.requires_guardian_consent else map(Sending.read, self.sendings)),
        )

    @property
    def store_host(self) -> str:
        """Where the school's record store is; empty: nothing of students goes to one."""
        return next((one.host for one in self.terms.sendings), "")

    @property
    def sent(self) -> frozenset[Sent]:
        """What of students goes there."""
        return frozenset(one.what for one in self.terms.sendings)

    @property
    def has_decision(self) -> bool:
        """Somebody decided what a rule wants decided, and it is written down who, when and why."""
        return bool(self.ground and self.decided_by and self.decided_on)

    def finding(self, rules: law.Rules) -> law.Finding:
        """What the law says of what was chosen."""
        return rules.finding(self.jurisdiction, self.ages, self.signals, self.terms.readers)

    def permits(self, rules: law.Rules) -> bool:
        """Whether the law lets the school have all that was chosen."""
        most = law.Verdict.DECISION if self.has_decision else law.Verdict.ALLOWED
        return self.precedes_rules or self.finding(rules).verdict <= most

    def may_tell_stores(self, rules: law.Rules) -> bool:
        """Whether anything of students may go to a record store. No guardian is asked about that, so nothing
        does where one would have to agree to a camera, with cameras or without."""
        is_protected = not self.precedes_rules and rules.protects(self.jurisdiction, self.ages)
        return not (self.requires_guardian_consent or is_protected)

    def under(self, rules: law.Rules) -> "Policy":
        """This policy as far as the law lets it hold: the fullest that is left of it; never saved.

        Where the place of reading makes the difference, a place goes before a signal does. Guardians are
        asked where the rules want it, whatever was ticked, and of whom one has to be asked no record store
        is told anything.
        """
        return self._as_permitted(rules)._asking_guardians(rules)

    def _as_permitted(self, rules: law.Rules) -> "Policy":
        if self.permits(rules):
            return self
        either = self.readers == self.Readers.EITHER
        places = FREEST_FIRST if either else (self.Readers(self.readers),)
        for signals, readers in product(FULLEST_FIRST, places):
            if signals <= self.signals and (held := self._only(signals, readers)).permits(rules):
                return held
        return self.without_cameras()

    def _asking_guardians(self, rules: law.Rules) -> "Policy":
        if self.precedes_rules:
            return self
        found, held = self.finding(rules), copy(self)
        held.requires_guardian_consent |= found.wants_guardian
        held.school_asks_guardians |= found.wants_school_to_ask
        if not held.may_tell_stores(rules):
            held.sendings = []
        return held

    def _only(self, signals: frozenset[Signal], readers: "Policy.Readers") -> "Policy":
        held = copy(self)
        held.allows_presence = Signal.PRESENCE in signals
        held.allows_attention = Signal.ATTENTION in signals
        held.allows_expression = Signal.EXPRESSION in signals
        held.preset = PRESETS[signals]
        held.readers = readers
        return held

    def without_cameras(self) -> "Policy":
        """This policy as it holds in a lesson whose teacher asks for no camera; never saved."""
        held = copy(self)
        held.preset = self.Preset.SELF_REPORT
        held.allows_presence = held.allows_attention = held.allows_expression = False
        return held

    def for_rendered_faces(self) -> "Policy":
        """This policy as it holds for the simulated students of a demonstration; never saved."""
        demonstration = copy(self)
        demonstration.preset = self.Preset.DEMO
        demonstration.allows_presence = demonstration.allows_self_report = True
        demonstration.allows_attention = demonstration.allows_expression = True
        demonstration.readers = self.Readers.EITHER
        demonstration.counted = self.Counted.EVERYBODY
        demonstration.minimum_group_size = min(self.minimum_group_size, DEMO_GROUP_SIZE)
        demonstration.requires_guardian_consent = False
        demonstration.sendings = []
        return demonstration


READERS = {
    Policy.Readers.BROWSER: frozenset({Reader.BROWSER}),
    Policy.Readers.SERVER: frozenset({Reader.SERVER}),
    Policy.Readers.EITHER: frozenset(Reader),
}
PRESETS: dict[frozenset[Signal], Policy.Preset] = {
    frozenset(): Policy.Preset.SELF_REPORT,
    frozenset({Signal.PRESENCE}): Policy.Preset.PRESENCE,
    frozenset({Signal.PRESENCE, Signal.ATTENTION}): Policy.Preset.ATTENTION,
    frozenset(Signal): Policy.Preset.FULL,
}
SIGNALS = {preset: signals for signals, preset in PRESETS.items()} | {Policy.Preset.DEMO: frozenset(Signal)}
FULLEST_FIRST = sorted(PRESETS, key=len, reverse=True)
FREEST_FIRST = (Policy.Readers.EITHER, Policy.Readers.BROWSER, Policy.Readers.SERVER)


class Decision(models.Model):
    """What a school answered the rules, and who decided it: one row for each answer, never changed.

    It is the school's record of what it answers for, so it stays with the school.
    """

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="decisions")
    actor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    actor_name = models.CharField(max_length=FULL_NAME_LENGTH)
    at = models.DateTimeField()
    jurisdiction = models.CharField(max_length=CODE_LENGTH, blank=True)
    ages = ArrayField(models.CharField(max_length=CODE_LENGTH), default=list)
    rules_version = models.CharField(max_length=CODE_LENGTH)
    preset = models.CharField(max_length=20, choices=Policy.Preset.choices)
    readers = models.CharField(max_length=10, choices=Policy.Readers.choices)
    ground = models.CharField(max_length=GROUND_LENGTH, blank=True)
    decided_by = models.CharField(max_length=FULL_NAME_LENGTH, blank=True)
    decided_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.get_preset_display()}"
