"""What a student types or ticks on the way into a lesson."""

from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from classroom.consent_words import ConsentWords
from classroom.errors import BadName
from classroom.models import Consent, Participant, Policy
from classroom.models.people import JOIN_CODE_LENGTH, WAY_BACK_CODE_LENGTH
from classroom.names import clean_name


class CodeForm(forms.Form):
    """Lower case, spaces and dashes are as good as the code on the board."""

    code = forms.CharField(
        label=_("Class code"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "ABC 234",
                "class": "code-input",
            }
        ),
        error_messages={"required": _("Type the six characters that your teacher shows.")},
    )

    def clean_code(self) -> str:
        code = "".join(character for character in self.cleaned_data["code"].upper() if character.isalnum())
        if len(code) != JOIN_CODE_LENGTH:
            raise forms.ValidationError(
                _("A class code has %(length)s letters and digits; this has %(given)s."),
                params={"length": JOIN_CODE_LENGTH, "given": len(code)},
            )
        return code


class WayBackForm(forms.Form):
    """Lower case, spaces and dashes are as good as the code on the teacher's screen."""

    code = forms.CharField(
        label=_("Code of the way back"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "placeholder": "ABCD 2345 EFGH",
                "class": "code-input",
            }
        ),
        error_messages={"required": _("Type the twelve characters that your teacher shows.")},
    )

    def clean_code(self) -> str:
        code = "".join(character for character in self.cleaned_data["code"].upper() if character.isalnum())
        if len(code) != WAY_BACK_CODE_LENGTH or not code.isascii():
            raise forms.ValidationError(
                _("The code of a way back has %(length)s letters and digits."),
                params={"length": WAY_BACK_CODE_LENGTH},
            )
        return code


class NameForm(forms.Form):
    display_name = forms.CharField(
        label=_("Your name"),
        max_length=Participant._meta.get_field("display_name").max_length,
        help_text=_("Your teacher sees it in the list of those who are here."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Type the name that your teacher knows you by.")},
    )

    def clean_display_name(self) -> str:
        try:
            return clean_name(self.cleaned_data["display_name"])
        except BadName as error:
            raise forms.ValidationError(str(error)) from error


class ConsentForm(forms.Form):
    """One of the ways to take part, with the age that the school's policy asks of a camera."""

    choice = forms.ChoiceField(
        choices=Consent.Choice.choices,
        error_messages={"required": _("Choose one of the ways to take part.")},
    )
    is_old_enough = forms.BooleanField(required=False)
    read = forms.CharField(required=False)
    words = forms.CharField(required=False)

    def __init__(self, *args: Any, policy: Policy, ways: Collection[Consent.Choice], **kwargs: Any) -> None:
        """`ways` are those that this student is offered."""
        super().__init__(*args, **kwargs)
        self.ways = ways
        self.terms, self.says = policy.terms, digest_of_words(policy)
        self.words_shown = ConsentWords.in_force(get_language())
        age = policy.minimum_age
        self.fields["is_old_enough"].label = _("I am at least %(age)s years old.") % {"age": age}
        if not age:
            del self.fields["is_old_enough"]

    def clean_words(self) -> ConsentWords:
        """Those of the page that was read: it may have been open since before they changed."""
        read = ConsentWords.parse(self.cleaned_data["words"], dict(settings.LANGUAGES))
        return read or self.words_shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        read = cleaned.pop("read", "")
        if read != self.says:
            # Whatever the way: nothing is sent of who has not read where it goes.
            self.terms = replace(self.terms, sendings=frozenset())
        if cleaned.get("choice") in (None, Consent.Choice.NO_CAMERA):
            return cleaned
        if read and read != self.says:
            self.add_error(None, _("Your school has just changed what it allows. Read it, then choose."))
        if cleaned["choice"] not in self.ways:
            self.add_error("choice", _("This way is not offered to you here: choose another."))
        if "is_old_enough" in self.fields and not cleaned.get("is_old_enough"):
            label = self.fields["is_old_enough"].label
            self.add_error(
                "is_old_enough", _("Tick this to join with a camera: %(label)s") % {"label": label}
            )
        return cleaned


def digest_of_words(policy: Policy) -> str:
    """Of what the page says in words made from the policy: nobody agrees to words that came after reading."""
    said = (*map(str, sorted(policy.signals)), policy.readers, policy.retention_days, policy.sums_days)
    said += tuple(policy.sendings)
    return sha256(repr((*said, policy.minimum_group_size, policy.counted)).encode()).hexdigest()[:16]
