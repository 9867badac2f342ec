"""What an administrator decides for a school."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom import law
from classroom.forms.teaching import Plain
from classroom.languages import listed
from classroom.law import words
from classroom.models import Policy
from classroom.models.policies import READERS, SIGNALS

# The demonstration's preset is nobody's to choose.
PRESETS = [choice for choice in Policy.Preset.choices if choice[0] != Policy.Preset.DEMO]
# What a rule wants to know of a decision.
DECISION = {
    "ground": _("Write on what grounds it was decided."),
    "decided_by": _("Write who decided it."),
    "decided_on": _("Write when it was decided."),
}


def ranged(field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """The form field of a number tells the browser the range that the model asks for."""
    if isinstance(field, models.IntegerField):
        limits = {type(one): one.limit_value for one in field.validators if isinstance(one, BaseValidator)}
        kwargs |= {"min_value": limits[MinValueValidator], "max_value": limits[MaxValueValidator]}
    return field.formfield(**kwargs)


class PolicyForm(Plain, forms.ModelForm):
    preset = forms.ChoiceField(
        choices=PRESETS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what may be computed.")},
    )
    readers = forms.ChoiceField(
        choices=Policy.Readers.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where pictures are read.")},
    )
    jurisdiction = forms.ChoiceField(
        label=_("Where is your school?"),
        help_text=_("If it is in several places, choose the strictest."),
        error_messages={"required": _("Say where your school is.")},
    )
    ages = forms.MultipleChoiceField(
        label=_("Who do you teach?"),
        choices=list(words.AGES.items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Say who you teach: tick every age group that applies.")},
    )

    class Meta:
        model = Policy
        fields = (
            "jurisdiction",
            "ages",
            "preset",
            "readers",
            "minimum_group_size",
            "counted",
            "retention_days",
            "sums_days",
            "flags_days",
            "log_days",
            "names_days",
            "minimum_age",
            "requires_guardian_consent",
            "school_asks_guardians",
            "ground",
            "decided_by",
            "decided_on",
        )
        formfield_callback = ranged
        widgets = {
            "ground": forms.Textarea(attrs={"rows": 2}),
            "decided_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        }
        labels = {
            "minimum_group_size": _("Smallest group that is shown"),
            "counted": _("Who counts towards it"),
            "retention_days": _("Readings and taps"),
            "sums_days": _("Ten-second sums"),
            "flags_days": _("Reviewed flags"),
            "log_days": _("Access log"),
            "names_days": _("Names, attendance, consents"),
            "minimum_age": _("Minimum age for the camera"),
            "requires_guardian_consent": _("A parent or guardian must have agreed before the camera is used"),
            "school_asks_guardians": _("Only the school hands out the links for guardians"),
            "ground": _("On what grounds"),
            "decided_by": _("Who decided it"),
            "decided_on": _("When"),
        }
        help_texts = {
            "minimum_group_size": _(
                "Figures about the class, and what students say, are shown once at least this many count."
            ),
            "counted": _(
                "Anyone with the link can join under any name. Students with an account cannot be invented."
            ),
            "retention_days": _("With drafts that nobody reviewed. Pictures are never stored at all."),
            "sums_days": _("What the report and drafts of flags are made of."),
            "flags_days": _("What a person confirmed or dismissed, with the reason."),
            "log_days": _("Who looked at whose results, for students to read."),
            "names_days": _(
                "Guests whose last lesson is older are forgotten. Nothing about a person is kept for longer."
            ),
            "requires_guardian_consent": _(
                "Asked by a link, or recorded by you from paper. Until then a student takes part without "
                "camera. Cameras that are on now stop."
            ),
            "school_asks_guardians": _(
                "Otherwise students may hand on a link or mail it, and nobody can tell who opened it."
            ),
            "minimum_age": _("Students confirm it when they join with a camera. With 0, nobody is asked."),
            "ground": _("The article of the law, the assessment that was written, and where it is kept."),
            "decided_by": _("A person with a name and an office, such as the head of the school."),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["jurisdiction"].choices = [("", _("Choose")), *words.places(law.current()).items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_law(cleaned)
        self._check_periods(cleaned)
        return cleaned

    def clean_decided_on(self) -> date | None:
        day: date | None = self.cleaned_data["decided_on"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("A decision is dated today or earlier."))
        return day

    def _check_law(self, cleaned: dict[str, Any]) -> None:
        """What the rules forbid is not taken, and what they want decided not without the decision."""
        if not {"jurisdiction", "ages", "preset", "readers"} <= cleaned.keys():
            return
        preset, readers = Policy.Preset(cleaned["preset"]), Policy.Readers(cleaned["readers"])
        found = law.current().finding(
            cleaned["jurisdiction"],
            cleaned["ages"],
            SIGNALS[preset],
            READERS[readers] if SIGNALS[preset] else (),
        )
        if found.verdict == law.Verdict.FORBIDDEN:
            self.add_error(
                "preset",
                _("This is not allowed there: %(why)s") % {"why": words.reasons(found.whys)},
            )
            return
        if found.verdict == law.Verdict.DECISION:
            for name, sentence in DECISION.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        else:
            # Typed for another place or for more: it is no answer to what a rule may ask later.
            cleaned.update(ground="", decided_by="", decided_on=None)
        self._check_guardians(found, cleaned)

    def _check_guardians(self, found: law.Finding, cleaned: dict[str, Any]) -> None:
        wanted = {
            "requires_guardian_consent": found.wants_guardian,
            "school_asks_guardians": found.wants_school_to_ask,
        }
        for name, is_wanted in wanted.items():
            if is_wanted and not cleaned.get(name):
                self.add_error(name, _("Tick this: the rules there require it at that age."))

    def _check_periods(self, cleaned: dict[str, Any]) -> None:
        """Each field that takes part in a contradiction says so: either may be the one that was changed."""
        names_days = cleaned.get("names_days")
        if names_days is None:
            return
        named = ("retention_days", "sums_days", "flags_days")
        longer = [name for name in named if (cleaned.get(name) or 0) > names_days]
        for name in longer:
            self.add_error(name, _("No longer than the names are kept: without them it says nothing."))
        if longer:
            labels = listed(str(self.fields[name].label) for name in longer)
            self.add_error("names_days", _("No shorter than what needs them: %(what)s.") % {"what": labels})
