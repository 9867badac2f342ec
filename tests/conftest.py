"""What every test may ask for. The servers themselves are started by tests/servers.py."""

import gc
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from tests.evidence import note_what_pages_say
from tests.parts import WITH_PRODUCT, Parts, longest_first
from tests.product import ROOT, Product, running
from tests.servers import empty_cache, needs_servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = (
    "no Chromium found: install one (Debian: apt-get install chromium) or name it in CLASSPULSE_CHROMIUM"
)
QUIET_CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# What a suspended process left open would hold its locks for as long as it is suspended.
OTHERS_AT_WORK = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""
END_TRANSACTIONS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND state <> 'idle'
"""
SCREENSHOTS = ROOT / "var" / "screenshots"
_suspended = pytest.StashKey[Product]()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Parts:
    config.option.loadscopereorder = False
    return Parts(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """Modules and tests stay to the end: they are not looked through for what can go, again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = longest_first(items)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What needs the product comes first. One that went on would take the tasks of the tests after it."""
    if not item.nodeid.startswith(WITH_PRODUCT):
        for product in list(running):
            product.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """The product goes on once the tables are empty: Django empties them after the last fixture's end."""
    try:
        return (yield)
    finally:
        if suspended := item.stash.get(_suspended, None):
            suspended.resume()


@pytest.fixture(autouse=True, scope="session")
def _tables_are_emptied_quickly() -> None:
    from django.test import TransactionTestCase

    from tests.empty_tables import empty_tables

    setattr(TransactionTestCase, "_fixture_teardown", lambda self: empty_tables())  # noqa: B010 -- Django names it to no typed code


@pytest.fixture(autouse=True)
def _empty_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keys do not outlive a test; a running product keeps its queues."""
    yield
    if needs_servers(request.node) and "running_product" not in request.fixturenames:
        empty_cache()


@pytest.fixture(autouse=True)
def _own_work_ends(request: pytest.FixtureRequest) -> Iterator[None]:
    """A socket that just closed may still write in a thread of its own: the tables are emptied after that."""
    marker = request.node.get_closest_marker("django_db")
    is_own = "running_product" not in request.fixturenames
    if marker is None or not marker.kwargs.get("transaction") or not is_own:
        yield
        return
    request.getfixturevalue("_django_db_helper")
    yield
    _wait_for_others()


def _wait_for_others(seconds: float = 10) -> None:
    """Until no other connection is at work; nothing new begins once the event loop is closed."""
    from django.db import connection

    give_up_at = time.monotonic() + seconds
    with connection.cursor() as cursor:
        cursor.execute(OTHERS_AT_WORK)
        while cursor.fetchone()[0] and time.monotonic() < give_up_at:
            time.sleep(0.01)
            cursor.execute(OTHERS_AT_WORK)


@pytest.fixture(scope="session")
def _product(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    product = Product(folder=tmp_path_factory.mktemp("product"), database_url=_database_url())
    try:
        product.start()
        yield product
    finally:
        product.stop()


def _database_url() -> str:
    from django.conf import settings

    return os.environ["DATABASE_URL"].replace("/classpulse?", f"/{settings.DATABASES['default']['NAME']}?")


@pytest.fixture
def start_product(
    transactional_db: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Product]]:
    """`start_product(NAME="value")`: one with settings of its own, which ends with the test."""
    started: list[Product] = []

    def start(web_processes: int = 1, **settings: str) -> Product:
        folder = tmp_path_factory.mktemp("product")
        started.append(Product(folder, _database_url(), settings, web_processes))
        started[-1].start()
        return started[-1]

    yield start
    for product in started:
        product.stop()


@pytest.fixture
def running_product(
    transactional_db: None, _product: Product, request: pytest.FixtureRequest
) -> Iterator[Product]:
    """Web server and both workers as processes; they see the rows that a test commits.

    Emptying the tables would deadlock with what they still write about sockets that just closed: they
    stand still meanwhile, and what they had begun is rolled back.
    """
    yield _product
    _product.suspend()
    request.node.stash[_suspended] = _product
    _end_transactions()


def _end_transactions() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(END_TRANSACTIONS)


@pytest.fixture
def no_traceback(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A test that leaves a traceback in a log fails."""
    caplog.set_level(logging.DEBUG)
    yield
    for record in caplog.records:
        assert not (record.exc_info and record.exc_info[0]), record.getMessage()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock of the whole test stands still: what is counted within a minute stays within one."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lessons whose report tasks left for the broker; they are caught there."""
    lessons: list[int] = []
    monkeypatch.setattr("classroom.services.reports.send_report_task", lessons.append)
    return lessons


@pytest.fixture(scope="session")
def chromium_path() -> str:
    named = os.environ.get("CLASSPULSE_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None and os.environ.get("CI_BROWSER_REQUIRED"):
        pytest.fail(NO_BROWSER)
    return found or pytest.skip(NO_BROWSER)


@pytest.fixture(scope="module")
def playwright_driver(chromium_path: str) -> Iterator["Playwright"]:
    """Playwright keeps an event loop in this thread, which Django's guard takes for an asynchronous caller.

    One module at a time: asynchronous tests cannot run beside that loop.
    """
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def webcam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person who looks at the screen, relaxed."""
    from tests.webcam import write_webcam

    return write_webcam(tmp_path_factory.mktemp("webcam") / "relaxed.mjpeg")


@pytest.fixture(scope="module")
def launch_chromium(
    playwright_driver: "Playwright", chromium_path: str
) -> Iterator[Callable[..., "Browser"]]:
    """`launch_chromium(video)`: a Chromium whose camera plays the file; without one it has no camera."""
    started: list[Browser] = []

    def launch(video: Path | None = None, *flags: str) -> "Browser":
        camera = []
        if video:
            camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
            camera.append(f"--use-file-for-fake-video-capture={video}")
        arguments = [*QUIET_CHROMIUM, *camera, *flags]
        browser = playwright_driver.chromium.launch(executable_path=chromium_path, args=arguments)
        note_what_pages_say(browser)
        started.append(browser)
        return browser

    yield launch
    for browser in started:
        browser.close()


@pytest.fixture(scope="module")
def browser(launch_chromium: Callable[..., "Browser"], webcam: Path) -> "Browser":
    return launch_chromium(webcam)


@pytest.fixture
def open_page(browser: "Browser", running_product: Product) -> Iterator[Callable[..., "Page"]]:
    """`open_page(path, as_user=teacher)`: a page of the running product, in a browser profile of its own."""
    contexts = []

    def open_one(path: str = "/", *, as_user: object = None, **options: Any) -> "Page":
        context = browser.new_context(**{"base_url": running_product.url, **options})
        contexts.append(context)
        if as_user is not None:
            context.add_cookies([login_cookie(as_user, options.get("base_url", running_product.url))])
        page = context.new_page()
        page.goto(path)
        return page

    yield open_one
    for context in contexts:
        context.close()


def login_cookie(user: object, url: str) -> dict[str, str]:
    from django.test import Client

    client = Client()
    client.force_login(user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}


@pytest.fixture
def save_screenshot() -> Callable[["Page", str], Path]:
    """Keep a picture of the page under var/screenshots, for a person to look at."""

    def save(page: "Page", name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return save
