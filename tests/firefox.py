"""A Firefox with its made-up camera, spoken to over WebDriver BiDi: no driver, no package."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

# The camera is a picture of changing colour, and nobody is asked whether it may be used.
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.enabled": False,
    "app.normandy.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
START_SECONDS = 180


class Tab:
    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._call("session.new", capabilities={})
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def go(self, url: str) -> None:
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, script: str) -> Any:
        """What the script comes to, where that is a word, a number or a truth."""
        target = {"context": self._context}
        answer = self._call("script.evaluate", expression=script, target=target, awaitPromise=True)
        assert answer["type"] == "success", answer
        return answer["result"].get("value")

    def wait_for(self, script: str, seconds: float = 180) -> None:
        give_up_at = time.monotonic() + seconds
        while not self.evaluate(f"Boolean({script})"):
            assert time.monotonic() < give_up_at, f"not within {seconds} seconds: {script}"
            time.sleep(0.2)

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv(timeout=START_SECONDS))).get("id") != number:
            continue
        assert answer["type"] == "success", answer
        return answer["result"]


@contextmanager
def firefox(program: str, profile: Path) -> Iterator[Tab]:
    """The one tab of a Firefox that ends with this."""
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    command = [
        program,
        "--headless",
        "--no-remote",
        "--profile",
        str(profile),
        "--remote-debugging-port",
        "0",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with connect(_address(profile), max_size=None) as socket:
            yield Tab(socket)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _address(profile: Path) -> str:
    """Firefox writes where it listens into its profile."""
    file = profile / "WebDriverBiDiServer.json"
    give_up_at = time.monotonic() + START_SECONDS
    while not (file.exists() and (text := file.read_text())):
        assert time.monotonic() < give_up_at, "Firefox did not begin to listen"
        time.sleep(0.1)
    place = json.loads(text)
    return f"ws://{place['ws_host']}:{place['ws_port']}/session"
