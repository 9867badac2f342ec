"""A button whose answer takes more than a moment says so, and sends nothing twice."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_school, make_teacher

pytestmark = pytest.mark.browser


def test_the_start_of_a_demonstration_says_that_it_starts_and_is_sent_once(open_page, running_product):
    page = open_page("/classrooms/", as_user=make_teacher(school=make_school()))
    sent = []

    def answer(route):
        """As a server that has not decided yet: the page stays."""
        sent.append(route.request.post_data)
        route.fulfill(status=204)

    page.route("**/demo/start/", answer)
    form = page.locator('form[action="/demo/start/"]')
    expect(form.get_by_role("status")).to_have_text("")
    form.get_by_role("button", name="Start demo lesson").click()
    started = form.get_by_role("button")
    expect(started).to_have_text("Starting…")
    expect(started).to_have_attribute("aria-disabled", "true")
    expect(form.get_by_role("status")).to_have_text("Starting…")
    started.dispatch_event("click")
    started.press("Enter")
    page.request.get("/healthz")
    assert len(sent) == 1 and "speed=" in sent[0]
