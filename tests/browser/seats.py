"""A student's way into a lesson, and what the sign of the page says there."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from classroom.models import Policy, Reading
from tests.factories import make_classroom, make_lesson, make_school

WAYS = {
    "no_camera": "Without camera",
    "class_mood": "Count me in the class mood",
    "own_results": "Show my own results to my teacher too",
}


def open_lesson(*, preset="full", readers="server", **fields):
    school = make_school(preset=preset, readers=readers)
    Policy.objects.filter(school=school).update(minimum_age=0)
    classroom = make_classroom(school=school)
    return make_lesson(classroom=classroom, started_at=timezone.now() - timedelta(minutes=1), **fields)


def link(lesson):
    return f"/join/{lesson.classroom.join_token}/"


def take_place(page, name="Ada"):
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Go on").click()


def choose(page, choice):
    page.get_by_role("button", name=f"Join this way: {WAYS[choice]}").click()


def sign(page):
    return page.locator("main [data-sign]")


def said(page):
    """What the sign says now; its other texts wait beside it, hidden."""
    return sign(page).locator("[data-for]:not([hidden])")


def expect_on_air(page):
    expect(sign(page)).to_have_attribute("data-sign", "on-air")


def readings_of(lesson):
    return Reading.objects.filter(lesson=lesson)
