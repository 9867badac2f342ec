"""A browser that reads its pictures itself: what it loads, whom it may ask, what it says when it cannot."""

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from classroom.middleware import CONTENT_SECURITY_POLICY, READER_POLICY
from tests.browser.reading import addresses, open_reader
from tests.product import ROOT, Product
from tests.serving import served

pytestmark = pytest.mark.browser
FINDER, LANDMARKS, BLENDSHAPES, EXPRESSION = (
    "face_detector",
    "face_landmarks_detector",
    "face_blendshapes",
    "edge",
)
FOR_EVER = "max-age=315360000, public, immutable"
FIRST_LOAD = 6_000_000  # bytes, all told
LOADED = "() => performance.getEntriesByType('resource').map(({name, transferSize}) => [name, transferSize])"

# Where frames cannot be copied, they are drawn.
DRAW = "delete globalThis.VideoFrame; return (await own('frame')).pixelsOf(frame)"
ATTEMPTS = {
    "fetch": "to => fetch(`http://${to}/`).then(() => 'came', () => 'refused')",
    "post": """to => fetch(`http://${to}/`, {method: 'POST', mode: 'no-cors', body: 'a picture'})
        .then(() => 'came', () => 'refused')""",
    "script": """to => {
        try { importScripts(`http://${to}/`); return 'came'; } catch { return 'refused'; }
    }""",
    "module": "to => import(`http://${to}/`).then(() => 'came', () => 'refused')",
    "request": """to => new Promise((done) => {
        const one = new XMLHttpRequest();
        one.onload = () => done('came');
        one.onerror = () => done('refused');
        one.open('GET', `http://${to}/`);
        one.send();
    })""",
    "socket": """to => new Promise((done) => {
        new WebSocket(`ws://${to}/`).onerror = () => done('refused');
    })""",
    "events": """to => new Promise((done) => {
        const one = new EventSource(`http://${to}/`);
        one.onopen = () => done('came');
        one.onerror = () => done('refused');
    })""",
}


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page("/healthz")


class Stranger:
    """Another server, which lets everybody in and writes down who came."""

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Content-Type", "text/javascript")
                self.end_headers()

            do_GET = do_POST = do_OPTIONS = answer  # noqa: N815  # names of the standard library

            def log_message(self, *_: Any) -> None:
                pass

        self.asked = asked
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    one = Stranger()
    with served(one.server):
        yield one


def test_the_reader_lives_under_a_policy_of_its_own_and_the_page_under_its_old_one(
    page: Page, running_product: Product
) -> None:
    answer = page.request.get(addresses(running_product)["worker"])
    assert answer.headers["content-security-policy"] == READER_POLICY
    assert answer.headers["cache-control"] == FOR_EVER
    assert page.request.get("/healthz").headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "wasm" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_the_reader_can_ask_no_other_server(
    page: Page, running_product: Product, stranger: Stranger, attempt: str
) -> None:
    open_reader(page, running_product, "presence")
    (worker,) = page.workers
    assert worker.evaluate("() => fetch('/healthz').then(({status}) => status)") == 200
    assert worker.evaluate(attempt, stranger.address) == "refused"
    assert stranger.asked == []


@pytest.mark.parametrize(
    ("signals", "networks"),
    [
        (["presence"], {FINDER}),
        (["presence", "attention"], {FINDER, LANDMARKS, BLENDSHAPES}),
        (["presence", "expression"], {FINDER, LANDMARKS, EXPRESSION}),
        (["presence", "attention", "expression"], {FINDER, LANDMARKS, BLENDSHAPES, EXPRESSION}),
    ],
    ids=lambda value: "-".join(sorted(value)),
)
def test_a_network_that_is_not_allowed_is_not_even_loaded(
    page: Page, running_product: Product, signals: list[str], networks: set[str]
) -> None:
    open_reader(page, running_product, *signals)
    loaded = page.workers[0].evaluate(LOADED)
    assert set(re.findall(r"/networks/(\w+)\.[0-9a-f]{12}\.tflite", str(loaded))) == networks


def test_what_is_not_allowed_any_more_is_let_go_of_and_comes_back_from_the_cache(
    page: Page, running_product: Product
) -> None:
    assert open_reader(page, running_product, "presence", "attention", "expression")
    assert page.evaluate("() => reader.allow(['presence']).then(() => reader.model)") is None
    page.workers[0].evaluate("() => performance.clearResourceTimings()")
    assert page.evaluate("() => reader.allow(['expression']).then(() => reader.model)")
    again = dict(page.workers[0].evaluate(LOADED))
    assert len(again) == 3  # landmarks, expression, its card
    assert set(again.values()) == {0}


def test_the_first_load_is_small_and_later_ones_come_from_the_cache(
    page: Page, running_product: Product
) -> None:
    loads = []
    for _ in range(2):
        open_reader(page, running_product, "presence", "attention", "expression")
        own = page.evaluate(LOADED)
        (worker,) = page.workers
        loads.append(worker.evaluate(LOADED) + [one for one in own if "reading/worker" in one[0]])
        page.reload()
    first, later = (sum(size for _, size in load) for load in loads)
    assert 4_000_000 < first < FIRST_LOAD
    assert later == 0


def test_the_webassembly_comes_by_brotli_and_is_the_one_that_was_published(
    page: Page, running_product: Product
) -> None:
    wasm = addresses(running_product)["runtime"]["wasm"]
    with page.expect_response(f"**{wasm}") as answered:
        digest = page.evaluate(
            """async (wasm) => {
                const bytes = await (await fetch(wasm)).arrayBuffer();
                return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))];
            }""",
            wasm,
        )
    published = ROOT / "static/vendor/litert/litert_wasm_compat_internal.wasm"
    assert bytes(digest).hex() == hashlib.sha256(published.read_bytes()).hexdigest()
    assert answered.value.headers["content-encoding"] == "br"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"worker": "/static/js/reading/none.js"}, "not_fetched"),
        ({"runtime": {"script": "/static/none.js", "wasm": "/static/none.wasm"}}, "not_fetched"),
        ({"networks": {"finder": "/static/none.tflite"}}, "not_fetched"),
        ({"card": "/static/none.json"}, "not_fetched"),
    ],
    ids=["worker", "runtime", "network", "card"],
)
def test_a_file_that_does_not_come_is_told_by_name(
    page: Page, running_product: Product, changed: dict[str, Any], reason: str
) -> None:
    if "networks" in changed:
        changed["networks"] = addresses(running_product)["networks"] | changed["networks"]
    assert refused(page, running_product, "expression", **changed) == reason


def test_a_network_of_another_export_than_its_card_is_not_used(page: Page, running_product: Product) -> None:
    networks = addresses(running_product)["networks"]
    swapped = networks | {"expression": networks["finder"]}
    assert refused(page, running_product, "expression", networks=swapped) == "not_fitting"


def test_where_nothing_is_allowed_nothing_is_read(page: Page, running_product: Product) -> None:
    assert refused(page, running_product) == "nothing_allowed"


def test_a_file_that_is_no_network_fails_and_a_new_reader_works(page: Page, running_product: Product) -> None:
    networks = addresses(running_product)["networks"]
    broken = networks | {"finder": addresses(running_product)["card"]}
    assert refused(page, running_product, "presence", networks=broken) == "failed"
    expect_no_worker(page)
    open_reader(page, running_product, "presence")


@pytest.mark.parametrize(
    ("taken_away", "reason"),
    [
        ("WebAssembly.validate = () => false; return (await own('runtime')).Runtime.start({})", "no_simd"),
        ("delete globalThis.WebAssembly; return (await own('runtime')).Runtime.start({})", "no_simd"),
        (f"delete globalThis.OffscreenCanvas; {DRAW}", "no_canvas"),
        (f"OffscreenCanvas.prototype.getContext = () => null; {DRAW}", "no_canvas"),
    ],
)
def test_what_a_browser_lacks_is_told_by_name_and_in_words(page: Page, taken_away: str, reason: str) -> None:
    told, words = page.evaluate(
        f"""async () => {{
            const frame = new ImageData(64, 48);
            const own = (name) => import(`/static/js/reading/${{name}}.js`);
            const {{ told }} = await own("cannot-read");
            const attempt = async () => {{ {taken_away}; }};
            return attempt().catch(({{ reason }}) => [reason, told(reason)]);
        }}"""
    )
    assert told == reason
    assert "browser" in words
    assert words.endswith(".")


def refused(page: Page, product: Product, *signals: str, **changed: Any) -> str:
    """The reason why no reader opens."""
    with pytest.raises(Error, match=r"CannotRead: (\w+)") as caught:
        open_reader(page, product, *signals, **changed)
    found = re.search(r"CannotRead: (\w+)", caught.value.message)
    assert found
    return found.group(1)


def expect_no_worker(page: Page) -> None:
    """A worker that was ended leaves the list a moment later."""
    give_up_at = time.monotonic() + 30
    while page.workers and time.monotonic() < give_up_at:
        page.wait_for_timeout(20)
    assert page.workers == []
