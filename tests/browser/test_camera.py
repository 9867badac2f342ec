"""The tests' own camera: what Chromium plays is a picture that moves."""

from base64 import b64decode
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = pytest.mark.browser
TWO_PICTURES = """async () => {
    const stream = await navigator.mediaDevices.getUserMedia({video: {width: 320, height: 240}});
    const video = document.createElement("video");
    video.srcObject = stream;
    await video.play();
    const canvas = Object.assign(document.createElement("canvas"), {width: 320, height: 240});
    const look = () => {
        canvas.getContext("2d").drawImage(video, 0, 0, 320, 240);
        return canvas.toDataURL("image/jpeg");
    };
    const first = look();
    await new Promise((resolve) => setTimeout(resolve, 700));
    return [first, look()];
}"""


def test_the_camera_shows_a_picture_that_moves(open_page: Callable[..., Page]) -> None:
    first, second = open_page("/healthz").evaluate(TWO_PICTURES)
    assert first != second
    assert b64decode(second.split(",")[1]).startswith(b"\xff\xd8")
