"""What an administrator sets for the own school."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.forms.people import ZoneSelect, zone_choices
from classroom.forms.teaching import Plain, PlainForm
from classroom.logo import KINDS
from classroom.models import School, SchoolCalendar, SchoolContact
from classroom.models.people import languages
from classroom.models.school_settings import CODE_DAYS_RANGE, PLACES_RANGE
from classroom.timetable import DAYS, read_hours, write_hours

OWN_COLOUR = "#0a5f6b"
"""ClassPulse's, where the picker begins."""
WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)


class LookForm(Plain, forms.ModelForm):
    """Short name, colour and language. Of one language there is no choice, and none is shown."""

    has_colour = forms.BooleanField(label=_("A colour of our own"), required=False)

    class Meta:
        model = School
        fields = ("short_name", "accent", "language")
        labels = {
            "short_name": _("Short name (optional)"),
            "accent": _("Colour"),
            "language": _("Language"),
        }
        help_texts = {
            "short_name": _("Stands at the top of your pages, where there is little room."),
            "accent": _(
                "Buttons, links and lines take it. It is made darker or lighter until it can be read."
            ),
            "language": _(
                "Of new accounts and guests whose browser asks for no language that there is here."
            ),
        }
        widgets = {"accent": forms.TextInput(attrs={"type": "color"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["has_colour"] = bool(self.instance.accent)
        self.initial["accent"] = self.instance.accent or OWN_COLOUR
        self.fields["accent"].required = False
        if len(languages()) > 1:
            choices = [("", _("That of the server")), *languages()]
            self.fields["language"] = forms.ChoiceField(
                label=_("Language"),
                choices=choices,
                required=False,
                help_text=self.Meta.help_texts["language"],
            )
        else:
            del self.fields["language"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.pop("has_colour", False):
            cleaned["accent"] = ""
        return cleaned

    def clean_short_name(self) -> str:
        return " ".join(self.cleaned_data["short_name"].split())

    def clean_accent(self) -> str:
        return str(self.cleaned_data["accent"]).lower()


class LogoForm(PlainForm):
    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
        help_text=_("PNG, JPEG or WebP, at most 900 kB. It is made smaller: 256 pixels at most."),
        error_messages={
            "required": _("Choose a picture."),
            "missing": _("Choose a picture."),
            "empty": _("This file is empty. Choose a picture."),
            "invalid": _("Choose a picture."),
        },
    )


class CalendarForm(Plain, forms.ModelForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone of the school"),
        choices=zone_choices,
        widget=ZoneSelect(attrs={"data-time-zone": ""}),
        error_messages={"required": _("Choose the time zone in which the school is.")},
    )
    days = forms.TypedMultipleChoiceField(
        label=_("Days of school"),
        coerce=int,
        choices=list(zip(DAYS, WEEKDAYS, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the days on which there is school.")},
    )

    class Meta:
        model = SchoolCalendar
        fields = ("days", "periods", "terms", "holidays")
        labels = {"periods": _("Periods"), "terms": _("Terms"), "holidays": _("Holidays")}
        help_texts = {
            "periods": _("One a line, such as “1: 08:00-08:45” or “Afternoon: 13:30-15:00”."),
            "terms": _("One a line, such as “Autumn term: 2026-09-01 - 2026-12-18”."),
            "holidays": _("One a line, such as “Autumn break: 2026-10-12 - 2026-10-24”, or one day alone."),
        }
        widgets = {
            "periods": forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            "terms": forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            "holidays": forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["time_zone"] = self.instance.school.time_zone


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class QuietHoursForm(PlainForm):
    """For each day of the week from when until when cameras may be on; nothing on any day: always."""

    def __init__(self, *args: Any, school: School, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_open = {day: (starts, ends) for day, starts, ends in read_hours(school.open_hours)}
        for day in DAYS:
            for end, at in zip(("from", "until"), is_open.get(day, (None, None)), strict=True):
                self.fields[f"{end}_{day}"] = forms.TimeField(
                    required=False, widget=ClockInput(), initial=at, label=_label(end, WEEKDAYS[day])
                )

    @property
    def rows(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        return [(WEEKDAYS[day], self[f"from_{day}"], self[f"until_{day}"]) for day in DAYS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        hours = [(day, cleaned.get(f"from_{day}"), cleaned.get(f"until_{day}")) for day in DAYS]
        for day, starts, ends in hours:
            if self.has_error(f"from_{day}") or self.has_error(f"until_{day}"):
                continue
            if (starts is None) != (ends is None):
                missing = "from" if starts is None else "until"
                self.add_error(f"{missing}_{day}", _("Give both times of the day, or none."))
            elif starts is not None and ends is not None and ends <= starts:
                self.add_error(f"until_{day}", _("It must end after it begins."))
        return {"open_hours": write_hours(_given(hours))} if not self.errors else cleaned


def _label(end: str, day: Any) -> Any:
    words = {"from": _("%(day)s, from"), "until": _("%(day)s, until")}
    return words[end] % {"day": day}


def _given(hours: Iterable[tuple[int, time | None, time | None]]) -> list[tuple[int, time, time]]:
    return [(day, starts, ends) for day, starts, ends in hours if starts is not None and ends is not None]


class JoiningForm(Plain, forms.ModelForm):
    joins = forms.ChoiceField(label=_("Who may join"), choices=School.Joins.choices, widget=forms.RadioSelect)
    names = forms.ChoiceField(
        label=_("Names of guests"), choices=School.Names.choices, widget=forms.RadioSelect
    )
    code_days = forms.IntegerField(
        label=_("Days that code and link of a class last"),
        required=False,
        min_value=CODE_DAYS_RANGE[0],
        max_value=CODE_DAYS_RANGE[1],
        help_text=_("Empty: until the class is deleted. Teachers make a new one on the page of the class."),
    )
    most_places = forms.IntegerField(
        label=_("Most students in a class"),
        required=False,
        min_value=PLACES_RANGE[0],
        max_value=PLACES_RANGE[1],
        help_text=_("Empty: as many as come. Who has a place already keeps it."),
    )

    class Meta:
        model = School
        fields = ("joins", "names", "code_days", "most_places")

    @property
    def radios(self) -> list[forms.BoundField]:
        return [self["joins"], self["names"]]


def _https(value: str) -> None:
    if not value.startswith(("https://", "http://")):
        raise forms.ValidationError(_("Type a link that begins with https://."))


def _link_field() -> forms.URLField:
    return forms.URLField(label=_("Link"), required=False, assume_scheme="https", validators=[_https])


class ContactForm(Plain, forms.ModelForm):
    authority_link = _link_field()
    help_desk_link = _link_field()

    class Meta:
        model = SchoolContact
        fields = (
            *("name", "address", "email", "phone", "officer", "officer_email"),
            *("authority", "authority_link", "help_desk", "help_desk_link", "imprint", "privacy"),
        )
        labels = {
            "name": _("Name"),
            "address": _("Postal address"),
            "email": _("E-mail address"),
            "phone": _("Phone"),
            "officer": _("Name or office"),
            "officer_email": _("E-mail address"),
            "authority": _("Name"),
            "authority_link": _("Link"),
            "help_desk": _("Name"),
            "help_desk_link": _("Link"),
            "imprint": _("Your own text on the imprint"),
            "privacy": _("Your own text on the privacy page"),
        }
        help_texts = {
            "name": _("The school or its owner, as the law names who answers for the data."),
            "help_desk": _("Where people ask when something does not work."),
            "imprint": _(
                "Stands below the contact. An empty line begins a paragraph; nothing else is markup."
            ),
            "privacy": _("Stands below what is written there by itself from your policy."),
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
            "imprint": forms.Textarea(attrs={"rows": 8}),
            "privacy": forms.Textarea(attrs={"rows": 8}),
        }
