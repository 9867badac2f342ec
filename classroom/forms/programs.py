"""What somebody chooses for a program of theirs, and a school for its record store."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.errors import AnticipatedError, BadName
from classroom.forms.teaching import PlainForm
from classroom.models import RecordStore, User
from classroom.models.outgoing import LONGEST_ADDRESS, LONGEST_KEY, Event, Told
from classroom.models.programs import LONGEST_TOKEN_NAME, Scope
from classroom.names import clean_name
from classroom.outbound import check_address

LASTS = [(30, _("30 days")), (90, _("90 days")), (365, _("a year"))]
ENDLESS = (0, _("until it is revoked"))


class NamedForm(PlainForm):
    def clean_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["name"])
        except BadName as error:
            raise forms.ValidationError(str(error)) from error


class AddressField(forms.CharField):
    """One that this server may ask, as far as shows before it does."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=LONGEST_ADDRESS, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> str:
        address: str = super().clean(value)
        try:
            check_address(address)
        except AnticipatedError as error:
            raise forms.ValidationError(str(error)) from error
        return address


def chosen(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )


class TokenForm(NamedForm):
    """Administrators alone make one that lasts until it is revoked."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_TOKEN_NAME,
        help_text=_("Which program it is for, so that you know it in the list."),
    )
    scopes = chosen(_("What it may do"), Scope.choices)
    days = forms.TypedChoiceField(
        label=_("It is good for"),
        choices=LASTS,
        coerce=int,
        initial=365,
        help_text=_("Then it opens nothing any more, and you make another one."),
    )

    def __init__(self, *args: Any, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if owner.is_admin:
            self.fields["days"].choices = [*LASTS, ENDLESS]  # type: ignore[attr-defined]


class WebhookForm(NamedForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_TOKEN_NAME,
        help_text=_("Which program it is for, so that you know it in the list."),
    )
    address = AddressField(
        label=_("Address"), help_text=_("Where your program listens, for example https://example.org/hook")
    )
    events = chosen(_("What it hears of"), Event.choices)


class EventsForm(PlainForm):
    events = chosen(_("What it hears of"), Event.choices)


class RecordStoreForm(PlainForm):
    address = AddressField(
        label=_("Address of the store"),
        help_text=_("Its xAPI endpoint, for example https://lrs.example.org/xAPI"),
    )
    key = forms.CharField(
        label=_("Key"), max_length=LONGEST_KEY, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=LONGEST_KEY,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    told = chosen(_("What is sent there"), Told.choices)

    def __init__(self, *args: Any, store: RecordStore | None, **kwargs: Any) -> None:
        if store is not None:
            kwargs["initial"] = {"address": store.address, "key": store.key, "told": store.told}
        super().__init__(*args, **kwargs)
        if store is not None:
            self.fields["secret"].help_text = _(
                "It is stored sealed and not shown. Leave it empty to keep it."
            )

    def clean_address(self) -> str:
        """What is asked for comes after it."""
        address: str = self.cleaned_data["address"]
        if "?" in address or "#" in address:
            raise forms.ValidationError(_("Give the endpoint alone, without “?” or “#”."))
        return address

    def clean_key(self) -> str:
        """It comes before a colon in the header."""
        key: str = self.cleaned_data["key"]
        if ":" in key or not key.isprintable():
            raise forms.ValidationError(_("A key has no colon."))
        return key
