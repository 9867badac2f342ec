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


LARGE_PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize("language", ["en-US", "de-DE", "es-ES"])
def test_the_menu_of_an_administrator_has_two_rows_on_a_phone(open_page, running_product, language):
    admin = make_admin(language="", is_superuser=True)
    page = open_page("/school/", as_user=admin, locale=language, **LARGE_PHONE)
    links = page.locator(".site-nav a")
    assert len([link for link in links.all() if link.bounding_box()]) == 8
    assert len({round(link.bounding_box()["y"]) for link in links.all()}) <= 2


def test_the_head_of_the_table_of_lessons_has_a_few_lines_on_a_phone(open_page, taught):
    classroom = taught.lesson.classroom
    page = open_page(f"/classrooms/{classroom.id}/lessons/", as_user=classroom.teacher, **LARGE_PHONE)
    head, cell = page.locator(".trend-table thead"), page.locator(".trend-table tbody td").first
    line = cell.evaluate("it => parseFloat(getComputedStyle(it).lineHeight)")
    assert head.bounding_box()["height"] < 3.5 * line


def test_the_text_for_the_chat_can_be_read_whole_on_a_phone(open_page, taught):
    classroom = taught.lesson.classroom
    type(classroom).objects.update(name="Physics of waves and their interference, advanced course, group B")
    page = open_page(f"/classrooms/{classroom.id}/", as_user=classroom.teacher, **LARGE_PHONE)
    text = page.get_by_label("Text for the call's chat")
    assert text.evaluate("it => it.scrollHeight <= it.clientHeight")
    page_width, screen = page.evaluate(WIDTHS)
    assert page_width == screen
