"""Slides mark key moments with a key of their lesson, and can do nothing else with it."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classroom import services
from classroom.errors import (
    AnticipatedError,
    LabelMissing,
    LabelTooLong,
    LessonClosed,
    TooManySlides,
    UnknownSlidesKey,
)
from classroom.models import Lesson, Marker, SlidesKey, User
from classroom.services import markers, slides
from classroom.views.slides import bookmarklet
from tests.factories import MONDAY, make_classroom, make_lesson, make_teacher

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def announced(monkeypatch):
    """What would have been sent to open sockets."""
    cache.clear()
    messages = []
    for group in ("teachers", "students"):
        monkeypatch.setattr(
            f"classroom.wire.events.announce_to_{group}",
            lambda lesson_id, message, group=group: messages.append((group, message["type"])),
        )
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    return messages


@pytest.fixture
def lesson():
    return make_lesson()


def key_of(lesson):
    return services.make_slides_key(lesson_id=lesson.id, actor=lesson.classroom.teacher, now=NOW)


def mark(token, title="Waves", now=NOW, address="192.0.2.1"):
    return services.mark_slide(token=token, title=title, address=address, now=now)


def posted(token, title="Waves"):
    return Client(enforce_csrf_checks=True).post("/slides/", {"token": token, "title": title})


def test_a_slide_is_a_key_moment_of_now_and_the_teacher_is_told(
    lesson, announced, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        mark(key_of(lesson), "  Standing \u200b waves\n")
    marker = lesson.markers.get()
    assert (marker.at, marker.label) == (NOW, "Standing waves")
    assert announced == [("teachers", "markers")], "no camera is called"


def test_the_token_stands_in_no_row(lesson):
    token = key_of(lesson)
    assert token not in str(SlidesKey.objects.values().get())
    assert len(token) >= 32


def test_a_new_key_ends_the_one_before_and_a_revoked_one_marks_nothing(lesson):
    first, second = key_of(lesson), key_of(lesson)
    with pytest.raises(UnknownSlidesKey):
        mark(first)
    mark(second)
    services.revoke_slides_key(lesson_id=lesson.id)
    with pytest.raises(UnknownSlidesKey):
        mark(second)
    assert Marker.objects.count() == 1


def test_after_the_lesson_it_is_refused_and_none_is_made(lesson):
    token = key_of(lesson)
    services.end_lesson(lesson_id=lesson.id, now=NOW)
    with pytest.raises(LessonClosed):
        mark(token)
    with pytest.raises(LessonClosed):
        key_of(lesson)
    assert not Marker.objects.exists()


@pytest.mark.parametrize("loses", ["account", "class", "school"])
def test_a_key_is_worth_what_its_maker_may_do(lesson, loses):
    token, teacher = key_of(lesson), lesson.classroom.teacher
    if loses == "account":
        User.objects.filter(id=teacher.id).update(is_active=False)
    if loses == "class":
        lesson.classroom.teacher = make_teacher(school=teacher.school)
        lesson.classroom.save()
    if loses == "school":
        teacher.school.suspended_at = NOW
        teacher.school.save()
    with pytest.raises(UnknownSlidesKey):
        mark(token)


def test_a_substitutes_key_ends_with_the_right(lesson):
    substitute = make_teacher(school=lesson.classroom.school)
    share = lesson.classroom.shares.create(
        teacher=substitute, given_at=MONDAY, ends_at=timezone.now() + timedelta(hours=1)
    )
    token = services.make_slides_key(lesson_id=lesson.id, actor=substitute, now=NOW)
    mark(token)
    share.ends_at = timezone.now() - timedelta(seconds=1)
    share.save()
    with pytest.raises(UnknownSlidesKey):
        mark(token)


@pytest.mark.parametrize(
    ("title", "error"),
    [
        ("", LabelMissing),
        (" \n\u200b\u2800", LabelMissing),
        ("\u0301", LabelMissing),
        ("x" * 81, LabelTooLong),
        ("x" * 100_000, LabelTooLong),
    ],
)
def test_what_is_no_title_is_refused(lesson, title, error):
    with pytest.raises(error):
        mark(key_of(lesson), title)
    assert not Marker.objects.exists()


@given(token=st.text(max_size=60), title=st.text(max_size=100))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_guess_of_a_token_marks_anything(token, title):
    with pytest.raises(AnticipatedError):
        mark(token, title, now=NOW + timedelta(minutes=hash(token) % 10_000))
    assert not Marker.objects.exists()


def test_thirty_a_minute_are_enough_for_a_lesson_and_another_lesson_is_not_held_up(lesson):
    token, other = key_of(lesson), key_of(make_lesson(classroom=make_classroom()))
    for _ in range(slides.SLIDES_A_MINUTE):
        mark(token)
    with pytest.raises(TooManySlides):
        mark(token)
    mark(other)
    mark(token, now=NOW + timedelta(minutes=1))


def test_guesses_from_one_address_are_counted_and_hold_no_lesson_up(lesson, monkeypatch):
    monkeypatch.setattr(slides, "UNKNOWN_A_MINUTE", 3)
    token = key_of(lesson)
    for _ in range(3):
        with pytest.raises(UnknownSlidesKey):
            mark("a guess")
    with pytest.raises(TooManySlides):
        mark("a guess")
    mark(token)


def test_a_lesson_has_so_many_key_moments_and_no_more(lesson, monkeypatch):
    monkeypatch.setattr(markers, "MOST_BY_PROGRAMS", 2)
    token = key_of(lesson)
    for _ in range(2):
        mark(token)
    with pytest.raises(TooManySlides):
        mark(token)
    assert lesson.markers.count() == 2


# --- over HTTP -------------------------------------------------------------------------------------------


@pytest.fixture
def live():
    return make_lesson(started_at=timezone.now() - timedelta(minutes=5))


def test_any_page_may_post_and_read_the_answer(live):
    answer = posted(key_of(live))
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert live.markers.get().label == "Waves"


@pytest.mark.parametrize(
    ("spoil", "title", "status"),
    [
        ("", "", 400),
        ("", "x" * 81, 400),
        ("guess", "Waves", 403),
        ("revoke", "Waves", 403),
        ("end", "Waves", 409),
        ("hurry", "Waves", 429),
    ],
)
def test_a_refusal_has_its_status_and_says_why(live, spoil, title, status, monkeypatch):
    token = key_of(live)
    if spoil == "revoke":
        services.revoke_slides_key(lesson_id=live.id)
    if spoil == "end":
        services.end_lesson(lesson_id=live.id, now=timezone.now())
    if spoil == "hurry":
        monkeypatch.setattr(slides, "SLIDES_A_MINUTE", 0)
    answer = posted(token + spoil * (spoil == "guess"), title)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert not Marker.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"token": 1}', "application/json"),
        (b"\xff\xfe", "text/plain"),
        (b"token=%ff&title=%00", "application/x-www-form-urlencoded"),
        (b"--x", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
    ],
)
def test_a_body_that_is_none_of_ours_is_refused(live, body, kind):
    key_of(live)
    answer = Client(raise_request_exception=False).post("/slides/", body, content_type=kind)
    assert answer.status_code in (400, 403)


def test_the_token_opens_nothing_else(live):
    """As a field, in the address, as a bearer's or as a cookie."""
    token = key_of(live)
    before = Lesson.objects.values().get()
    client = Client(headers={"Authorization": f"Bearer {token}"})
    client.cookies["token"] = client.cookies["sessionid"] = token
    for page in ("", "state.json", "glance/", "report/", "me/"):
        assert client.get(f"/lessons/{live.id}/{page}?{urlencode({'token': token})}").status_code in (
            302,
            404,
        )
    for action in ("markers", "pause", "end", "break", "pulse", "slides", "slides/revoke"):
        answer = client.post(f"/lessons/{live.id}/{action}/", {"token": token, "label": "x", "minutes": 5})
        assert answer.status_code == 302
    assert client.get("/slides/", {"token": token}).status_code == 405
    assert Lesson.objects.values().get() == before
    assert SlidesKey.objects.exists()
    assert not Marker.objects.exists()


def test_the_teacher_is_shown_it_once(live):
    client = Client()
    client.force_login(live.classroom.teacher)
    assert "There is no key." in client.get(f"/lessons/{live.id}/").content.decode()
    made = client.post(f"/lessons/{live.id}/slides/")
    assert "no-store" in made.headers["Cache-Control"]
    key = made.json()
    assert key["address"] == "http://testserver/slides/"
    assert key["token"] in key["bookmarklet"]
    page = client.get(f"/lessons/{live.id}/").content.decode()
    assert "It cannot be shown again" in page
    assert key["token"] not in page
    assert posted(key["token"]).status_code == 204


def test_the_bookmark_is_the_one_of_the_docs():
    page = (Path(__file__).resolve().parents[1] / "docs/slides.md").read_text()
    assert bookmarklet("https://pulse.example.org/slides/", "KEY") in page
