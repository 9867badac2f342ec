"""A student asks, a guardian agrees in another browser and later withdraws: the camera follows at once."""

import re

import pytest
from playwright.sync_api import expect

from classroom.models import GuardianAnswer, Policy
from tests.browser.seats import choose, expect_on_air, link, open_lesson, readings_of, take_place
from tests.browser.waiting import until
from tests.factories import make_admin

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1366, "height": 768}
FIRST_READING_MS = 60_000


def asking_lesson(**fields):
    lesson = open_lesson(**fields)
    Policy.objects.update(requires_guardian_consent=True)
    return lesson


def ask(page):
    """The address that the student is shown."""
    page.get_by_role("link", name="Ask a parent or guardian").click()
    page.get_by_role("button", name="Make a link").click()
    shown = page.locator("copy-text")
    expect(shown).to_be_visible()
    return shown.get_attribute("data-text")


def answers(page, label, name="Ada Li"):
    page.get_by_role("radio", name=re.compile(f"^{label}")).check()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("What you are to the child").fill("mother")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name="What you answered for Kim")).to_be_visible()


def test_the_camera_begins_when_a_guardian_agrees_and_stops_when_one_withdraws(open_page):
    lesson = asking_lesson()
    student = open_page(link(lesson))
    take_place(student, "Kim Rodriguez")
    expect(student.get_by_role("button", name=re.compile("^Join this way"))).to_have_count(1)
    address = ask(student)

    guardian = open_page("/healthz", viewport=PHONE, java_script_enabled=False)
    guardian.goto(address)
    answers(guardian, "I agree: own results too")

    student.goto(f"/lessons/{lesson.id}/me/")
    choose(student, "own_results")
    expect_on_air(student)
    until(student, lambda: readings_of(lesson).exists(), FIRST_READING_MS / 1000)

    guardian.get_by_role("link", name="Withdraw").click()
    guardian.get_by_role("button", name="Withdraw").click()
    expect(guardian.get_by_text("You have withdrawn. Nothing more is read from this camera.")).to_be_visible()
    expect(student.get_by_text("Your parent or guardian has withdrawn: the camera is off.")).to_be_visible()
    assert not readings_of(lesson).exists()
    student.wait_for_timeout(3000)
    assert not readings_of(lesson).exists()
    assert [one.kind for one in GuardianAnswer.objects.all()] == ["agreed", "withdrawn"]
    choose(student, "no_camera")
    expect(student.get_by_role("button", name="Following")).to_be_visible()


def test_a_guardian_who_left_something_out_is_led_to_it(open_page):
    student = open_page(link(asking_lesson()))
    take_place(student, "Kim Rodriguez")
    guardian = open_page("/healthz", viewport=PHONE, java_script_enabled=False)
    guardian.goto(ask(student))
    guardian.get_by_role("button", name="Send my answer").click()
    expect(guardian.get_by_role("alert").first).to_be_in_viewport()
    expect(guardian.get_by_role("radio").first).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone_and_a_screen(open_page, save_screenshot, scheme):
    lesson = asking_lesson(readers="browser")
    student = open_page(link(lesson), viewport=PHONE, color_scheme=scheme)
    take_place(student, "Kim Rodriguez")
    found = {}

    def look(page, name):
        for size in (WIDE, PHONE):
            page.set_viewport_size(size)
            page.wait_for_timeout(100)
            save_screenshot(page, f"guardian-{name}-{size['width']}-{scheme}")
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
                found[name, size["width"]] = wide

    look(student, "choose")
    address = ask(student)
    look(student, "ask")
    guardian = open_page("/healthz", viewport=PHONE, color_scheme=scheme)
    guardian.goto(address)
    look(guardian, "answer")
    guardian.get_by_role("button", name="Send my answer").click()
    look(guardian, "missing")
    answers(guardian, "I agree: class mood only")
    look(guardian, "own")
    guardian.get_by_role("link", name="Withdraw").click()
    look(guardian, "withdraw")
    guardian.goto(address)
    look(guardian, "closed")
    teacher = open_page("/", as_user=lesson.classroom.teacher, color_scheme=scheme)
    teacher.goto(f"/classrooms/{lesson.classroom_id}/guardians/")
    look(teacher, "class")
    teacher.get_by_role("checkbox", name=re.compile("^Letter for")).first.check()
    teacher.get_by_role("button", name="Make letters for those ticked").click()
    look(teacher, "letters")
    expect(teacher.get_by_role("button", name="Print or save as PDF")).to_be_visible()
    admin = open_page("/", as_user=make_admin(school=lesson.classroom.school), color_scheme=scheme)
    for name, path in (("places", "/places/?name=Kim"), ("policy", "/policy/")):
        admin.goto(path)
        look(admin, name)
    admin.goto("/places/?name=Kim")
    admin.get_by_role("link", name="Parent or guardian of Kim Rodriguez").click()
    look(admin, "record")
    student.goto("/my-data/")
    look(student, "my-data")
    assert found == {}
