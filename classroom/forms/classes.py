"""What a teacher types to run a class over the year: who teaches it, its roster, its students' names."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classroom.errors import BadName
from classroom.forms.teaching import PlainForm
from classroom.models import Classroom, Participant, User
from classroom.models.people import NOTE_LENGTH
from classroom.names import clean_name
from classroom.roster import LARGEST

DATE = forms.DateInput(attrs={"type": "date"})


class ColleagueField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_full_name()} ({obj.get_username()})" if obj.get_full_name() else obj.get_username()


class ShareForm(PlainForm):
    teacher = ColleagueField(
        label=_("Teacher"), queryset=User.objects.none(), empty_label=_("Choose a colleague")
    )
    last_day = forms.DateField(
        label=_("Last day, for a substitute"),
        required=False,
        widget=DATE,
        help_text=_("If left empty: a co-teacher, until you end it."),
    )

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["teacher"].queryset = colleagues  # type: ignore[attr-defined]
        self.has_colleagues = colleagues.exists()

    @property
    def ends_at(self) -> datetime | None:
        """The end of the last day."""
        day: date | None = self.cleaned_data["last_day"]
        if day is None or day == date.max:
            return None
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


class HandOverForm(PlainForm):
    new_owner = ColleagueField(
        label=_("New owner"), queryset=User.objects.none(), empty_label=_("Choose a colleague")
    )
    stays = forms.BooleanField(required=False, initial=True, label=_("The present owner stays as co-teacher"))

    # Whose the page said that it is, as a number.
    owner = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_owner(self) -> int:
        """0 where the page did not say."""
        typed: str = self.cleaned_data["owner"]
        return int(typed) if typed.isdecimal() and len(typed) < 19 else 0

    def __init__(self, *args: Any, colleagues: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_owner"].queryset = colleagues  # type: ignore[attr-defined]
        self.has_colleagues = colleagues.exists()


class DeleteForm(PlainForm):
    """The name of the classroom, typed."""

    name = forms.CharField(
        label=_("Type the name of the class"), widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, classroom: Classroom, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.classroom = classroom

    def clean_name(self) -> str:
        typed = " ".join(self.cleaned_data["name"].split())
        if typed != " ".join(self.classroom.name.split()):
            raise forms.ValidationError(_("This is not the name of the class, so nothing was deleted."))
        return typed


class RosterForm(PlainForm):
    """A file, or names that were typed or pasted."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=_("From any spreadsheet. Columns may be separated by commas, semicolons or tabs."),
    )
    names = forms.CharField(
        label=_("Or paste the names, one in each line"),
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not cleaned.get("names"):
            raise forms.ValidationError(_("Choose a file or paste some names."))
        return cleaned

    @property
    def data_read(self) -> bytes:
        """One byte more than is taken says that there are too many."""
        if file := self.cleaned_data["file"]:
            read: bytes = file.read(LARGEST + 1)
            return read
        return str(self.cleaned_data["names"]).encode()


class PlaceForm(PlainForm):
    display_name = forms.CharField(
        label=_("Name"), max_length=Participant._meta.get_field("display_name").max_length
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_(
            "To tell two students with the same name apart. "
            "Only teachers of this class and the student see it."
        ),
    )

    def clean_display_name(self) -> str:
        return _cleaned(self.cleaned_data["display_name"])

    def clean_note(self) -> str:
        return _cleaned(note) if (note := self.cleaned_data["note"]) else ""


class OtherPlaceField(forms.ModelChoiceField):
    """Offers what can be done; of what was possible when the page was made it says why it no longer is."""

    refusals: Mapping[str, str] = {}

    def to_python(self, value: Any) -> Any:
        if why := self.refusals.get(str(value)):
            raise forms.ValidationError(why)
        return super().to_python(value)


class MergeForm(PlainForm):
    other = OtherPlaceField(
        label=_("The same person as"), queryset=Participant.objects.none(), empty_label=_("Choose a place")
    )

    def __init__(
        self,
        *args: Any,
        possible: Collection[Participant],
        refused: Mapping[str, Collection[Participant]],
        **kwargs: Any,
    ) -> None:
        """`refused` are the others, by the reason."""
        super().__init__(*args, **kwargs)
        self.possible, self.refused = possible, refused
        field = cast(OtherPlaceField, self.fields["other"])
        field.queryset = Participant.objects.filter(id__in=[one.id for one in possible])
        field.refusals = {str(one.id): why for why, places in refused.items() for one in places}


def _cleaned(typed: str) -> str:
    try:
        return clean_name(typed)
    except BadName as error:
        raise forms.ValidationError(str(error)) from error
