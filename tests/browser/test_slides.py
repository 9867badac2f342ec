"""Slides that mark key moments from elsewhere, and a lesson without cameras, as people meet them."""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom.models import Lesson, SlidesKey
from tests.browser.test_said import broken
from tests.factories import (
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)
from tests.serving import served

pytestmark = pytest.mark.browser
SIZES = [
    pytest.param({"width": 390, "height": 844}, "light", id="phone"),
    pytest.param({"width": 1366, "height": 768}, "dark", id="desk"),
]


@pytest.fixture
def classroom():
    return make_classroom(teacher=make_teacher(school=make_school()), name="Physics 9b")


class Deck(BaseHTTPRequestHandler):
    """A page as reveal.js shows it."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Deck</title><section class=present><h2>Standing waves</h2></section>")

    def log_message(self, *args):
        """It has nothing to tell."""


@pytest.fixture
def deck():
    """Its address, of another origin than the product's."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Deck)
    with served(server):
        yield f"http://127.0.0.1:{server.server_port}/"


@pytest.mark.parametrize(("viewport", "scheme"), SIZES)
def test_a_key_is_made_used_from_another_page_and_revoked(
    open_page, classroom, deck, save_screenshot, viewport, scheme
):
    lesson = make_lesson(classroom=classroom, started_at=timezone.now())
    hers = open_page(
        f"/lessons/{lesson.id}/", as_user=classroom.teacher, viewport=viewport, color_scheme=scheme
    )
    expect(hers.locator("#connection")).to_have_text("Connected")
    hers.get_by_role("button", name="Menu").click()
    hers.get_by_role("button", name="Slides").click()
    dialog = hers.get_by_role("dialog", name="Slides as key moments")
    expect(dialog).to_contain_text("There is no key.")
    dialog.get_by_role("button", name="Make a key").click()
    expect(dialog.get_by_role("status").first).to_contain_text("shown this once")
    token = dialog.get_by_label("Key", exact=True).input_value()
    save_screenshot(hers, f"slides-{viewport['width']}-{scheme}")
    assert broken(hers) == []
    assert hers.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    bookmark = dialog.get_by_label("Or as a bookmark").input_value()
    slides = open_page(deck)
    slides.on("dialog", lambda asked: asked.accept(asked.default_value))
    slides.evaluate(bookmark.removeprefix("javascript:"))
    expect(hers.locator("#markers")).to_contain_text("Standing waves")
    dialog.get_by_role("button", name="Revoke the key").click()
    expect(dialog.get_by_role("status").first).to_contain_text("The key is revoked")
    assert token not in hers.content()
    expect(dialog.get_by_label("Key", exact=True)).to_be_hidden()
    assert not SlidesKey.objects.exists()
    send = """async ([address, token]) => {
        const answer = await fetch(address, {method: "POST", body: new URLSearchParams({token, title: "x"})});
        return [answer.status, (await answer.json()).error];
    }"""
    answer = slides.evaluate(send, [hers.url.split("/lessons/")[0] + "/slides/", token])
    assert answer == [403, "This key of the slides is unknown or was revoked. The teacher makes a new one."]


@pytest.mark.parametrize(("viewport", "scheme"), SIZES)
def test_a_lesson_without_cameras_from_its_start_to_the_students_page(
    open_page, classroom, save_screenshot, viewport, scheme
):
    name = f"{viewport['width']}-{scheme}"
    hers = open_page(
        f"/classrooms/{classroom.id}/", as_user=classroom.teacher, viewport=viewport, color_scheme=scheme
    )
    hers.get_by_label("Title").fill("Quiz")
    choice = hers.get_by_label("Without cameras")
    expect(choice).to_have_accessible_description(re.compile("Nobody is asked for a camera"))
    choice.check()
    save_screenshot(hers, f"without-cameras-start-{name}")
    assert broken(hers) == []
    hers.get_by_role("button", name="Start lesson").click()
    expect(hers.locator("#connection")).to_have_text("Connected")
    expect(hers.get_by_text("You hold it without cameras")).to_be_visible()
    save_screenshot(hers, f"without-cameras-live-{name}")
    student = make_user(school=classroom.school)
    make_participant(classroom=classroom, user=student, display_name="Kim")
    lesson = Lesson.objects.get()
    his = open_page(f"/lessons/{lesson.id}/me/", as_user=student, viewport=viewport, color_scheme=scheme)
    expect(his.get_by_text("Your teacher holds this lesson without cameras")).to_be_visible()
    save_screenshot(his, f"without-cameras-choose-{name}")
    assert broken(his) == []
    his.get_by_role("button", name="Without camera").click()
    expect(his.get_by_role("button", name="Following")).to_be_visible()
    expect(his.locator("[data-preview]")).to_have_count(0)
