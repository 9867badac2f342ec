"""What a test that failed leaves for whoever reads its report: what pages and the product's parts said."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.product import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Response

LINES, BAD_REQUEST = 60, 400
_said_by_pages: list[str] = []


def pytest_runtest_setup() -> None:
    _said_by_pages.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    if report.failed:
        report.sections += [(name, "\n".join(lines[-LINES:])) for name, lines in _evidence() if lines]
    return report


def _evidence() -> Iterator[tuple[str, list[str]]]:
    yield "pages", _said_by_pages
    for product in running:
        for part in product.parts:
            text = product.log(part).read_text(errors="replace")
            yield f"{part} of {product.url}", text.rpartition(" ready.\n")[2].splitlines()


def _note_refusal(response: "Response") -> None:
    if response.status >= BAD_REQUEST:
        _said_by_pages.append(f"{response.status}: {response.url}")


def note_what_pages_say(browser: "Browser") -> None:
    """From each profile that is opened from here on: its console, its errors, and requests that failed."""
    open_context: Callable[..., BrowserContext] = browser.new_context

    def open_noted(**options: Any) -> "BrowserContext":
        context = open_context(**options)
        context.on("console", lambda it: _said_by_pages.append(f"{it.type}: {it.text}"))
        context.on("weberror", lambda it: _said_by_pages.append(f"error: {it.error}"))
        context.on("requestfailed", lambda it: _said_by_pages.append(f"{it.failure}: {it.method} {it.url}"))
        context.on("response", _note_refusal)
        return context

    setattr(browser, "new_context", open_noted)  # noqa: B010 -- a method, to whoever checks types
