"""What a parent or guardian answers, and what a school writes down for one."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from classroom import disclosure
from classroom.errors import BadName
from classroom.forms.joining import digest_of_words
from classroom.forms.mailable import mailable
from classroom.models import Consent, Participant, Policy
from classroom.models.guardians import GUARDIAN_NAME_LENGTH, KEPT_AT_LENGTH, RELATION_LENGTH
from classroom.names import clean_name


class AnswerForm(forms.Form):
    """One of the ways that are asked about; who agrees to a camera gives a name, who refuses need not."""

    choice = forms.ChoiceField(
        choices=Consent.Choice.choices, error_messages={"required": _("Choose one of the answers.")}
    )
    guardian_name = forms.CharField(
        label=pgettext_lazy("guardian", "Your name"),
        required=False,
        max_length=GUARDIAN_NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    relation = forms.CharField(
        label=_("What you are to the child"),
        required=False,
        max_length=RELATION_LENGTH,
        help_text=_("Such as mother, father or guardian."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    read = forms.CharField(required=False)

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.says = policy, digest_of_words(policy)
        self.ways = disclosure.ways_of_guardian(policy)

    def clean_guardian_name(self) -> str:
        return _readable(self.cleaned_data["guardian_name"])

    def clean_relation(self) -> str:
        return _readable(self.cleaned_data["relation"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("choice") and cleaned["choice"] not in self.ways:
            self.add_error("choice", _("The school does not ask about this: choose another answer."))
        if self.agrees:
            if cleaned.get("read") != self.says:
                self.add_error(
                    None, _("The school has just changed what it allows. Read it again, then answer.")
                )
            for name, sentence in REQUIRED.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return cleaned

    @property
    def agrees(self) -> bool:
        return self.cleaned_data.get("choice") not in (None, Consent.Choice.NO_CAMERA)

    @property
    def answered(self) -> dict[str, Any]:
        """As the services take it."""
        given = self.cleaned_data
        return {
            "choice": given["choice"],
            "name": given["guardian_name"],
            "relation": given["relation"],
            "read": self.policy.terms,
        }


REQUIRED = {
    "guardian_name": _("Type your name, so that the school knows who agreed."),
    "relation": _("Write what you are to the child."),
}


class PaperForm(AnswerForm):
    """The same, as an administrator found it signed."""

    signed_on = forms.DateField(
        label=_("Signed on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    kept_at = forms.CharField(
        label=_("Where the paper is kept"),
        max_length=KEPT_AT_LENGTH,
        help_text=_("Such as the office and the number of a folder."),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["guardian_name"].label = _("Who signed")
        self.fields["relation"].label = _("What they are to the child")

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError(_("It was signed today or before."))
        return day

    @property
    def answered(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("signed_on", "kept_at")}
        return {name: value for name, value in super().answered.items() if name != "read"} | given


class WithdrawForm(forms.Form):
    erases = forms.BooleanField(
        required=False,
        initial=True,
        label=_("Also delete what was read until now, in all lessons"),
    )


class MailForm(forms.Form):
    address = forms.EmailField(
        label=_("E-mail address of your parent or guardian"),
        max_length=254,
        help_text=_("It is used for this one mail and not kept."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_address(self) -> str:
        return mailable(self.cleaned_data["address"])


class LettersForm(forms.Form):
    """For whom letters are printed."""

    places = forms.MultipleChoiceField(
        error_messages={
            "required": _("Tick for whom you want letters."),
            "invalid_choice": _("One of them has no place in this class any more."),
        }
    )

    def __init__(self, *args: Any, places: Iterable[Participant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(place.id): place for place in places}
        self.fields["places"].choices = [(one, one) for one in self.by_id]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Participant]:
        return [self.by_id[one] for one in self.cleaned_data["places"]]


def _readable(typed: str) -> str:
    try:
        return clean_name(typed) if typed else ""
    except BadName as error:
        raise forms.ValidationError(str(error)) from error
