"""The report as a teacher and an administrator meet it: in Chromium, on screen and on paper."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom.models import AccessLogEntry, Flag, Lesson, Participant, User
from classroom.services import review_flag
from classroom.services.dispatch import send_report_task
from reports.build import build_report
from tests.browser.waiting import until_script
from tests.factories import make_admin, make_user
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.browser

PAPER_INK = "rgb(19, 33, 42)"
DARK_INK = "rgb(230, 238, 242)"
INK = "getComputedStyle(document.querySelector('h1')).color"
FIGURE_WIDTH = "document.querySelector('.figure .main-svg').getAttribute('width')"


@pytest.fixture
def taught(running_product):
    """A lesson of this morning, whose report waits to be written."""
    return make_taught_class(started_at=timezone.now() - timedelta(hours=3))


@pytest.fixture
def written(taught):
    write(taught)
    return taught


def write(taught):
    build_report(lesson_id=taught.lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=taught.lesson.id).update(report_state="ready")


@pytest.fixture
def open_report(open_page):
    """`open_report(taught, rest)`: the teacher's page, with what its console said in `page.complaints`."""

    def open_one(taught, rest="", **options):
        page = open_page("/classrooms/", as_user=taught.lesson.classroom.teacher, **options)
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"/lessons/{taught.lesson.id}/report/{rest}")
        return page

    return open_one


def figures(page):
    return page.locator(".figure .main-svg:first-child")


def test_the_class_report_is_drawn_and_names_no_result_of_a_student(open_report, written, save_screenshot):
    page = open_report(written)
    expect(figures(page)).to_have_count(4)
    expect(page.locator(".student")).to_have_count(0)
    expect(page.get_by_text("2 drafts of flags wait for a person")).to_be_visible()
    assert page.complaints == []
    save_screenshot(page, "report-class")


@pytest.mark.parametrize(
    ("shows", "titles", "sentence"),
    [
        (
            "shared",
            ["Engagement of those who show", "What expressions resembled"],
            "Those who show their own",
        ),
        (
            "words",
            ["The class with you", "What expressions resembled"],
            "Most of the class were with you for",
        ),
        ("nothing", [], "Not enough to say anything about the class as a whole."),
    ],
)
def test_each_kind_of_class_is_told_what_may_be_told(
    running_product, open_report, save_screenshot, shows, titles, sentence
):
    found = make_taught_class(shows=shows, started_at=timezone.now() - timedelta(hours=3))
    write(found)
    page = open_report(found)
    expect(page.get_by_role("region", name="At a glance")).to_contain_text(sentence)
    for title in titles:
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(figures(page)).to_have_count(len(titles) + 1)
    assert page.complaints == []
    save_screenshot(page, f"report-{shows}")


@pytest.mark.parametrize(("width", "colours"), [(390, "light"), (768, "dark"), (1440, "dark")])
def test_it_never_scrolls_sideways(open_report, written, save_screenshot, width, colours):
    page = open_report(
        written, "?individuals=1", viewport={"width": width, "height": 900}, color_scheme=colours
    )
    expect(figures(page)).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    save_screenshot(page, f"report-{colours}-{width}")


def test_every_figure_has_words_and_a_table_for_who_does_not_see_it(open_report, written):
    page = open_report(written, f"participants/{written.sad.id}/")
    expect(figures(page)).to_have_count(2)
    for figure in page.locator(".figure").all():
        described_by = figure.get_attribute("aria-describedby")
        assert page.locator(f"#{described_by}").inner_text()
    page.get_by_text("The same as a table").first.click()
    expect(page.get_by_role("table").first).to_contain_text("100%")
    assert page.complaints == []


def test_without_the_chart_library_the_tables_are_open(open_report, written):
    page = open_report(written)
    page.route("**/vendor/plotly*.js", lambda route: route.abort())
    page.reload()
    expect(page.get_by_role("region", name="The class with you").get_by_role("table")).to_be_visible()


def test_a_flag_is_shown_and_dismissed_with_the_keyboard(open_report, written, save_screenshot):
    page = open_report(written)
    page.get_by_role("link", name="Show names and review").press("Enter")
    flag = page.locator(".flag").filter(has_text="resembled sadness")
    flag.get_by_role("button", name="Dismiss").press("Enter")
    assert flag.get_by_label("Reason for your decision").evaluate("box => !box.validity.valid")
    flag.get_by_label("Reason for your decision").fill("A cold; the student told me before.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(flag.get_by_role("status")).to_have_text("Your decision is saved.")
    expect(flag.get_by_role("status")).to_be_in_viewport()
    decided = page.locator(".flag").filter(has_text="resembled sadness")
    expect(decided).to_contain_text("A cold; the student told me before.")
    expect(decided).to_contain_text("dismissed")
    assert Flag.objects.get(participant=written.sad).state == "dismissed"
    assert AccessLogEntry.objects.filter(participant=written.sad, place="report").exists()
    save_screenshot(page, "report-flags")


def test_a_decision_is_corrected_with_the_keyboard(open_report, written, save_screenshot):
    page = open_report(written, "?individuals=1#flags")
    flag = page.locator(".flag").filter(has_text="resembled sadness")
    flag.get_by_label("Reason for your decision").fill("The wrong student.")
    flag.get_by_role("button", name="Confirm").press("Enter")
    expect(flag).to_contain_text("confirmed")
    flag.get_by_text("Correct this decision").press("Enter")
    save_screenshot(page, "report-correct")
    flag.get_by_label("Reason for your decision").fill("It was somebody else.")
    flag.get_by_role("button", name="Dismiss").press("Enter")
    expect(flag.locator("blockquote")).to_contain_text("It was somebody else.")
    expect(flag.locator(".badge").first).to_have_text("dismissed")
    expect(page.get_by_text("The wrong student.")).to_have_count(0)
    assert Flag.objects.get(participant=written.sad).state == "dismissed"


@pytest.mark.parametrize("width", [390, 1366])
def test_two_lessons_of_a_class_are_ticked_and_compared(open_page, written, save_screenshot, width):
    room = written.lesson.classroom
    for days in (7, 14, 21):
        write(
            make_taught_class(
                classroom=room, students=7 + days // 7, started_at=timezone.now() - timedelta(days=days)
            )
        )
    page = open_page(
        f"/classrooms/{room.id}/lessons/", as_user=room.teacher, viewport={"width": width, "height": 768}
    )
    save_screenshot(page, f"class-lessons-{width}")
    page.get_by_role("button", name="Compare the two").click()
    expect(page.get_by_text("Tick two lessons whose reports are ready")).to_be_visible()
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_role("button", name="Compare the two").click()
    expect(page.get_by_role("heading", name="Two lessons side by side")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    save_screenshot(page, f"class-compare-{width}")


@pytest.mark.parametrize("width", [390, 1366])
def test_a_student_takes_minutes_out_and_the_reviewer_reads_it(
    open_report, open_page, written, save_screenshot, width
):
    (flag,) = written.lesson.flags.filter(participant=written.disengaged)
    review_flag(
        flag_id=flag.id,
        state="confirmed",
        reason="Seen too.",
        follow_up="Shall we talk on Monday?",
        reviewer=written.lesson.classroom.teacher,
        now=timezone.now(),
    )
    student = make_user(school=written.lesson.classroom.school)
    Participant.objects.filter(id=written.disengaged.id).update(user=student)
    page = open_page(
        f"/lessons/{written.lesson.id}/me/data/", as_user=student, viewport={"width": width, "height": 768}
    )
    expect(page.get_by_text("Shall we talk on Monday?")).to_be_visible()
    save_screenshot(page, f"own-notes-{width}")
    page.get_by_label("From minute").fill("8")
    page.get_by_label("To minute").fill("43")
    page.get_by_label("Why").fill("I was taking notes")
    page.get_by_role("button", name="Delete these minutes").press("Enter")
    expect(page.get_by_text("These minutes are deleted.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    write(written)
    page = open_report(written, "?individuals=1#flags")
    expect(page.locator(".flag").filter(has_text="drifting")).to_contain_text("I was taking notes")


def test_the_page_shows_the_report_as_soon_as_a_worker_has_written_it(open_report, taught, save_screenshot):
    page = open_report(taught)
    expect(page.get_by_text("The report is being written.")).to_be_visible()
    save_screenshot(page, "report-progress")
    send_report_task(taught.lesson.id)
    expect(page.get_by_role("heading", name="At a glance")).to_be_visible()
    assert Lesson.objects.get(id=taught.lesson.id).report_state == "ready"


def test_a_failed_report_is_written_again_at_the_press_of_a_button(open_report, taught, save_screenshot):
    Lesson.objects.filter(id=taught.lesson.id).update(report_state="failed")
    page = open_report(taught)
    save_screenshot(page, "report-failed")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="At a glance")).to_be_visible()


def test_on_paper_everything_is_light_and_fits(open_report, written, save_screenshot):
    page = open_report(written, "?individuals=1", color_scheme="dark")
    expect(figures(page)).to_have_count(4)
    assert page.evaluate(INK) == DARK_INK
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    until_script(page, f"{FIGURE_WIDTH} === '660'")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    until_script(page, f"{FIGURE_WIDTH} !== '660'")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(INK) == PAPER_INK
    expect(page.get_by_role("button", name="Dismiss").first).to_be_hidden()
    expect(page.get_by_text("Download", exact=True)).to_be_hidden()
    picture = save_screenshot(page, "report-paper")
    assert page.pdf(path=picture.with_suffix(".pdf"), prefer_css_page_size=True).startswith(b"%PDF")


def test_files_are_downloaded_from_one_menu_with_the_keyboard(open_report, written, save_screenshot):
    page = open_report(written)
    expect(page.get_by_role("link", name="PDF of the class")).to_be_hidden()
    page.get_by_text("Download", exact=True).press("Enter")
    save_screenshot(page, "report-downloads")
    with page.expect_download() as download:
        page.get_by_role("link", name="Workbook (XLSX)").press("Enter")
    assert download.value.suggested_filename.startswith(f"classpulse-lesson-{written.lesson.id}-")


@pytest.mark.parametrize(("chosen", "told"), [("", "Pacific/Auckland"), ("Asia/Tokyo", "Asia/Tokyo")])
def test_a_file_has_the_browsers_times_until_the_account_has_a_zone(open_report, written, chosen, told):
    User.objects.filter(id=written.lesson.classroom.teacher_id).update(time_zone=chosen)
    page = open_report(written, timezone_id="Pacific/Auckland")
    page.get_by_text("Download", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()
    assert json.loads(Path(download.value.path()).read_text())["lesson"]["zone"] == told


def test_the_administrator_goes_from_the_overview_to_a_draft(open_page, written, save_screenshot):
    page = open_page("/overview/", as_user=make_admin(school=written.lesson.classroom.school))
    page.get_by_role("link", name="with drafts to review").click()
    save_screenshot(page, "overview")
    page.get_by_role("link", name="2 drafts", exact=True).click()
    expect(page.get_by_role("heading", name="Flags")).to_be_visible()
    page.goto("/access-log/")
    expect(page.get_by_role("region", name="Looks").get_by_text("6 students")).to_be_visible()


def test_in_a_short_lesson_a_row_without_individual_data_is_one_line_high(written, open_report):
    page = open_report(written, "?individuals=1")
    cell = page.locator(".heat-untold").first
    expect(cell).to_be_visible()
    as_long_as_it_was = cell.bounding_box()["height"]
    page.evaluate("for (const cell of document.querySelectorAll('.heat-untold')) cell.colSpan = 2")
    assert cell.bounding_box()["height"] == as_long_as_it_was
