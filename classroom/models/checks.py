"""What a school types into its settings, checked: each refusal says what to write instead."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from classroom import colours
from classroom.timetable import LONGEST_NAME, MOST_LINES, BadLine, read_periods, read_spans

WHY = {
    "form": _("Line %(number)d cannot be read: “%(line)s”. Write it like the example."),
    "name": _("The name in line %(number)d is too long: it has at most %(longest)d characters."),
    "order": _("Line %(number)d ends before it begins: “%(line)s”."),
    "overlap": _("Line %(number)d begins before the one before it has ended: “%(line)s”."),
    "many": _("There are more than %(most)d lines. Leave out what is over."),
}
SHOWN = 60


def check_colour(value: str) -> None:
    try:
        colours.read(value)
    except ValueError:
        raise ValidationError(_("Type the colour as # and six digits, such as #0a5f6b.")) from None


def check_periods(value: str) -> None:
    _check_lines(value, read_periods)


def check_spans(value: str) -> None:
    _check_lines(value, read_spans)


def _check_lines(value: str, read: Callable[[str], object]) -> None:
    try:
        read(value)
    except BadLine as bad:
        about = {"number": bad.number, "line": bad.line[:SHOWN], "longest": LONGEST_NAME, "most": MOST_LINES}
        raise ValidationError(WHY[bad.why] % about) from None
