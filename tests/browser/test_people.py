"""An administrator's pages as they stand on a screen and on a phone, and a newcomer's way in."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.access_log import log_looks
from classroom.models import School, User
from classroom.models.reviews import Place
from tests.browser.waiting import until
from tests.factories import make_admin, make_platform, make_school, make_teacher, make_user
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = {
    "attention": "/attention/",
    "people": "/people/",
    "account": "/people/{account}/",
    "platforms": "/platforms/",
    "platform-new": "/platforms/new/",
    "platform": "/platforms/{platform}/",
    "platform-remove": "/platforms/{platform}/remove/",
    "schools": "/schools/",
    "school": "/schools/{school}/",
    "school-name": "/school/name/",
    "access-log": "/access-log/",
    "welcome": "/welcome/",
    "invitation": "/invitations/{token}/",
}
PASSWORD = "correct horse battery"


@pytest.fixture
def scene(running_product):
    """A school with long names, an invitation, a look, a draft and a failed report."""
    taught = make_taught_class(started_at=timezone.now() - timedelta(hours=3))
    lesson, now = taught.lesson, timezone.now()
    school = lesson.classroom.school
    School.objects.filter(id=school.id).update(name="Gesamtschule an der Donaudampfschifffahrtsgesellschaft")
    type(lesson).objects.filter(id=lesson.id).update(report_state="failed")
    admin = make_admin(school=school, first_name="Grace", is_superuser=True)
    named = {"first_name": "Wolfeschlegelsteinhausenbergerdorff", "last_name": "Okonkwo-Featherstonehaugh"}
    teacher = make_teacher(school=school, username="w.okonkwo@gesamtschule.example.org", **named)
    services.change_role(account_id=teacher.id, role="student", actor=admin, now=now)
    _invitation, token = services.invite(
        school=school, role="teacher", actor=admin, now=now, email="a.very.long.address@example.org"
    )
    make_user(username="lost")
    ids = [one.id for one in lesson.classroom.participants.all()]
    log_looks(viewer=teacher, lesson_id=lesson.id, participant_ids=ids, place=Place.REPORT, now=now)
    long = {"name": "Lernplattform", "issuer": "https://lernplattform.gesamtschule-donau.example.org/moodle"}
    platform = make_platform(school=school, active_since=None, **long)
    addresses = {"account": teacher.id, "school": school.id, "token": token, "platform": platform.id}
    return admin, {name: path.format(**addresses) for name, path in PAGES.items()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_of_an_administrator_is_wider_than_its_screen(
    open_page, scene, save_screenshot, viewport, scheme
):
    admin, paths = scene
    page = open_page("/", as_user=admin, viewport=viewport, color_scheme=scheme)
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    wide = {}
    for name, path in paths.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        save_screenshot(page, f"people-{name}-{viewport['width']}-{scheme}")
        wide[name] = page.evaluate(OVERFLOW)
    assert wide == dict.fromkeys(paths, 0)
    assert complaints == []


def test_a_field_with_a_mistake_has_a_mark_that_is_seen(open_page):
    page = open_page("/join/")
    code = page.get_by_label("Class code")
    expect(code).to_have_css("border-left-width", "1px")
    code.fill("X")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("A class code has 6 letters and digits")).to_be_visible()
    expect(page.get_by_label("Class code")).to_have_css("border-left-width", "4px")


def test_a_newcomer_follows_the_link_that_an_administrator_copied(open_page, running_product):
    admin = make_admin(school=make_school(), first_name="Grace")
    page = open_page("/people/", as_user=admin, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("Note for yourself").fill("Mira, maths")
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    newcomer = open_page(re.sub("^https?://[^/]+", "", link), timezone_id="Asia/Tokyo")
    expect(newcomer.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    newcomer.get_by_label("First name").fill("Mira")
    newcomer.get_by_label("User name").fill("mira")
    newcomer.get_by_label("Password", exact=True).fill(PASSWORD)
    newcomer.get_by_label("Password confirmation").fill(PASSWORD)
    newcomer.get_by_role("button", name="Make the account and log in").click()
    expect(newcomer.get_by_role("heading", name="Classrooms")).to_be_visible()
    until(newcomer, lambda: User.objects.filter(username="mira", time_zone="Asia/Tokyo").exists())


def test_a_time_zone_that_was_chosen_stays_whatever_the_browser_says(open_page, running_product):
    admin = make_admin(time_zone="Europe/Berlin")
    page = open_page("/welcome/", as_user=admin, timezone_id="Asia/Tokyo")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
