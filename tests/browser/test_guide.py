"""The course and help, read and answered by keyboard alone, in a browser that runs no scripts."""

import pytest

from classroom.guide.course import PAGES
from classroom.models import CourseProgress
from tests.factories import make_classroom, make_teacher

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1366, "height": 768}


def choose(page, question, answer):
    """With the keys that a screen reader passes on: to the group, then down its answers."""
    group = page.get_by_role("group", name=str(question.situation))
    first = group.get_by_role("radio").first
    first.focus()
    for _ in range([one.key for one in question.answers].index(answer.key)):
        page.keyboard.press("ArrowDown")
    if answer == question.answers[0]:
        page.keyboard.press("Space")
    assert group.get_by_label(str(answer.text)).is_checked()


def wrong(question):
    return next(one for one in question.answers if not one.is_right)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_teacher_does_the_course_by_keyboard_without_scripts(
    running_product, open_page, save_screenshot, scheme
):
    teacher = make_teacher(first_name="Mira")
    make_classroom(teacher=teacher)
    page = open_page(
        "/classrooms/", as_user=teacher, viewport=PHONE, color_scheme=scheme, java_script_enabled=False
    )
    save_screenshot(page, f"course-card-{scheme}")
    page.get_by_role("link", name="Start the course").press("Enter")
    for number, part in enumerate(PAGES):
        page.get_by_role("heading", name=str(part.title), level=1).wait_for()
        first, *others = part.questions
        choose(page, first, wrong(first))
        for question in others:
            choose(page, question, question.right)
        page.get_by_role("button", name="Check my answers").press("Enter")
        page.get_by_text("3 of 4 are right.").wait_for()
        said = page.get_by_role("radio", name=str(wrong(first).text)).get_attribute("aria-describedby")
        assert "Not quite." in page.locator(f"#{said}").inner_text()
        save_screenshot(page, f"course-{part.key}-{scheme}")
        choose(page, first, first.right)
        page.get_by_role("button", name="Check my answers").press("Enter")
        page.get_by_text("4 of 4 are right.").wait_for()
        if number == 0:
            page.get_by_role("link", name=f"On to “{PAGES[1].title}”").press("Enter")
    page.get_by_text("you have completed the course").wait_for()
    assert CourseProgress.objects.get(account=teacher).done_at is not None
    page.set_viewport_size(LAPTOP)
    save_screenshot(page, f"course-done-{scheme}")


@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_help_is_found_from_a_page_and_by_a_search_without_scripts(
    running_product, open_page, save_screenshot, viewport, scheme
):
    page = open_page("/back/", viewport=viewport, color_scheme=scheme, java_script_enabled=False)
    page.get_by_role("link", name="Help: I lost my place").press("Enter")
    page.get_by_role("heading", name="I lost my place, or my way back").wait_for()
    name = f"{scheme}-{viewport['width']}"
    save_screenshot(page, f"help-page-{name}")
    page.get_by_role("link", name="way back", exact=True).press("Enter")
    assert page.url.endswith("/help/words/#way-back")
    save_screenshot(page, f"help-words-{name}")
    page.get_by_role("link", name="All help").press("Enter")
    save_screenshot(page, f"help-{name}")
    page.get_by_label("Search help").fill("cover of the camera")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The camera does not start").press("Enter")
    page.get_by_role("heading", name="Firefox").wait_for()
    save_screenshot(page, f"help-camera-{name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
