"""A tab that is truly hidden behind another keeps its rate.

Playwright holds every page visible and switches Chromium's throttling off, so this test speaks to the
browser itself.
"""

import json
import subprocess
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from websockets.sync.client import ClientConnection, connect

from classroom.models import Policy, Reading
from tests.conftest import QUIET_CHROMIUM
from tests.factories import make_classroom, make_lesson, make_school
from tests.product import Product

pytestmark = pytest.mark.browser
INTERVAL_MS = 500
HIDDEN_SECONDS = 15
COUNT_TIMERS = "window.timers = 0; setInterval(() => window.timers++, 100)"


class Browser:
    """A Chromium, spoken to over its debugging protocol."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        to = {"sessionId": session} if session else {}
        self._socket.send(json.dumps({"id": number, "method": method, "params": params, **to}))
        while (answer := json.loads(self._socket.recv(timeout=30))).get("id") != number:
            continue
        assert "error" not in answer, answer
        return answer["result"]

    def first_tab(self) -> "Tab":
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        return Tab(
            self, self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        )

    def open_in_front(self, url: str) -> None:
        target = self.call("Target.createTarget", url=url)["targetId"]
        self.call("Target.activateTarget", targetId=target)


class Tab:
    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session

    def go(self, url: str) -> None:
        self._browser.call("Page.navigate", self._session, url=url)

    def evaluate(self, script: str) -> Any:
        answer = self._browser.call("Runtime.evaluate", self._session, expression=script, returnByValue=True)
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 60) -> None:
        give_up_at = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({script})"):
            assert time.monotonic() < give_up_at, f"not within {seconds} seconds: {script}"
            time.sleep(0.1)


@pytest.fixture
def bare_browser(
    running_product: Product, chromium_path: str, webcam: Path, tmp_path: Path
) -> Iterator[Browser]:
    """It is closed before the tables are emptied, or its snapshots would still come in."""
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    camera.append(f"--use-file-for-fake-video-capture={webcam}")
    command = [chromium_path, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={tmp_path}"]
    process = subprocess.Popen([*command, *QUIET_CHROMIUM, *camera, "about:blank"], stderr=subprocess.DEVNULL)
    try:
        with connect(debugging_address(tmp_path), max_size=None) as socket:
            yield Browser(socket)
    finally:
        process.terminate()
        process.wait(timeout=20)


def debugging_address(profile: Path, seconds: float = 120) -> str:
    """Chromium writes its port and path into its profile once it listens."""
    file = profile / "DevToolsActivePort"
    give_up_at = time.monotonic() + seconds
    while not (file.exists() and len(lines := file.read_text().splitlines()) == 2):
        assert time.monotonic() < give_up_at, "Chromium did not open its debugging port"
        time.sleep(0.1)
    return f"ws://127.0.0.1:{lines[0]}{lines[1]}"


def test_a_hidden_tab_keeps_its_rate(bare_browser, running_product):
    school = make_school(preset="presence")
    Policy.objects.filter(school=school).update(minimum_age=0)
    lesson = make_lesson(
        classroom=make_classroom(school=school), started_at=timezone.now(), interval_ms=INTERVAL_MS
    )
    tab = bare_browser.first_tab()
    join(tab, f"{running_product.url}/join/{lesson.classroom.join_token}/")
    tab.evaluate(COUNT_TIMERS)
    bare_browser.open_in_front("about:blank")
    tab.wait_for("document.visibilityState === 'hidden'")
    time.sleep(2)

    timers, readings = tab.evaluate("window.timers"), Reading.objects.filter(lesson=lesson).count()
    time.sleep(HIDDEN_SECONDS)
    timers = tab.evaluate("window.timers") - timers
    readings = Reading.objects.filter(lesson=lesson).count() - readings

    assert tab.evaluate("document.visibilityState") == "hidden"
    # The page's own timers are held at one a second: the control that shows the throttling at work.
    assert timers <= HIDDEN_SECONDS + 2
    due = HIDDEN_SECONDS * 1000 / INTERVAL_MS
    assert 0.75 * due <= readings <= 1.1 * due


def join(tab: Tab, link: str) -> None:
    tab.go(link)
    tab.wait_for("document.querySelector('[name=display_name]')")
    tab.evaluate("document.querySelector('[name=display_name]').value = 'Ada'")
    tab.evaluate("document.querySelector('main form').requestSubmit()")
    tab.wait_for("document.querySelector('button[value=own_results]')")
    tab.evaluate("document.querySelector('button[value=own_results]').click()")
    tab.wait_for("document.querySelector('[data-sign]')?.dataset.sign === 'on-air'")
    tab.wait_for("!document.querySelector('[data-reading]').hidden")
