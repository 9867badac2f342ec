"""Finding a part of a long report: by its contents, and on a phone by what folded parts say of themselves."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reports.build import build_report
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


@pytest.fixture
def open_report(running_product, open_page):
    now = timezone.now()
    taught = make_taught_class(started_at=now - timedelta(hours=3), report_state="ready")
    build_report(lesson_id=taught.lesson.id, now=now, progress=lambda percent: None)

    def open_one(rest="", **options):
        address = f"/lessons/{taught.lesson.id}/report/{rest}"
        return open_page(address, as_user=taught.lesson.classroom.teacher, **options)

    return open_one


def contents(page):
    return page.get_by_role("navigation", name="On this page")


def test_beside_the_report_the_contents_stay_in_sight_and_mark_the_part_that_is_read(open_report):
    page = open_report(viewport=DESK)
    here = contents(page).locator("[aria-current=location]")
    expect(here).to_have_text("In three sentences")
    moments = contents(page).get_by_role("link", name="Key moments")
    moments.press("Enter")
    expect(page.get_by_role("heading", name="Key moments")).to_be_in_viewport()
    expect(here).to_have_text("Key moments")
    expect(moments).to_be_in_viewport()
    contents(page).get_by_role("link", name="How reliable is this?").press("Enter")
    expect(here).to_have_text("How reliable is this?")


def test_the_contents_lead_on_without_a_script(open_report):
    page = open_report(viewport=DESK, java_script_enabled=False)
    contents(page).get_by_role("link", name="Attendance").click()
    expect(page.get_by_role("heading", name="Attendance")).to_be_in_viewport()


def test_on_a_phone_the_contents_are_folded_and_the_three_sentences_fill_the_first_screen(open_report):
    page = open_report(viewport=PHONE)
    expect(contents(page).get_by_role("link")).to_have_count(0)
    expect(
        page.get_by_role("region", name="In three sentences").get_by_role("listitem").last
    ).to_be_in_viewport(ratio=1)
    contents(page).locator("summary").press("Enter")
    contents(page).get_by_role("link", name="Attendance").press("Enter")
    expect(page.get_by_role("heading", name="Attendance")).to_be_in_viewport()
