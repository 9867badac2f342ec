"""Every page can be used by who hears it or sees little: axe-core finds nothing on it, light or dark."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from classroom import services
from classroom.access_log import log_looks
from classroom.models import Lesson, Participant, Policy
from classroom.models.reviews import Place
from reports.build import build_report
from tests.factories import (
    make_admin,
    make_classroom,
    make_consent,
    make_participant,
    make_platform,
    make_school,
    make_teacher,
    make_user,
)
from tests.reports.class_of import make_taught_class

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
NO_AXE = "no axe-core found: install npm and run make lint"
PHONE = {"width": 390, "height": 844}
BROKEN = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map(one => `${one.id}: ${one.nodes[0].html}`)"""
VISITOR = (
    *("/", "/login/", "/reset/", "/join/", "/join/{join_token}/", "/invitations/{invitation}/"),
    *("/schools/{school}/imprint/", "/schools/{school}/privacy/"),
    *("/back/", "/back/{way_back}/", "/my-data/", "/my-data/over-time/", "/how-good/"),
    *("/help/", "/help/?q=camera", "/help/?q=nonsense", "/help/words/", "/help/joining/"),
    "/help/camera-does-not-start/",
)
STUDENT = (
    *("/", "/join/{join_token}/", "/lessons/{open_lesson}/me/", "/lessons/{open_lesson}/me/?change"),
    *("/lessons/{lesson}/me/", "/lessons/{lesson}/me/data/", "/lessons/{lesson}/me/withdraw/"),
    *("/lessons/{lesson}/me/erase/", "/my-data/", "/my-data/withdraw/", "/my-data/erase/"),
    *("/my-data/{place}/erase/", "/my-data/over-time/"),
)
OWN = ("/account/", "/account/password/", "/account/logins/", "/account/second-factor/", "/welcome/")
TEACHER = (
    *OWN,
    "/account/tokens/",
    "/account/webhooks/",
    "/account/webhooks/{webhook}/",
    "/course/measured/",
    "/course/use/",
    "/classrooms/",
    "/classrooms/{classroom}/",
    "/classrooms/{classroom}/join/",
    "/classrooms/{classroom}/lessons/",
    "/classrooms/{classroom}/lessons/compare/?lesson={lesson}&lesson={earlier_lesson}",
    "/classrooms/{classroom}/teachers/",
    "/classrooms/{classroom}/roster/",
    "/classrooms/{classroom}/participants/",
    "/classrooms/{classroom}/participants/{participant}/",
    "/classrooms/{classroom}/delete/",
    "/classrooms/{idle}/delete/",
    "/lessons/{open_lesson}/",
    "/lessons/{open_lesson}/?panel=1",
    "/lessons/{lesson}/report/",
    "/lessons/{lesson}/report/?individuals=1",
    "/lessons/{lesson}/report/participants/{participant}/",
)
ADMIN = (
    "/attention/",
    "/overview/",
    "/agreement/",
    "/people/",
    "/people/{account}/",
    "/programs/",
    "/programs/record-store/",
    "/classes/",
    "/policy/",
    "/places/",
    "/access-log/",
    "/platforms/",
    "/platforms/new/",
    "/platforms/{platform}/",
    "/platforms/{platform}/remove/",
    "/lti/{school}/",
    "/schools/",
    "/schools/{school}/",
    "/school/name/",
    *("/school/", "/school/look/", "/school/look/?accent=%23ffff00", "/school/calendar/"),
    *("/school/quiet-hours/", "/school/joining/", "/school/contact/"),
)


@pytest.fixture(scope="module")
def axe():
    if not AXE.exists() and os.environ.get("CI_NODE_REQUIRED"):
        pytest.fail(NO_AXE)
    return AXE.read_text() if AXE.exists() else pytest.skip(NO_AXE)


@pytest.fixture
def scene(running_product):
    """Who looks, and what the addresses name: a school with a class, lessons, drafts and an invitation."""
    now = timezone.now()
    taught = make_taught_class(started_at=now - timedelta(hours=3), report_state="ready")
    classroom, school = taught.lesson.classroom, taught.lesson.classroom.school
    build_report(lesson_id=taught.lesson.id, now=now, progress=lambda percent: None)
    held = make_taught_class(classroom=classroom, started_at=now - timedelta(days=7), report_state="ready")
    build_report(lesson_id=held.lesson.id, now=now, progress=lambda percent: None)
    admin = make_admin(school=school, first_name="Grace", is_superuser=True)
    colleague = make_teacher(school=school, first_name="Noor")
    _, invitation = services.invite(
        school=school, role="teacher", actor=admin, now=now, email="a@example.org"
    )
    looked_at = {
        "viewer": classroom.teacher,
        "lesson_id": taught.lesson.id,
        "participant_ids": [taught.sad.id],
    }
    log_looks(**looked_at, place=Place.REPORT, now=now)
    lost = make_participant(classroom=classroom)
    named = {
        "way_back": services.make_way_back(participant_id=lost.id, actor=classroom.teacher, now=now),
        "lost": lost.id,
        "classroom": classroom.id,
        "idle": make_classroom(teacher=classroom.teacher).id,
        "join_token": classroom.join_token,
        "lesson": taught.lesson.id,
        "earlier_lesson": held.lesson.id,
        "open_lesson": services.open_lesson(classroom=classroom, title="Waves", now=now).id,
        "participant": taught.sad.id,
        "account": colleague.id,
        "school": school.id,
        "platform": make_platform(school=school, classroom=classroom).id,
        "invitation": invitation,
    }
    named["webhook"] = with_programs(classroom.teacher, admin, now)
    student = make_user(school=school, first_name="Kim")
    place = make_participant(classroom=classroom, user=student)
    named["place"] = place.id
    make_consent(lesson=taught.lesson, participant=place)
    Policy.objects.update(minimum_age=0)
    open_lesson = Lesson.objects.get(id=named["open_lesson"])
    make_consent(lesson=open_lesson, participant=place)
    return {"visitor": None, "student": student, "teacher": classroom.teacher, "admin": admin}, named


def with_programs(teacher, admin, now):
    """A token, a webhook with a delivery that failed, and a record store."""
    own = {"owner": teacher, "school": teacher.school, "name": "Diary", "now": now}
    there = {"origin": "https://pulse.example.org", "now": now}
    services.make_token(**own, scopes=["lessons"])
    webhook, _ = services.make_webhook(
        **own | there, address="https://example.org/hook", events=["lesson.ended"]
    )
    webhook.deliveries.create(
        event="test", state="failed", status=500, trouble="refused", attempts=1, made_at=now, due_at=now
    )
    services.set_store(
        **there,
        school=admin.school,
        actor=admin,
        address="https://lrs.example.org/xAPI",
        key="key",
        secret="secret",
        told=["lesson", "attendance"],
    )
    return webhook.id


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("who", "paths"),
    [("visitor", VISITOR), ("student", STUDENT), ("teacher", TEACHER), ("admin", ADMIN)],
)
def test_nobody_is_shut_out_of_a_page(open_page, scene, axe, who, paths, scheme):
    users, named = scene
    page = open_page("/", as_user=users[who], viewport=PHONE, color_scheme=scheme)
    found = {}
    for path in paths:
        answer = page.goto(path.format(**named))
        assert answer.status == 200, path
        page.evaluate(axe)
        if broken := page.evaluate(BROKEN):
            found[path] = broken
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_of_the_page_of_a_way_back(open_page, scene, axe, save_screenshot, scheme):
    """It is shown once, as the answer to a button."""
    users, named = scene
    place = "/classrooms/{classroom}/participants/{lost}/".format(**named)
    page = open_page(place, as_user=users["teacher"], viewport=PHONE, color_scheme=scheme)
    page.get_by_role("button", name="Make a way back").click()
    page.get_by_role("heading", name="A way back for").wait_for()
    save_screenshot(page, f"way-back-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.evaluate(axe)
    assert page.evaluate(BROKEN) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_of_the_decision_that_a_school_writes_down(
    open_page, running_product, axe, save_screenshot, scheme
):
    """Asked, refused for want of a ground, and saved: each with what the page says of it."""
    admin = make_admin(school=make_school(preset=None), first_name="Grace")
    page = open_page("/policy/", as_user=admin, viewport=PHONE, color_scheme=scheme)
    page.get_by_label("Where is your school?").select_option(label="European Union or EEA")
    page.get_by_role("checkbox", name="18 and older").check()
    page.get_by_role("button", name="Show what may be chosen there").click()
    page.get_by_text("Nothing is saved yet.").wait_for()
    assert page.locator('input[value="full"]').is_disabled()
    page.get_by_text("Attention: what is asked").click()
    found = {"asked": broken_on(page, axe)}
    save_screenshot(page, f"law-asked-{scheme}")
    page.get_by_role("radio", name=re.compile("^Presence, self-report and attention")).check()
    page.locator("button:visible", has_text="Save this policy").click()
    page.get_by_text("Nothing was saved.").wait_for()
    found["refused"] = broken_on(page, axe)
    page.get_by_label("On what grounds").fill("GDPR 6(1)(e); assessment of May, kept in the office")
    page.get_by_label("Who decided it").fill("Grace, head of the school")
    page.get_by_label("When").fill("2026-05-04")
    page.locator("button:visible", has_text="Save this policy").click()
    page.get_by_text("What was decided so far").wait_for()
    found["saved"] = broken_on(page, axe)
    save_screenshot(page, f"law-saved-{scheme}")
    page.set_viewport_size({"width": 1366, "height": 768})
    save_screenshot(page, f"law-wide-{scheme}")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert found == {"asked": [], "refused": [], "saved": []}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out_of_the_pages_about_a_guardian(open_page, scene, axe, scheme):
    """As a guardian, the student, a teacher and an administrator see them, asked and answered."""
    users, named = scene
    now = timezone.now()
    Policy.objects.update(requires_guardian_consent=True)
    places = Participant.objects.select_related("classroom__school__policy")
    asked, answered = places.get(id=named["lost"]), places.get(id=named["place"])
    token = services.make_guardian_link(place=asked, by_school=True, now=now)
    used = services.make_guardian_link(place=answered, by_school=True, now=now)
    ward = services.ward_behind(token=used, is_own=False, address="192.0.2.1", now=now)
    given = {"choice": "own_results", "name": "Ada", "relation": "mother", "read": ward.policy.terms}
    _answer, own = services.answer_guardian(link_id=ward.link.id, now=now, **given)
    paths = [
        ("visitor", f"/guardians/{token}/", 200),
        ("visitor", f"/guardians/{used}/", 404),
        ("visitor", f"/guardians/own/{own}/", 200),
        ("visitor", f"/guardians/own/{own}/change/", 200),
        ("visitor", f"/guardians/own/{own}/withdraw/", 200),
        ("student", f"/my-data/{answered.id}/guardian/", 200),
        ("student", f"/lessons/{named['open_lesson']}/me/?change", 200),
        ("teacher", f"/classrooms/{named['classroom']}/guardians/", 200),
        ("admin", f"/places/{answered.id}/guardian/", 200),
        ("admin", f"/places/{asked.id}/guardian/", 200),
    ]
    found = {}
    for who, path, status in paths:
        page = open_page("/healthz", as_user=users[who], viewport=PHONE, color_scheme=scheme)
        assert page.goto(path).status == status, path
        if broken := broken_on(page, axe):
            found[path] = broken
    page.get_by_role("button", name="Make a letter with a new link").click()
    page.get_by_role("heading", name="Letters for parents and guardians").wait_for()
    assert broken_on(page, axe) == []
    assert found == {}


def broken_on(page, axe):
    page.evaluate(axe)
    return page.evaluate(BROKEN)


def test_a_picture_without_words_would_be_found(open_page, axe):
    page = open_page("/login/")
    page.evaluate("document.body.append(new Image())")
    page.evaluate(axe)
    assert any(one.startswith("image-alt") for one in page.evaluate(BROKEN))
