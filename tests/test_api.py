"""Programs are told what the pages tell, no more, as typed values; what goes wrong has a name."""

import json
from datetime import timedelta

import pytest
import redis
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import queries, services
from classroom.models import AccessLogEntry, Lesson, Marker
from classroom.models.programs import Scope
from classroom.services import markers, tokens
from emotion.labels import EMOTIONS
from reports.build import build_report
from tests.analyses import attentive
from tests.factories import MONDAY, make_admin, make_classroom, make_lesson, make_school, make_teacher
from tests.reports.class_of import make_taught_class
from tests.test_class_view import count_group, seated, step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def announced(monkeypatch):
    cache.clear()
    messages = []
    for group in ("teachers", "students"):
        monkeypatch.setattr(
            f"classroom.wire.events.announce_to_{group}",
            lambda lesson_id, message, group=group: messages.append((group, message["type"])),
        )
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    return messages


def program_of(owner):
    """A client with a token of every scope."""
    made = {"name": "Diary", "scopes": tuple(Scope), "now": timezone.now()}
    token = services.make_token(owner=owner, school=owner.school, **made)
    return Client(headers={"Authorization": f"Bearer {token}"})


def asked(client, name, **named):
    return client.get(reverse(f"api:{name}", kwargs=named))


def marked(client, lesson, body):
    path = reverse("api:add_moment", kwargs={"lesson_id": lesson.id})
    return client.post(path, body if isinstance(body, str) else json.dumps(body), "application/json")


@pytest.fixture
def open_lesson():
    return make_lesson(classroom=make_classroom(school=make_school(minimum_group_size=3)))


@pytest.fixture
def taught():
    made = make_taught_class(report_state="ready")
    build_report(lesson_id=made.lesson.id, now=MONDAY, progress=lambda percent: None)
    return made


def test_a_token_says_whose_it_is_and_what_it_is_good_for():
    owner = make_teacher(first_name="Grace")
    told = asked(program_of(owner), "token").json()
    assert told == {
        "name": "Diary",
        "owner": "Grace",
        "school": owner.school.name,
        "scopes": ["lessons", "moments", "class", "students"],
    }


def test_a_teacher_gets_own_classes_and_an_administrator_those_of_the_school():
    mine, theirs = make_classroom(name="Optics"), make_classroom(name="Elsewhere")
    make_classroom(teacher=make_teacher(school=mine.school), name="Acoustics")
    make_lesson(classroom=mine)
    names = lambda owner: [one["name"] for one in asked(program_of(owner), "classrooms").json()["items"]]  # noqa: E731
    assert names(mine.teacher) == ["Optics"]
    assert names(make_admin(school=mine.school)) == ["Acoustics", "Optics"]
    assert names(theirs.teacher) == ["Elsewhere"]


def test_lessons_come_a_hundred_a_page_the_newest_first(monkeypatch):
    monkeypatch.setattr("classroom.api.lessons.ITEMS_A_PAGE", 2)
    room = make_classroom()
    for day in range(3):
        make_lesson(classroom=room, started_at=MONDAY + timedelta(days=day), minutes=40, title=f"Day {day}")
    client, path = program_of(room.teacher), reverse("api:lessons", args=[room.id])
    pages = [client.get(path, {"page": number}).json() for number in (1, 2, 3)]
    assert [[one["title"] for one in page["items"]] for page in pages] == [["Day 2", "Day 1"], ["Day 0"], []]
    assert {page["count"] for page in pages} == {3}
    newest = pages[0]["items"][0]
    assert newest["started_at"] == "2026-09-09T09:00:00Z"
    assert (newest["is_open"], newest["report"]) == (False, "pending")
    assert asked(client, "lesson", lesson_id=newest["id"]).json() == newest


def test_a_key_moment_is_one_of_now_and_the_teacher_is_told_and_no_camera_called(
    open_lesson, announced, django_capture_on_commit_callbacks
):
    client = program_of(open_lesson.classroom.teacher)
    with django_capture_on_commit_callbacks(execute=True):
        answer = marked(client, open_lesson, {"label": "  Standing \u200b waves "})
    marker = Marker.objects.get()
    assert (answer.status_code, marker.label) == (201, "Standing waves")
    assert announced == [("teachers", "markers")]
    assert asked(client, "moments", lesson_id=open_lesson.id).json() == [answer.json()]


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"label": ""}, 422, "unreadable"),
        ({"label": "\u200b"}, 422, "unreadable"),
        ({"label": "x" * 81}, 422, "unreadable"),
        ({"label": None}, 422, "unreadable"),
        ({}, 422, "unreadable"),
        ("{", 400, "unreadable"),
        ("\ud800", 400, "unreadable"),
        ('{"label": "\\ud800"}', 422, "unreadable"),
        ('{"label": "\\u0000"}', 422, "unreadable"),
    ],
)
def test_a_moment_that_cannot_be_read_is_refused_by_name(open_lesson, body, status, error):
    if body == "\ud800":
        body = b"\xff\xfe".decode("latin1")
    answer = marked(program_of(open_lesson.classroom.teacher), open_lesson, body)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not Marker.objects.exists()


def test_after_the_lesson_neither_moments_nor_the_live_class_are_there():
    ended = make_lesson(minutes=40)
    client = program_of(ended.classroom.teacher)
    for answer in (marked(client, ended, {"label": "Late"}), asked(client, "class_now", lesson_id=ended.id)):
        assert answer.status_code == 409
        assert answer.json() == {"error": "lesson_closed", "detail": "This lesson has ended."}


def test_programs_add_so_many_moments_to_a_lesson(open_lesson, monkeypatch):
    monkeypatch.setattr(markers, "MOST_BY_PROGRAMS", 2)
    client = program_of(open_lesson.classroom.teacher)
    answers = [marked(client, open_lesson, {"label": "Now"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert Marker.objects.count() == 2


def test_who_asks_too_often_is_told_when_to_ask_again(open_lesson, monkeypatch):
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 0)
    answer = asked(program_of(open_lesson.classroom.teacher), "classrooms")
    assert (answer.status_code, answer.json()["error"]) == (429, "too_many_requests")
    assert "Retry-After" in answer.headers


def test_of_a_class_a_program_is_told_what_its_teachers_page_tells(open_lesson):
    for _ in range(4):
        seated(open_lesson, "own_results", attentive())
    count_group(open_lesson, [seated(open_lesson, "class_mood", attentive()) for _ in range(4)])
    step(open_lesson)
    client = program_of(open_lesson.classroom.teacher)
    told = asked(client, "class_now", lesson_id=open_lesson.id).json()
    own = Lesson.objects.select_related("classroom__school__policy").get(id=open_lesson.id)
    state = queries.teacher_state(own, timezone.now())
    shown = dict(state["view"])
    same = ("present", "left", "signals", "self_reports", "self_reports_of")
    assert {name: told[name] for name in same} == {name: shown[name] for name in same}
    assert told["steps"], "something is told"
    for step_told, step_shown in zip(told["steps"], state["moods"], strict=True):
        assert_same(step_told, step_shown)


def assert_same(told, shown):
    for name, by_label in (("words", "expressions"), ("shared", "expression_shares")):
        if shown[name] is None:
            assert told[name] is None
            continue
        named = shown[name][by_label]
        as_shown = dict(zip(map(str, EMOTIONS), named, strict=True)) if named else None
        assert told[name] == shown[name] | {by_label: as_shown}


def test_of_too_few_nothing_is_told(open_lesson):
    for _ in range(2):
        seated(open_lesson, "own_results", attentive())
    step(open_lesson)
    told = asked(program_of(open_lesson.classroom.teacher), "class_now", lesson_id=open_lesson.id).json()
    assert (told["words"], told["shared"], told["steps"]) == (None, None, [])


def test_a_report_is_the_json_file_with_the_class_and_the_students_apart(taught):
    teacher, lesson = taught.lesson.classroom.teacher, taught.lesson
    browser = Client()
    browser.force_login(teacher)
    file = browser.get(reverse("report_json", args=[lesson.id])).json()
    client = program_of(teacher)
    report = asked(client, "report", lesson_id=lesson.id).json()
    students = asked(client, "report_students", lesson_id=lesson.id).json()
    assert report | students == {name: file.get(name, []) for name in (report | students)}
    assert set(file) <= set(report) | set(students)
    assert report["minutes"] and students["attendance"] and students["students"] and students["flags"]


def test_a_report_of_the_class_names_nobody_and_is_no_look_at_anybody(taught):
    text = asked(
        program_of(taught.lesson.classroom.teacher), "report", lesson_id=taught.lesson.id
    ).content.decode()
    names = taught.lesson.classroom.participants.values_list("display_name", flat=True)
    assert not [name for name in names if name in text]
    assert not AccessLogEntry.objects.exists()


def test_whatever_a_program_reads_of_students_is_logged_as_a_look_of_its_owner(taught):
    teacher = taught.lesson.classroom.teacher
    told = asked(program_of(teacher), "report_students", lesson_id=taught.lesson.id).json()
    looks = AccessLogEntry.objects.filter(lesson=taught.lesson, viewer=teacher, place="program")
    looked_at = set(looks.values_list("participant__display_name", flat=True))
    assert looked_at == {one["name"] for one in (*told["students"], *told["flags"])}
    for who in (taught.declined, taught.class_only):
        assert who.display_name not in looked_at
        of_one = [one for one in told["attendance"] if one["name"] == who.display_name]
        assert {one["individual_data"] for one in of_one} <= {"none"}


def test_a_report_that_is_not_ready_is_not_found():
    lesson = make_lesson(minutes=40)
    client = program_of(lesson.classroom.teacher)
    for name in ("report", "report_students"):
        answer = asked(client, name, lesson_id=lesson.id)
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("get", "/api/v1/nothing", 404, "not_found"),
        ("get", "/api/v1/", 404, "not_found"),
        ("get", "/api/", 404, "not_found"),
        ("get", "/api/v1/lessons/99999999999999999999", 404, "not_found"),
        ("get", "/api/v1/lessons/x", 404, "not_found"),
        ("get", "/api/v1/classrooms?page=%00", 400, "bad_request"),
        ("get", "/api/v1/classrooms?page=0", 422, "unreadable"),
        ("delete", "/api/v1/classrooms", 405, "method_not_allowed"),
    ],
)
def test_whatever_goes_wrong_is_told_as_json_under_a_name(method, path, status, error):
    answer = getattr(program_of(make_teacher()), method)(path)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_without_a_token_it_is_said_what_to_send():
    answer = Client().get(reverse("api:classrooms"))
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["error"] == "unknown_token"
    assert "Authorization: Bearer" in answer.json()["detail"]


def test_without_redis_a_program_is_told_to_come_back(monkeypatch):
    client = program_of(make_teacher())

    def away(*_anything):
        raise redis.ConnectionError

    monkeypatch.setattr(tokens, "counted", away)
    answer = asked(client, "token")
    assert (answer.status_code, answer.json()["error"]) == (503, "service_unavailable")
    assert answer.headers["Retry-After"] == "60"


def test_pages_go_on_answering_as_pages():
    answer = Client().get("/nothing/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_the_document_is_open_to_everybody_and_names_nobody():
    answer = Client().get(reverse("api:openapi-json"))
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.")
