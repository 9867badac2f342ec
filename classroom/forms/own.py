"""What a student says about the own results."""

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.errors import StretchMissing
from classroom.forms.teaching import PlainForm
from classroom.models import Flag, Strike

NEEDED = {"required": StretchMissing.sentence, "invalid": StretchMissing.sentence}
LONGEST_MINUTES = 24 * 60


class StrikeForm(PlainForm):
    """A stretch of lesson minutes and why it says nothing."""

    first = forms.IntegerField(
        label=_("From minute"), min_value=0, max_value=LONGEST_MINUTES, error_messages=NEEDED
    )
    last = forms.IntegerField(
        label=_("To minute"), min_value=1, max_value=LONGEST_MINUTES, error_messages=NEEDED
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=Strike._meta.get_field("reason").max_length,
        error_messages=NEEDED,
        widget=forms.TextInput(attrs={"placeholder": _("I was taking notes"), "autocomplete": "off"}),
    )

    def first_error(self) -> str:
        return next(str(error) for errors in self.errors.values() for error in errors)


class AnswerForm(forms.Form):
    answer = forms.CharField(max_length=Flag._meta.get_field("answer").max_length, required=False)
