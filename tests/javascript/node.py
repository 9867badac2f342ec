"""Node, where it is installed: what runs the browser's modules that need no browser."""

import os
import shutil

import pytest

NO_NODE = "no node found: install one (Debian: apt-get install nodejs)"


def node() -> str:
    """The program's path; the test that asks is skipped without one, or fails where one is required."""
    found = shutil.which("node")
    if found is None and os.environ.get("CI_NODE_REQUIRED"):
        pytest.fail(NO_NODE)
    if found is None:
        pytest.skip(NO_NODE)
    return found
