"""What somebody types, or a browser sends, about the own account."""

import struct
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.models import User

# What taking a credential apart raises that no browser made.
MALFORMED = (
    ArithmeticError,
    AttributeError,
    InvalidSignature,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
)


class OwnPasswordForm(ChangePasswordForm):
    """The old password is tried as slowly as at the login."""

    def clean_oldpassword(self) -> str:
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class ConfirmedResetForm(ResetPasswordForm):
    def clean_email(self) -> str:
        """A link goes to an address alone that its owner has confirmed."""
        typed: str = super().clean_email()
        confirmed = User.objects.filter(emailaddress__email=typed.lower(), emailaddress__verified=True)
        self.users = list(confirmed.filter(is_active=True))
        return typed


class CredentialField(forms.JSONField):
    """What a browser sends of a passkey: an object, never another value that JSON has."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def bound_data(self, data: Any, initial: Any) -> None:
        """What was sent is never shown again."""

    def to_python(self, value: Any) -> Any:
        try:
            credential = super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise get_adapter().validation_error("incorrect_code") from error
        if not isinstance(credential, dict) or not isinstance(credential.get("response"), dict):
            raise get_adapter().validation_error("incorrect_code")
        return credential


class PasskeyForm(AddWebAuthnForm):
    credential = CredentialField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["passwordless"].label = _("Log in with it alone, without the password")
        self.fields["passwordless"].help_text = _("It then asks for your finger, your face or a PIN.")

    def clean(self) -> dict[str, Any]:
        try:
            return dict(super().clean())
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class CarefulCredential:
    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the form that it is mixed into
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class SecondPasskeyForm(CarefulCredential, AuthenticateWebAuthnForm):
    credential = CredentialField()


class LoginPasskeyForm(CarefulCredential, LoginWebAuthnForm):
    credential = CredentialField()


class AgainPasskeyForm(CarefulCredential, ReauthenticateWebAuthnForm):
    credential = CredentialField()
