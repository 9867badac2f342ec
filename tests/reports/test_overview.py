"""The administrator's page over all lessons and flags."""

from datetime import timedelta

import pytest

from classroom.models import Policy
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_flag,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
)
from tests.reports.scenes import make_ended_lesson, make_stay, make_student

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return make_school()


@pytest.fixture
def admin(client, school):
    client.force_login(make_admin(school=school))
    return client


def make_school_lesson(school, **fields):
    classroom = make_classroom(teacher=make_teacher(school=school))
    return make_ended_lesson(classroom=classroom, **{"report_state": "ready", **fields})


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_it_lists_the_lessons_and_demonstrations_of_the_own_school_alone(admin, school):
    make_school_lesson(school, title="Own lesson")
    make_school_lesson(school, title="Demo lesson", is_simulation=True)
    make_school_lesson(make_school(), title="Foreign lesson")
    make_school_lesson(make_school(), title="Foreign demo", is_simulation=True)
    page = text_of(admin.get("/overview/"))
    assert "Own lesson" in page and "Demo lesson" in page and "Simulation" in page
    assert "Foreign" not in page


def test_an_open_lesson_is_listed_without_a_link_to_its_report(admin, school):
    lesson = make_lesson(classroom=make_classroom(teacher=make_teacher(school=school)), title="Now")
    page = text_of(admin.get("/overview/"))
    assert "Now" in page and f"/lessons/{lesson.id}/report/" not in page


@pytest.mark.parametrize(
    ("whose", "choice", "waited_s", "is_told"),
    [
        ("own", "own_results", 8, True),
        ("own", "own_results", 2, False),
        ("own", "class_mood", 8, False),
        ("foreign", "own_results", 8, False),
    ],
)
def test_an_administrator_is_told_that_analysis_is_behind(
    admin, school, monkeypatch, whose, choice, waited_s, is_told
):
    teacher = make_teacher(school=school if whose == "own" else make_school())
    busy = make_lesson(classroom=make_classroom(teacher=teacher))
    make_participant(lesson=busy, choice=choice)
    monkeypatch.setattr(
        "classroom.wire.events.oldest_waiting_s", lambda lesson_id: waited_s if lesson_id == busy.id else 0
    )
    assert ("Analysis is behind" in text_of(admin.get("/overview/"))) is is_told


def test_it_counts_who_joined_and_the_flags_of_each_state(admin, school):
    lesson = make_school_lesson(school)
    students = [make_student(lesson) for _ in range(4)]
    make_stay(lesson, students[0])
    for student, state in zip(students, ("draft", "confirmed", "dismissed", "expired"), strict=True):
        make_flag(lesson=lesson, participant=student, state=state)
    page = text_of(admin.get("/overview/"))
    assert '<td class="numeric">4</td>' in page
    assert "1 draft<" in page and "2 reviewed" in page and "1 expired" in page


def test_flags_of_signals_that_the_policy_does_not_allow_today_are_not_counted(admin, school):
    lesson = make_school_lesson(school)
    demo = make_school_lesson(school, is_simulation=True)
    make_flag(lesson=lesson, participant=make_student(lesson), kind="persistently_sad")
    make_flag(lesson=lesson, participant=make_student(lesson), kind="persistently_disengaged")
    make_flag(lesson=demo, participant=make_student(demo), kind="persistently_sad")
    assert "review (3)" in text_of(admin.get("/overview/"))
    Policy.objects.update(allows_expression=False)
    assert "review (2)" in text_of(admin.get("/overview/"))


def test_a_trial_did_not_join(admin, school):
    make_student(make_school_lesson(school), is_trial=True)
    assert '<td class="numeric">0</td>' in text_of(admin.get("/overview/"))


def test_the_filter_keeps_lessons_with_drafts_to_review(admin, school):
    waiting, done = make_school_lesson(school, title="Waiting"), make_school_lesson(school, title="Done")
    make_flag(lesson=waiting, participant=make_student(waiting))
    make_flag(lesson=done, participant=make_student(done), state="dismissed")
    page = text_of(admin.get("/overview/?flags=open"))
    assert "Waiting" in page and "Done" not in page


def test_many_lessons_come_in_pages(admin, school):
    classroom = make_classroom(teacher=make_teacher(school=school))
    for week in range(30):
        make_ended_lesson(
            classroom=classroom,
            title=f"Week {week:02}",
            started_at=MONDAY - timedelta(weeks=week),
            minutes=45,
        )
    first = text_of(admin.get("/overview/?flags=all"))
    assert "Week 00" in first and "Week 29" not in first and "?flags=all&amp;page=2" in first
    assert "Week 29" in text_of(admin.get("/overview/?page=2"))


def test_the_number_of_queries_does_not_grow_with_the_lessons(admin, school, django_assert_num_queries):
    def visit():
        with django_assert_num_queries(7):
            admin.get("/overview/")

    add_lessons(school, 1)
    visit()
    add_lessons(school, 8)
    visit()


def add_lessons(school, number):
    for _ in range(number):
        lesson = make_school_lesson(school)
        make_flag(lesson=lesson, participant=make_student(lesson))
