"""A student with a camera, in a real browser, against the running product."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from classroom import services
from classroom.models import Consent, Participant, SelfReport
from tests.browser.seats import (
    choose,
    expect_on_air,
    link,
    open_lesson,
    readings_of,
    said,
    sign,
    take_place,
)
from tests.browser.waiting import until, until_script
from tests.factories import LAWFUL, make_classroom, make_participant

pytestmark = pytest.mark.browser
FIRST_READING_MS = 60_000
REJECT = """(name) => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("refused by the test", name));
}"""
LIGHT_IS_ON = """() => window.tracks.some((track) => track.readyState === "live")"""
REMEMBER_TRACKS = """() => {
    window.tracks = [];
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        const stream = await open(wishes);
        window.tracks.push(...stream.getTracks());
        return stream;
    };
}"""
REMEMBER_TEXTS = """
    window.texts = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        if (typeof data === "string") texts.push(data);
        return send.call(this, data);
    };
"""
# What the server says is heard once `window.hear` is called: it was said before.
HEAR_LATER = """
    const later = new Promise((resolve) => { window.hear = resolve; });
    const listen = WebSocket.prototype.addEventListener;
    WebSocket.prototype.addEventListener = function (type, listener) {
        const wait = (event) => { window.wasSaid = true; later.then(() => listener(event)); };
        return listen.call(this, type, type === "message" ? wait : listener);
    };
"""
# The camera, as far away and as bright as `window.room` says.
IN_A_ROOM = """{
    window.room = { distance: 1, light: 1 };
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        const video = document.createElement("video");
        Object.assign(video, { muted: true, srcObject: await open(wishes) });
        await video.play();
        const canvas = document.createElement("canvas");
        Object.assign(canvas, { width: 640, height: 480 });
        const context = canvas.getContext("2d");
        setInterval(() => {
            const [width, height] = [640 / room.distance, 480 / room.distance];
            context.filter = `brightness(${room.light})`;
            context.fillStyle = "#999";
            context.fillRect(0, 0, 640, 480);
            context.drawImage(video, (640 - width) / 2, (480 - height) / 2, width, height);
        }, 50);
        return canvas.captureStream(20);
    };
}"""


@pytest.fixture
def join(open_page):
    """`join(lesson, choice)`: the page of a guest who came by the link; `script` runs before its own.

    `routes` are answered by the test.
    """

    def join_one(lesson, choice, script=None, routes=(), **options):
        page = open_page("/healthz", **options)
        for address, answer in routes:
            page.route(address, answer)
        page.add_init_script(f"({REMEMBER_TRACKS})()")
        if script:
            page.add_init_script(script)
        page.goto(link(lesson))
        take_place(page)
        choose(page, choice)
        return page

    return join_one


def wait_for_reading(page):
    expect(page.locator("[data-reading]")).to_be_visible(timeout=FIRST_READING_MS)


# --- joining ---


def test_a_student_joins_without_camera_and_answers_by_one_tap(join, save_screenshot):
    lesson = open_lesson()
    page = join(lesson, "no_camera")
    expect(said(page)).to_contain_text("Without camera")
    expect(page.locator("video")).to_have_count(0)
    page.get_by_role("button", name="Need a break").click()
    expect(page.get_by_text("It counts for five minutes")).to_be_visible()
    assert page.evaluate("window.tracks.length") == 0
    until(page, lambda: SelfReport.objects.filter(lesson=lesson, kind="need_a_break").exists())
    page.reload()
    expect(page.get_by_role("button", name="Need a break")).to_have_attribute("aria-pressed", "true")
    assert not readings_of(lesson).exists()
    save_screenshot(page, "student-no-camera")


@pytest.mark.parametrize(
    ("tap", "kind"), [("Need a break", "need_a_break"), ("Too fast", "too_fast")], ids=["state", "pace"]
)
def test_a_tap_that_is_made_before_the_seat_is_told_of_stays_pressed(join, tap, kind):
    lesson = open_lesson()
    page = join(lesson, "no_camera", HEAR_LATER)
    expect(sign(page)).to_have_attribute("data-sign", "connecting")
    until_script(page, "window.wasSaid")
    button = page.get_by_role("button", name=tap)
    button.click()
    until(page, lambda: SelfReport.objects.filter(lesson=lesson, kind=kind).exists())
    page.evaluate("window.hear()")
    expect(sign(page)).to_have_attribute("data-sign", "no-camera")
    expect(button).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("choice", ["class_mood", "own_results"])
def test_a_student_joins_with_the_camera_and_sees_the_own_reading(join, save_screenshot, choice):
    lesson = open_lesson()
    page = join(lesson, choice)
    expect_on_air(page)
    expect(page).to_have_title(re.compile("^● On air"))
    assert re.search(r"/on-air\.\w+\.svg$", page.locator('link[rel="icon"]').get_attribute("href"))
    wait_for_reading(page)
    expect(page.locator('[data-value="faces"]')).to_contain_text("one face found")
    expect(page.locator('[data-value="expression"]')).to_have_text(
        re.compile(
            r"^expression (clearly|weakly) resembles \w+$"
            r"|^expression (clearly|rather) neutral$|^not sure which expression$"
        )
    )
    expect(page.locator('[data-value="head"]')).to_contain_text("towards the screen")
    assert Consent.objects.get(lesson=lesson).choice == choice
    assert readings_of(lesson).exists()
    save_screenshot(page, f"student-{choice}")


def test_what_is_read_out_says_where_the_pictures_go_and_nothing_else(join):
    page = join(open_lesson(), "class_mood")
    expect_on_air(page)
    aloud = page.locator("[data-announce]")
    expect(aloud).to_contain_text("On air Your camera sends small pictures.")
    expect(aloud).not_to_contain_text("none leaves this device")


def test_the_box_lies_over_the_mirrored_face(join):
    page = join(open_lesson(), "class_mood")
    wait_for_reading(page)
    box = page.locator("[data-face-box]").bounding_box()
    preview = page.locator("[data-preview]").bounding_box()
    middle = (box["x"] + box["width"] / 2 - preview["x"]) / preview["width"]
    assert 0.35 < middle < 0.65
    assert 0.2 < box["height"] / preview["height"] < 0.9


def sooner(route):
    """How long something is so before it is said is held without a browser."""
    answer = route.fetch()
    text = answer.text()
    for long, short in (("dark: 10_000", "dark: 2_000"), ("GONE_AFTER_MS = 5000", "GONE_AFTER_MS = 1000")):
        assert long in text
        text = text.replace(long, short)
    route.fulfill(response=answer, body=text)


def test_what_would_help_the_camera_is_said_while_it_is_so_and_told_to_nobody(join, save_screenshot):
    sent = []
    script = f"{IN_A_ROOM} {REMEMBER_TEXTS} room.distance = 5;"
    routes = [(re.compile(r"/camera-help(\.\w+)?\.js$"), sooner)]
    page = join(open_lesson(), "class_mood", script, routes, viewport={"width": 1280, "height": 1400})
    help_line = page.locator("[data-camera-help] [data-for]:not([hidden])")
    wait_for_reading(page)
    expect(help_line).to_have_count(0)
    page.on("request", lambda request: sent.append(request.url))
    expect(help_line).to_contain_text("Come a little closer.")
    save_screenshot(page, "student-camera-help")
    page.evaluate("room.distance = 1")
    expect(help_line).to_have_count(0)
    page.evaluate("room.light = 0.1")
    expect(help_line).to_contain_text("It is dark.")
    said = page.evaluate("texts.map((text) => JSON.parse(text).type)")
    assert (sent, set(said)) == ([], {"clock"})
    assert page.evaluate("Object.keys({...localStorage, ...sessionStorage}).sort()") == ["camera", "window"]
    page.get_by_role("button", name="Pause my camera").click()
    expect(help_line).to_have_count(0)


def test_only_what_the_policy_allows_is_read_and_shown(join):
    lesson = open_lesson(preset="presence")
    page = join(lesson, "own_results")
    wait_for_reading(page)
    expect(page.locator('[data-value="faces"]')).to_be_visible()
    expect(page.locator('[data-value="expression"]')).to_have_count(0)
    expect(page.locator('[data-value="head"]')).to_have_count(0)
    assert readings_of(lesson).first().probabilities is None


def test_the_camera_can_be_tried_before_joining_and_nothing_is_sent(open_page, save_screenshot):
    lesson = open_lesson()
    page = open_page("/healthz")
    page.add_init_script(IN_A_ROOM)
    page.add_init_script(f"({REMEMBER_TRACKS})()")
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(link(lesson))
    take_place(page)
    page.get_by_role("button", name="Show my camera").click()
    expect(page.get_by_text("Your camera works. Nothing is sent yet.")).to_be_visible()
    until_script(page, "document.querySelector('video').videoWidth > 0")
    save_screenshot(page, "student-choose")
    page.evaluate("room.light = 0.1")
    expect(page.get_by_text("It is dark.")).to_be_visible()
    page.evaluate("room.light = 1")
    expect(page.get_by_text("It is dark.")).to_be_hidden()
    assert sockets == []
    assert page.evaluate(LIGHT_IS_ON)
    page.get_by_role("button", name="Switch it off").click()
    assert not page.evaluate(LIGHT_IS_ON)
    assert not Consent.objects.filter(lesson=lesson).exists()


def test_the_waiting_page_opens_the_lesson_by_itself(open_page):
    classroom = make_classroom()
    page = open_page(f"/join/{classroom.join_token}/")
    take_place(page)
    expect(page.get_by_text("looks again by itself")).to_be_visible()
    services.open_lesson(classroom=classroom, title="Waves", now=timezone.now())
    expect(page.get_by_role("heading", name="How do you take part?")).to_be_visible()


def test_the_keyboard_alone_joins_and_taps(open_page):
    lesson = open_lesson()
    page = open_page(link(lesson))
    page.get_by_label("Your name").focus()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    way = page.get_by_role("button", name="Join this way: Without camera")
    _tab_to(page, way)
    page.keyboard.press("Enter")
    lost = page.get_by_role("button", name="Lost")
    _tab_to(page, lost)
    page.keyboard.press("Space")
    expect(lost).to_have_attribute("aria-pressed", "true")


def _tab_to(page, locator):
    expect(locator).to_be_visible()
    for _ in range(20):
        page.keyboard.press("Tab")
        if locator.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not reach it")


# --- the camera during the lesson ---


def test_pausing_puts_the_light_out_and_going_on_sends_again(join):
    lesson = open_lesson()
    page = join(lesson, "class_mood")
    wait_for_reading(page)
    page.get_by_role("button", name="Pause my camera").click()
    expect(said(page)).to_contain_text("You paused your camera")
    expect(page.get_by_text("Your camera is off", exact=True)).to_be_visible()
    assert not page.evaluate(LIGHT_IS_ON)
    page.wait_for_timeout(1000)
    before = readings_of(lesson).count()
    page.wait_for_timeout(2500)
    assert readings_of(lesson).count() == before
    page.get_by_role("button", name="Continue with my camera").click()
    expect_on_air(page)
    until(page, lambda: readings_of(lesson).count() > before)


def test_the_teachers_pause_stops_the_camera_and_its_end_starts_it_again(join):
    lesson = open_lesson()
    page = join(lesson, "class_mood")
    expect_on_air(page)
    services.pause_lesson(lesson_id=lesson.id, now=timezone.now())
    expect(said(page)).to_contain_text("Paused for everybody")
    assert not page.evaluate(LIGHT_IS_ON)
    services.resume_lesson(lesson_id=lesson.id, now=timezone.now())
    expect_on_air(page)


def test_a_key_moment_takes_one_snapshot_at_once(join):
    lesson = open_lesson(interval_ms=10_000)
    page = join(lesson, "class_mood")
    expect_on_air(page)
    until_script(page, "document.querySelector('video').videoWidth > 0")
    services.add_marker(lesson_id=lesson.id, label="New topic", now=timezone.now())
    until(page, lambda: readings_of(lesson).exists(), seconds=6)


def test_a_new_interval_is_followed_and_said(join):
    lesson = open_lesson()
    page = join(lesson, "class_mood")
    expect(said(page)).to_contain_text("One every second.")
    services.set_interval(lesson_id=lesson.id, interval_ms=2500, now=timezone.now())
    expect(said(page)).to_contain_text("One every 2.5 seconds.")


@pytest.mark.parametrize(
    "missing", [["MediaStreamTrackProcessor"], ["MediaStreamTrackProcessor", "ImageCapture"]]
)
def test_frames_are_found_in_browsers_that_lack_the_best_way(join, missing):
    lesson = open_lesson()
    script = "".join(f"delete window.{name};" for name in missing)
    page = join(lesson, "class_mood", script=script)
    wait_for_reading(page)
    expect(page.locator('[data-value="faces"]')).to_contain_text("one face found")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotFoundError", "No camera was found."),
        ("NotAllowedError", "Your browser is not allowed to use the camera."),
        ("NotReadableError", "Another program is using your camera."),
        ("OverconstrainedError", "This camera gives no usable picture."),
        ("TypeError", "Your camera could not be started."),
    ],
)
def test_each_camera_problem_has_words_that_say_what_to_do(join, error, words):
    page = join(open_lesson(), "class_mood", script=f"({REJECT})('{error}')")
    expect(said(page)).to_contain_text("Your camera sends nothing")
    expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_role("button", name="Following")).to_be_enabled()
    page.get_by_role("button", name="Take part without camera").click()
    expect(sign(page)).to_have_attribute("data-sign", "no-camera")


ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36"


def test_a_phone_whose_call_has_the_camera_is_told_so(join, save_screenshot):
    page = join(
        open_lesson(),
        "class_mood",
        script=f"({REJECT})('NotReadableError')",
        user_agent=ANDROID,
        viewport={"width": 360, "height": 740},
    )
    expect(page.get_by_text("Your camera is used by another app, such as the call.")).to_be_visible()
    expect(page.get_by_text("Use a computer for the call, or take part here").first).to_be_visible()
    expect(page.get_by_text("Another program is using your camera.")).to_be_hidden()
    save_screenshot(page, "student-phone-busy")


def test_a_browser_inside_an_app_is_named_as_the_reason(join):
    inside = ANDROID.replace("; K)", "; K; wv)")
    page = join(open_lesson(), "class_mood", script=f"({REJECT})('NotAllowedError')", user_agent=inside)
    expect(page.get_by_text("The browser inside this app does not let pages use the camera.")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()


LOCKS = """
    window.locks = [];
    navigator.wakeLock.request = async () => {
        const lock = {released: false, release: async () => { lock.released = true; }};
        window.locks.push(lock);
        return lock;
    };
"""


def test_the_screen_stays_on_while_the_camera_is_on_air_and_no_longer(join):
    page = join(open_lesson(), "class_mood", script=LOCKS)
    expect_on_air(page)
    page.wait_for_function("window.locks.some((lock) => !lock.released)")
    page.get_by_role("button", name="Pause my camera").click()
    page.wait_for_function("window.locks.every((lock) => lock.released)")


def test_an_insecure_address_is_named_as_the_reason(join):
    script = """
        Object.defineProperty(window, "isSecureContext", {value: false});
        Object.defineProperty(navigator, "mediaDevices", {value: undefined});
    """
    page = join(open_lesson(), "class_mood", script=f"setTimeout(() => 0); {script}")
    expect(page.get_by_text("Browsers let only secure pages use the camera.")).to_be_visible()


def test_a_camera_that_goes_away_is_noticed_and_can_come_back(join, save_screenshot):
    page = join(open_lesson(), "class_mood")
    expect_on_air(page)
    page.evaluate("window.tracks.at(-1).dispatchEvent(new Event('ended'))")
    expect(page.get_by_text("Your camera was disconnected.")).to_be_visible()
    save_screenshot(page, "student-unplugged")
    page.get_by_role("button", name="Try again").click()
    expect_on_air(page)
    expect(page.get_by_text("Your camera was disconnected.")).to_be_hidden()


def test_a_camera_that_was_plugged_in_again_goes_on_by_itself(join):
    page = join(open_lesson(), "class_mood")
    expect_on_air(page)
    page.evaluate("window.tracks.at(-1).dispatchEvent(new Event('ended'))")
    expect(page.get_by_text("Your camera was disconnected.")).to_be_visible()
    page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    expect_on_air(page)


def test_a_lost_connection_is_said_and_comes_back(join, running_product):
    page = join(open_lesson(), "class_mood")
    expect_on_air(page)
    running_product.stop_part("web")
    expect(said(page)).to_contain_text("Connection lost")
    running_product.start_part("web")
    running_product.wait_for_part("web")
    expect(sign(page)).to_have_attribute("data-sign", "on-air")


# --- the small window ---


def test_the_small_window_shows_the_sign_and_takes_taps(join):
    lesson = open_lesson()
    page = join(lesson, "class_mood")
    expect_on_air(page)
    page.get_by_role("button", name="Open the small window").click()
    until_script(page, "window.documentPictureInPicture.window?.document.querySelector('.tap')")
    small = "window.documentPictureInPicture.window.document"
    assert page.evaluate(f"{small}.querySelector('[data-sign]').dataset.sign") == "on-air"
    page.evaluate(f"{small}.querySelector('.tap[value=lost]').click()")
    expect(page.get_by_role("button", name="Lost")).to_have_attribute("aria-pressed", "true")
    until(page, lambda: SelfReport.objects.filter(lesson=lesson, kind="lost").exists())
    page.evaluate(f"{small}.querySelector('[data-action=pause]').click()")
    expect(said(page)).to_contain_text("You paused your camera")


# --- change of mind, withdrawal, end ---


def test_a_change_of_mind_takes_effect_at_once(join):
    lesson = open_lesson()
    page = join(lesson, "own_results")
    expect_on_air(page)
    page.get_by_role("link", name="Change my mind").click()
    expect(page.get_by_text("Your choice now")).to_be_visible()
    choose(page, "no_camera")
    expect(said(page)).to_contain_text("Without camera")
    choices = Consent.objects.filter(lesson=lesson).order_by("id").values_list("choice", "ended_at")
    assert [choice for choice, ended_at in choices if ended_at is None] == ["no_camera"]


def test_a_slow_server_takes_no_receipt_away(join):
    """The socket is closed before the answer to the form comes: nothing else may be loaded meanwhile."""
    lesson = open_lesson()
    page = join(lesson, "own_results")
    expect_on_air(page)

    def answer_late(route):
        answer = route.fetch(max_redirects=0)
        page.wait_for_timeout(2000)
        route.fulfill(response=answer)

    page.route("**/withdraw/", answer_late)
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw and delete").click()
    expect(page.get_by_role("heading", name="You have withdrawn")).to_be_visible()


def test_withdrawal_asks_deletes_and_gives_a_receipt(join, save_screenshot):
    lesson = open_lesson()
    page = join(lesson, "own_results")
    wait_for_reading(page)
    page.get_by_role("button", name="Following").click()
    page.get_by_role("link", name="Withdraw").click()
    expect(page.get_by_role("dialog")).to_contain_text("This deletes at once and for good")
    save_screenshot(page, "student-withdraw")
    page.get_by_role("link", name="Keep taking part").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect_on_air(page)
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw and delete").click()
    expect(page.get_by_role("heading", name="You have withdrawn")).to_be_visible()
    assert int(page.locator('[data-count="readings"]').inner_text()) > 0
    assert page.locator('[data-count="self_reports"]').inner_text() == "1"
    save_screenshot(page, "student-receipt")
    page.reload()
    expect(page.get_by_role("heading", name="You have withdrawn")).to_be_visible()
    page.wait_for_timeout(1500)
    assert not readings_of(lesson).exists()
    assert not SelfReport.objects.filter(lesson=lesson).exists()


def test_withdrawing_in_one_tab_stops_the_camera_in_the_other(join):
    lesson = open_lesson()
    page = join(lesson, "class_mood")
    expect_on_air(page)
    other = page.context.new_page()
    other.goto(f"/lessons/{lesson.id}/me/withdraw/")
    other.get_by_role("button", name="Withdraw and delete").click()
    expect(page.get_by_role("heading", name="How do you take part?")).to_be_visible()


def test_the_end_of_the_lesson_stops_the_camera_and_leads_to_the_own_data(join, save_screenshot):
    lesson = open_lesson()
    page = join(lesson, "own_results")
    wait_for_reading(page)
    expect(page.get_by_role("button", name="Open the small window")).to_be_visible()
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    expect(said(page)).to_contain_text("The lesson has ended")
    expect(page.get_by_role("button", name="Open the small window")).to_be_hidden()
    assert not page.evaluate(LIGHT_IS_ON)
    page.get_by_role("link", name="My data of this lesson").click()
    expect(page.get_by_role("heading", name="What is stored about me")).to_be_visible()
    assert int(page.locator('[data-count="readings"]').inner_text()) > 0
    save_screenshot(page, "student-my-data")


def test_a_class_that_few_joined_keeps_each_tile_alike(join):
    """What a student sees is their own alone, whoever else is there."""
    lesson = open_lesson()
    make_participant(lesson=lesson, choice="own_results", display_name="Somebody else")
    page = join(lesson, "class_mood")
    expect_on_air(page)
    assert "Somebody else" not in page.content()


# --- a policy that changes during the lesson ---


def change_policy(lesson, preset):
    school = lesson.classroom.school
    services.choose_policy(
        school=school, preset=preset, readers="server", now=timezone.now(), minimum_age=0, **LAWFUL
    )
    services.apply_policy(school_id=school.id, now=timezone.now())


def test_a_wider_policy_asks_again_and_reads_no_more_until_it_is_answered(join, save_screenshot):
    lesson = open_lesson(preset="presence")
    page = join(lesson, "own_results")
    wait_for_reading(page)
    notice = page.get_by_text("Your school now allows more than you agreed to.")
    expect(notice).to_be_hidden()
    change_policy(lesson, "full")
    expect(notice).to_be_visible()
    save_screenshot(page, "student-asked-again")
    before = readings_of(lesson).count()
    until(page, lambda: readings_of(lesson).count() > before + 1)
    assert not readings_of(lesson).filter(probabilities__isnull=False).exists()
    page.get_by_role("button", name="Keep it as it is").click()
    expect(notice).to_be_hidden()
    page.reload()
    expect_on_air(page)
    expect(notice).to_be_hidden()
    page.goto(f"/lessons/{lesson.id}/me/?change")
    choose(page, "own_results")
    expect(page.locator('[data-value="expression"]')).to_be_attached()
    until(page, lambda: readings_of(lesson).filter(probabilities__isnull=False).exists(), seconds=30)


def test_a_policy_without_any_camera_puts_the_light_out(join):
    lesson = open_lesson()
    page = join(lesson, "own_results")
    wait_for_reading(page)
    change_policy(lesson, "self_report")
    expect(said(page)).to_contain_text("Your camera is not used")
    # The page may load anew meanwhile.
    page.wait_for_function(f"() => !({LIGHT_IS_ON})()")
    assert not readings_of(lesson).exists()


def test_a_class_only_student_reads_with_how_many_and_whom_they_are_counted(join, save_screenshot):
    lesson = open_lesson()
    page = join(lesson, "class_mood")
    expect_on_air(page)
    line = page.locator("[data-counted]")
    expect(line).to_have_text("You are not counted yet: that begins when enough are here.")
    own = Participant.objects.get(classroom=lesson.classroom)
    others = {make_participant(lesson=lesson).id for _ in range(4)}
    everybody = frozenset({own.id, *others})
    standings = dict.fromkeys(everybody, Consent.Standing.NEW)
    services.announce_counted(lesson, frozenset(), everybody, standings)
    expect(line).to_contain_text("Counted now, including you: 5.")
    expect(line).to_contain_text("new today: 5.")
    save_screenshot(page, "student-counted")
    services.announce_counted(lesson, everybody, frozenset(), {})
    expect(line).to_have_text("You are not counted yet: that begins when enough are here.")
