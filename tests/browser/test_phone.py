"""The product as an app on a phone: it can be installed, and every student's page fits a small screen."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.models import Lesson, Policy
from reports.build import build_report
from tests.analyses import attentive
from tests.classroom.test_own_data_pages import took_part
from tests.factories import make_classroom, make_consent, make_participant, make_user
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 740}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_the_browser_finds_nothing_in_the_way_of_installing_it(open_page):
    """Without a service worker: none keeps a personal page."""
    page = open_page("/")
    devtools = page.context.new_cdp_session(page)
    wrong = {one["errorId"] for one in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert wrong == {"in-incognito"}  # as each page of these tests is
    found = devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert json.loads(found["data"])["start_url"] == "/"
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_each_icon_has_the_size_that_the_manifest_says(open_page):
    page = open_page("/")
    manifest = page.request.get("/static/app.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    sizes = """(src) => new Promise((done) => {
        const image = new Image();
        image.onload = () => done(`${image.naturalWidth}x${image.naturalHeight}`);
        image.src = `/static/${src}`;
    })"""
    for icon in manifest.json()["icons"]:
        if icon["type"] == "image/png":
            assert page.evaluate(sizes, icon["src"]) == icon["sizes"]


def test_a_student_who_forgets_a_tick_is_led_to_it(open_page):
    classroom, now = make_classroom(), timezone.now()
    Policy.objects.update(minimum_age=16)
    student = make_user(school=classroom.school)
    make_participant(classroom=classroom, user=student)
    lesson = services.open_lesson(classroom=classroom, title="Waves", now=now)
    page = open_page(f"/lessons/{lesson.id}/me/", as_user=student, viewport=SMALL)
    button = page.get_by_role("button", name="Show my own results to my teacher too")
    button.click()
    tick = page.get_by_label("I am at least 16 years old.")
    expect(tick).to_be_focused()
    expect(tick).to_be_in_viewport()
    expect(tick).to_have_accessible_description(
        "Tick this to join with a camera: I am at least 16 years old."
    )
    page.locator(".way", has=button).get_by_role("link", name="Tick this to join with a camera").click()
    expect(tick).to_be_in_viewport()
    tick.check()
    button.click()
    expect(page.locator('[data-page="live"]')).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_a_student_is_wider_than_a_small_phone(open_page, save_screenshot, scheme):
    now = timezone.now()
    taught = make_taught_class(started_at=now - timedelta(hours=3), report_state="ready")
    classroom = taught.lesson.classroom
    build_report(lesson_id=taught.lesson.id, now=now, progress=lambda percent: None)
    Policy.objects.update(minimum_age=16, requires_guardian_consent=True)
    student = make_user(school=classroom.school, first_name="Kim", username="kim.of.a.rather.long.name")
    place = make_participant(classroom=classroom, user=student, display_name="Maximiliane Schmidt-Rottluff")
    lost = make_participant(classroom=classroom, display_name="Ada")
    back = services.make_way_back(participant_id=lost.id, actor=classroom.teacher, now=now)
    make_consent(lesson=taught.lesson, participant=place)
    page = open_page("/", as_user=student, viewport=SMALL, color_scheme=scheme)
    found = {}

    def look(name, path):
        assert page.goto(path).status == 200, path
        page.wait_for_timeout(150)
        save_screenshot(page, f"phone-{scheme}-{name}")
        if wide := page.evaluate(TOO_WIDE):
            found[path] = wide

    look("home", "/")
    look("waiting", f"/join/{classroom.join_token}/")
    lesson = services.open_lesson(classroom=classroom, title="Waves and their interference", now=now)
    look("choose", f"/lessons/{lesson.id}/me/")
    make_consent(lesson=Lesson.objects.get(id=lesson.id), participant=place, choice="class_mood")
    look("live", f"/lessons/{lesson.id}/me/")
    look("data", f"/lessons/{taught.lesson.id}/me/data/")
    look("withdraw", f"/lessons/{lesson.id}/me/withdraw/")
    look("erase", f"/lessons/{lesson.id}/me/erase/")
    look("ended", f"/lessons/{taught.lesson.id}/me/")
    look("all", "/my-data/")
    look("all-withdraw", "/my-data/withdraw/")
    look("all-erase", "/my-data/erase/")
    page.context.clear_cookies()
    look("name", f"/join/{classroom.join_token}/")
    look("code", "/join/")
    look("find-back", "/back/")
    look("back", f"/back/{back}/")
    look("nothing", "/my-data/")
    assert found == {}


def test_each_level_of_the_own_data_stands_beside_its_share(open_page):
    classroom = make_classroom()
    student = make_user(school=classroom.school)
    place = make_participant(classroom=classroom, user=student)
    took_part(place, attentive(), attentive())
    page = open_page("/my-data/", as_user=student, viewport=SMALL)
    level = page.locator(".level").first.bounding_box()
    share = page.locator(".level + .number").first.bounding_box()
    assert level["y"] < share["y"] + share["height"] / 2 < level["y"] + level["height"]
