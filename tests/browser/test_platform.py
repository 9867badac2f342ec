"""From a course in a learning platform to a lesson: the whole way, between two sites.

The platform is at 127.0.0.1 and the product at localhost, which browsers take for two sites: no cookie of a
login comes along, and that of a try has to cross.
"""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.lti.vocabulary import SELECTION_CLAIM
from classroom.models import Attendance, AttendanceReturn, Classroom, Participant, Platform
from tests.browser.waiting import until
from tests.conftest import login_cookie
from tests.factories import make_admin, make_school
from tests.lti.simulator import Simulator

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
LABELS = {
    "name": "Name",
    "issuer": "Platform ID (issuer)",
    "client_id": "Client ID",
    "deployment_ids": "Deployment IDs",
    "login_url": "Authentication request URL",
    "token_url": "Access token URL",
    "keys_url": "Public keyset URL",
}


@pytest.fixture
def simulator():
    one = Simulator().start()
    yield one
    one.stop()


@pytest.fixture
def administrator(open_page, running_product):
    """On the page of people, at the name of the product that is another site."""
    elsewhere = running_product.url.replace("127.0.0.1", "localhost")
    page = open_page("/login/")
    admin = make_admin(school=make_school(), first_name="Grace")
    page.context.add_cookies([login_cookie(admin, elsewhere)])
    page.goto(f"{elsewhere}/people/")
    return page


def register(page, simulator):
    page.get_by_role("link", name="Learning platforms").click()
    page.get_by_role("link", name="Register by hand").click()
    typed = simulator.fields | {"deployment_ids": "deployment-1"}
    for field, label in LABELS.items():
        page.get_by_label(label, exact=True).fill(typed[field])
    simulator.launch_url, simulator.login_url, _again, simulator.tool_keys_url, _selection = page.locator(
        "dl.addresses dd"
    ).all_inner_texts()
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("The platform is registered.")).to_be_visible()


def follow(page, name):
    page.get_by_role("link", name=f"Open ClassPulse as {name}").click()


def test_a_class_comes_from_its_course_to_a_lesson_and_the_course_is_told_who_was_there(
    open_page, simulator, administrator, save_screenshot
):
    register(administrator, simulator)
    assert Platform.objects.get().issuer == simulator.url

    mira = open_page(f"{simulator.url}/course")
    follow(mira, "Mira Lindqvist")
    save_screenshot(mira, "platform-first")
    mira.get_by_role("button", name="Go on with a new account").click()
    expect(mira.get_by_role("heading", name="Physics 10a")).to_be_visible()
    until(mira, lambda: Participant.objects.filter(is_expected=True).count() == 2)
    mira.get_by_role("button", name="Tell attendance from the next lesson on").click()
    expect(mira.get_by_text("Attendance is told to Moodle")).to_be_visible()
    save_screenshot(mira, "platform-class")
    mira.get_by_label("Title").fill("Waves")
    mira.get_by_role("button", name="Start lesson").click()
    expect(mira.get_by_text("Waves").first).to_be_visible()

    ada = open_page(f"{simulator.url}/course", viewport=PHONE)
    follow(ada, "Ada Lovelace")
    expect(ada.get_by_text("Hello Ada Lovelace")).to_be_visible()
    expect(ada.get_by_text("That you attended this lesson is told to Moodle")).to_be_visible()
    save_screenshot(ada, "platform-student")
    ada.get_by_role("button", name=re.compile("Without camera")).click()
    expect(ada.get_by_role("button", name="Lost")).to_be_enabled()
    until(ada, lambda: Attendance.objects.filter(participant__display_name="Ada Lovelace").exists())

    services.end_lesson(lesson_id=Classroom.objects.get().lessons.get().id, now=timezone.now())
    services.send_attendance_task()
    until(ada, lambda: AttendanceReturn.objects.get().state == "sent")
    assert [one["userId"] for one in simulator.scores] == ["s1"]


def test_in_the_platforms_frame_a_link_leads_to_a_tab_of_its_own(open_page, simulator, administrator):
    register(administrator, simulator)
    page = open_page(f"{simulator.url}/framed")
    with page.expect_popup() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Open in a new tab").click()
    expect(opened.value.get_by_role("heading", name="Welcome, Mira Lindqvist")).to_be_visible()


def test_a_teacher_chooses_the_link_in_the_platforms_frame(open_page, simulator, administrator):
    register(administrator, simulator)
    page = open_page(f"{simulator.url}/selecting")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Add the link").click()
    expect(frame.get_by_text("The link is in the course")).to_be_visible()
    (said,) = simulator.chosen
    (item,) = said[f"{SELECTION_CLAIM}content_items"]
    assert item["url"] == simulator.launch_url


def test_a_platform_registers_itself_in_its_own_frame(open_page, simulator, administrator, save_screenshot):
    administrator.get_by_role("link", name="Learning platforms").click()
    administrator.get_by_role("button", name="Make a registration link").click()
    simulator.registration_url = administrator.locator("#link").inner_text()
    page = open_page(f"{simulator.url}/registering")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Register").click()
    expect(frame.get_by_role("heading", name="Registered")).to_be_visible()
    frame.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Closed")).to_be_visible()
    administrator.get_by_role("link", name="Done").click()
    expect(administrator.get_by_text("waits for you")).to_be_visible()
    save_screenshot(administrator, "platform-waits")
    administrator.get_by_role("link", name="moodle").click()
    administrator.get_by_role("button", name="Switch it on").click()
    expect(administrator.get_by_text("The platform is switched on")).to_be_visible()
