"""A student whose browser reads the camera itself: numbers leave it, and no picture, whoever asks for one."""

import json

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
    """Everything that a page says after it has loaded: of requests address and body, of sockets each frame."""

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
    expect(sign(page)).to_contain_text("no picture leaves it")
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
