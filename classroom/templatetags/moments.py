"""A date or a time on a page: one element, which the browser rewrites in the viewer's zone and language."""

from datetime import date, datetime

from django import template
from django.utils.dateformat import format as written
from django.utils.html import format_html
from django.utils.timezone import localtime

register = template.Library()

# How each is read without scripts, in the account's zone. static/js/times.js has the same names.
FORMS = {"time": "H:i T", "date": "j M Y", "datetime": "j M Y, H:i T"}


@register.simple_tag
def moment(at: date | None, form: str = "datetime") -> str:
    """An instant in one of FORMS; a plain date is the same day in every zone. None is nothing."""
    if at is None:
        return ""
    if not isinstance(at, datetime):
        return _element(at.isoformat(), "day", written(at, FORMS["date"]))
    here = localtime(at)
    return _element(here.isoformat(timespec="seconds"), form, written(here, FORMS[form]))


def _element(stamp: str, form: str, text: str) -> str:
    return format_html('<time datetime="{}" data-local="{}">{}</time>', stamp, form, text)
