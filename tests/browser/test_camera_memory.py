"""Snapshots leave nothing behind in the browser that takes them, and are what a canvas would draw."""

from collections.abc import Callable
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
WARM_UP, SNAPSHOTS = 60, 300
MOST_MB = 60
"""Chromium 150 keeps 1.4 MB of each picture of a camera that is drawn on a canvas of a worker."""

OPEN = """async () => {
    const video = { width: 640, height: 480, frameRate: 30 };
    const [track] = (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks();
    const { readable } = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
    window.camera = new Worker("/static/js/workers/camera.js", { type: "module" });
    window.answer = (request, transfer, ...types) => new Promise((answered) => {
        const hear = ({ data }) => {
            if (!types.includes(data.type)) return;
            camera.removeEventListener("message", hear);
            answered(data);
        };
        camera.addEventListener("message", hear);
        camera.postMessage(request, transfer);
    });
    camera.postMessage({ type: "frames", readable }, [readable]);
}"""
TAKE = """async (times) => {
    let taken = 0;
    for (let each = 0; each < times; each += 1) {
        const { frame } = await answer({ type: "take", largestBytes: 60000 }, [], "snapshot", "nothing");
        if (frame) taken += 1;
        await answer({ type: "look" }, [], "looked");
        await new Promise((done) => setTimeout(done, 20));
    }
    return taken;
}"""

# How many of 255 a snapshot's pixels are off what a canvas of the page draws of the same frame, in the mean.
COMPARE = """async (changed) => {
    const { pixelsOf } = await import("/static/js/reading/frame.js");
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    const video = Object.assign(document.createElement("video"), { srcObject: stream });
    await video.play();
    const frame = new VideoFrame(new VideoFrame(video), changed);
    const { width, height, data } = await pixelsOf(frame);
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { alpha: false });
    context.drawImage(frame, 0, 0, width, height);
    const drawn = context.getImageData(0, 0, width, height).data;
    const off = [...data].map((value, at) => Math.abs(value - drawn[at]));
    return [width, height, off.reduce((sum, one) => sum + one) / off.length];
}"""
FRAMES = {
    "as it is": ({}, (320, 240)),
    "a part": ({"visibleRect": {"x": 160, "y": 120, "width": 320, "height": 320}}, (277, 277)),
    "sideways": ({"rotation": 90}, (240, 320)),
    "mirrored": ({"flip": True}, (320, 240)),
}


@pytest.fixture
def camera(open_page: Callable[..., Page]) -> Page:
    page = open_page("/healthz")
    page.evaluate(OPEN)
    return page


def test_hundreds_of_snapshots_leave_nothing_behind(camera: Page, browser: Browser) -> None:
    camera.evaluate(TAKE, WARM_UP)
    before = megabytes(browser)
    taken = camera.evaluate(TAKE, SNAPSHOTS)
    grown = megabytes(browser) - before
    assert taken == SNAPSHOTS
    assert grown < MOST_MB


def megabytes(browser: Browser) -> float:
    """What all processes of this Chromium hold: their own, and what they share among them once."""
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    held = [psutil.Process(each["id"]).memory_full_info() for each in processes]
    return sum(each.pss for each in held) / 1e6


@pytest.mark.parametrize(("changed", "size"), FRAMES.values(), ids=FRAMES)
def test_a_snapshot_is_the_picture_that_a_canvas_draws(
    open_page: Callable[..., Page], changed: dict[str, Any], size: tuple[int, int]
) -> None:
    width, height, off = open_page("/healthz").evaluate(COMPARE, changed)
    assert (width, height) == size
    assert off < 1
