"""What somebody chooses for a program of theirs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.errors import BadName
from classroom.forms.teaching import PlainForm
from classroom.models.programs import LONGEST_TOKEN_NAME, Scope
from classroom.names import clean_name


class TokenForm(PlainForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_TOKEN_NAME,
        help_text=_("Which program it is for, so that you know it in the list."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def clean_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["name"])
        except BadName as error:
            raise forms.ValidationError(str(error)) from error
