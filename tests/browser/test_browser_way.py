"""A student whose browser reads the camera itself: numbers leave it, and no picture, whoever asks for one."""

import json
import re
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from classroom.sockets.requests import student_request
from classroom.wire.measurement import ENVELOPE_BYTES, MOST_A_MESSAGE, READING_BYTES
from classroom.wire.messages import MeasuredRequest
from tests.browser.seats import choose, expect_on_air, link, open_lesson, readings_of, sign, take_place
from tests.browser.waiting import until
from tests.measured import NETWORK_NAME

pytestmark = pytest.mark.browser
FIRST_READING_MS = 90_000
LARGEST = ENVELOPE_BYTES + MOST_A_MESSAGE * READING_BYTES
# How files of pictures begin, as they are, in base64, and in the text of a list of numbers.
PICTURES = [b"\xff\xd8\xff", b"\x89PNG", b"WEBP", b"ftypavif", b"/9j/", b"iVBORw0", b"UklGR", b"255,216,255"]


class Traffic:
    """All that a page and its workers say after it has loaded: each request, and each frame of a socket."""

    def __init__(self, page):
        self.requests, self.frames = [], []
        page.on("request", self._note_request)
        page.on("websocket", lambda socket: socket.on("framesent", self._note_frame))

    def _note_request(self, request):
        self.requests.append(request)

    def _note_frame(self, frame):
        self.frames.append(frame)

    def messages(self):
        asked = (student_request(frame) for frame in self.frames if isinstance(frame, str))
        return [request for request in asked if isinstance(request, MeasuredRequest)]

    def measured(self):
        return [one for request in self.messages() for one in request.readings]

    def holds_no_picture(self):
        """Nothing is large or begins as a picture does, and nothing has a place for a part of one."""
        assert self.requests and self.frames
        for request in self.requests:
            assert (request.method, request.post_data_buffer) == ("GET", None), request.url
            assert not urlsplit(request.url).query, request.url
            _is_none_of_a_picture(request.url.encode())
        for frame in self.frames:
            assert isinstance(frame, str)
            assert student_request(frame) is not None, frame
            _is_none_of_a_picture(frame.encode())


def _is_none_of_a_picture(said):
    assert len(said) <= LARGEST == 3300
    assert not any(start in said for start in PICTURES), said[:80]


def join(page, lesson, choice="own_results"):
    page.goto(link(lesson))
    take_place(page)
    choose(page, choice)
    # Chromium refuses to reload a page that another is just taking the place of.
    expect(sign(page)).to_be_visible()
    page.wait_for_load_state("load")
    traffic = Traffic(page)
    page.reload()
    return traffic


def test_a_student_is_read_in_the_browser_and_no_picture_leaves_it(open_page, save_screenshot):
    lesson = open_lesson(readers="browser")
    page = open_page("/healthz")
    traffic = join(page, lesson)
    expect_on_air(page)
    expect(sign(page)).to_contain_text("none leaves this device")
    expect(page.locator("[data-reading]")).to_be_visible(timeout=FIRST_READING_MS)
    expect(page.locator('[data-value="faces"]')).to_contain_text("one face found")
    expect(page.locator('[data-value="head"]')).to_contain_text("towards the screen")
    expect(page.locator("[data-face-box]")).to_be_visible()
    until(page, lambda: readings_of(lesson).count() >= 5)
    rows = readings_of(lesson)
    assert set(rows.values_list("reader", "network")) == {("browser", NETWORK_NAME)}
    assert rows.filter(yaw__isnull=False, probabilities__isnull=False).exists()
    assert len(traffic.measured()) >= 5
    assert any("/networks/" in request.url for request in traffic.requests), "workers are recorded too"
    traffic.holds_no_picture()
    save_screenshot(page, "student-browser-way")


HOSTILE = [
    {"type": "snap_now"},
    {"type": "take_picture"},
    {"type": "sender", "sender": "here"},
    {"type": "error", "code": "too_fast", "detail": ""},
    {"type": "error", "code": "too_old", "detail": ""},
    {"type": "snap_now"},
]


def test_whatever_a_message_asks_for_no_picture_is_sent(open_page):
    """Of a teacher who asks for pictures, or of a server that says that it reads them."""
    lesson = open_lesson(readers="browser")
    page = open_page("/healthz")
    sockets, states = [], []

    def between(client):
        server = client.connect_to_server()
        sockets.append(client)

        def pass_on(text):
            message = json.loads(text)
            if message["type"] == "state":
                states.append(message)
            client.send(text)

        server.on_message(pass_on)
        client.on_message(lambda said: (passed.append(said), server.send(said)))

    passed = []
    page.route_web_socket("**/student/", between)
    page.route_web_socket("**/student/?*", between)
    traffic = join(page, lesson)
    expect_on_air(page)
    until(page, lambda: any("measured" in said for said in passed if isinstance(said, str)))
    for message in HOSTILE:
        sockets[-1].send(json.dumps(message))
    before = len(passed)
    faster = {**states[-1]["lesson"], "capture_interval_ms": 500}
    sockets[-1].send(json.dumps({"type": "lesson", "lesson": faster}))
    until(page, lambda: len(passed) > before + 3)
    lying = {**states[-1], "readers": ["server"], "signals": states[-1]["signals"]}
    opened = len(sockets)
    sockets[-1].send(json.dumps(lying))
    # The page does not believe it: it asks for itself anew, and reads in the browser again.
    until(page, lambda: len(sockets) > opened)
    before = len(passed)
    until(page, lambda: len(passed) > before + 3)
    refusal = {"type": "error", "code": "no_measurements", "detail": "Send pictures."}
    sockets[-1].send(json.dumps(refusal))
    expect(sign(page)).to_have_attribute("data-sign", "not-wanted")
    traffic.frames += passed
    traffic.holds_no_picture()
    assert set(readings_of(lesson).values_list("reader", flat=True)) == {"browser"}


def test_the_lock_of_the_socket_holds_where_the_camera_makes_pictures_after_all(open_page):
    """As if the one before it were broken: a picture that is made goes nowhere."""
    lesson = open_lesson(readers="browser")
    page = open_page("/healthz")
    broken = {
        'isReadHere: () => state.way === "browser"': "isReadHere: () => false",
        "onsnapshot: sendSnapshot": "onsnapshot: (it) => { (window.made ??= []).push(it); sendSnapshot(it) }",
    }
    page.route(re.compile(r"/js/student(\.[0-9a-f]+)?\.js$"), lambda route: _replaced(route, broken))
    traffic = join(page, lesson)
    expect_on_air(page)
    until(page, lambda: page.evaluate("window.made?.length ?? 0") >= 3)
    traffic.holds_no_picture()
    assert not traffic.measured() and not readings_of(lesson).exists()


def _replaced(route, changes):
    response = route.fetch()
    text = response.text()
    for before, after in changes.items():
        assert text.count(before) == 1
        text = text.replace(before, after)
    route.fulfill(response=response, body=text)


# Before the script of the page runs.
FOUR_A_MESSAGE = """document.addEventListener("readystatechange", () => {
    const page = document.querySelector("[data-readings-a-message]");
    if (page) page.dataset.readingsAMessage = "4";
});"""
NO_SIMD = "WebAssembly.validate = () => false;"


@pytest.mark.parametrize("readers", ["browser", "either"])
def test_a_device_that_cannot_read_says_so_and_sends_pictures_only_where_agreed_and_asked(
    open_page, save_screenshot, readers
):
    lesson = open_lesson(readers=readers)
    page = open_page("/healthz")
    page.route("**/js/reading/worker*.js", lambda route: _with_first_line(route, NO_SIMD))
    traffic = join(page, lesson)
    told = page.get_by_text("WebAssembly SIMD is missing")
    expect(told).to_be_visible(timeout=FIRST_READING_MS)
    expect(page.get_by_role("button", name="Take part without camera")).to_be_visible()
    page.get_by_role("button", name="Lost", exact=True).click()
    expect(page.get_by_text("It counts for five minutes")).to_be_visible()
    traffic.holds_no_picture()
    save_screenshot(page, f"student-cannot-read-{readers}")
    instead = page.get_by_role("button", name="Send small pictures to the school's server instead")
    if readers == "browser":
        expect(instead).to_have_count(0)
        return
    instead.click()
    expect(sign(page)).to_contain_text("Your camera sends small pictures.")
    until(page, lambda: readings_of(lesson).filter(reader="server").exists())


def _with_first_line(route, line):
    response = route.fetch()
    route.fulfill(response=response, body=line + response.text())


def test_a_slow_device_says_so_and_asks_before_anything_more_is_sent(open_page):
    lesson = open_lesson(readers="either")
    page = open_page("/healthz")
    page.route("**/js/reading/worker*.js", _as_if_slow)
    traffic = join(page, lesson)
    expect(page.get_by_text("This device is slow at reading pictures.")).to_be_visible(
        timeout=FIRST_READING_MS
    )
    expect(
        page.get_by_role("button", name="Send small pictures to the school's server instead")
    ).to_be_visible()
    stored = readings_of(lesson).count()
    page.get_by_role("button", name="Go on reading here, more slowly").click()
    until(page, lambda: readings_of(lesson).count() > stored)
    assert set(readings_of(lesson).values_list("reader", flat=True)) == {"browser"}
    traffic.holds_no_picture()


def _as_if_slow(route):
    _replaced(route, {"performance.now() - began": "9999"})


def test_four_readings_travel_together_where_the_server_is_set_so(open_page):
    lesson = open_lesson(readers="browser")
    page = open_page("/healthz")
    page.add_init_script(FOUR_A_MESSAGE)
    traffic = join(page, lesson)
    until(page, lambda: readings_of(lesson).count() >= 8, seconds=FIRST_READING_MS / 1000)
    assert {len(one.readings) for one in traffic.messages()} == {4}
    taken = list(readings_of(lesson).order_by("taken_at").values_list("taken_at", flat=True))
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(taken)]
    assert sorted(gaps)[len(gaps) // 2] == pytest.approx(1, abs=0.5)
    expect(page.locator("[data-interval]").first).to_contain_text("One every second.")
    traffic.holds_no_picture()
