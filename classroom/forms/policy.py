"""What an administrator decides for a school."""

from typing import Any

from django import forms
from django.core.validators import BaseValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom.forms.teaching import Plain
from classroom.models import Policy

# The demonstration's preset is nobody's to choose.
PRESETS = [choice for choice in Policy.Preset.choices if choice[0] != Policy.Preset.DEMO]


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

    class Meta:
        model = Policy
        fields = (
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
        )
        formfield_callback = ranged
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
        }
        help_texts = {
            "minimum_group_size": _(
                "Figures about the class, and what students say, are told from this many on."
            ),
            "counted": _(
                "Anyone with the link can join under any name. Students with an account cannot be made up."
            ),
            "retention_days": _("With drafts that nobody reviewed. Pictures are never stored at all."),
            "sums_days": _("What the report and drafts of flags are made of."),
            "flags_days": _("What a person confirmed or dismissed, with the reason."),
            "log_days": _("Who looked at whose results, for students to read."),
            "names_days": _(
                "Guests whose last lesson is older are forgotten. Nothing about a person is kept for longer."
            ),
            "minimum_age": _("Students confirm it when they join with a camera. 0 asks nobody."),
        }

    def clean(self) -> dict[str, Any]:
        """Each field that takes part in a contradiction says so: either may be the one that was changed."""
        cleaned = super().clean() or self.cleaned_data
        names_days = cleaned.get("names_days")
        if names_days is None:
            return cleaned
        named = ("retention_days", "sums_days", "flags_days")
        longer = [name for name in named if (cleaned.get(name) or 0) > names_days]
        for name in longer:
            self.add_error(name, _("No longer than the names are kept: without them it says nothing."))
        if longer:
            labels = ", ".join(str(self.fields[name].label) for name in longer)
            self.add_error("names_days", _("No shorter than what needs them: %(what)s.") % {"what": labels})
        return cleaned
