"""What a page loads besides itself."""

import re

import pytest

from tests.factories import make_lesson

pytestmark = pytest.mark.browser
KEPT = re.compile(r"/static/(js|css|vendor)/")
FOR_EVER = "max-age=315360000, public, immutable"


def test_a_browser_keeps_every_script_and_style_for_ever_and_asks_no_more(open_page):
    lesson = make_lesson()
    page = open_page("/healthz", as_user=lesson.classroom.teacher)
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # the driver marks what it calls
    with page.expect_response("**/vendor/plotly*.js"):  # the last one, after the page is of use
        page.goto(f"/lessons/{lesson.id}/")
    loaded = [one for one in answers if KEPT.search(one.url)]
    assert {one.status for one in loaded} == {200}
    assert {one.headers["cache-control"] for one in loaded} == {FOR_EVER}
    assert len(loaded) > 20  # the modules of its modules too
