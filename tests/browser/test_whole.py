"""A live page is whole, or loads itself anew: one without its scripts would say "Connecting" for ever."""

import pytest
from playwright.sync_api import expect

from tests.browser.seats import choose, link, open_lesson, sign, take_place
from tests.browser.waiting import until

pytestmark = pytest.mark.browser
MOST, LONGEST_DELAY_MS = 5, 10_000


def fail(page, pattern, times):
    """The first requests for it fail, as where the network changes just then. Answers how many came."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.abort() if len(asked) <= times else route.continue_()

    page.route(pattern, answer)
    return asked


def test_a_students_page_of_which_a_script_did_not_come_is_loaded_anew(open_page):
    page = open_page(link(open_lesson()))
    asked = fail(page, "**/js/uplink*.js", times=2)
    take_place(page)
    choose(page, "no_camera")
    expect(sign(page)).to_have_attribute("data-sign", "no-camera")
    assert len(asked) == 3


@pytest.mark.parametrize("path", ["", "glance/"])
def test_a_dashboard_is_too(open_page, path):
    lesson = open_lesson()
    page = open_page("/healthz", as_user=lesson.classroom.teacher)
    asked = fail(page, "**/js/socket*.js", times=1)
    page.goto(f"/lessons/{lesson.id}/{path}")
    until(page, lambda: len(asked) == 2)
    expect(page.get_by_text("Connecting").locator("visible=true")).to_have_count(0)


def test_one_that_never_comes_is_asked_for_a_few_times_only(open_page):
    lesson = open_lesson()
    page = open_page("/healthz", as_user=lesson.classroom.teacher)
    page.clock.install()
    asked = fail(page, "**/js/socket*.js", times=100)
    page.goto(f"/lessons/{lesson.id}/")

    def is_asked_again():
        page.clock.run_for(LONGEST_DELAY_MS)
        return len(asked) > MOST

    until(page, is_asked_again)
    for _ in range(5):
        is_asked_again()
    assert len(asked) == 1 + MOST
