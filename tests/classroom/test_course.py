"""The teachers' course: decided by situations, noted once it is done, asked for where a school says so."""

import csv
import io
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from classroom import queries, services
from classroom.errors import CourseMissing
from classroom.guide import course
from classroom.models import AccountChange, ClassroomTeacher, CourseProgress, Lesson
from classroom.queries.how_good import measured_how_good
from tests.factories import MONDAY, make_admin, make_classroom, make_school, make_teacher

pytestmark = pytest.mark.django_db
RIGHT = {key: question.right.key for key, question in course.QUESTIONS.items()}
WRONG = {
    key: next(one.key for one in question.answers if not one.is_right)
    for key, question in course.QUESTIONS.items()
}


@pytest.fixture
def teacher():
    return make_teacher()


@pytest.fixture
def page(client, teacher):
    client.force_login(teacher)
    return client


def answers_to(part, given=RIGHT):
    return {question.key: given[question.key] for question in course.page_called(part).questions}


def answer(client, part, given=RIGHT):
    return text_of(client.post(reverse("course_page", args=[part]), answers_to(part, given)))


def text_of(response):
    assert response.status_code == 200
    return unescape(response.content.decode())


def do_course(account, now=MONDAY):
    services.answer_course(account=account, given=RIGHT, now=now)


@pytest.mark.parametrize("question", course.QUESTIONS.values(), ids=list(course.QUESTIONS))
def test_each_situation_has_one_right_answer_and_something_to_say_to_each(question):
    assert sum(one.is_right for one in question.answers) == 1
    assert len({one.key for one in question.answers}) == len(question.answers) > 2
    assert all(str(one.feedback) for one in question.answers)


def test_no_situation_stands_twice_and_the_right_answer_is_not_always_at_one_place():
    assert len(course.QUESTIONS) == sum(len(page.questions) for page in course.PAGES)
    assert len({question.answers.index(question.right) for question in course.QUESTIONS.values()}) == 3


def test_its_figures_are_those_that_were_measured(page):
    found, text = measured_how_good(), text_of(page.get(reverse("course_page", args=["measured"])))
    assert f"{found.disengaged.value} times in 100 (between {found.disengaged.low}" in text
    assert f"{found.expressions.right} of those names were what most people saw" in text
    elsewhere = found.elsewhere
    assert f"it named anger in {elsewhere.anger} of {elsewhere.anger_faces} pictures" in text


def test_every_answer_is_answered_and_a_wrong_one_is_kept_nowhere(page, teacher):
    text = answer(page, "measured", WRONG)
    assert "0 of 4 are right" in text
    assert text.count("Not quite.") == 4
    assert not CourseProgress.objects.exists()


def test_what_was_answered_rightly_is_kept_until_the_next_visit(page, teacher):
    first = course.PAGES[0].questions[0]
    page.post(reverse("course_page", args=["measured"]), {first.key: first.right.key})
    text = text_of(page.get(reverse("course_page", args=["measured"])))
    assert text.count(" checked") == text.count("Right.") == 1
    assert str(first.right.feedback) in text


def test_a_page_that_is_settled_leads_on_and_the_last_one_ends_the_course(page, teacher):
    assert page.get(reverse("course")).url == reverse("course_page", args=["measured"])
    assert reverse("course_page", args=["use"]) in answer(page, "measured")
    assert page.get(reverse("course")).url == reverse("course_page", args=["use"])
    assert not queries.has_done_course(teacher.id)
    assert "you have completed the course" in answer(page, "use")
    row = CourseProgress.objects.get()
    assert (row.account, row.version) == (teacher, course.VERSION)
    assert row.done_at is not None


def test_it_may_be_repeated_and_stays_done(page, teacher):
    do_course(teacher)
    assert " checked" not in text_of(page.get(reverse("course_page", args=["use"]) + "?again"))
    assert "Not quite." in answer(page, "use", WRONG)
    services.answer_course(account=teacher, given=RIGHT, now=MONDAY + timedelta(days=1))
    assert CourseProgress.objects.get().done_at == MONDAY


@pytest.mark.parametrize("given", [{"down": "no such answer"}, {"no such question": "head"}, {}])
def test_what_is_no_answer_settles_nothing(page, given):
    text_of(page.post(reverse("course_page", args=["measured"]), given))
    assert not CourseProgress.objects.exists()


def test_a_teacher_is_reminded_of_it_until_it_is_done(page, teacher):
    assert "Before your first lesson: a course for teachers" in text_of(page.get(reverse("classrooms")))
    answer(page, "measured")
    assert "You have started the course" in text_of(page.get(reverse("classrooms")))
    answer(page, "use")
    assert reverse("course") not in text_of(page.get(reverse("classrooms")))


def test_a_new_version_asks_again_and_the_old_one_stays_on_record(page, teacher, monkeypatch):
    do_course(teacher)
    monkeypatch.setattr("classroom.queries.course.VERSION", course.VERSION + 1)
    monkeypatch.setattr("classroom.services.course.VERSION", course.VERSION + 1)
    text = text_of(page.get(reverse("classrooms")))
    assert "The course for teachers has changed since you completed it on" in text
    do_course(teacher, MONDAY + timedelta(days=1))
    told = queries.completions_of(teacher.school)
    assert [(one.version, one.done_at) for one in told] == [
        (course.VERSION + 1, MONDAY + timedelta(days=1)),
        (course.VERSION, MONDAY),
    ]


def test_an_administrator_sees_who_has_done_it(client):
    school = make_school()
    do_course(make_teacher(school=school, first_name="Mira"))
    make_teacher(school=school, first_name="Noor")
    do_course(make_teacher(first_name="Stranger"))
    client.force_login(make_admin(school=school))
    text = text_of(client.get(reverse("people")))
    assert "1 of 2 teachers have completed" in text
    assert text.count("course completed on") == text.count("course not completed yet") == 1


def test_the_list_is_a_file_too_and_names_nobody_of_another_school(client):
    school = make_school()
    do_course(make_teacher(school=school, first_name="=Mira", username="mira"))
    make_teacher(school=school, first_name="Noor", username="noor")
    do_course(make_teacher(first_name="Stranger"))
    client.force_login(make_admin(school=school))
    answer = client.get(reverse("course_csv"))
    assert answer["Content-Disposition"].startswith('attachment; filename="classpulse-course-')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[1:]
    day = localtime(MONDAY).date().isoformat()
    assert sorted(rows, key=lambda row: row[1]) == [
        ["'=Mira", "mira", str(course.VERSION), day],
        ["Noor", "noor", "", ""],
    ]


def test_without_a_school_that_asks_nobody_waits_for_the_course(teacher):
    lesson = services.open_lesson(classroom=make_classroom(teacher=teacher), title="Waves", now=MONDAY)
    assert not lesson.is_without_cameras


def test_a_school_that_asks_keeps_lessons_with_cameras_from_who_has_not_done_it(teacher):
    ask(teacher.school)
    room = make_classroom(teacher=teacher)
    with pytest.raises(CourseMissing):
        services.open_lesson(classroom=room, title="Waves", now=MONDAY)
    do_course(teacher)
    assert not services.open_lesson(classroom=room, title="Waves", now=MONDAY).is_without_cameras


def test_it_asks_whoever_starts_the_lesson_not_who_owns_the_class(teacher):
    ask(teacher.school)
    do_course(teacher)
    colleague = make_teacher(school=teacher.school)
    room = make_classroom(teacher=teacher)
    with pytest.raises(CourseMissing):
        services.open_lesson(classroom=room, teacher=colleague, title="Waves", now=MONDAY)


def test_a_colleague_who_starts_a_lesson_of_a_shared_class_needs_it_too(client, teacher):
    ask(teacher.school)
    do_course(teacher)
    colleague = make_teacher(school=teacher.school)
    room = make_classroom(teacher=teacher)
    ClassroomTeacher.objects.create(classroom=room, teacher=colleague, given_at=MONDAY)
    client.force_login(colleague)
    assert str(CourseMissing.sentence) in text_of(
        client.post(reverse("start_lesson", args=[room.id]), {"title": "Waves"})
    )


def test_an_older_version_is_not_enough(teacher, monkeypatch):
    ask(teacher.school)
    do_course(teacher)
    monkeypatch.setattr("classroom.queries.course.VERSION", course.VERSION + 1)
    with pytest.raises(CourseMissing):
        services.open_lesson(classroom=make_classroom(teacher=teacher), title="Waves", now=MONDAY)


def test_a_lesson_without_cameras_and_the_demonstration_wait_for_nothing(teacher):
    ask(teacher.school)
    room = make_classroom(teacher=teacher)
    assert services.open_lesson(classroom=room, title="Waves", now=MONDAY, is_without_cameras=True).is_open
    assert services.start_demo(teacher=teacher, speed=20, now=MONDAY).is_open


@pytest.mark.parametrize("preset", ["self_report", None])
def test_where_nothing_may_be_read_the_lesson_starts_and_stays_without_cameras(preset):
    """A policy that allows more while it is open brings no camera into it."""
    teacher = make_teacher(school=make_school(preset=preset))
    ask(teacher.school)
    lesson = services.open_lesson(classroom=make_classroom(teacher=teacher), title="Waves", now=MONDAY)
    assert lesson.is_without_cameras


def test_the_page_says_why_a_lesson_does_not_start_and_leads_to_the_course(page, teacher):
    ask(teacher.school)
    room = make_classroom(teacher=teacher)
    text = text_of(page.post(reverse("start_lesson", args=[room.id]), {"title": "Waves"}))
    assert str(CourseMissing.sentence) in text
    assert f'href="{reverse("course")}"' in text
    assert not Lesson.objects.exists()
    page.post(reverse("start_lesson", args=[room.id]), {"title": "Waves", "is_without_cameras": "on"})
    assert Lesson.objects.get().is_without_cameras


def test_an_administrator_asks_for_it_and_that_is_written_down(client):
    admin = make_admin()
    client.force_login(admin)
    client.post(reverse("require_course"), {"requires_course": "yes"})
    admin.school.refresh_from_db()
    assert admin.school.requires_course
    client.post(reverse("require_course"), {"requires_course": "yes"})
    client.post(reverse("require_course"), {})
    admin.school.refresh_from_db()
    assert not admin.school.requires_course
    logged = AccountChange.objects.filter(school=admin.school, kind=AccountChange.Kind.COURSE)
    assert [one.detail for one in logged] == ["not required", "required before a lesson with cameras"]


def ask(school):
    services.require_course(
        school_id=school.id, is_required=True, actor=make_admin(school=school), now=MONDAY
    )
