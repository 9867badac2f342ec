"""The camera as it behaves at people's homes: it hangs, it is busy, there are two, the network is bad."""

import pytest
from playwright.sync_api import expect

from tests.bad_network import bad_network
from tests.browser.seats import (
    choose,
    expect_on_air,
    link,
    open_lesson,
    readings_of,
    said,
    take_place,
)
from tests.browser.waiting import until, until_script

pytestmark = pytest.mark.browser
NOTICED_MS = 6000  # five seconds, and one for a busy machine
TWO_CAMERAS = ["--use-fake-device-for-media-stream=device-count=2", "--use-fake-ui-for-media-stream"]

# What leaves the page, and what the server said to it.
WATCH = """
    window.log = { sent: [], errors: [], opened: [] };
    const Plain = WebSocket;
    window.WebSocket = class extends Plain {
        constructor(...address) {
            super(...address);
            this.addEventListener("message", ({ data }) => {
                const message = JSON.parse(data);
                if (message.type === "error") log.errors.push(message.code);
            });
        }
        send(data) {
            if (typeof data !== "string") log.sent.push({ at: Date.now(), bytes: data.byteLength });
            return super.send(data);
        }
    };
    const openAny = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        const stream = await openAny(wishes);
        log.opened.push(stream.getVideoTracks()[0].label);
        return stream;
    };
"""
# The camera through a canvas: as bright as `room.light` says, and still while `room.hangs`.
THROUGH_A_CANVAS = """{
    window.room = { light: 1, hangs: false };
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        const video = document.createElement("video");
        Object.assign(video, { muted: true, srcObject: await open(wishes) });
        await video.play();
        const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
        const context = canvas.getContext("2d");
        const still = document.createElement("canvas");
        setInterval(() => {
            if (!room.hangs) {
                context.filter = `brightness(${room.light})`;
                context.drawImage(video, 0, 0, 640, 480);
                Object.assign(still, { width: 640, height: 480 });
                still.getContext("2d").drawImage(canvas, 0, 0);
            } else context.drawImage(still, 0, 0);
        }, 50);
        return canvas.captureStream(20);
    };
}"""
NO_FRAMES = """
    navigator.mediaDevices.getUserMedia = async () =>
        new MediaStream([new MediaStreamTrackGenerator({ kind: "video" })]);
"""
# The first one to ask is never answered.
NO_HANDSHAKE = """{
    const Plain = WebSocket;
    window.handshakes = 0;
    window.WebSocket = class extends Plain {
        constructor(...address) {
            super(...address);
            this.isIgnored = handshakes++ === 0;
        }
        get readyState() {
            return this.isIgnored ? Plain.CONNECTING : super.readyState;
        }
        addEventListener(name, listener) {
            super.addEventListener(name, (event) => (this.isIgnored && name !== "close") || listener(event));
        }
    };
}"""
# As where another program has the camera that comes first.
FIRST_IS_BUSY = """{
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
        if (!wishes.video.deviceId) throw new DOMException("in use", "NotReadableError");
        return open(wishes);
    };
}"""
# The track ends, and only the other camera is there any more.
PULL_THE_CABLE = """async () => {
    const media = navigator.mediaDevices;
    const cameras = (await media.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    const open = media.getUserMedia.bind(media);
    media.enumerateDevices = async () => cameras.slice(1);
    media.getUserMedia = async (wishes) => {
        const gone = wishes.video.deviceId?.exact === cameras[0].deviceId;
        if (gone) throw new DOMException("gone", "OverconstrainedError");
        return open(wishes);
    };
    const [track] = document.querySelector("video").srcObject.getVideoTracks();
    track.stop();
    track.dispatchEvent(new Event("ended"));
    media.dispatchEvent(new Event("devicechange"));
}"""


@pytest.fixture
def sit(open_page):
    """`sit(lesson)`: the page of a guest who joined with the camera; `script` runs before its own."""

    def sit_down(lesson, script="", url=""):
        page = open_page("/healthz")
        page.add_init_script(WATCH + script)
        page.goto(url + link(lesson))
        take_place(page)
        choose(page, "own_results")
        return page

    return sit_down


@pytest.fixture
def sit_with_two_cameras(launch_chromium, running_product):
    contexts = []

    def sit_down(lesson, script=""):
        browser = launch_chromium(None, *TWO_CAMERAS)
        contexts.append(browser.new_context(base_url=running_product.url, permissions=["camera"]))
        page = contexts[-1].new_page()
        page.add_init_script(WATCH + script)
        page.goto(link(lesson))
        take_place(page)
        choose(page, "own_results")
        return page

    yield sit_down
    for context in contexts:
        context.close()


def sent(page):
    return page.evaluate("log.sent.length")


# --- no usable picture ---


@pytest.mark.parametrize("fault", ["room.light = 0", "room.hangs = true"], ids=["black", "hangs"])
def test_a_camera_without_a_usable_picture_is_told_of_and_sends_nothing_until_there_is_one(
    sit, fault, save_screenshot
):
    lesson = open_lesson()
    page = sit(lesson, THROUGH_A_CANVAS)
    expect_on_air(page)
    until(page, lambda: sent(page) > 0)
    page.evaluate(fault)
    expect(said(page)).to_contain_text("Your camera gives no picture", timeout=NOTICED_MS)
    expect(page.get_by_text("what it shows is black, stands still")).to_be_visible()
    save_screenshot(page, "student-no-picture")
    before = sent(page)
    page.wait_for_timeout(2500)
    assert sent(page) == before, "unknown to the class, as a camera that is off"
    page.evaluate("Object.assign(room, { light: 1, hangs: false })")
    expect_on_air(page)
    until(page, lambda: sent(page) > before)


def test_a_camera_that_opens_and_gives_nothing_is_told_of(sit):
    page = sit(open_lesson(), NO_FRAMES)
    expect(said(page)).to_contain_text("Your camera gives no picture", timeout=NOTICED_MS + 4000)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect(page.get_by_role("button", name="Take part without camera")).to_be_visible()
    assert sent(page) == 0


def test_a_handshake_that_nobody_answers_is_given_up_and_tried_again(sit):
    page = sit(open_lesson(), NO_HANDSHAKE)
    expect_on_air(page)
    assert page.evaluate("handshakes") == 2


def test_the_check_before_joining_tells_of_a_camera_without_a_picture(open_page):
    page = open_page("/healthz")
    page.add_init_script(THROUGH_A_CANVAS + "room.light = 0;")
    page.goto(link(open_lesson()))
    take_place(page)
    page.get_by_role("button", name="Show my camera").click()
    expect(page.get_by_text("Your camera gives no picture.")).to_be_visible()
    expect(page.get_by_text("Your camera works.")).to_be_hidden()
    page.evaluate("room.light = 1")
    expect(page.get_by_text("Your camera works.")).to_be_visible()


# --- several cameras ---


def test_a_free_camera_is_offered_by_name_where_the_first_is_busy(sit_with_two_cameras, save_screenshot):
    page = sit_with_two_cameras(open_lesson(), FIRST_IS_BUSY)
    expect(page.get_by_text("Another program is using your camera.")).to_be_visible()
    expect(page.get_by_text("There is another camera.")).to_be_visible()
    assert page.evaluate("log.opened") == []
    save_screenshot(page, "student-camera-choice")
    name = page.get_by_label("Camera", exact=True).locator("option").nth(1).inner_text()
    page.get_by_role("button", name=f"Use {name}").click()
    expect_on_air(page)
    until(page, lambda: sent(page) > 0)
    assert page.evaluate("log.opened") == [name]
    page.reload()
    expect_on_air(page)
    assert page.evaluate("log.opened") == [name], "the one that was agreed to comes back"


def test_another_camera_may_be_chosen_during_the_lesson(sit_with_two_cameras):
    page = sit_with_two_cameras(open_lesson())
    expect_on_air(page)
    cameras = page.get_by_label("Camera", exact=True)
    first, second = cameras.locator("option").all_inner_texts()
    expect(page.get_by_role("button", name=f"Use {first}")).to_be_hidden()
    cameras.select_option(second)
    assert page.evaluate("log.opened") == [first], "looking through the list opens nothing"
    page.get_by_role("button", name=f"Use {second}").click()
    until_script(page, "log.opened.length === 2")
    expect_on_air(page)
    assert page.evaluate("log.opened") == [first, second]


def test_another_camera_than_the_one_that_went_away_waits_for_a_click_that_names_it(sit_with_two_cameras):
    page = sit_with_two_cameras(open_lesson())
    expect_on_air(page)
    page.evaluate(PULL_THE_CABLE)
    expect(page.get_by_text("Your camera was disconnected.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    page.wait_for_timeout(1500)
    expect(page.get_by_text("Your camera was disconnected.")).to_be_visible()
    assert len(page.evaluate("log.opened")) == 1
    name = page.get_by_label("Camera", exact=True).locator("option").inner_text()
    page.get_by_role("button", name=f"Use {name}").click()
    expect_on_air(page)
    assert page.evaluate("log.opened")[1:] == [name]


def test_a_camera_can_be_chosen_before_joining(sit_with_two_cameras, running_product):
    page = sit_with_two_cameras(open_lesson())
    page.get_by_role("link", name="Change my mind").click()
    page.get_by_role("button", name="Show my camera").click()
    cameras = page.get_by_label("Camera", exact=True)
    expect(cameras).to_be_visible()
    second = cameras.locator("option").nth(1).inner_text()
    cameras.select_option(second)
    page.get_by_role("button", name=f"Use {second}").click()
    expect(page.get_by_text("Your camera works.")).to_be_visible()
    choose(page, "class_mood")
    expect_on_air(page)
    assert page.evaluate("log.opened") == [second]


# --- several windows ---


def test_of_two_windows_one_sends_and_the_other_says_so_and_may_take_over(sit, save_screenshot):
    lesson = open_lesson()
    first = sit(lesson)
    expect_on_air(first)
    until(first, lambda: sent(first) > 0)
    second = first.context.new_page()
    second.add_init_script(WATCH)
    second.goto(f"/lessons/{lesson.id}/me/")
    expect(said(second)).to_contain_text("Another window of yours has the camera")
    save_screenshot(second, "student-elsewhere")
    assert second.evaluate("log.opened") == []
    second.get_by_role("button", name="Use the camera here").click()
    expect_on_air(second)
    expect(said(first)).to_contain_text("Another window of yours has the camera")
    until(second, lambda: sent(second) > 1)
    before = sent(first)
    first.reload()
    expect(said(first)).to_contain_text("Another window of yours has the camera")
    assert (before > 0, sent(first)) == (True, 0)
    second.reload()
    expect_on_air(second)
    second.close()
    expect(said(first)).to_contain_text("The window that used it was closed.")
    first.wait_for_timeout(1500)
    assert first.evaluate("log.opened") == [], "only a click begins it"
    first.get_by_role("button", name="Use the camera here").click()
    expect_on_air(first)


# --- bad networks ---


@pytest.fixture
def network(running_product):
    with bad_network(running_product.port) as network:
        yield network


def test_a_stall_is_told_of_and_forgotten_seconds_after_it(sit, network):
    page = sit(open_lesson(), url=network.url)
    expect_on_air(page)
    until(page, lambda: sent(page) > 4)
    before = sent(page)
    network.stands_still = True
    expect(said(page)).to_contain_text("your connection or this device is slow")
    page.wait_for_timeout(2000)
    assert sent(page) <= before + 2, "what nobody answered is not followed by more"
    network.stands_still = False
    expect(said(page)).to_contain_text("One every second.")
    back = sent(page)
    until(page, lambda: sent(page) > back + 4)
    first, *_, last = (each["at"] for each in page.evaluate("log.sent")[back : back + 5])
    assert last - first <= 4 * 1250
    assert set(page.evaluate("log.errors")) <= {"too_old"}


def test_on_a_slow_uplink_few_pictures_come_and_none_is_old(sit, network):
    lesson = open_lesson()
    page = sit(lesson, url=network.url)
    expect_on_air(page)
    until(page, lambda: sent(page) > 3)
    network.bytes_a_second_upwards = 3000
    page.wait_for_timeout(4000)
    before = sent(page)
    page.wait_for_timeout(10_000)
    sizes = [each["bytes"] for each in page.evaluate("log.sent")][before:]
    assert sum(sizes) <= 3000 * 10 * 1.2 + max(sizes), "no more goes out than comes through"
    assert len(sizes) >= 3
    expect(said(page)).to_contain_text("your connection or this device is slow")
    assert page.evaluate("log.errors").count("too_old") <= 2, "those that were on the way as it became slow"
    newest = readings_of(lesson).count()
    until(page, lambda: readings_of(lesson).count() > newest)
