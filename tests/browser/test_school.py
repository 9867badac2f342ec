"""Pages of a school that took a colour nobody can read: axe-core finds nothing on them, light or dark."""

import re

import cv2
import numpy as np
import pytest
from django.utils import timezone

from classroom import services
from tests.browser.test_axe import AXE, BROKEN, NO_AXE, PHONE
from tests.factories import (
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDE = {"width": 1366, "height": 768}
ADMIN = (
    *("/school/", "/school/look/", "/school/calendar/", "/school/quiet-hours/", "/school/joining/"),
    *("/school/contact/", "/schools/{school}/imprint/", "/schools/{school}/privacy/"),
)
TEACHER = ("/classrooms/{classroom}/", "/classrooms/{classroom}/join/", "/lessons/{lesson}/")
VISITOR = ("/join/{token}/",)
STUDENT = ("/lessons/{lesson}/me/",)


@pytest.fixture
def school(running_product):
    school = make_school(time_zone="Europe/Berlin", name="Hill School")
    admin = make_admin(school=school, first_name="Grace")
    act = {"school_id": school.id, "actor": admin, "now": timezone.now()}
    sign = np.zeros((60, 120, 4), np.uint8)
    cv2.circle(sign, (60, 30), 28, (40, 80, 200, 255), -1)
    services.set_logo(png=cv2.imencode(".png", sign)[1].tobytes(), **act)
    services.change_school(short_name="Hill", open_hours="0 07:30-17:00", **act)
    services.change_calendar(periods="1: 08:00-08:45", terms="Autumn: 2026-09-01 - 2026-12-18", **act)
    contact = {"name": "Hill School", "address": "1 Hill Road\nHilltown", "email": "office@hill.example"}
    services.change_contact(**contact, officer="Ada", authority="The Commissioner", imprint="More.", **act)
    return admin


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#ffff00", "#0b0b0c"])
def test_a_school_of_any_colour_shuts_nobody_out(open_page, school, save_screenshot, accent, scheme):
    if not AXE.exists():
        pytest.skip(NO_AXE)
    admin, axe = school, AXE.read_text()
    services.change_school(school_id=admin.school_id, actor=admin, now=timezone.now(), accent=accent)
    classroom = make_classroom(school=admin.school)
    lesson = make_lesson(classroom=classroom, started_at=timezone.now())
    student = make_participant(classroom=classroom, user=make_user(school=admin.school))
    named = {"school": admin.school_id, "classroom": classroom.id, "lesson": lesson.id}
    named["token"] = classroom.join_token
    found = {}
    for who, paths in (
        (admin, ADMIN),
        (classroom.teacher, TEACHER),
        (None, VISITOR),
        (student.user, STUDENT),
    ):
        page = open_page("/", as_user=who, viewport=PHONE, color_scheme=scheme)
        for path in paths:
            answer = page.goto(path.format(**named))
            assert answer.status == 200, path
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
            page.evaluate(axe)
            if broken := page.evaluate(BROKEN):
                found[path] = broken
            name = "school-" + re.sub(r"\W+", "-", re.sub(r"{\w+}", "", path)).strip("-")
            save_screenshot(page, f"{name}-{accent[1:]}-{scheme}")
            page.set_viewport_size(WIDE)
            save_screenshot(page, f"{name}-{accent[1:]}-{scheme}-wide")
            page.set_viewport_size(PHONE)
    assert found == {}
