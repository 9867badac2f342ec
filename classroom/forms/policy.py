"""What an administrator decides for a school."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.forms.teaching import PlainForm
from classroom.models import Policy

# The demonstration's preset belongs to the demonstration school and is not offered.
PRESETS = [choice for choice in Policy.Preset.choices if choice[0] != Policy.Preset.DEMO]


class PolicyForm(PlainForm):
    preset = forms.ChoiceField(
        choices=PRESETS, error_messages={"required": _("Choose what may be computed.")}
    )
    minimum_group_size = forms.IntegerField(
        label=_("Smallest group that is shown"),
        min_value=3,
        max_value=50,
        help_text=_(
            "The class mood counts students who keep their own results private only from this many on."
        ),
    )
    retention_days = forms.IntegerField(
        label=_("Days that readings are kept"),
        min_value=1,
        max_value=365,
        help_text=_("After that they are deleted. Pictures are never stored at all."),
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
