"""What a teacher types: classrooms, their settings, and the start and run of a lesson."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from classroom.models import Classroom, Lesson, Marker
from classroom.models.people import HELD_WORDS_LENGTH
from emotion.values import Signal

INTERVALS = [
    (500, _("half a second")),
    (1000, _("1 second")),
    (2000, _("2 seconds")),
    (5000, _("5 seconds")),
    (10000, _("10 seconds")),
]


class PercentField(forms.IntegerField):
    """A share between 0 and 1, typed as a whole percentage."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return round(value * 100) if isinstance(value, float) else value

    def clean(self, value: Any) -> float:
        return float(super().clean(value)) / 100


class Plain(forms.BaseForm):
    """Labels without a colon, as all forms of the product have them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class PlainForm(Plain, forms.Form):
    pass


class NewClassroomForm(Plain, forms.ModelForm):
    class Meta:
        model = Classroom
        fields = ("name",)


# What a setting is about: it has a place where one of these may be read.
NEEDS = {
    "interval_ms": set(Signal),
    "sad_share": {Signal.EXPRESSION},
    "disengaged_share": {Signal.ATTENTION},
    "minimum_minutes": {Signal.EXPRESSION, Signal.ATTENTION},
    "minimum_coverage": {Signal.EXPRESSION, Signal.ATTENTION},
}


class ClassroomForm(Plain, forms.ModelForm):
    """The settings of a classroom, as far as `signals` may be read there; they hold for lessons that start
    afterwards."""

    interval_ms = forms.TypedChoiceField(label=_("Time between two snapshots"), choices=INTERVALS, coerce=int)
    sad_share = PercentField(
        label=_("Sadness from, %"),
        help_text=_("Share of the evidence in which the expression resembles sadness."),
    )
    disengaged_share = PercentField(
        label=_("Disengagement from, %"),
        help_text=_("Share of the evidence in which somebody drifts, or looks down or away."),
    )
    minimum_minutes = forms.IntegerField(
        label=_("Minutes of evidence"), help_text=_("With less, no flag is drafted.")
    )
    minimum_coverage = PercentField(
        label=_("Coverage, %"),
        help_text=_("Share of the lesson in which the face was seen."),
    )

    asks_at_random = forms.BooleanField(
        label=_("Ask “With me?” at random moments too"),
        required=False,
        help_text=_(
            "At most once in 12 minutes, never while you pause. Off until you want it: it interrupts."
        ),
    )
    held_words = forms.CharField(
        label=_("Words that hold a question back"),
        required=False,
        max_length=HELD_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "One per line. A question with one of them waits until you approve it. Takes effect at once."
        ),
    )

    class Meta:
        model = Classroom
        fields = (
            "name",
            "interval_ms",
            "sad_share",
            "disengaged_share",
            "minimum_minutes",
            "minimum_coverage",
            "asks_at_random",
            "held_words",
        )

    def __init__(self, *args: Any, signals: Collection[Signal] = tuple(Signal), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, needed in NEEDS.items():
            if needed.isdisjoint(signals):
                del self.fields[name]

    @property
    def flag_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in NEEDS if name in self.fields and name != "interval_ms"]


class StartLessonForm(PlainForm):
    title = forms.CharField(
        label=_("Title"),
        max_length=Lesson._meta.get_field("title").max_length,
        widget=forms.TextInput(attrs={"placeholder": _("What today is about"), "autocomplete": "off"}),
    )
    planned_end = forms.TimeField(
        label=_("Planned end (optional)"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text=_("Today, by your clock. It stands on your dashboard; nothing ends by itself."),
    )
    is_without_cameras = forms.BooleanField(
        label=_("Without cameras"),
        required=False,
        help_text=_(
            "Nobody is asked for a camera and nothing is read from a picture, whatever your school allows. "
            "Students are told before they join. It holds until the lesson ends."
        ),
    )


class StartDemoForm(PlainForm):
    speed = forms.TypedChoiceField(
        label=_("Speed"),
        coerce=int,
        initial=20,
        choices=[
            (1, _("real time, 45 minutes")),
            (5, _("5 times, 9 minutes")),
            (10, _("10 times, 4½ minutes")),
            (20, _("20 times, about 2¼ minutes")),
        ],
    )


class MarkerForm(PlainForm):
    label = forms.CharField(max_length=Marker._meta.get_field("label").max_length)
    ago_ms = forms.IntegerField(required=False)


class BreakForm(PlainForm):
    minutes = forms.IntegerField()


class IntervalForm(PlainForm):
    interval_ms = forms.TypedChoiceField(
        label=_("Time between two snapshots"),
        choices=INTERVALS,
        coerce=int,
        widget=forms.Select(attrs={"id": "interval"}),
    )
