"""A student in Firefox joins, sends and is read."""

import pytest

from classroom.models import Attendance
from tests.browser.seats import link, open_lesson, readings_of

pytestmark = pytest.mark.browser
SIGN = "document.querySelector('main [data-sign]')?.dataset.sign"


def test_a_student_in_firefox_joins_sends_and_is_read(tab, running_product):
    lesson = open_lesson()
    tab.go(running_product.url + link(lesson))
    tab.evaluate("document.querySelector('[name=display_name]').value = 'Ada'")
    tab.evaluate("document.querySelector('main form').requestSubmit()")
    tab.wait_for("document.querySelector('button[value=own_results]')")
    tab.evaluate("document.querySelector('button[value=own_results]').click()")
    tab.wait_for(f"{SIGN} === 'on-air'")
    tab.wait_for("document.querySelector('[data-reading]')?.hidden === false")
    # Its made-up camera shows a colour, and nobody.
    face = "document.querySelector('[data-value=faces] [data-for=none]')"
    assert tab.evaluate(f"{face}.hidden") is False
    before = readings_of(lesson).count()
    tab.evaluate("new Promise((resolve) => setTimeout(resolve, 5000))")
    assert readings_of(lesson).count() >= before + 3
    assert tab.evaluate(SIGN) == "on-air"
    assert Attendance.objects.filter(lesson=lesson, left_at=None).count() == 1
