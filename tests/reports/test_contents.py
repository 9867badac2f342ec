"""The contents of a report list its parts, in their order, and lead to them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import Policy
from tests.reports.files import make_written_class

pytestmark = pytest.mark.django_db

HEADING = r'<section[^>]*>\s*(?:<div>\s*)?<h2 id="([^"]+)">(.*?)</h2>'
LINK = r'<li><a href="#([^"]+)">(.*?)</a></li>'


def a_report(client, query="", **kind):
    found = make_written_class(started_at=timezone.now() - timedelta(hours=3), **kind)
    client.force_login(found.lesson.classroom.teacher)
    return client.get(f"/lessons/{found.lesson.id}/report/{query}").content.decode()


@pytest.mark.parametrize("shows", ["both", "words", "nothing"])
@pytest.mark.parametrize("query", ["", "?individuals=1"])
def test_every_part_stands_in_the_contents_beside_the_report_and_in_those_above_it(client, shows, query):
    page = a_report(client, query, shows=shows)
    parts = re.findall(HEADING, page)
    assert len(parts) == page.count("<h2") >= 6
    assert re.findall(LINK, page) == [*parts, *parts]


def test_a_policy_without_cameras_has_no_part_of_students_in_the_contents(client):
    found = make_written_class(started_at=timezone.now() - timedelta(hours=3))
    Policy.objects.update(
        preset="self_report", allows_presence=False, allows_attention=False, allows_expression=False
    )
    client.force_login(found.lesson.classroom.teacher)
    page = client.get(f"/lessons/{found.lesson.id}/report/").content.decode()
    parts = re.findall(HEADING, page)
    assert "students-title" not in dict(parts)
    assert re.findall(LINK, page) == [*parts, *parts]


def test_the_three_sentences_stand_before_what_to_know_and_what_to_do(client):
    page = a_report(client)
    assert (
        page.index("<h1>") < page.index('id="briefing-title"') < page.index("A draft for a person to review")
    )


def test_the_contents_are_not_printed(client):
    assert '<nav class="contents no-print"' in a_report(client)
