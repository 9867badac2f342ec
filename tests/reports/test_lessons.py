"""The page of a class's lessons, and the one that compares two."""

from datetime import timedelta
from time import process_time

import pytest
from django.utils import timezone

from classroom import services
from classroom.models import AccessLogEntry, Lesson, Policy, Report
from reports.build import build_report
from tests.factories import MONDAY, make_admin, make_classroom, make_lesson
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.django_db


@pytest.fixture
def taught(client):
    """Twice the same lecture, a week apart; the teacher looks."""
    now = timezone.now()
    second = make_taught_class(started_at=now - timedelta(hours=3), report_state="ready")
    room = second.lesson.classroom
    first = make_taught_class(classroom=room, started_at=now - timedelta(days=7), report_state="ready")
    for one in (first, second):
        build_report(lesson_id=one.lesson.id, now=now, progress=lambda percent: None)
    client.force_login(room.teacher)
    return first.lesson, second.lesson


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def lessons(client, classroom, query=""):
    return text_of(client.get(f"/classrooms/{classroom.id}/lessons/{query}"))


def compare(client, classroom, *chosen):
    query = "&".join(f"lesson={one}" for one in chosen)
    return client.get(f"/classrooms/{classroom.id}/lessons/compare/?{query}", follow=True)


def copies(lesson, count):
    """So many lessons more with the same stored report, a day apart."""
    report = Report.objects.get(lesson=lesson)
    made = Lesson.objects.bulk_create(
        Lesson(
            classroom=lesson.classroom,
            title=f"Lecture {number}",
            started_at=lesson.started_at - timedelta(days=number),
            ended_at=lesson.ended_at - timedelta(days=number),
            report_state="ready",
        )
        for number in range(1, count + 1)
    )
    Report.objects.bulk_create(
        Report(lesson=one, built_at=report.built_at, summary=report.summary) for one in made
    )


def test_each_lesson_stands_with_its_figures_and_the_class_with_its_trend(client, taught):
    page = lessons(client, taught[0].classroom)
    assert page.count("Standing waves</a>") == 2
    assert "Over the lessons" in page and page.count('class="sketch"') == 4
    assert 'class="numeric">8</td>' in page


def test_nobody_is_named_and_no_look_is_logged_for_it(client, taught):
    classroom = taught[0].classroom
    shown = lessons(client, classroom) + text_of(compare(client, classroom, *(one.id for one in taught)))
    names = classroom.participants.values_list("display_name", flat=True)
    assert not any(f">{name}<" in shown for name in names)
    assert not AccessLogEntry.objects.exists()


def test_lessons_are_found_by_title_and_by_day(client, taught):
    classroom = taught[0].classroom
    make_lesson(classroom=classroom, started_at=MONDAY, minutes=30, title="Optics")
    assert "Optics" in lessons(client, classroom)
    assert "Optics" not in lessons(client, classroom, "?title=standing")
    assert "Standing waves</a>" not in lessons(client, classroom, "?until=2026-09-07")
    assert "Optics" in lessons(client, classroom, "?since=2026-09-07&until=2026-09-07")
    assert "No lesson matches this." in lessons(client, classroom, "?title=nothing+of+the+kind")


def test_a_lesson_without_a_report_says_so_and_cannot_be_ticked(client, taught):
    classroom = taught[0].classroom
    waiting = make_lesson(classroom=classroom, started_at=MONDAY, minutes=30, title="Optics")
    page = lessons(client, classroom)
    assert "The report is not written yet" in page and f'value="{waiting.id}"' not in page


def test_two_lessons_stand_side_by_side_the_earlier_one_first(client, taught):
    first, second = taught
    page = text_of(compare(client, first.classroom, second.id, first.id))
    assert page.index(f"/lessons/{first.id}/report/") < page.index(f"/lessons/{second.id}/report/")
    assert "about the same" in page and "Worked example" in page


def test_the_trend_forgets_who_was_erased_and_tells_nothing_until_the_report_is_written(
    client, taught, monkeypatch
):
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    first, second = taught
    who = second.attendances.order_by("id").first().participant_id
    services.erase_own_place(participant_id=who, now=timezone.now())
    assert "Tick two lessons" in text_of(compare(client, first.classroom, first.id, second.id))
    page = lessons(client, first.classroom)
    assert page.count('class="numeric">8</td>') == 1
    build_report(lesson_id=second.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=second.id).update(report_state="ready")
    page = lessons(client, first.classroom)
    assert page.count('class="numeric">8</td>') == 1 and page.count('class="numeric">7</td>') == 1


@pytest.mark.parametrize(
    "chosen", [(), ("first",), ("first", "foreign"), ("first", "x"), ("first", "9" * 5000)]
)
def test_anything_but_two_lessons_of_the_class_is_sent_back(client, taught, chosen):
    foreign = make_lesson(classroom=make_classroom(), minutes=30)
    known = {"first": taught[0].id, "foreign": foreign.id}
    answer = compare(client, taught[0].classroom, *(known.get(one, one) for one in chosen))
    assert answer.redirect_chain and "Tick two lessons" in text_of(answer)


def test_what_the_policy_of_today_hides_vanishes_from_the_trend(client, taught):
    assert "engagement" in text_of(compare(client, taught[0].classroom, *(one.id for one in taught))).lower()
    Policy.objects.update(allows_attention=False, allows_expression=False)
    page = lessons(client, taught[0].classroom)
    assert page.count('class="sketch"') == 2 and "%</td>" not in page


def test_a_school_without_cameras_reads_no_column_that_none_of_its_lessons_can_fill(client, taught):
    assert "Engagement of those who show it" in lessons(client, taught[0].classroom)
    Policy.objects.update(allows_presence=False, allows_attention=False, allows_expression=False)
    page = lessons(client, taught[0].classroom)
    row = page.split("<tbody>")[1].split("</tr>")[0]
    assert "Engagement of those who show it" not in page and "not shown" not in page
    assert row.count("<td") + row.count("<th") == page.split("<thead>")[1].split("</tr>")[0].count("<th ")


def test_an_administrator_of_the_school_reads_it_too(client, taught):
    client.force_login(make_admin(school=taught[0].classroom.school))
    assert "Over the lessons" in lessons(client, taught[0].classroom)


def test_the_statements_do_not_grow_with_the_lessons(client, taught, django_assert_max_num_queries):
    copies(taught[0], 60)
    with django_assert_max_num_queries(9):
        page = lessons(client, taught[0].classroom)
    assert "page 1 of 2" in page


def test_fifty_lessons_open_within_a_second(client, taught):
    copies(taught[0], 48)
    lessons(client, taught[0].classroom)
    started = process_time()
    lessons(client, taught[0].classroom)
    taken = process_time() - started
    assert taken < 1
