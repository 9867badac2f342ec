"""Tables on the narrowest phone: the page stays as wide as it, and the table scrolls in its region."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reports.build import build_report
from tests.factories import make_admin
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture
def taught(running_product):
    now = timezone.now()
    found = make_taught_class(started_at=now - timedelta(hours=3), report_state="ready")
    build_report(lesson_id=found.lesson.id, now=now, progress=lambda percent: None)
    return found


def test_no_page_is_wider_than_the_phone_and_a_cut_table_says_where_it_goes_on(open_page, taught):
    lesson, classroom = taught.lesson, taught.lesson.classroom
    admin = make_admin(school=classroom.school)
    pages = {
        "/attention/": admin,
        "/overview/": admin,
        "/people/": admin,
        "/access-log/": admin,
        "/classes/": admin,
        f"/classrooms/{classroom.id}/": classroom.teacher,
        f"/classrooms/{classroom.id}/participants/": classroom.teacher,
        f"/classrooms/{classroom.id}/lessons/": classroom.teacher,
        f"/lessons/{lesson.id}/report/?individuals=1": classroom.teacher,
    }
    too_wide, cut = {}, 0
    for path, user in pages.items():
        page = open_page(path, as_user=user, viewport=PHONE)
        page_width, screen = page.evaluate(WIDTHS)
        if page_width > screen:
            too_wide[path] = page_width
        for region in page.locator(".table-wrap:visible").all():
            if region.evaluate("it => it.scrollWidth > it.clientWidth"):
                cut += 1
                assert "linear-gradient" in region.evaluate("it => getComputedStyle(it).backgroundImage")
                region.press("ArrowRight")
                page.wait_for_function("it => it.scrollLeft > 0", arg=region.element_handle())
    assert too_wide == {}
    assert cut >= 4
