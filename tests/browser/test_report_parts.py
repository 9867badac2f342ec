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


def folded(page):
    return page.locator("details.fold:not([open])")


def test_on_a_phone_long_parts_are_folded_to_what_matters_of_them_under_their_headings(open_report):
    page = open_report("?individuals=1", viewport=PHONE)
    expect(page.locator("details.fold[open]")).to_have_count(0)
    expect(page.get_by_role("heading", level=2, name="Attendance")).to_be_visible()
    attendance = page.locator("#attendance")
    expect(attendance.locator("summary")).to_have_text("8 joined; 8 of them there in the last five minutes.")
    expect(attendance.get_by_role("table")).to_be_hidden()
    reliable = page.get_by_role("region", name="How reliable is this?")
    expect(reliable.locator("summary")).to_contain_text("A statement about the class is possible in")
    expect(page.get_by_role("heading", level=3, name="New topic: nodes", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_link_of_the_contents_unfolds_its_part_and_no_other(open_report):
    page = open_report(viewport=PHONE)
    attendance = page.locator("#attendance")
    expect(attendance.get_by_role("table")).to_be_hidden()
    some = folded(page).count()
    contents(page).locator("summary").click()
    contents(page).get_by_role("link", name="Attendance").click()
    expect(attendance.get_by_role("table")).to_be_visible()
    expect(folded(page)).to_have_count(some - 1)


def test_an_address_that_names_a_part_shows_it_unfolded(open_report):
    page = open_report("?individuals=1#students", viewport=PHONE)
    expect(
        page.get_by_role("region", name="Students who share").get_by_role("listitem").first
    ).to_be_visible()
    expect(page.get_by_role("heading", name="Students who share")).to_be_in_viewport()


def test_paper_has_every_part_unfolded_and_the_screen_is_as_it_was_afterwards(open_report):
    page = open_report(viewport=PHONE)
    expect(page.locator("details.fold[open]")).to_have_count(0)
    some = folded(page).count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(folded(page)).to_have_count(0)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(folded(page)).to_have_count(some)
    page.emulate_media(media="print")
    expect(page.locator("#attendance").get_by_role("table")).to_be_visible()
    expect(contents(page)).to_be_hidden()


@pytest.mark.parametrize("options", [{"viewport": DESK}, {"viewport": PHONE, "java_script_enabled": False}])
def test_on_a_wide_screen_and_without_a_script_nothing_is_folded(open_report, options):
    page = open_report("?individuals=1", **options)
    expect(page.locator("#attendance").get_by_role("table")).to_be_visible()
    expect(folded(page)).to_have_count(0)


def test_a_window_that_widens_unfolds_everything(open_report):
    page = open_report(viewport=PHONE)
    expect(page.locator("details.fold[open]")).to_have_count(0)
    page.set_viewport_size(DESK)
    expect(folded(page)).to_have_count(0)
    expect(page.locator("details.fold > summary:visible")).to_have_count(0)
