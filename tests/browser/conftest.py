"""What tests of pages may ask for besides Chromium."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.firefox import Tab, firefox

# What a page will say is waited for as long as a busy machine may take, whichever files run together.
expect.set_options(timeout=30_000)

NO_FIREFOX = (
    "no Firefox found: install one (Debian: apt-get install firefox-esr) or name it in CLASSPULSE_FIREFOX"
)


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    """The one tab of a Firefox with a profile of its own."""
    named = os.environ.get("CLASSPULSE_FIREFOX")
    program = named or shutil.which("firefox-esr") or shutil.which("firefox") or pytest.skip(NO_FIREFOX)
    with firefox(program, tmp_path) as tab:
        yield tab
