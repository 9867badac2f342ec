"""A date or a time on a page: one element, which the browser rewrites in the viewer's zone and language."""

from datetime import date, datetime

from django import template
from django.utils.dateformat import format as written
from django.utils.html import format_html
from django.utils.timezone import localtime

from classroom.languages import day

register = template.Library()

# static/js/times.js has the same names.
FORMS = ("time", "date", "datetime")


@register.simple_tag
def moment(at: date | None, form: str = "datetime") -> str:
    """An instant in one of FORMS; a plain date is the same day in every zone. None is nothing."""
    if at is None:
        return ""
    if not isinstance(at, datetime):
        return _element(at.isoformat(), "day", day(at))
    here = localtime(at)
    return _element(here.isoformat(timespec="seconds"), form, said(here, form))


def said(here: datetime, form: str) -> str:
    """A local time without scripts: "5 Nov 2026, 14:30 CET"."""
    clock = written(here, "H:i T")
    return {"time": clock, "date": day(here), "datetime": f"{day(here)}, {clock}"}[form]


def _element(stamp: str, form: str, text: str) -> str:
    return format_html('<time datetime="{}" data-local="{}">{}</time>', stamp, form, text)
