"""The live dashboard in a real browser, against the running product: safe to share, quick to read."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.models import AccessLogEntry, Attendance, Hint, Lesson, MoodPoint, ParticipantState, SelfReport
from emotion.labels import EMOTIONS
from tests.factories import make_classroom, make_lesson, make_participant, make_school, make_teacher

pytestmark = pytest.mark.browser

CHART_MS = 60_000  # nearly five megabytes of library, on a machine that also runs the product
ENGAGEMENT = {"engaged": 0.8, "drifting": 0.45, "away": 0.1}
HAPPY = [0.05, 0.05, 0.05, 0.7, 0.05, 0.05, 0.05]
HIDE_PAGE = """() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def measure(lesson, name, level, **fields):
    """A student who shares the own results and was measured just now."""
    student = make_participant(lesson=lesson, choice="own_results", display_name=name)
    attend(lesson, student)
    ParticipantState.objects.create(
        lesson=lesson,
        participant=student,
        # Fresh for as long as the test runs.
        measured_at=timezone.now() + timedelta(minutes=5),
        faces=1,
        level=level,
        engagement=ENGAGEMENT[level],
        probabilities=HAPPY,
        uncertain=False,
        **fields,
    )
    return student


def attend(lesson, student):
    now = timezone.now()
    Attendance.objects.create(lesson=lesson, participant=student, joined_at=now, last_seen_at=now)


@pytest.fixture
def lesson(running_product):
    """Ada and Bea are with the teacher, Cem drifts, Dora takes part without a camera and is lost."""
    teacher = make_teacher(school=make_school(preset="full"))
    found = make_lesson(
        classroom=make_classroom(teacher=teacher, join_code="ABC234"),
        started_at=timezone.now() - timedelta(minutes=10),
    )
    measure(found, "Ada Adler", "engaged")
    measure(found, "Bea Brandt", "engaged")
    cem = measure(found, "Cem Costa", "drifting")
    dora = make_participant(lesson=found, choice="no_camera", display_name="Dora Diaz")
    attend(found, dora)
    SelfReport.objects.create(lesson=found, participant=cem, at=timezone.now(), kind="lost")
    for step in range(20):
        MoodPoint.objects.create(
            lesson=found,
            at=found.started_at + timedelta(seconds=10 * step),
            counted=3,
            unknown=1,
            expression_shares=[
                share if label != "happy" else 0.7 for label, share in zip(EMOTIONS, HAPPY, strict=True)
            ],
            expression_spread=0.1,
            engagement=0.7,
            engagement_low=0.5,
            engagement_high=0.8,
        )
    return found


@pytest.fixture
def dashboard(open_page, lesson):
    """`dashboard(**options)`: the teacher's page, connected; without charts, which cost most of its time."""

    def open_one(*, charts=False, **options):
        page = open_page("/healthz", as_user=lesson.classroom.teacher, **options)
        if not charts:
            page.route("**/plotly.min.js", lambda route: route.abort())
        page.goto(f"/lessons/{lesson.id}/")
        expect(page.locator("#connection")).to_have_text("Connected")
        return page

    return open_one


def dialog(page):
    return page.locator("dialog[open]")


def test_one_sentence_says_how_the_class_is_doing(dashboard, save_screenshot):
    page = dashboard(charts=True, viewport={"width": 1440, "height": 900})
    expect(page.locator("#sentence")).to_have_text("2 of 3 with you, 1 drifting")
    expect(page.locator("#aside")).to_have_text("1 says “lost”")
    expect(page.get_by_role("list").filter(has_text="2 with you")).to_contain_text("1 unknown")
    expect(page.locator('[data-label="happy"]')).to_contain_text("%")
    expect(page.locator("#engagement-chart .main-svg").first).to_be_visible(timeout=CHART_MS)
    save_screenshot(page, "dashboard-light")


def test_it_is_drawn_for_the_dark_and_never_scrolls_sideways(dashboard, save_screenshot):
    page = dashboard(charts=True, viewport={"width": 1024, "height": 768}, color_scheme="dark")
    expect(page.locator("#mood-chart .main-svg").first).to_be_visible(timeout=CHART_MS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1024
    save_screenshot(page, "dashboard-dark")


def test_no_name_is_on_the_page_until_one_key_shows_them_all(dashboard, lesson, save_screenshot):
    page = dashboard()
    expect(page.locator("#sentence")).to_contain_text("with you")
    assert "Ada Adler" not in page.content()
    page.keyboard.press("n")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(4)
    expect(tiles.filter(has_text="Ada Adler")).to_contain_text("expression resembles happiness, 70%")
    expect(tiles.filter(has_text="Cem Costa")).to_contain_text("drifting")
    expect(tiles.filter(has_text="Dora Diaz")).to_contain_text("no individual data")
    save_screenshot(page, "dashboard-revealed")
    page.keyboard.press("n")
    expect(tiles).to_have_count(0)
    assert "Ada Adler" not in page.content()
    assert AccessLogEntry.objects.filter(lesson=lesson, place="dashboard").count() == 3


@pytest.mark.parametrize("leave", ["hide", "reload"])
def test_names_hide_by_themselves_when_the_teacher_leaves_the_page(dashboard, leave):
    page = dashboard()
    page.get_by_role("button", name="Show names").click()
    expect(page.locator(".tile")).to_have_count(4)
    page.evaluate(HIDE_PAGE) if leave == "hide" else page.reload()
    expect(page.get_by_role("button", name="Show names")).to_be_visible()
    expect(page.locator(".tile")).to_have_count(0)


def test_tiles_are_sorted_only_when_asked_and_walked_with_the_arrow_keys(dashboard):
    page = dashboard()
    page.keyboard.press("n")
    names = page.locator(".tile-name")
    expect(names).to_have_text(["Ada Adler", "Bea Brandt", "Cem Costa", "Dora Diaz"])
    page.get_by_role("button", name="level").click()
    expect(names).to_have_text(["Cem Costa", "Ada Adler", "Bea Brandt", "Dora Diaz"])
    page.locator(".tile").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".tile").nth(1)).to_be_focused()
    expect(page.locator("[data-detail]")).to_contain_text("Ada Adler · with you")


def test_a_key_moment_is_marked_with_one_key_and_outlives_a_reload(dashboard):
    page = dashboard()
    page.keyboard.press("m")
    page.keyboard.type("now a demonstration")  # m and n are letters while somebody types
    page.keyboard.press("Enter")
    marked = page.locator("#markers li")
    expect(marked).to_contain_text("now a demonstration")
    expect(page.locator("#announcer")).to_have_text("Marked: now a demonstration")
    page.reload()
    expect(marked).to_contain_text("now a demonstration")


def test_a_suggested_key_moment_takes_one_click(dashboard):
    page = dashboard()
    page.get_by_role("button", name="Mark a key moment").click()
    dialog(page).get_by_role("button", name="New topic").click()
    expect(page.locator("#markers li")).to_contain_text("New topic")


def test_single_keys_can_be_switched_off(dashboard):
    page = dashboard()
    page.get_by_role("button", name="Settings").click()
    dialog(page).get_by_role("checkbox").uncheck()
    dialog(page).get_by_label("Time between two snapshots").select_option("5000")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.locator("#announcer")).to_have_text("Saved")
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Show names")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#interval")).to_have_value("5000")


def test_pausing_is_said_on_every_open_dashboard(dashboard):
    page, other = dashboard(), dashboard()
    page.get_by_role("button", name="Pause for all").click()
    for one in (page, other):
        expect(one.locator("#sentence")).to_have_text("Paused: no snapshots are taken")
        expect(one.locator("#air")).to_have_text("Paused")
    other.get_by_role("button", name="Resume for all").click()
    expect(page.locator("#air")).to_have_text("On air")


def test_a_hint_is_dismissed_for_good(dashboard, lesson):
    Hint.objects.create(lesson=lesson, at=lesson.started_at + timedelta(minutes=4), kind="several_lost")
    page = dashboard()
    hint = page.locator(".hint", has_text="several say they are lost")
    expect(hint).to_contain_text("4:00")
    hint.get_by_role("button").click()
    expect(hint).to_have_count(0)
    page.reload()
    expect(page.locator("#connection")).to_have_text("Connected")
    expect(hint).to_have_count(0)


def test_ending_asks_first_and_leads_to_the_report(dashboard, lesson):
    page = dashboard()
    page.get_by_role("button", name="End lesson").click()
    dialog(page).get_by_role("button", name="Go on teaching").click()
    assert Lesson.objects.get(id=lesson.id).is_open
    page.get_by_role("button", name="End lesson").click()
    dialog(page).get_by_role("button", name="End lesson").click()
    expect(page).to_have_url(re.compile(r"/lessons/\d+/report/$"))
    assert not Lesson.objects.get(id=lesson.id).is_open


def test_a_lesson_that_ends_elsewhere_says_so(dashboard, lesson):
    page = dashboard()
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    expect(page.locator("#sentence")).to_have_text("The lesson has ended")
    expect(page.get_by_role("link", name="Open the report")).to_be_visible()
    expect(page.get_by_role("button", name="Pause for all")).to_be_disabled()


def test_a_teacher_who_loses_the_right_is_told_and_shown_no_name_any_more(dashboard, lesson):
    page = dashboard()
    page.keyboard.press("n")
    expect(page.locator("#individuals")).to_be_visible()
    lesson.classroom.teacher.is_active = False
    lesson.classroom.teacher.save()
    expect(page.get_by_text("This lesson cannot be reached any more")).to_be_attached()
    expect(page.locator("#individuals")).to_be_hidden()
    page.wait_for_timeout(3000)
    expect(page.locator("#connection")).to_have_text("Disconnected")


def test_without_the_chart_library_everything_else_works(dashboard):
    page = dashboard(charts=False)
    expect(page.locator("#engagement-chart")).to_have_text(re.compile("could not be loaded"))
    expect(page.locator("#engagement-chart-summary")).to_contain_text("Engagement was 7")
    expect(page.locator("#sentence")).to_have_text("2 of 3 with you, 1 drifting")


def test_a_lost_connection_is_said_and_comes_back_with_the_full_state(dashboard, lesson, running_product):
    page = dashboard()
    page.keyboard.press("n")
    expect(page.locator(".tile")).to_have_count(4)
    running_product.stop_part("web", crash=True)
    expect(page.locator("#connection")).to_have_text("Connection lost, reconnecting")
    running_product.start_part("web")
    running_product.wait_for_part("web")
    services.add_marker(lesson_id=lesson.id, label="While you were away", now=timezone.now())
    expect(page.locator("#connection")).to_have_text("Connected", timeout=10_000)
    expect(page.locator("#markers li")).to_contain_text("While you were away")
    expect(page.locator(".tile")).to_have_count(4)


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ({"type": "hint_dismissed", "seq": 5, "id": 1}, [2]),
        ({"type": "hint_dismissed", "seq": 4, "id": 1}, [2]),  # the same message again changes nothing
        ({"type": "hint_dismissed", "seq": 3, "id": 1}, [1, 2]),  # older than the state
        ({"type": "hint", "seq": 5, "hint": {"id": 2}}, [1, 2]),  # a hint that is there already
        ({"type": "hint", "seq": 5, "hint": {"id": 3}}, [1, 2, 3]),
        ({"type": "unheard_of", "seq": 5}, [1, 2]),
        ({"type": "hint_dismissed", "seq": 6, "id": 1}, None),  # a gap: the full state is needed
    ],
)
def test_messages_change_the_state_in_order_and_a_gap_is_noticed(open_page, message, left):
    page = open_page("/healthz")
    state = {"type": "state", "seq": 4, "hints": [{"id": 1}, {"id": 2}], "moods": [], "markers": []}
    hints = page.evaluate(
        """async ([state, message]) => {
            const { applied } = await import("/static/js/messages.js");
            return applied(state, message)?.hints.map((hint) => hint.id) ?? null;
        }""",
        [state, message],
    )
    assert hints == left


def test_the_small_window_says_the_same_sentence(open_page, lesson, save_screenshot):
    page = open_page(
        f"/lessons/{lesson.id}/glance/",
        as_user=lesson.classroom.teacher,
        viewport={"width": 380, "height": 170},
    )
    expect(page.locator("[data-glance-main]")).to_have_text("2 of 3 with you, 1 drifting")
    expect(page.locator("[data-glance-mark]")).to_have_attribute("data-level", "drifting")
    assert page.evaluate("document.documentElement.scrollHeight") <= 170
    save_screenshot(page, "glance")


def test_a_class_too_small_to_show_says_why(open_page, running_product):
    lesson = make_lesson(
        classroom=make_classroom(teacher=make_teacher(school=make_school(minimum_group_size=5))),
        started_at=timezone.now(),
    )
    for name in ("Eli", "Finn"):
        attend(lesson, make_participant(lesson=lesson, choice="class_mood", display_name=name))
    page = open_page(f"/lessons/{lesson.id}/", as_user=lesson.classroom.teacher)
    expect(page.locator("#sentence")).to_have_text("2 are here")
    expect(page.locator("#reason")).to_contain_text("Fewer than 5 are counted")
    expect(page.locator("class-mood")).to_contain_text("Fewer than 5 are counted")


def test_a_school_without_face_analysis_still_has_a_dashboard(open_page, running_product):
    lesson = make_lesson(
        classroom=make_classroom(teacher=make_teacher(school=make_school(preset="presence"))),
        started_at=timezone.now(),
    )
    student = make_participant(lesson=lesson, choice="own_results", display_name="Gia")
    attend(lesson, student)
    services.report_self(lesson_id=lesson.id, participant_id=student.id, kind="following", now=timezone.now())
    page = open_page(f"/lessons/{lesson.id}/", as_user=lesson.classroom.teacher)
    expect(page.locator("#sentence")).to_have_text("1 is here")
    expect(page.locator('[data-self-report="following"] [data-value]')).to_have_text("1")
    expect(page.locator("#engagement-chart")).to_have_count(0)
