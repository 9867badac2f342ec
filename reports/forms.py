"""What a person decides about a draft, or once more about a flag."""

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.errors import ReasonMissing
from classroom.models import Flag


class DecisionForm(forms.Form):
    state = forms.ChoiceField(
        choices=[(state, state.label) for state in (Flag.State.CONFIRMED, Flag.State.DISMISSED)],
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose whether to confirm or to dismiss the draft.")
        ),
    )
    reason = forms.CharField(
        max_length=Flag._meta.get_field("reason").max_length,
        error_messages={"required": ReasonMissing.sentence},
    )

    follow_up = forms.CharField(max_length=Flag._meta.get_field("follow_up").max_length, required=False)
    corrects = forms.DateTimeField(required=False)
    """When the decision was made that this one replaces."""

    def first_error(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)
