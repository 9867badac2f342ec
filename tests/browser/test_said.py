"""What the class is asked and what it asks, through the teacher's page and a student's."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.models import Attendance, Classroom, PulseCheck, Question
from tests.browser.test_axe import AXE, BROKEN
from tests.browser.waiting import until
from tests.factories import (
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def lesson():
    """A lesson without any camera, with four who are there for as long as a test runs."""
    teacher = make_teacher(school=make_school(preset="self_report"))
    classroom = make_classroom(teacher=teacher, name="Physics 9b", held_words="rubbish")
    lesson = make_lesson(classroom=classroom, started_at=timezone.now() - timedelta(minutes=10))
    for _ in range(4):
        seen_at = timezone.now() + timedelta(minutes=5)
        student = make_participant(lesson=lesson, choice="no_camera")
        Attendance.objects.create(
            lesson=lesson, participant=student, joined_at=lesson.started_at, last_seen_at=seen_at
        )
    return lesson


@pytest.fixture
def student(lesson):
    account = make_user(school=lesson.classroom.school, first_name="Kim")
    place = make_participant(classroom=lesson.classroom, user=account, display_name="Kim Canary")
    make_consent(lesson=lesson, participant=place, choice="no_camera")
    return account


def close_now(pulse):
    """As if its half minute were over."""
    now = timezone.now()
    PulseCheck.objects.filter(id=pulse.id).update(at=now - timedelta(seconds=31), closes_at=now)


def broken(page):
    if not AXE.exists() and not os.environ.get("CI_NODE_REQUIRED"):
        return []
    page.evaluate(Path(AXE).read_text())
    return page.evaluate(BROKEN)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_one_key_asks_and_one_tap_answers(open_page, lesson, student, save_screenshot, scheme):
    his = open_page(f"/lessons/{lesson.id}/me/", as_user=student, color_scheme=scheme)
    card = his.get_by_role("region", name="A question to everybody")
    expect(his.get_by_role("button", name="Following")).to_be_visible()
    expect(card).to_contain_text("Nothing is being asked now.")
    expect(card.get_by_role("button", name="Partly")).to_be_hidden()
    save_screenshot(his, f"pulse-idle-student-{scheme}")
    hers = open_page(f"/lessons/{lesson.id}/", as_user=lesson.classroom.teacher, color_scheme=scheme)
    expect(hers.locator("#self-reports")).to_be_visible()
    hers.keyboard.press("w")
    expect(hers.locator("pulse-check")).to_contain_text("The answers are shown when the question closes")
    expect(card).to_contain_text("Your teacher sees how many answered what, not who.")
    expect(his.locator("[data-announce]")).to_contain_text("with me? Answer yes, partly or no.")
    assert broken(his) == []
    card.get_by_role("button", name="Partly").focus()
    his.keyboard.press("Enter")
    expect(card.get_by_role("button", name="Partly")).to_have_attribute("aria-pressed", "true")
    save_screenshot(his, f"pulse-student-{scheme}")
    pulse = PulseCheck.objects.get()
    until(his, lambda: [answer.kind for answer in pulse.answers.all()] == ["partly"])
    close_now(pulse)
    expect(hers.locator("pulse-check")).to_contain_text(
        re.compile(r"1 of 5 answered · asked at \d+:\d\d of the les")
    )
    expect(hers.locator('[data-answer="partly"]')).to_have_text("partly 1", use_inner_text=True)
    save_screenshot(hers, f"pulse-teacher-{scheme}")
    assert broken(hers) == []


PLACES = """() => [...document.querySelectorAll("h1, h2, button, textarea, a")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[data-pulse]"))
    .map((one) => [one.textContent.trim(), Math.round(one.getBoundingClientRect().top)])"""


def places_at_rest(page):
    """Once nothing moved for half a second: a busy machine goes on laying out what it shows already."""
    before = None
    while before != (before := page.evaluate(PLACES)):
        page.wait_for_timeout(500)
    return before


@pytest.mark.parametrize("width", [360, 1366])
def test_a_check_moves_nothing_under_the_finger(open_page, lesson, student, width):
    """When it opens, is answered, answered too late, and closes."""
    page = open_page(f"/lessons/{lesson.id}/me/", as_user=student, viewport={"width": width, "height": 768})
    card = page.get_by_role("region", name="A question to everybody")
    expect(page.locator('[data-sign] [data-for="no-camera"]').first).to_be_visible()
    before = places_at_rest(page)
    services.ask_pulse_check(lesson_id=lesson.id, now=timezone.now())
    expect(card.get_by_role("button", name="Partly")).to_be_visible()
    assert page.evaluate(PLACES) == before
    card.get_by_role("button", name="Partly").click()
    expect(card).to_contain_text("Sent. You can change it until this closes.")
    assert page.evaluate(PLACES) == before
    PulseCheck.objects.update(closed_at=timezone.now())
    card.get_by_role("button", name="No", exact=True).click()
    expect(card).to_contain_text("has closed")
    assert page.evaluate(PLACES) == before


def test_with_nobody_there_the_button_says_why_it_does_nothing(open_page, lesson):
    Attendance.objects.update(left_at=timezone.now())
    page = open_page(f"/lessons/{lesson.id}/", as_user=lesson.classroom.teacher)
    button = page.get_by_role("button", name="Ask the class")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description("There is nobody here to ask.")
    expect(page.locator("#pulse-nobody")).to_be_visible()
    page.keyboard.press("w")
    expect(page.locator("#announcer")).to_have_text("There is nobody here to ask.")
    assert broken(page) == []
    assert not PulseCheck.objects.exists()


def test_a_question_goes_to_the_teacher_without_a_name_and_comes_back_answered(
    open_page, lesson, student, save_screenshot
):
    his = open_page(f"/lessons/{lesson.id}/me/", as_user=student)
    box = his.get_by_role("region", name="Questions to the teacher")
    hers = open_page(f"/lessons/{lesson.id}/", as_user=lesson.classroom.teacher)
    box.get_by_label("Ask without your name").fill("Why does it fall?")
    his.keyboard.press("Enter")
    expect(box).to_contain_text("Sent, without your name.")
    expect(box.get_by_role("listitem")).to_contain_text("yours")
    shown = hers.locator("question-list")
    expect(shown).to_contain_text("Why does it fall?")
    assert "Canary" not in hers.content()
    box.get_by_label("Ask without your name").fill("Is that rubbish?")
    box.get_by_role("button", name="Ask", exact=True).click()
    expect(box).to_contain_text("Held back: your teacher reads it first")
    expect(shown).to_contain_text("held back by your list of words")
    save_screenshot(hers, "questions-teacher")
    save_screenshot(his, "questions-student")
    assert broken(hers) == [] and broken(his) == []
    hers.get_by_role("button", name="Approve: Is that rubbish?").click()
    expect(shown).not_to_contain_text("held back by your list of words")
    hers.get_by_role("button", name="Answered: Why does it fall?").click()
    expect(box.get_by_role("listitem").filter(has_text="Why does it fall?")).to_contain_text("answered")
    hers.get_by_role("button", name="Hide: Is that rubbish?").click()
    expect(shown).not_to_contain_text("rubbish")
    assert set(Question.objects.values_list("state", flat=True)) == {"answered", "hidden"}


def test_a_question_of_somebody_else_takes_one_vote_by_keyboard(open_page, lesson, student):
    other = lesson.consents.first().participant
    Question.objects.create(
        lesson=lesson, participant=other, at=timezone.now(), text="And why?", state="open"
    )
    his = open_page(f"/lessons/{lesson.id}/me/", as_user=student)
    button = his.get_by_role("button", name="I ask that too: And why?")
    button.focus()
    his.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    his.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(his.locator("[data-votes]")).to_have_text("+1")
    assert Classroom.objects.get(id=lesson.classroom_id).held_words == "rubbish"


def test_a_vote_that_is_refused_stands_no_more_and_the_page_says_why(open_page, lesson, student):
    other = lesson.consents.first().participant
    Question.objects.create(
        lesson=lesson, participant=other, at=timezone.now(), text="And why?", state="open"
    )
    Attendance.objects.update(left_at=timezone.now())
    his = open_page(f"/lessons/{lesson.id}/me/", as_user=student)
    button = his.get_by_role("button", name="I ask that too: And why?")
    button.focus()
    his.keyboard.press("Enter")
    expect(his.get_by_text("your teacher could guess who voted")).to_be_visible()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    expect(his.locator("[data-votes]")).to_be_empty()
    assert broken(his) == []


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_each_three_buttons_stand_in_one_line(open_page, lesson, student, width):
    page = open_page(f"/lessons/{lesson.id}/me/", as_user=student, viewport={"width": width, "height": 800})
    expect(page.get_by_role("button", name="Too slow")).to_be_visible()
    tops = """(names) => new Set([...document.querySelectorAll("button")]
        .filter((button) => names.includes(button.textContent.trim()))
        .map((button) => button.getBoundingClientRect().top)).size"""
    assert page.evaluate(tops, ["Too fast", "Right pace", "Too slow"]) == 1
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
