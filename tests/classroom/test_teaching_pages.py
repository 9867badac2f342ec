"""A teacher's classrooms: the list, one of them, starting a lesson and the demonstration."""

from datetime import timedelta

import pytest
from django.db import connection
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from classroom import queries, services
from classroom.models import Classroom, Lesson
from tests.factories import (
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
)

pytestmark = pytest.mark.django_db

SETTINGS = {
    "name": "Physics 10a",
    "interval_ms": "2000",
    "sad_share": "60",
    "disengaged_share": "70",
    "minimum_minutes": "20",
    "minimum_coverage": "40",
}


@pytest.fixture
def teacher(client):
    teacher = make_teacher()
    client.force_login(teacher)
    return teacher


def page_of(classroom):
    return reverse("classroom", args=[classroom.id])


def queries_of(client, path):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_a_teacher_sees_the_own_classrooms_only(client, teacher):
    make_classroom(teacher=teacher, name="Physics 10a")
    make_classroom(teacher=make_teacher(school=teacher.school), name="History 8b")
    content = client.get(reverse("classrooms")).content.decode()
    assert "Physics 10a" in content
    assert "History 8b" not in content


def test_the_list_costs_the_same_for_many_classrooms(client, teacher):
    make_lesson(classroom=make_classroom(teacher=teacher))
    few = queries_of(client, reverse("classrooms"))
    for _ in range(5):
        make_lesson(classroom=make_classroom(teacher=teacher))
    assert queries_of(client, reverse("classrooms")) == few


def test_a_new_classroom_opens_at_once(client, teacher):
    answer = client.post(reverse("classrooms"), {"name": "Physics 10a"})
    made = Classroom.objects.get(name="Physics 10a")
    assert answer.url == page_of(made)
    assert (made.teacher, made.school) == (teacher, teacher.school)


def test_a_classroom_needs_a_name(client, teacher):
    answer = client.post(reverse("classrooms"), {"name": "  "})
    assert "This field is required" in answer.content.decode()
    assert not Classroom.objects.exists()


def test_a_teacher_without_a_school_is_told_why_there_is_no_classroom(client, teacher):
    teacher.school = None
    teacher.save()
    answer = client.post(reverse("classrooms"), {"name": "Physics 10a"})
    assert "belongs to no school" in answer.content.decode()


def test_a_lesson_that_is_open_leads_to_its_dashboard(client, teacher):
    lesson = make_lesson(classroom=make_classroom(teacher=teacher))
    for path in (reverse("classrooms"), page_of(lesson.classroom)):
        assert reverse("lesson", args=[lesson.id]) in client.get(path).content.decode()


@pytest.mark.parametrize(("preset", "is_told"), [(None, True), ("presence", False)])
def test_a_school_without_a_policy_is_named_as_the_thing_to_mend(client, preset, is_told):
    classroom = make_classroom(teacher=make_teacher(school=make_school(preset=preset)))
    client.force_login(classroom.teacher)
    for path in (reverse("classrooms"), page_of(classroom)):
        assert ("has not decided yet" in client.get(path).content.decode()) is is_told


def test_the_code_and_the_link_are_there_to_show(client, teacher):
    classroom = make_classroom(teacher=teacher, join_code="ABC234")
    content = client.get(page_of(classroom)).content.decode()
    assert "ABC 234" in content
    assert f"http://testserver{reverse('join_classroom', args=[classroom.join_token])}" in content


def test_the_page_of_a_classroom_costs_the_same_for_many_lessons(client, teacher):
    classroom = make_classroom(teacher=teacher)
    make_lesson(classroom=classroom, minutes=45)
    few = queries_of(client, page_of(classroom))
    for _ in range(5):
        lesson = make_lesson(classroom=classroom, minutes=45)
        make_participant(lesson=lesson, choice="own_results")
    assert queries_of(client, page_of(classroom)) == few


def test_the_newest_lesson_stands_first_and_the_demonstration_last(client, teacher):
    make_classroom(teacher=teacher, name="A demonstration", is_demo=True)
    later, earlier = (make_classroom(teacher=teacher, name=name) for name in ("Physics", "Biology"))
    for day in (1, 3, 2):
        started_at = timezone.now() - timedelta(days=day)
        make_lesson(classroom=later, title=f"{day} days ago", minutes=45, started_at=started_at)
    assert [one.title for one in queries.lessons_of(later)] == ["1 days ago", "2 days ago", "3 days ago"]
    assert list(queries.classrooms_of(teacher))[:2] == [earlier, later]


def test_a_lesson_that_ended_leads_to_its_report(client, teacher):
    lesson = make_lesson(classroom=make_classroom(teacher=teacher), minutes=45)
    assert reverse("report", args=[lesson.id]) in client.get(page_of(lesson.classroom)).content.decode()


def test_settings_are_typed_in_percent_and_kept_as_shares(client, teacher):
    classroom = make_classroom(teacher=teacher)
    assert client.post(page_of(classroom), SETTINGS).url == page_of(classroom)
    classroom.refresh_from_db()
    assert (classroom.name, classroom.interval_ms, classroom.minimum_minutes) == ("Physics 10a", 2000, 20)
    assert (classroom.sad_share, classroom.disengaged_share, classroom.minimum_coverage) == (0.6, 0.7, 0.4)
    content = client.get(page_of(classroom)).content.decode()
    assert 'name="sad_share" value="60"' in content


@pytest.mark.parametrize(
    "wrong",
    [
        {"sad_share": "101"},
        {"interval_ms": "3"},
        {"minimum_minutes": "0"},
        {"minimum_minutes": "241"},
        {"name": ""},
        {"minimum_coverage": "-1"},
    ],
)
def test_settings_that_make_no_sense_change_nothing(client, teacher, wrong):
    classroom = make_classroom(teacher=teacher, name="Before")
    answer = client.post(page_of(classroom), SETTINGS | wrong)
    assert 'class="errors"' in answer.content.decode()
    classroom.refresh_from_db()
    assert classroom.name == "Before"


@pytest.mark.parametrize(
    ("preset", "asked"),
    [
        ("self_report", []),
        ("presence", ["interval_ms"]),
        ("attention", ["interval_ms", "disengaged_share", "minimum_minutes", "minimum_coverage"]),
        (
            "full",
            ["interval_ms", "sad_share", "disengaged_share", "minimum_minutes", "minimum_coverage"],
        ),
    ],
)
def test_only_what_the_policy_reads_has_a_setting_and_the_others_stay_as_they_are(client, preset, asked):
    teacher = make_teacher(school=make_school(preset=preset))
    client.force_login(teacher)
    classroom = make_classroom(teacher=teacher)
    content = client.get(page_of(classroom)).content.decode()
    assert [name for name in SETTINGS if f'name="{name}"' in content and name != "name"] == asked
    assert ("flag is drafted" in content) is (len(asked) > 1)
    typed = SETTINGS if not asked else {name: SETTINGS[name] for name in ("name", *asked)}
    assert client.post(page_of(classroom), typed).url == page_of(classroom)
    before, now = Classroom.objects.values(*SETTINGS).get(id=classroom.id), model_to_dict(classroom)
    assert {name for name in SETTINGS if before[name] != now[name]} == {"name", *asked}


def test_a_lesson_starts_with_a_title(client, teacher):
    classroom = make_classroom(teacher=teacher, interval_ms=2000)
    answer = client.post(reverse("start_lesson", args=[classroom.id]), {"title": "Waves"})
    lesson = Lesson.objects.get()
    assert answer.url == reverse("lesson", args=[lesson.id])
    assert (lesson.title, lesson.interval_ms, lesson.is_simulation) == ("Waves", 2000, False)


def test_a_lesson_without_a_title_does_not_start(client, teacher):
    classroom = make_classroom(teacher=teacher)
    answer = client.post(reverse("start_lesson", args=[classroom.id]), {"title": ""})
    assert "This field is required" in answer.content.decode()
    assert not Lesson.objects.exists()


def test_a_second_open_lesson_leads_to_the_first(client, teacher):
    lesson = make_lesson(classroom=make_classroom(teacher=teacher))
    answer = client.post(reverse("start_lesson", args=[lesson.classroom_id]), {"title": "Again"})
    assert reverse("lesson", args=[lesson.id]) in answer.content.decode()
    assert Lesson.objects.count() == 1


def test_one_click_starts_the_demonstration_and_a_second_opens_it_again(client, teacher):
    first = client.post(reverse("start_demo"), {"speed": "20"})
    lesson = Lesson.objects.get()
    assert (lesson.speed, lesson.is_simulation) == (20, True)
    assert first.url == reverse("lesson", args=[lesson.id])
    assert client.post(reverse("start_demo"), {"speed": "5"}).url == first.url
    assert Lesson.objects.count() == 1


@pytest.mark.parametrize("speed", ["0", "21", "fast", ""])
def test_a_speed_that_is_not_offered_starts_nothing(client, teacher, speed):
    assert client.post(reverse("start_demo"), {"speed": speed}).url == reverse("classrooms")
    assert not Lesson.objects.exists()


@pytest.mark.parametrize("has_school", [True, False])
def test_the_demonstration_is_offered_to_teachers_of_a_school(client, teacher, has_school):
    if not has_school:
        teacher.school = None
        teacher.save()
    content = client.get(reverse("classrooms")).content.decode()
    assert (reverse("start_demo") in content) is has_school


def test_a_school_without_a_policy_says_who_can_choose_one(client, teacher):
    teacher.school.policy.delete()
    make_admin(school=teacher.school, first_name="Dana", last_name="Reed")
    make_admin(first_name="Somebody", last_name="Else")
    content = client.get(reverse("classrooms")).content.decode()
    assert "(Dana Reed)" in content


def test_a_demonstration_that_runs_already_is_opened_whoever_was_first(client, teacher, monkeypatch):
    """Two clicks at one moment: the second finds the lesson open and says so."""
    services.start_demo(teacher=teacher, speed=20, now=timezone.now())
    monkeypatch.setattr("classroom.views.teaching._open_lessons", lambda teacher: Lesson.objects.none())
    answer = client.post(reverse("start_demo"), {"speed": "5"}, follow=True)
    assert "already has an open lesson" in answer.content.decode()
