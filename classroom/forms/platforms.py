"""What an administrator copies from a learning platform."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.errors import AddressNotAllowed, BadName
from classroom.forms.teaching import Plain
from classroom.models import Platform
from classroom.names import clean_name
from classroom.outbound import check_address

MOST_DEPLOYMENTS = 50
LONGEST_ID = 255


class IdsField(forms.CharField):
    """One ID a line."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        ids = list(dict.fromkeys(lines))
        if len(ids) > MOST_DEPLOYMENTS or any(len(one) > LONGEST_ID for one in ids):
            raise forms.ValidationError(_("At most 50 deployment IDs, each of 255 characters."))
        return ids


class PlatformForm(Plain, forms.ModelForm):
    deployment_ids = IdsField(
        label=_("Deployment IDs"),
        help_text=_(
            "One a line. Moodle has one for the tool; in Canvas each place where it is installed has one."
        ),
    )

    class Meta:
        model = Platform
        fields = (
            "name",
            "issuer",
            "client_id",
            "deployment_ids",
            "login_url",
            "token_url",
            "keys_url",
            "names",
        )
        labels = {
            "name": _("Name"),
            "issuer": _("Platform ID (issuer)"),
            "client_id": _("Client ID"),
            "login_url": _("Authentication request URL"),
            "token_url": _("Access token URL"),
            "keys_url": _("Public keyset URL"),
            "names": _("What is taken of a person's name"),
        }
        help_texts = {
            "name": _("What your people call it, such as “Moodle”. Students and teachers read it."),
            "names": _("No e-mail address is ever taken."),
        }
        widgets = {
            name: forms.TextInput(attrs={"spellcheck": "false", "autocomplete": "off", "inputmode": "url"})
            for name in ("issuer", "login_url", "token_url", "keys_url")
        }

    def clean_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["name"])
        except BadName as error:
            raise forms.ValidationError(str(error)) from error

    def clean_login_url(self) -> str:
        return self._address("login_url")

    def clean_token_url(self) -> str:
        return self._address("token_url")

    def clean_keys_url(self) -> str:
        return self._address("keys_url")

    def validate_unique(self) -> None:
        """The service says it, in whose transaction it is certain."""

    def _address(self, field: str) -> str:
        address = str(self.cleaned_data[field])
        try:
            check_address(address)
        except AddressNotAllowed as error:
            raise forms.ValidationError(str(error)) from error
        return address
