"""The live dashboard's pages and what the teacher may do to an open lesson."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from classroom.models import Hint
from classroom.services import markers
from tests.factories import make_classroom, make_lesson, make_participant, make_school, make_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson(client):
    lesson = make_lesson(started_at=timezone.now())
    client.force_login(lesson.classroom.teacher)
    return lesson


def lesson_under(preset):
    teacher = make_teacher(school=make_school(preset=preset))
    return make_lesson(classroom=make_classroom(teacher=teacher), started_at=timezone.now())


def page_of(lesson, name="lesson", *more):
    return reverse(name, args=[lesson.id, *more])


def test_the_dashboard_is_served_without_any_name(client, lesson):
    student = make_participant(lesson=lesson, choice="own_results", display_name="Ada Lovelace")
    for name in ("lesson", "glance", "lesson_state"):
        answer = client.get(page_of(lesson, name))
        assert answer.status_code == 200
        assert student.display_name not in answer.content.decode()


def test_the_state_over_http_has_no_tiles(client, lesson):
    make_participant(lesson=lesson, choice="own_results")
    state = client.get(page_of(lesson, "lesson_state")).json()
    assert state["type"] == "state"
    assert state["tiles"] is None


def test_the_dashboard_costs_the_same_for_many_students(client, lesson):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(lesson))
        return len(captured)

    make_participant(lesson=lesson, choice="own_results")
    few = cost()
    for _ in range(5):
        make_participant(lesson=lesson, choice="own_results")
    assert cost() == few


def test_the_dashboard_of_a_lesson_that_ended_is_its_report(client, lesson):
    lesson.ended_at, lesson.report_state = timezone.now(), "pending"
    lesson.save()
    assert client.get(page_of(lesson)).url == page_of(lesson, "report")


@pytest.mark.parametrize(
    ("preset", "shows_engagement", "shows_mood"),
    [
        ("self_report", False, False),
        ("presence", False, False),
        ("attention", True, False),
        ("full", True, True),
        (None, False, False),
    ],
)
def test_only_what_the_policy_computes_has_a_place(client, preset, shows_engagement, shows_mood):
    lesson = lesson_under(preset)
    client.force_login(lesson.classroom.teacher)
    content = client.get(page_of(lesson)).content.decode()
    assert ('id="engagement-chart"' in content) is shows_engagement
    assert ("<class-mood>" in content) is shows_mood
    assert ("has not decided yet" in content) is (preset is None)


def test_a_simulation_says_so(client, lesson):
    assert "Simulation." not in client.get(page_of(lesson)).content.decode()
    lesson.is_simulation, lesson.speed = True, 20
    lesson.save()
    content = client.get(page_of(lesson)).content.decode()
    assert "Simulation." in content
    assert "Time runs 20 times as fast." in content


def test_a_demonstration_is_joined_by_its_teacher_alone(client, lesson):
    content = client.get(page_of(lesson)).content.decode()
    assert "Be a student" not in content
    assert 'id="join-dialog"' in content
    lesson.is_simulation = True
    lesson.save()
    content = client.get(page_of(lesson)).content.decode()
    join_page = reverse("join_classroom", args=[lesson.classroom.join_token])
    assert f'href="http://testserver{join_page}" target="_blank"' in content
    assert "Be a student" in content
    assert 'id="join-dialog"' not in content


@pytest.mark.parametrize(
    ("preset", "sentence"),
    [
        ("full", "Counted once at least 4 people are here who show their results, or 4 who do not."),
        ("self_report", "Counted once at least 4 people are here."),
        (None, "Counted once your school has chosen a policy."),
    ],
)
def test_what_they_say_waits_for_enough_people(client, preset, sentence):
    school = make_school(preset=preset, minimum_group_size=4)
    lesson = make_lesson(classroom=make_classroom(teacher=make_teacher(school=school)))
    client.force_login(lesson.classroom.teacher)
    assert sentence in " ".join(client.get(page_of(lesson)).content.decode().split())


def test_a_key_moment_is_marked(client, lesson):
    assert client.post(page_of(lesson, "add_marker"), {"label": "New topic"}).status_code == 204
    assert [marker.label for marker in lesson.markers.all()] == ["New topic"]


@pytest.mark.parametrize("label", ["", "   "])
def test_a_key_moment_needs_a_name(client, lesson, label):
    answer = client.post(page_of(lesson, "add_marker"), {"label": label})
    assert answer.status_code == 400
    assert answer.json() == {"error": "Give the key moment a short name."}


def test_a_lesson_has_so_many_key_moments_by_hand_and_then_says_so(client, lesson, monkeypatch):
    monkeypatch.setattr(markers, "MOST", 2)
    for number in range(2):
        client.post(page_of(lesson, "add_marker"), {"label": f"Step {number}"})
    answer = client.post(page_of(lesson, "add_marker"), {"label": "One more"})
    assert answer.status_code == 400 and "Remove some to mark others" in answer.json()["error"]
    assert lesson.markers.count() == 2


def test_the_lesson_pauses_and_goes_on(client, lesson):
    client.post(page_of(lesson, "pause"))
    assert client.get(page_of(lesson, "lesson_state")).json()["lesson"]["paused"] is True
    client.post(page_of(lesson, "resume"))
    assert client.get(page_of(lesson, "lesson_state")).json()["lesson"]["paused"] is False


def test_the_interval_changes_during_the_lesson(client, lesson):
    assert client.post(page_of(lesson, "set_interval"), {"interval_ms": "5000"}).status_code == 204
    lesson.refresh_from_db()
    assert lesson.interval_ms == 5000


@pytest.mark.parametrize("interval_ms", ["1", "60000", "soon", ""])
def test_an_interval_that_is_not_offered_is_refused_in_words(client, lesson, interval_ms):
    answer = client.post(page_of(lesson, "set_interval"), {"interval_ms": interval_ms})
    assert answer.status_code == 400
    assert "between 0.5 and 10 seconds" in answer.json()["error"]


@pytest.mark.parametrize("minutes", ["", "soon", "7", "9" * 4000])
def test_a_break_that_is_not_offered_is_refused_in_words(client, lesson, minutes):
    assert client.post(page_of(lesson, "set_break"), {"minutes": "10"}).status_code == 204
    answer = client.post(page_of(lesson, "set_break"), {"minutes": minutes})
    assert answer.status_code == 400
    assert answer.json() == {"error": "A break lasts 5, 10 or 15 minutes."}
    ends_at = client.get(page_of(lesson, "lesson_state")).json()["lesson"]["break_ends_at"]
    assert ends_at is not None


def test_the_side_panel_leaves_out_what_other_pages_need(client, lesson):
    content = client.get(page_of(lesson) + "?panel=1").content.decode()
    for left_out in ("site-header", "site-footer", 'id="engagement-chart"', 'id="mood-chart"', "panel-open"):
        assert left_out not in content
    for kept in ('id="sentence"', 'id="self-reports"', "<hint-list", "<class-mood>", "<key-moments"):
        assert kept in content


def test_a_key_moment_is_renamed_and_removed_until_the_lesson_ends(client, lesson):
    marker = lesson.markers.create(at=lesson.started_at, label="Strat")
    assert client.post(page_of(lesson, "rename_marker", marker.id), {"label": "Start"}).status_code == 204
    assert lesson.markers.get().label == "Start"
    assert client.post(page_of(lesson, "end_lesson")).status_code == 204
    assert client.post(page_of(lesson, "remove_marker", marker.id)).status_code == 404
    assert lesson.markers.exists()


def test_a_hint_is_dismissed(client, lesson):
    hint = Hint.objects.create(lesson=lesson, at=lesson.started_at, kind="class_drifting")
    assert client.post(page_of(lesson, "dismiss_hint", hint.id)).status_code == 204
    assert client.get(page_of(lesson, "lesson_state")).json()["hints"] == []


@pytest.mark.parametrize("name", ["add_marker", "pause", "resume"])
def test_nothing_can_be_done_to_a_lesson_that_ended(client, lesson, name):
    assert client.post(page_of(lesson, "end_lesson")).status_code == 204
    answer = client.post(page_of(lesson, name), {"label": "Too late"})
    assert answer.status_code == 400
    assert answer.json() == {"error": "This lesson has ended."}


def test_a_second_click_on_the_end_is_no_error_and_writes_no_second_report(
    client, lesson, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr("classroom.services.reports.send_report_task", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        answers = [client.post(page_of(lesson, "end_lesson")).status_code for _ in range(2)]
    assert (answers, sent) == ([204, 204], [lesson.id])
