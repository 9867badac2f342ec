"""Dates and times on pages: one form, in the viewer's zone, written by one element."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone

ROOT = Path(__file__).resolve().parents[2]
EVENING = datetime(2026, 9, 7, 23, 30, tzinfo=UTC)
FORMS = re.compile(r'{% moment [\w.]+(?: "(time|date|datetime)")?(?: as \w+)? %}')


def shown(at, form):
    page = Template('{% load moments %}{% moment at "FORM" %}'.replace("FORM", form))
    return page.render(Context({"at": at}))


@pytest.mark.parametrize(
    ("zone", "form", "text", "stamp"),
    [
        ("UTC", "datetime", "7 Sep 2026, 23:30 UTC", "2026-09-07T23:30:00+00:00"),
        ("Europe/Berlin", "datetime", "8 Sep 2026, 01:30 CEST", "2026-09-08T01:30:00+02:00"),
        ("Europe/Berlin", "date", "8 Sep 2026", "2026-09-08T01:30:00+02:00"),
        ("America/New_York", "time", "19:30 EDT", "2026-09-07T19:30:00-04:00"),
    ],
)
def test_an_instant_is_written_in_the_viewers_zone_and_says_which_it_is(zone, form, text, stamp):
    with timezone.override(ZoneInfo(zone)):
        assert shown(EVENING, form) == f'<time datetime="{stamp}" data-local="{form}">{text}</time>'


def test_a_day_is_the_same_day_in_every_zone_and_nothing_is_nothing():
    with timezone.override(ZoneInfo("America/New_York")):
        day = '<time datetime="2026-09-07" data-local="day">7 Sep 2026</time>'
        assert shown(date(2026, 9, 7), "date") == day
        assert shown(None, "date") == ""


@pytest.mark.parametrize("page", sorted((ROOT / "templates").rglob("*.html")), ids=lambda page: page.name)
def test_no_page_writes_a_date_in_a_form_of_its_own(page):
    text = page.read_text()
    assert re.findall(r"\|(?:date|time|naturaltime|timesince)\b|<time [^>]*datetime=", text) == []
    assert len(FORMS.findall(text)) == text.count("{% moment ")


def test_the_browser_knows_every_form():
    known = (ROOT / "static" / "js" / "times.js").read_text()
    for form in ("time", "date", "day", "datetime"):
        assert f"\n  {form}: {{" in known
