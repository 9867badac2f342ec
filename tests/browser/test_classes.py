"""A class from its roster to a merge, in a real browser against the running product."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.models import Attendance, Classroom, Consent, Participant, Policy
from tests.browser.waiting import until
from tests.factories import make_classroom, make_lesson, make_school, make_teacher

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
LIST = "Name;E-Mail\nAda Lovelace;ada@example.org\nKim;\n;nobody@example.org\n"


def make_class():
    school = make_school(preset="self_report")
    Policy.objects.filter(school=school).update(minimum_age=0)
    return make_classroom(teacher=make_teacher(school=school), name="Physics 10a", join_code="ABC234")


def add_roster(page):
    page.get_by_role("link", name="Add a roster").click()
    file = {"name": "class.csv", "mimeType": "text/csv", "buffer": LIST.encode("utf-16")}
    page.get_by_label("CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at the list").click()
    expect(page.get_by_text("Line 4: This row has no name.")).to_be_visible()
    page.get_by_role("button", name="Add 2 names").click()


def join(open_page, link, name):
    student = open_page(link, viewport=PHONE)
    student.get_by_label("Your name").fill(name)
    student.get_by_role("button", name="Go on").click()
    return student


def test_a_class_goes_from_its_roster_by_the_link_of_the_qr_code_to_a_merge(open_page):
    classroom = make_class()
    page = open_page(f"/classrooms/{classroom.id}/", as_user=classroom.teacher, viewport=DESK)
    add_roster(page)
    expect(page.get_by_role("row", name=re.compile("Ada Lovelace.*on the roster"))).to_be_visible()

    page.goto(f"/classrooms/{classroom.id}/")
    expect(page.get_by_role("img", name="QR code of the link")).to_be_visible()
    link = page.locator(".join-link").get_attribute("href")
    student = join(open_page, link, "ADA lovelace")
    expect(student.get_by_text("You are in the right place, Ada Lovelace")).to_be_visible()
    # The same student in another browser, a lesson later.
    with_cookies_lost = join(open_page, link, "Ada Lovelace")
    expect(with_cookies_lost.get_by_text("Ada Lovelace (2)").first).to_be_visible()
    ada, again = Participant.objects.filter(display_name__startswith="Ada").order_by("id")
    assert (ada.is_expected, again.is_expected) == (False, False)
    lesson = make_lesson(
        classroom=classroom, started_at=timezone.now() - timedelta(days=7), minutes=45, report_state="ready"
    )
    attend(ada, lesson)

    page.goto(f"/classrooms/{classroom.id}/participants/")
    expect(page.get_by_text("one name, several places")).to_have_count(2)
    page.get_by_role("link", name="Ada Lovelace (2)").click()
    page.get_by_label("The same person as").select_option(label="Ada Lovelace")
    page.get_by_role("button", name="Look at both").click()
    page.get_by_role("radio", name=re.compile(r"^Ada Lovelace ·")).check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.get_by_text("The two places have been merged.")).to_be_visible()
    expect(page.get_by_text("one name, several places")).to_have_count(0)
    stays = Participant.objects.get(display_name="Ada Lovelace")
    assert stays.attendances.get().lesson == lesson
    assert Participant.objects.filter(classroom=classroom).count() == 2


def attend(participant, lesson):
    at = lesson.started_at
    Attendance.objects.create(
        lesson=lesson, participant=participant, joined_at=at, last_seen_at=at, left_at=at
    )
    Consent.objects.create(lesson=lesson, participant=participant, choice="no_camera", given_at=at)


def test_the_text_for_the_chat_is_copied_by_keyboard_and_the_sheet_stays_white_in_the_dark(open_page):
    classroom = make_class()
    page = open_page(f"/classrooms/{classroom.id}/", as_user=classroom.teacher, viewport=DESK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy text").press("Enter")
    expect(page.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0].endswith(f"/join/{classroom.join_token}/")
    assert "ABC 234" in copied and "No camera is used" in copied

    page.emulate_media(color_scheme="dark")
    page.goto(f"/classrooms/{classroom.id}/join/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    box = page.get_by_role("img", name="QR code of the link").bounding_box()
    assert min(box["width"], box["height"]) > 400


def test_a_blocked_student_is_shut_out_while_the_page_is_open(open_page):
    classroom = make_class()
    lesson = services.open_lesson(classroom=Classroom.objects.get(), title="Waves", now=timezone.now())
    student = join(open_page, f"/join/{classroom.join_token}/", "Kim")
    student.get_by_role("button", name=re.compile("Without camera")).click()
    expect(student.get_by_role("button", name="Lost")).to_be_enabled()
    until(student, lesson.attendances.exists)

    page = open_page(f"/classrooms/{classroom.id}/participants/", as_user=classroom.teacher, viewport=PHONE)
    page.get_by_role("link", name="Kim").click()
    page.get_by_role("button", name="Block").click()
    expect(page.get_by_text("Kim is blocked.")).to_be_visible()
    expect(student.get_by_text("Your teacher has blocked this place.")).to_be_visible()
