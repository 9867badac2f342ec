"""The live dashboard in a real browser, against the running product: safe to share, quick to read."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.models import (
    AccessLogEntry,
    Attendance,
    Hint,
    Lesson,
    MoodGroup,
    MoodPoint,
    ParticipantState,
    SelfReport,
)
from emotion.labels import EMOTIONS
from tests.factories import (
    LAWFUL,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)

pytestmark = pytest.mark.browser

CHART_MS = 60_000  # nearly five megabytes of library, on a machine that also runs the product
DESK = {"width": 1366, "height": 768}
ENGAGEMENT = {"engaged": 0.8, "drifting": 0.45, "away": 0.1}
HAPPY = [0.05, 0.05, 0.05, 0.7, 0.05, 0.05, 0.05]
CALM = [0.02, 0.02, 0.02, 0.3, 0.02, 0.02, 0.6]
NOT_ENOUGH = "Not enough to say anything about the class as a whole; what students say is shown below."
FRESH = timedelta(minutes=5)
"""Measured so far in the future, a state is fresh for as long as a test runs."""
HIDE_PAGE = """() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def begin(*, preset="full", minimum=5, minutes=10, **fields):
    """A lesson that runs for some time."""
    teacher = make_teacher(school=make_school(preset=preset, minimum_group_size=minimum))
    classroom = make_classroom(teacher=teacher, name="Physics 9b", join_code="ABC234")
    started_at = timezone.now() - timedelta(minutes=minutes)
    return make_lesson(classroom=classroom, started_at=started_at, **fields)


def measure(lesson, name, level, *, probabilities=HAPPY, **fields):
    """A student who shares the own results and was measured just now."""
    student = make_participant(lesson=lesson, choice="own_results", display_name=name, **fields)
    attend(lesson, student)
    ParticipantState.objects.create(
        lesson=lesson,
        participant=student,
        first_at=lesson.started_at,
        measured_at=timezone.now() + FRESH,
        faces=1,
        level=level,
        engagement=ENGAGEMENT[level],
        probabilities=probabilities,
        uncertain=False,
    )
    return student


def count_in(lesson, *levels, seen_at=FRESH):
    """Guests who count for the class only, each last seen at a level."""
    for level in levels:
        guest = make_participant(lesson=lesson, choice="class_mood")
        attend(lesson, guest)
        ParticipantState.objects.create(
            lesson=lesson,
            participant=guest,
            measured_at=timezone.now() + seen_at,
            seen_at=timezone.now() + seen_at,
            seen_level=level,
            seen_probabilities=CALM,
        )


def attend(lesson, student):
    """For as long as a test runs."""
    now = timezone.now()
    heard_until = now + timedelta(minutes=5)
    Attendance.objects.create(lesson=lesson, participant=student, joined_at=now, last_seen_at=heard_until)


def remember(lesson, *, words=None, shared=None, steps=48):
    """What was told of the class so far: `words(step)` and `shared(step)`, or nothing."""
    for step in range(steps):
        MoodPoint.objects.create(
            lesson=lesson,
            at=lesson.started_at + timedelta(seconds=10 * step),
            words=words(step) if words else None,
            shared=shared(step) if shared else None,
        )


def words_at(step):
    """Most, for a while about half, then few; nothing in between; happiness comes and goes."""
    level = ("most", "most", "half", "half", "few", "half", "most", "most")[step // 6]
    happy = "some" if step // 12 % 2 else "hardly"
    told = {"neutral": "mostly", "happy": happy, "sad": "some" if level == "few" else "hardly"}
    return (
        None
        if 20 <= step < 24
        else {"level": level, "expressions": [told.get(e, "hardly") for e in EMOTIONS]}
    )


def shared_at(step):
    engagement = round(0.7 - 0.2 * (20 <= step < 30) + 0.05 * (step % 3 == 0), 2)
    shares = {"neutral": 0.55, "happy": 0.2 + 0.1 * (step > 24), "sad": 0.15}
    return {
        "counted": 7,
        "engaged": 5,
        "drifting": 2,
        "away": 0,
        "engagement": engagement,
        "engagement_low": engagement - 0.15,
        "engagement_high": engagement + 0.15,
        "expression_shares": [shares.get(label, 0.0) for label in EMOTIONS],
        "expression_spread": 0.25,
    }


@pytest.fixture
def lesson(running_product):
    """Ada and Bea are with the teacher, Cem drifts, Dora takes part without a camera and is lost."""
    found = begin(minimum=3)
    measure(found, "Ada Adler", "engaged")
    measure(found, "Bea Brandt", "engaged")
    cem = measure(found, "Cem Costa", "drifting")
    dora = make_participant(lesson=found, choice="no_camera", display_name="Dora Diaz")
    attend(found, dora)
    SelfReport.objects.create(lesson=found, participant=cem, at=timezone.now(), kind="lost")
    remember(found, shared=shared_at, steps=20)
    return found


@pytest.fixture
def open_dashboard(open_page):
    """`open_dashboard(lesson, **options)`: its teacher's page, connected; charts cost most of its time."""

    def open_one(lesson, *, charts=False, **options):
        services.tick(lesson_id=lesson.id, now=timezone.now())
        page = open_page("/healthz", as_user=lesson.classroom.teacher, **{"viewport": DESK, **options})
        if not charts:
            page.route("**/plotly*.js", lambda route: route.abort())
        page.goto(f"/lessons/{lesson.id}/")
        expect(page.locator("#connection")).to_have_text("Connected")
        expect(page.locator("#sentence")).not_to_have_text(
            "Connecting"
        )  # before the first state keys do little
        return page

    return open_one


@pytest.fixture
def dashboard(open_dashboard, lesson):
    """`dashboard(**options)`: the page of Ada's lesson."""
    return lambda **options: open_dashboard(lesson, **options)


def dialog(page):
    return page.locator("dialog[open]")


def row(page, label):
    return page.locator(f'class-mood [data-label="{label}"]')


def choose(page, name, role="button"):
    """One of the menu's actions."""
    page.get_by_role("button", name="Menu").click()
    page.locator("#lesson-menu").get_by_role(role, name=name).click()


def wait_for_charts(page):
    expect(page.locator("#engagement-chart .main-svg").first).to_be_visible(timeout=CHART_MS)
    expect(page.locator("#mood-chart .main-svg").first).to_be_visible(timeout=CHART_MS)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_class_of_guests_is_told_in_words_and_no_number(
    open_dashboard, running_product, save_screenshot, colours
):
    lesson = begin()
    count_in(lesson, *["engaged"] * 5, *["drifting"] * 2, "away")
    remember(lesson, words=words_at)
    page = open_dashboard(lesson, charts=True, color_scheme=colours)
    expect(page.locator("#sentence")).to_have_text("About half of the 8 here are with you")
    expect(page.locator("level-bar")).to_contain_text("about half")
    expect(row(page, "neutral")).to_contain_text("mostly")
    expect(row(page, "happy")).to_contain_text("some")
    expect(row(page, "sad")).to_contain_text("hardly")
    assert not re.search(r"\d", page.locator("class-mood").inner_text())
    wait_for_charts(page)
    expect(page.locator("#engagement-chart-summary")).to_contain_text("The class now: ")
    save_screenshot(page, f"dashboard-words-{colours}")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_class_that_shares_has_both_and_they_are_told_apart(
    open_dashboard, running_product, save_screenshot, colours
):
    lesson = begin()
    for name in ("Ada", "Bea", "Cem", "Dan", "Eva", "Fay"):
        measure(lesson, name, "engaged", probabilities=CALM)
    measure(lesson, "Gus", "drifting")
    count_in(lesson, *["engaged"] * 5)
    remember(lesson, words=words_at, shared=shared_at)
    page = open_dashboard(lesson, charts=True, color_scheme=colours)
    expect(page.locator("#sentence")).to_have_text("Most of the 12 here are with you")
    expect(page.locator("level-bar [data-shared]")).to_contain_text("Of the 7 who show their results")
    expect(page.locator("level-bar .legend")).to_contain_text("6 with you")
    expect(row(page, "neutral")).to_contain_text("mostly")
    expect(row(page, "neutral")).to_contain_text("50%")
    expect(page.locator("[data-facts]")).to_have_text(
        "Of the 7 who show their results: expressions are much alike"
    )
    wait_for_charts(page)
    expect(page.locator("#engagement-chart")).to_contain_text("about half")
    expect(page.locator("#engagement-chart")).to_contain_text("drifting")
    save_screenshot(page, f"dashboard-both-{colours}")


def test_those_who_show_their_results_are_told_exactly(dashboard, save_screenshot):
    page = dashboard(charts=True)
    expect(page.locator("#sentence")).to_have_text(
        "2 of the 3 who show their results are with you, 1 drifting"
    )
    expect(page.locator("#aside")).to_have_text("1 says “lost”")
    expect(page.locator("level-bar .legend")).to_contain_text("1 drifting")
    expect(row(page, "happy")).to_contain_text("70%")
    wait_for_charts(page)
    save_screenshot(page, "dashboard-shared")


def test_it_never_scrolls_sideways(open_dashboard, lesson, save_screenshot):
    count_in(lesson, "engaged", "away", "drifting")
    for width in (1024, 390):
        page = open_dashboard(lesson, viewport={"width": width, "height": 768})
        expect(page.locator("level-bar [data-words]")).to_be_visible()
        expect(page.locator("level-bar [data-shared]")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        save_screenshot(page, f"dashboard-{width}")


def test_too_few_is_one_constant_sentence_and_what_they_say(open_dashboard, running_product, save_screenshot):
    lesson = begin()
    count_in(lesson, "engaged", "engaged", "away")
    measure(lesson, "Ada", "engaged")
    page = open_dashboard(lesson, charts=True)
    expect(page.locator("#sentence")).to_have_text("4 are here")
    expect(page.locator("#reason")).to_have_text(
        "Nothing is shown about the class yet: too few students are here."
    )
    expect(page.locator("class-mood")).to_contain_text(
        "Not enough to say anything about the class as a whole."
    )
    expect(page.locator("#self-reports-few")).to_have_text(
        "Counted once at least 5 people are here who show their results, or 5 who do not."
    )
    expect(page.locator("#engagement-chart")).to_contain_text("Nothing to draw yet")
    save_screenshot(page, "dashboard-too-few")
    for _ in range(5):
        attend(lesson, make_participant(lesson=lesson, choice="no_camera"))
    expect(page.locator("#sentence")).to_have_text("9 are here")
    expect(page.locator("#reason")).to_have_text(NOT_ENOUGH)
    expect(page.locator("#self-reports")).to_be_visible()
    for other in ("#self-reports-few", "#self-reports-shared"):
        expect(page.locator(other)).to_be_hidden()


def test_while_nobody_has_joined_the_code_is_one_button_away(open_dashboard, running_product):
    lesson = begin()
    page = open_dashboard(lesson)
    expect(page.locator("#sentence")).to_have_text("Nobody has joined yet")
    page.locator(".hero").get_by_role("button", name="Join code").click()
    expect(dialog(page)).to_contain_text("ABC 234")
    dialog(page).get_by_role("button", name="Close").click()
    attend(lesson, make_participant(lesson=lesson, choice="no_camera"))
    expect(page.locator("#sentence")).to_have_text("1 is here")
    expect(page.locator("#way-in")).to_be_hidden()


def test_once_somebody_is_removed_the_page_says_at_once_why_no_tap_is_counted(open_dashboard):
    lesson = begin()
    here = [make_participant(lesson=lesson, choice="no_camera") for _ in range(5)]
    for one in here:
        attend(lesson, one)
    page = open_dashboard(lesson)
    expect(page.locator("#self-reports")).to_be_visible()
    expect(page.locator("#self-reports-few")).to_be_hidden()
    services.remove_place(participant_id=here[0].id, by=lesson.classroom.teacher, now=timezone.now())
    expect(
        page.get_by_text("Somebody who was here has been removed, so nothing more is counted")
    ).to_be_visible()
    expect(page.locator("#self-reports")).to_be_hidden()
    expect(page.locator("#self-reports-few")).to_be_hidden()


def test_figures_that_grew_old_are_greyed_with_their_age(open_dashboard, running_product, save_screenshot):
    lesson = begin()
    count_in(lesson, *["engaged"] * 6, seen_at=-timedelta(minutes=3))
    members = [consent.participant_id for consent in lesson.consents.all()]
    told_at = timezone.now() - timedelta(minutes=3)
    told = {"words": words_at(0), "raw_words": words_at(0), "words_at": told_at, "fresh_at": told_at}
    MoodGroup.objects.create(lesson=lesson, stepped_at=told_at, counted=members, last_counted=members, **told)
    page = open_dashboard(lesson)
    expect(page.locator("#sentence")).to_have_text("Most of the 6 here are with you")
    expect(page.locator("#sentence")).to_have_class(re.compile("is-stale"))
    expect(page.locator("#quiet")).to_have_text("as of 3 minutes ago")
    expect(page.locator('[data-age="words"]')).to_have_text("as of 3 minutes ago")
    save_screenshot(page, "dashboard-stale")


@pytest.mark.parametrize("path", ["", "glance/"])
def test_a_server_that_is_behind_is_said_on_both_windows(open_page, lesson, save_screenshot, path):
    services.tick(lesson_id=lesson.id, now=timezone.now())
    size = {"width": 380, "height": 190} if path else DESK
    page = open_page("/healthz", as_user=lesson.classroom.teacher, viewport=size)
    page.route("**/plotly*.js", lambda route: route.abort())
    page.route_web_socket("**/teacher/", fall_behind)
    page.goto(f"/lessons/{lesson.id}/{path}")
    said = page.get_by_role("status").filter(has_text="Analysis is behind")
    expect(said).to_have_text("Analysis is behind: the server is busy.")
    if path:
        assert page.evaluate("document.documentElement.scrollHeight") <= size["height"]
    save_screenshot(page, f"dashboard-behind{path[:-1]}")


def fall_behind(route):
    """The server's messages, all of them saying that it is behind."""
    server = route.connect_to_server()

    def forward(text):
        message = json.loads(text)
        if "view" in message:
            message["view"]["behind"] = True
        route.send(json.dumps(message))

    server.on_message(forward)


def test_the_menu_is_walked_by_keyboard_and_gives_the_focus_back(dashboard):
    page = dashboard()
    button, items = page.get_by_role("button", name="Menu"), page.locator("#lesson-menu")
    button.press("Enter")
    expect(items).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(page.locator("#reveal")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(items.get_by_role("button", name="End lesson")).to_be_focused()
    page.keyboard.press("Escape")
    expect(items).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(dialog(page)).to_contain_text("End this lesson for everybody?")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()


def top(page, selector):
    return page.locator(selector).bounding_box()["y"]


def bottom(page, selector):
    box = page.locator(selector).bounding_box()
    return box["y"] + box["height"]


@pytest.mark.parametrize("size", [(1366, 768), (820, 1180), (390, 844)])
def test_the_first_screen_holds_what_may_need_an_answer_and_then_the_class(
    open_dashboard, lesson, size, save_screenshot
):
    width, height = size
    Hint.objects.create(lesson=lesson, at=lesson.started_at, kind="several_lost")
    page = open_dashboard(lesson, viewport={"width": width, "height": height})
    order = (
        "#sentence",
        "#self-reports-title",
        "#hints-title",
        "#mood-title",
        "#mood-chart-title",
        "#markers-title",
    )
    save_screenshot(page, f"dashboard-first-{width}")
    tops = [top(page, one) for one in order]
    if width > 1000:
        assert tops[1] == tops[2], "hints stand beside what they say"
    if width > 800:
        assert top(page, "#engagement-title") == tops[3]
        assert bottom(page, "class-mood") <= height
    assert tops == sorted(tops)
    assert top(page, ".hero") <= (110 if width > 800 else 200)
    assert bottom(page, "hint-list") <= height
    assert page.locator(".lesson-tools .button-primary").count() == 1


def test_the_side_panel_fits_beside_a_call(open_dashboard, lesson, save_screenshot):
    page = open_dashboard(lesson, viewport={"width": 360, "height": 768})
    page.goto(f"/lessons/{lesson.id}/?panel=1")
    expect(page.locator("#sentence")).to_contain_text("2 of the 3")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert bottom(page, "hint-list") <= 768
    page.keyboard.press("m")
    dialog(page).get_by_role("button", name="Exercise").click()
    expect(page.locator("#markers li")).to_contain_text("Exercise")
    save_screenshot(page, "dashboard-panel")
    services.set_break(lesson_id=lesson.id, minutes=5, now=timezone.now())
    clock = page.locator("break-clock [data-running]")
    expect(clock).to_have_text(re.compile(r"Break\s+(5:00|4:5\d)"))
    box = clock.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    save_screenshot(page, "dashboard-panel-break")


def test_a_break_is_given_shown_to_students_and_ends(open_page, dashboard, lesson):
    page = dashboard()
    student = make_participant(lesson=lesson, choice="no_camera", user=make_user(school=make_school()))
    theirs = open_page(f"/lessons/{lesson.id}/me/", as_user=student.user)
    choose(page, "Give a break")
    expect(dialog(page).get_by_role("button", name="End the break")).to_be_hidden()
    dialog(page).get_by_role("button", name="5 minutes", exact=True).click()
    for one in (page, theirs):
        expect(one.locator("break-clock [data-running]")).to_have_text(re.compile(r"Break\s+(5:00|4:5\d)"))
    Lesson.objects.update(break_ends_at=timezone.now() + timedelta(seconds=3))
    theirs.reload()
    expect(theirs.locator("break-clock [data-running]")).to_be_visible()
    expect(theirs.get_by_text("The break is over.")).to_be_visible()
    expect(theirs.locator("break-clock [data-running]")).to_be_hidden()


def test_nobody_is_called_back_from_a_break_to_a_lesson_that_has_ended(open_page, lesson):
    student = make_participant(lesson=lesson, choice="no_camera", user=make_user(school=make_school()))
    services.set_break(lesson_id=lesson.id, minutes=5, now=timezone.now())
    theirs = open_page(f"/lessons/{lesson.id}/me/", as_user=student.user)
    expect(theirs.locator("break-clock [data-running]")).to_be_visible()
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    expect(theirs.locator("break-clock [data-running]")).to_be_hidden()
    expect(theirs.locator("break-clock [data-said]")).to_have_text("")


def test_the_tab_says_how_many_are_lost_and_a_sound_is_for_who_asks(open_dashboard, running_product):
    lesson = begin(minimum=3)
    here = [make_participant(lesson=lesson, choice="no_camera") for _ in range(4)]
    for one in here:
        attend(lesson, one)
    page = open_dashboard(lesson)
    expect(page).to_have_title("Waves · ClassPulse")
    page.evaluate("() => { window.AudioContext = class { constructor() { window.beeped = true; } }; }")
    choose(page, "Notification when several are lost")
    expect(page.locator("#announcer")).to_contain_text("The browser blocks notifications")
    for one in here[:3]:
        services.report_self(lesson_id=lesson.id, participant_id=one.id, kind="lost", now=timezone.now())
    expect(page).to_have_title("(3 lost) Waves · ClassPulse")
    expect(page.locator(".hint")).to_contain_text("several say they are lost")
    assert not page.evaluate("window.beeped")


def test_lengths_and_patterns_survive_colours_of_the_system(dashboard, save_screenshot):
    page = dashboard(forced_colors="active")
    expect(page.locator("level-bar .segments")).to_be_visible()
    for drawn in (".segment:visible", "#self-reports .meter", "class-mood .meter"):
        element = page.locator(drawn).first
        assert element.evaluate("one => getComputedStyle(one).forcedColorAdjust") == "none", drawn
    save_screenshot(page, "dashboard-forced-colours")


def test_no_name_is_on_the_page_until_one_key_shows_them_all(dashboard, lesson, save_screenshot):
    page = dashboard()
    expect(page.locator("#sentence")).to_contain_text("with you")
    assert "Ada Adler" not in page.content()
    page.keyboard.press("n")
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(4)
    expect(tiles.filter(has_text="Ada Adler")).to_contain_text("expression weakly resembles happiness")
    assert "70%" not in tiles.filter(has_text="Ada Adler").text_content(), "no number for one person"
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
    choose(page, "Show names")
    expect(page.locator(".tile")).to_have_count(4)
    page.evaluate(HIDE_PAGE) if leave == "hide" else page.reload()
    expect(page.locator("#reveal-word")).to_have_text("Show names")
    expect(page.locator(".tile")).to_have_count(0)


def test_who_has_left_stands_apart_from_who_is_here(dashboard, lesson):
    Attendance.objects.filter(participant__display_name="Dora Diaz").update(left_at=timezone.now())
    page = dashboard()
    page.keyboard.press("n")
    here, left = (page.locator(f'[data-group="{one}"]') for one in ("here", "left"))
    expect(left.locator(".tile")).to_have_text(re.compile(r"Dora Diaz.*has left", re.DOTALL))
    expect(here.locator(".tile")).to_have_count(3)
    expect(here.locator("[data-total]")).to_have_text("3")
    page.locator("#hide").click()
    expect(page.locator(".tile")).to_have_count(0)
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_tiles_are_sorted_only_when_asked_and_walked_with_the_arrow_keys(dashboard):
    page = dashboard()
    page.keyboard.press("n")
    names = page.locator(".tile [data-name]")
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


def test_a_key_moment_stands_where_the_key_was_pressed_is_renamed_and_removed(dashboard, lesson):
    page = dashboard()
    page.keyboard.press("m")
    pressed_at = Lesson.objects.get(id=lesson.id).time_at(timezone.now())
    page.wait_for_timeout(3000)
    page.keyboard.type("Strat")
    page.keyboard.press("Enter")
    marked = page.locator("#markers li")
    expect(marked).to_contain_text("Strat")
    assert abs((lesson.markers.get().at - pressed_at).total_seconds()) < 2.5
    marked.get_by_role("button", name="Change: Strat").press("Enter")
    page.keyboard.type("Start")  # what was there is selected
    page.keyboard.press("Enter")
    expect(marked).to_contain_text("Start")
    change = marked.get_by_role("button", name="Change: Start")
    expect(change).to_be_focused()
    change.click()
    dialog(page).get_by_role("button", name="Remove").click()
    expect(marked).to_have_count(0)
    expect(page.get_by_text("None yet. Mark what you want to find again")).to_be_visible()
    expect(page.locator("key-moments")).to_be_focused()


def test_a_suggested_key_moment_takes_one_click(dashboard):
    page = dashboard()
    page.get_by_role("button", name="Mark a key moment").click()
    dialog(page).get_by_role("button", name="New topic").click()
    expect(page.locator("#markers li")).to_contain_text("New topic")


def test_single_keys_can_be_switched_off(dashboard):
    page = dashboard()
    choose(page, "Settings")
    dialog(page).get_by_role("checkbox").uncheck()
    dialog(page).get_by_label("Time between two snapshots").select_option("5000")
    dialog(page).get_by_role("button", name="Save").click()
    expect(page.locator("#announcer")).to_have_text("Saved")
    page.keyboard.press("n")
    expect(page.locator("#reveal")).to_have_attribute("aria-pressed", "false")
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
    words = hint.locator("[data-text]").bounding_box()
    assert words["width"] >= 140  # a line of words, not a column of single ones
    hint.get_by_role("button").click()
    expect(hint).to_have_count(0)
    expect(page.locator("hint-list")).to_be_focused()  # the keyboard goes on from here
    page.reload()
    expect(page.locator("#connection")).to_have_text("Connected")
    expect(hint).to_have_count(0)


def test_ending_asks_first_and_leads_to_the_report(dashboard, lesson):
    page = dashboard()
    choose(page, "End lesson")
    dialog(page).get_by_role("button", name="Go on teaching").click()
    assert Lesson.objects.get(id=lesson.id).is_open
    choose(page, "End lesson")
    dialog(page).get_by_role("button", name="End lesson").click()
    expect(page).to_have_url(re.compile(r"/lessons/\d+/report/$"))
    assert not Lesson.objects.get(id=lesson.id).is_open


def test_a_lesson_that_ends_elsewhere_says_so(dashboard, lesson):
    page = dashboard()
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    expect(page.locator("#sentence")).to_have_text("The lesson has ended")
    expect(page.get_by_role("link", name="Open the report")).to_be_visible()
    expect(page.get_by_role("button", name="Pause for all")).to_be_disabled()
    expect(page.locator("#air")).to_have_text("Ended")
    expect(page.locator("#connection")).to_be_hidden()


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
    expect(page.locator("#engagement-chart-summary")).to_contain_text("of 100 now")
    expect(page.locator("#sentence")).to_contain_text("2 of the 3 who show their results")


def test_a_lost_connection_is_said_and_comes_back_with_the_full_state(dashboard, lesson, running_product):
    page = dashboard()
    page.keyboard.press("n")
    expect(page.locator(".tile")).to_have_count(4)
    running_product.stop_part("web", crash=True)
    expect(page.locator("#connection")).to_have_text("Connection lost, reconnecting")
    running_product.start_part("web")
    running_product.wait_for_part("web")
    services.add_marker(lesson_id=lesson.id, label="While you were away", now=timezone.now())
    expect(page.locator("#connection")).to_have_text("Connected")
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
        viewport={"width": 380, "height": 190},
    )
    expect(page.locator("[data-glance-main]")).to_have_text(
        "2 of the 3 who show their results are with you, 1 drifting"
    )
    expect(page.locator("[data-glance-mark]")).to_have_attribute("data-level", "drifting")
    assert page.evaluate("document.documentElement.scrollHeight") <= 190
    save_screenshot(page, "glance")


def test_the_small_window_shows_the_clock_of_a_break(open_page, dashboard, lesson, save_screenshot):
    """As a pop-up, and drawn into another document, as that of a picture in picture is."""
    small = open_page(
        f"/lessons/{lesson.id}/glance/",
        as_user=lesson.classroom.teacher,
        viewport={"width": 380, "height": 190},
    )
    clock = small.locator("[data-glance-break]")
    expect(small.locator("[data-glance-main]")).not_to_be_empty()
    expect(clock).to_be_hidden()
    services.set_break(lesson_id=lesson.id, minutes=5, now=timezone.now())
    expect(clock).to_have_text(re.compile(r"Break\s+4:5\d"))
    assert small.evaluate("document.documentElement.scrollHeight") <= 190
    save_screenshot(small, "glance-break")
    page = dashboard()
    page.evaluate("""() => {
        const frame = document.body.appendChild(document.createElement("iframe"));
        const value = { requestWindow: async () => frame.contentWindow };
        Object.defineProperty(window, "documentPictureInPicture", { value, configurable: true });
    }""")
    choose(page, "Small window")
    drawn = page.frame_locator("iframe").locator("[data-glance-break]")
    expect(drawn).to_have_text(re.compile(r"Break\s+4:\d\d"))
    services.set_break(lesson_id=lesson.id, minutes=0, now=timezone.now())
    expect(drawn).to_be_hidden()
    expect(clock).to_be_hidden()


def test_a_trial_is_marked_beside_its_name(open_dashboard, lesson):
    measure(lesson, "Me Myself", "away", is_trial=True)
    page = open_dashboard(lesson)
    expect(page.locator("#sentence")).to_contain_text("2 of the 3")
    page.keyboard.press("n")
    tiles = page.locator(".tile")
    expect(tiles.filter(has_text="Me Myself").get_by_text("trial")).to_be_visible()
    expect(tiles.filter(has_text="Ada Adler").get_by_text("trial")).to_be_hidden()
    tiles.filter(has_text="Me Myself").focus()
    expect(page.locator("[data-detail]")).to_have_text(re.compile("^Me Myself · trial · down or away"))


@pytest.mark.parametrize("preset", ["self_report", "presence"])
def test_a_school_without_face_analysis_still_has_a_dashboard(
    open_dashboard, running_product, save_screenshot, preset
):
    lesson = begin(preset=preset, minimum=3)
    students = [make_participant(lesson=lesson, choice="no_camera") for _ in range(4)]
    for student in students:
        attend(lesson, student)
    for student, kind in zip(students, ["lost", "lost", "following"], strict=False):
        services.report_self(lesson_id=lesson.id, participant_id=student.id, kind=kind, now=timezone.now())
    page = open_dashboard(lesson)
    expect(page.locator("#sentence")).to_have_text("4 are here")
    expect(page.locator("#reason")).to_have_text("")
    expect(page.locator("#aside")).to_have_text("2 say “lost”")
    expect(page.locator('[data-self-report="following"] [data-value]')).to_have_text("1")
    expect(page.locator("#engagement-chart")).to_have_count(0)
    expect(page.locator("class-mood")).to_have_count(0)
    shown = page.locator("main").text_content()
    shown = shown.replace(page.locator("#join-dialog").text_content(), "")  # what students read
    assert bool(re.search("camera|snapshot|on air|pause", shown, re.IGNORECASE)) == (preset == "presence")
    save_screenshot(page, f"dashboard-{preset}")


def test_a_tile_is_silent_about_what_the_policy_does_not_read(open_dashboard, running_product):
    lesson = begin(preset="presence")
    measure(lesson, "Ada", "engaged")
    page = open_dashboard(lesson)
    page.keyboard.press("n")
    tile = page.locator(".tile")
    expect(tile).to_have_text(
        re.compile(r"^\s*Ada( trial)?\s+face in the picture\s+seen \d+% of the time\s*$")
    )
    expect(page.get_by_role("button", name="level", exact=True)).to_have_count(0)


def test_a_policy_that_changes_during_the_lesson_changes_the_page(dashboard, lesson):
    page = dashboard()
    expect(page.locator("class-mood")).to_be_visible()
    school = lesson.classroom.school
    services.choose_policy(
        school=school,
        preset="attention",
        readers="server",
        minimum_group_size=3,
        now=timezone.now(),
        **LAWFUL,
    )
    expect(page.locator("class-mood")).to_have_count(0)
    expect(page.locator("#engagement-title")).to_be_visible()


def test_the_teacher_of_a_demonstration_can_be_a_student(open_dashboard, running_product):
    lesson = begin(is_simulation=True, speed=5)
    page = open_dashboard(lesson)
    with page.context.expect_page() as opened:
        choose(page, "Be a student", "link")
    assert lesson.classroom.join_token in opened.value.url
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("button", name="Join code")).to_have_count(0)
    expect(page.get_by_role("link", name="Be a student")).to_be_visible()
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    expect(page.get_by_role("link", name="Be a student")).to_be_hidden()
