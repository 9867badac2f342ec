"""What follows from a calendar of a school: what a lesson is offered, and where its report stands."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from classroom import services
from classroom.errors import PlannedEndPassed
from classroom.models import SchoolCalendar
from reports.trend import Point, by_term
from tests.factories import MONDAY, make_classroom, make_lesson, make_school

pytestmark = pytest.mark.django_db
# A Monday, 10:05 in Berlin.
NOW = datetime(2026, 9, 7, 8, 5, tzinfo=UTC)


@pytest.fixture
def calendar():
    return SchoolCalendar.objects.create(
        school=make_school(time_zone="Europe/Berlin"),
        periods="3: 10:00-10:45\nSport: 11:00-12:30",
        terms="Summer: 2026-04-01 - 2026-07-31\nAutumn: 2026-09-01 - 2026-12-18",
    )


@pytest.fixture
def teachers_page(calendar, client, monkeypatch):
    classroom = make_classroom(school=calendar.school)
    client.force_login(classroom.teacher)

    def page(now):
        monkeypatch.setattr("classroom.views.teaching.timezone.now", lambda: now)
        return client.get(reverse("classroom", args=[classroom.id])).content.decode()

    return page


def test_a_lesson_is_offered_the_name_and_end_of_its_period_in_the_teachers_own_time(teachers_page):
    """Whose clock is at UTC."""
    shown = teachers_page(NOW)
    assert 'value="Period 3"' in shown and 'value="08:45"' in shown
    shown = teachers_page(NOW + timedelta(hours=1))
    assert 'value="Sport"' in shown and 'value="10:30"' in shown


def test_outside_all_periods_nothing_is_offered(teachers_page):
    assert 'name="planned_end" value' not in teachers_page(NOW + timedelta(hours=6))


def test_a_teacher_may_plan_another_end_and_reads_it_on_the_dashboard(client, monkeypatch):
    classroom = make_classroom()
    client.force_login(classroom.teacher)
    monkeypatch.setattr("classroom.views.teaching.timezone.now", lambda: NOW)
    client.post(reverse("start_lesson", args=[classroom.id]), {"title": "Waves", "planned_end": "09:15"})
    lesson = classroom.lessons.get()
    assert lesson.planned_end_at == datetime(2026, 9, 7, 9, 15, tzinfo=UTC)
    assert 'datetime="2026-09-07T09:15' in client.get(reverse("lesson", args=[lesson.id])).content.decode()


@pytest.mark.parametrize("ends", [NOW, NOW - timedelta(hours=1), NOW + timedelta(hours=13)])
def test_an_end_that_is_over_or_too_far_away_is_refused(ends):
    with pytest.raises(PlannedEndPassed):
        services.open_lesson(classroom=make_classroom(), title="Waves", now=NOW, planned_end_at=ends)


def point(day):
    return Point(1, "Waves", MONDAY + timedelta(days=day), is_simulation=False, is_told=False)


def test_lessons_stand_under_their_term_in_their_order(calendar):
    this, last, between = point(1), point(-60), point(-20)
    told = by_term([this, between, last], calendar.value)
    assert told == (("Autumn", (this,)), ("", (between,)), ("Summer", (last,)))


def test_the_list_of_reports_names_the_terms(calendar, client):
    classroom = make_classroom(school=calendar.school)
    for days in (0, -60, -20):
        at = MONDAY + timedelta(days=days)
        make_lesson(classroom=classroom, started_at=at, minutes=40, report_state="ready")
    client.force_login(classroom.teacher)
    shown = client.get(reverse("class_lessons", args=[classroom.id])).content.decode()
    places = [shown.index(f">{name}</th>") for name in ("Autumn", "Outside the terms", "Summer")]
    assert places == sorted(places)
    SchoolCalendar.objects.update(terms="")
    assert (
        "Outside the terms" not in client.get(reverse("class_lessons", args=[classroom.id])).content.decode()
    )
