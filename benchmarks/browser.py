"""What reading pictures takes of a student's computer: a Chromium on one core, whose camera plays a file.

    .venv/bin/python -m benchmarks.browser --minutes 30

Prints what is loaded, what a reading takes, and each minute what of a core and of memory the page takes.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import django
import psutil
from playwright.sync_api import Page, sync_playwright

from tests import servers as _addresses  # noqa: F401  # settings are read with addresses of its own

os.environ["DJANGO_SETTINGS_MODULE"] = "classroom.settings"
django.setup()

from django.contrib.staticfiles import finders  # noqa: E402

from classroom.local import browser_networks  # noqa: E402
from classroom.middleware import CONTENT_SECURITY_POLICY, READER, READER_POLICY  # noqa: E402
from classroom.static_files import reader_addresses  # noqa: E402
from tests.product import ROOT  # noqa: E402
from tests.webcam import write_webcam  # noqa: E402

CHROMIUM = os.environ.get("CLASSPULSE_CHROMIUM", "/usr/bin/chromium")
BURST = 100
OPEN = """async ([addresses, signals]) => {
    const { RemoteReader } = await import("/static/js/reading/remote-reader.js");
    const began = performance.now();
    window.reader = await RemoteReader.open(addresses, signals);
    const took = performance.now() - began;
    const video = { width: 640, height: 480, frameRate: 15 };
    const stream = await navigator.mediaDevices.getUserMedia({ video });
    window.video = Object.assign(document.createElement("video"), { srcObject: stream });
    await window.video.play();
    return took;
}"""
BURST_OF = """async (times) => {
    const took = [];
    for (let each = 0; each < times; each += 1) {
        took.push((await reader.read(new VideoFrame(video))).ms);
    }
    return took;
}"""
# Once a second, as in a lesson; `isRead` tells what the camera takes by itself.
BEGIN = """(isRead) => {
    clearInterval(window.beat);
    window.took = [];
    window.unread = 0;
    window.beat = setInterval(async () => {
        const frame = new VideoFrame(video);
        if (!isRead) return frame.close();
        const { analysis, ms } = await reader.read(frame);
        window.took.push(ms);
        if (!analysis.attention) window.unread += 1;
    }, 1000);
}"""


class Files(SimpleHTTPRequestHandler):
    """The static files as they stand in the repository, under the product's policies, and an empty page."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/static/")
        file = finders.find(name) if name != self.path else None
        content = Path(str(file)).read_bytes() if file else b"<!doctype html><title>A page</title>"
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(name) if file else "text/html")
        policy = READER_POLICY if READER.search(self.path) else CONTENT_SECURITY_POLICY
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Files)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@contextmanager
def page_on_one_core(address: str, core: int) -> Iterator[Page]:
    """What it starts inherits the core; this process, which only asks, keeps to it too."""
    os.sched_setaffinity(0, {core})
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        video = write_webcam(Path(folder) / "camera.mjpeg")
        flags = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        flags.append(f"--use-file-for-fake-video-capture={video}")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page()
        page.goto(address)
        yield page
        browser.close()


@cache
def renderer() -> psutil.Process:
    """The page's own process, workers included: the renderer that takes most."""
    renderers = [
        each for each in psutil.Process().children(recursive=True) if "--type=renderer" in each.cmdline()
    ]
    return max(renderers, key=lambda each: each.memory_info().rss)


def processor_seconds() -> float:
    times = renderer().cpu_times()
    return float(times.user + times.system)


def megabytes() -> float:
    return float(renderer().memory_full_info().uss) / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=__doc__)
    parser.add_argument("--minutes", type=int, default=3)
    parser.add_argument("--signals", nargs="+", default=["presence", "attention", "expression"])
    parser.add_argument("--core", type=int, default=0, help="the one that Chromium may use")
    options = parser.parse_args()
    browser_networks.ensure(ROOT / "models")
    with served() as address, page_on_one_core(address, options.core) as page:
        opened = page.evaluate(OPEN, [reader_addresses(), options.signals])
        page.evaluate(BURST_OF, 20)
        print(f"opened in {opened:.0f} ms; {megabytes():.0f} MB after 20 readings")
        before = processor_seconds()
        took = page.evaluate(BURST_OF, BURST)
        spent = 1000 * (processor_seconds() - before) / BURST
        print(f"a reading: {statistics.median(took):.1f} ms in the median, {min(took):.1f} at least;")
        print(
            f"{spent:.1f} ms of processor, the camera's frame in it; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        for minute in range(options.minutes + 1):
            page.evaluate(BEGIN, minute > 0)
            before, began = processor_seconds(), time.monotonic()
            page.wait_for_timeout(60_000)
            share = (processor_seconds() - before) / (time.monotonic() - began)
            took, unread = page.evaluate("() => [window.took, window.unread]")
            what = f"{len(took)} readings, {unread} without eyes" if minute else "camera alone"
            median = f", {statistics.median(took):.1f} ms in the median" if took else ""
            print(
                f"minute {minute}: {100 * share:.1f} % of a core, {megabytes():.1f} MB, {what}{median}",
                flush=True,
            )


if __name__ == "__main__":
    main()
