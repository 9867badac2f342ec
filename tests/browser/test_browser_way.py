"""A student whose browser reads the camera itself: numbers leave it, and no picture, whoever asks for one."""

import json
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from classroom.wire.measurement import ENVELOPE_BYTES, MOST_A_MESSAGE, READING_BYTES
from tests.browser.seats import choose, expect_on_air, link, open_lesson, readings_of, sign, take_place
from tests.browser.waiting import until
from tests.measured import NETWORK_NAME

pytestmark = pytest.mark.browser
FIRST_READING_MS = 90_000
LARGEST = ENVELOPE_BYTES + MOST_A_MESSAGE * READING_BYTES
# How files of pictures begin, as they are, in base64, and in the text of a list of numbers.
PICTURES = [b"\xff\xd8\xff", b"\x89PNG", b"WEBP", b"ftypavif", b"/9j/", b"iVBORw0", b"UklGR", b"255,216,255"]


class Traffic:
    """All that a page says after it has loaded: of requests address and body, of sockets each frame."""

    def __init__(self, page):
        self.said = []
        page.on("request", lambda request: self._note(request.url.encode(), request.post_data_buffer))
        page.on("websocket", lambda socket: socket.on("framesent", self._note))

    def _note(self, *parts):
        for part in parts:
            if part is not None:
                self.said.append(part if isinstance(part, bytes) else part.encode())

    def measured(self):
        texts = (json.loads(part) for part in self.said if part.startswith(b'{"type":"measured"'))
        return [one for text in texts for one in text["readings"]]

    def holds_no_picture(self):
        assert self.said
        assert max(map(len, self.said)) <= LARGEST == 3300
        for part in self.said:
            assert not any(start in part for start in PICTURES), part[:80]


def join(page, lesson, choice="own_results"):
    page.goto(link(lesson))
    take_place(page)
    choose(page, choice)
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
    traffic.said += [said if isinstance(said, bytes) else said.encode() for said in passed]
    assert all(isinstance(said, str) for said in passed)
    traffic.holds_no_picture()
    assert set(readings_of(lesson).values_list("reader", flat=True)) == {"browser"}


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
    response = route.fetch()
    taken = "performance.now() - began"
    assert taken in response.text()
    route.fulfill(response=response, body=response.text().replace(taken, "9999"))


def test_four_readings_travel_together_where_the_server_is_set_so(open_page):
    lesson = open_lesson(readers="browser")
    page = open_page("/healthz")
    page.add_init_script(FOUR_A_MESSAGE)
    traffic = join(page, lesson)
    until(page, lambda: readings_of(lesson).count() >= 8, seconds=FIRST_READING_MS / 1000)
    texts = [json.loads(part) for part in traffic.said if part.startswith(b'{"type":"measured"')]
    assert {len(one["readings"]) for one in texts} == {4}
    taken = list(readings_of(lesson).order_by("taken_at").values_list("taken_at", flat=True))
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(taken)]
    assert sorted(gaps)[len(gaps) // 2] == pytest.approx(1, abs=0.5)
    expect(page.locator("[data-interval]").first).to_contain_text("One every second.")
    traffic.holds_no_picture()
