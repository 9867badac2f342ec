"""A lesson that its teacher holds without cameras, whatever the school allows: nothing is read."""

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classroom import access, disclosure, queries, services
from classroom.errors import DemonstrationNeedsCameras, LessonAlreadyOpen, LessonWithoutCameras
from classroom.models import Consent, Lesson, Policy, Reading
from classroom.wire.measurement import Measurement
from emotion.values import Signal
from reports import pages, sentences
from reports.aggregates import class_summary
from tests.analyses import attentive
from tests.factories import (
    MONDAY,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)

pytestmark = pytest.mark.django_db
PRESETS = ("self_report", "presence", "attention", "full")
WITHOUT = {"is_without_cameras": True}


def page_of(lesson, participant, name="my_lesson"):
    client = Client()
    cookie, value = access.guest_cookie(participant)
    client.cookies[cookie] = value
    return client.get(f"/lessons/{lesson.id}/me/").content.decode()


def teachers(lesson, path):
    client = Client()
    client.force_login(lesson.classroom.teacher)
    return client.get(path).content.decode()


@given(
    st.sets(st.sampled_from(sorted(Signal))),
    st.sampled_from(Consent.Choice.values),
    st.sets(st.sampled_from(sorted(Signal))),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_read_whatever_school_and_student_allow(allowed, choice, agreed):
    """Even under a consent that no page offers here."""
    lesson = make_lesson(classroom=make_classroom(school=make_school()), **WITHOUT)
    Policy.objects.filter(school=lesson.classroom.school).update(
        allows_presence=Signal.PRESENCE in allowed,
        allows_attention=Signal.ATTENTION in allowed,
        allows_expression=Signal.EXPRESSION in allowed,
    )
    lesson = access.any_lesson(lesson.id)
    student = make_participant(lesson=lesson)
    consent = make_consent(lesson=lesson, participant=student, choice=choice, signals=sorted(agreed))
    policy = queries.policy_for(lesson, student)
    assert disclosure.ways(student, lesson, policy) == (Consent.Choice.NO_CAMERA,)
    assert queries.allowed_signals(lesson.id, [consent.id], MONDAY) == {consent.id: frozenset()}
    assert queries.camera_under(lesson, consent).refusal == "without_cameras"
    assert not queries.asks_again(policy.terms, consent)
    measurement = Measurement(student.id, consent.id, MONDAY + timedelta(seconds=1), attentive())
    assert services.record_readings(lesson_id=lesson.id, measurements=[measurement]) == 0
    assert not Reading.objects.exists()


@pytest.mark.parametrize("fact", ["retention_days", "sums_days", "minimum_group_size", "counted"])
def test_all_else_is_as_the_school_allows(fact):
    lesson = make_lesson(classroom=make_classroom(school=make_school(minimum_group_size=7)), **WITHOUT)
    terms = queries.policy_of(lesson).terms
    assert getattr(terms, fact) == getattr(Policy.objects.get().terms, fact)
    assert queries.policy_of(lesson).allows_self_report


@pytest.mark.parametrize("choice", ["class_mood", "own_results"])
def test_nobody_agrees_to_a_camera(choice):
    lesson = make_lesson(**WITHOUT)
    student = make_participant(classroom=lesson.classroom)
    with pytest.raises(LessonWithoutCameras):
        services.give_consent(
            lesson_id=lesson.id, participant_id=student.id, choice=choice, now=MONDAY + timedelta(minutes=1)
        )
    assert not Consent.objects.exists()


def test_students_are_told_before_they_choose_and_offered_one_way():
    lesson = make_lesson(**WITHOUT)
    student = make_participant(classroom=lesson.classroom)
    page = page_of(lesson, student)
    assert "Your teacher holds this lesson without cameras" in page
    assert "whatever your school allows, so there is one way to take part" in page
    assert page.count('name="choice"') == 1


@pytest.mark.parametrize(("fields", "has_chosen"), [(WITHOUT, False), ({}, True)])
def test_who_had_no_choice_is_not_told_to_have_chosen(fields, has_chosen):
    lesson = make_lesson(**fields)
    student = make_participant(lesson=lesson)
    make_consent(lesson=lesson, participant=student, choice=Consent.Choice.NO_CAMERA)
    page = page_of(lesson, student)
    assert ("nobody sees that you chose this" in page) == ("Change my mind" in page) == has_chosen
    assert ("Without camera, like everybody in this lesson." in page) is not has_chosen


@pytest.mark.parametrize(("fields", "said"), [(WITHOUT, "No camera is used"), ({}, "Your camera takes part")])
def test_the_text_for_the_chat_is_of_the_open_lesson(fields, said):
    lesson = make_lesson(**fields)
    for path in (f"/lessons/{lesson.id}/", f"/classrooms/{lesson.classroom_id}/"):
        assert said in teachers(lesson, path)


@pytest.mark.parametrize(
    ("preset", "is_offered"), [("self_report", False), ("presence", True), ("full", True), (None, False)]
)
def test_the_choice_is_offered_where_it_makes_a_difference(preset, is_offered):
    classroom = make_classroom(school=make_school(preset=preset))
    client = Client()
    client.force_login(classroom.teacher)
    page = client.get(f"/classrooms/{classroom.id}/").content.decode()
    assert ('name="is_without_cameras"' in page) == is_offered


def test_it_is_chosen_when_the_lesson_starts_and_ends_with_it():
    classroom = make_classroom()
    client = Client()
    client.force_login(classroom.teacher)
    client.post(f"/classrooms/{classroom.id}/start/", {"title": "Quiz", "is_without_cameras": "on"})
    lesson = Lesson.objects.get()
    assert lesson.is_without_cameras
    with pytest.raises(LessonAlreadyOpen):
        services.open_lesson(classroom=classroom, title="With cameras", now=MONDAY)
    client.post(f"/lessons/{lesson.id}/end/")
    client.post(f"/classrooms/{classroom.id}/start/", {"title": "Waves"})
    assert not Lesson.objects.open().get().is_without_cameras


def test_a_demonstration_is_not_held_without_them():
    with pytest.raises(DemonstrationNeedsCameras):
        services.open_lesson(
            classroom=make_classroom(is_demo=True), title="x", now=MONDAY, is_simulation=True, **WITHOUT
        )


@pytest.mark.parametrize("preset", PRESETS)
def test_the_live_page_is_that_of_the_mode_without_cameras(preset):
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset=preset)), **WITHOUT)
    page = teachers(lesson, f"/lessons/{lesson.id}/")
    assert "You hold it without cameras" in page
    assert '"signals": []' in page
    for absent in ("class-mood", "engagement-chart", 'id="pause"', 'name="interval_ms"', "On air"):
        assert absent not in page


@pytest.mark.parametrize(
    ("preset", "fields", "is_on_air"),
    [("full", {}, True), ("full", WITHOUT, False), ("self_report", {}, False), (None, {}, False)],
)
def test_a_teachers_pages_call_an_open_lesson_on_air_where_its_dashboard_does(preset, fields, is_on_air):
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset=preset)), **fields)
    for path in (f"/lessons/{lesson.id}/", f"/classrooms/{lesson.classroom_id}/", "/classrooms/"):
        assert ("On air" in teachers(lesson, path)) == is_on_air, path


def test_its_report_says_by_whose_choice_there_is_no_camera():
    lesson = make_lesson(minutes=20, **WITHOUT)
    summary = class_summary(access.any_lesson(lesson.id), MONDAY + timedelta(days=1))
    assert sentences.class_sentences(summary)[0] == (
        "The teacher held this lesson without cameras: it relies on what students said."
    )
    facts = dict(pages.basis(summary, lesson))
    assert facts["Policy"] == "without cameras, by the teacher's choice for this lesson"
    assert facts["Computed from pictures"] == "nothing: no camera was asked for"


def test_a_student_account_reads_why_it_is_not_asked_for_a_camera():
    lesson = make_lesson(**WITHOUT)
    student = make_user(school=lesson.classroom.school)
    make_participant(classroom=lesson.classroom, user=student)
    client = Client()
    client.force_login(student)
    assert "without cameras" in client.get(f"/lessons/{lesson.id}/me/").content.decode()
