"""What an administrator decides for a school."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.forms.teaching import PlainForm
from classroom.models import Policy
from classroom.models.people import DAYS_RANGE

# The demonstration's preset is nobody's to choose.
PRESETS = [choice for choice in Policy.Preset.choices if choice[0] != Policy.Preset.DEMO]


class DaysField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": DAYS_RANGE[0], "max_value": DAYS_RANGE[1], **kwargs})


class PolicyForm(PlainForm):
    preset = forms.ChoiceField(
        choices=PRESETS, error_messages={"required": _("Choose what may be computed.")}
    )
    minimum_group_size = forms.IntegerField(
        label=_("Smallest group that is shown"),
        min_value=3,
        max_value=50,
        help_text=_("Figures about the class, and what students say, are told from this many on."),
    )
    counted = forms.ChoiceField(
        label=_("Who counts towards it"),
        choices=Policy.Counted.choices,
        help_text=_(
            "Anyone with the link can join under any name. Students with an account cannot be made up."
        ),
    )
    retention_days = forms.IntegerField(
        label=_("Readings and taps"),
        min_value=1,
        max_value=365,
        help_text=_("With drafts that nobody reviewed. Pictures are never stored at all."),
    )
    sums_days = DaysField(
        label=_("Ten-second sums"), help_text=_("What the report and drafts of flags are made of.")
    )
    flags_days = DaysField(
        label=_("Reviewed flags"), help_text=_("What a person confirmed or dismissed, with the reason.")
    )
    log_days = DaysField(
        label=_("Access log"), help_text=_("Who looked at whose results, for students to read.")
    )
    names_days = DaysField(
        label=_("Names, attendance, consents"),
        help_text=_(
            "Guests whose last lesson is older are forgotten. Nothing about a person is kept for longer."
        ),
    )
    minimum_age = forms.IntegerField(
        label=_("Minimum age for the camera"),
        min_value=0,
        max_value=99,
        help_text=_("Students confirm it when they join with a camera. 0 asks nobody."),
    )
    requires_guardian_consent = forms.BooleanField(
        label=_("A parent or guardian must have agreed before the camera is used"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["preset"].widget = forms.RadioSelect(choices=PRESETS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        names_days = cleaned.get("names_days")
        for name in ("retention_days", "sums_days", "flags_days"):
            if names_days is not None and (cleaned.get(name) or 0) > names_days:
                self.add_error(name, _("Not longer than the names, without which it says nothing."))
        return cleaned
