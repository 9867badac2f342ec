"""Waiting for what a page or the database will say.

Playwright's wait_for_function evaluates a string within the page when it asks again, which the pages' content
security policy forbids; asking from outside is allowed.
"""

from collections.abc import Callable

from playwright.sync_api import Page

ASK_EVERY_MS = 200


def until(page: Page, is_so: Callable[[], object], seconds: float = 30) -> None:
    for _ in range(int(seconds * 1000 / ASK_EVERY_MS)):
        if is_so():
            return
        page.wait_for_timeout(ASK_EVERY_MS)
    raise AssertionError(f"it did not come true within {seconds} seconds")


def until_script(page: Page, expression: str, seconds: float = 30) -> None:
    until(page, lambda: page.evaluate(f"Boolean({expression})"), seconds)
