"""What administrators and newcomers type about accounts and schools."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from classroom.errors import BadName
from classroom.forms.mailable import mailable
from classroom.forms.teaching import Plain, PlainForm
from classroom.models import Invitation, School, User
from classroom.models.people import languages, time_zones
from classroom.names import clean_name


def zone_choices() -> list[tuple[str, str]]:
    return [("", str(_("Choose …"))), *((name, name.replace("_", " ")) for name in time_zones())]


class ZoneSelect(forms.Select):
    """Some hundred options in one go: Django renders each by a template, which takes longer than the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((zone, flatatt({"selected": zone == (value or "")}), label) for zone, label in self.choices),
        )
        about = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>\n{}\n</select>", flatatt(about), options)


class AboutYou(forms.BaseForm):
    """Name, language and time zone; the time zone is offered by the browser, and checked here.

    Of one language there is no choice, and none is shown.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = True
        if len(languages()) > 1:
            self.fields["language"] = forms.ChoiceField(label=_("Language"), choices=languages)
        else:
            del self.fields["language"]
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            choices=zone_choices,
            widget=ZoneSelect(attrs={"data-time-zone": ""}),
            error_messages={"required": _("Choose the time zone you are in.")},
        )
        self.initial["language"] = self.initial.get("language") or get_language()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return {"language": ""} | cleaned

    def clean_first_name(self) -> str:
        return _cleaned(self.cleaned_data["first_name"])

    def clean_last_name(self) -> str:
        typed = self.cleaned_data["last_name"]
        return _cleaned(typed) if typed.strip() else ""


NAMES = {"first_name": _("First name"), "last_name": _("Last name")}
ABOUT_YOU = ("first_name", "last_name", "language", "time_zone")


class IntroductionForm(AboutYou, Plain, forms.ModelForm):
    class Meta:
        model = User
        fields = ABOUT_YOU
        labels = NAMES
        help_texts = {"first_name": _("Colleagues and students see your name, not your user name.")}


class NewAccountForm(AboutYou, Plain, UserCreationForm):
    """Of somebody who follows an invitation."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("first_name", "last_name", "username", "language", "time_zone")
        labels = NAMES
        help_texts = {
            "first_name": _("Colleagues and students see your name, not your user name."),
            "username": _("You log in with it. Letters, digits and @ . + - _"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = rules_for_passwords()
        # Django puts the cursor there, but the page begins with the name.
        self.fields["username"].widget.attrs.pop("autofocus", None)


class InvitationForm(Plain, forms.ModelForm):
    role = forms.ChoiceField(label=_("Role"), choices=User.Role.choices, initial=User.Role.TEACHER)
    by_mail = forms.BooleanField(label=_("Send the link by mail too"), required=False)

    class Meta:
        model = Invitation
        fields = ("role", "email", "note")
        labels = {"email": _("E-mail address (optional)"), "note": _("Note for yourself (optional)")}
        help_texts = {"note": _("For whom the link is, so that you know it in the list.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not settings.EMAIL_HOST:
            del self.fields["by_mail"]

    def clean_email(self) -> str:
        return mailable(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("by_mail") and not cleaned.get("email"):
            self.add_error("email", _("Type the address the link should go to."))
        return cleaned


class AdministratorForm(InvitationForm):
    """The first administrator of a school, whom the platform's administrator invites."""

    role = None  # type: ignore[assignment]  # Django's way to drop a field of the base

    class Meta(InvitationForm.Meta):
        fields = ("email", "note")  # type: ignore[assignment]


class RoleForm(PlainForm):
    role = forms.ChoiceField(label=_("Role"), choices=User.Role.choices)


class SchoolForm(Plain, forms.ModelForm):
    class Meta:
        model = School
        fields = ("name",)
        labels = {"name": _("Name of the school")}
        help_texts = {"name": _("Students read it when they join, and on the page where they choose.")}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if name == School.UNNAMED:
            raise forms.ValidationError(_("Type the name by which students know the school."))
        return name


class MoveForm(PlainForm):
    school = forms.ModelChoiceField(
        label=_("School"), queryset=School.objects.order_by("name"), empty_label=_("Choose …")
    )


def rules_for_passwords() -> str:
    """In one line: the list that Django makes of them has no place in a paragraph."""
    return " ".join(map(str, password_validators_help_texts()))


def _cleaned(typed: str) -> str:
    try:
        return clean_name(typed)
    except BadName as error:
        raise forms.ValidationError(str(error)) from error
