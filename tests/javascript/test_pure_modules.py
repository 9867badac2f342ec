"""The modules that need no browser, run by node's own test runner."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from classroom import words

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
NO_NODE = "no node found: install one (Debian: apt-get install nodejs)"


def test_the_pure_javascript_modules_hold(tmp_path):
    node = shutil.which("node")
    if node is None and os.environ.get("CI_NODE_REQUIRED"):
        pytest.fail(NO_NODE)
    if node is None:
        pytest.skip(NO_NODE)
    # Node takes a .js file for a module only beside a package.json that says so; browsers need none.
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copytree(ROOT / "static" / "js", tmp_path / "static" / "js")
    tests = shutil.copytree(HERE, tmp_path / "tests" / "javascript")
    (tests / "words.json").write_text(json.dumps(words.js_words()))
    command = [node, "--test", *map(str, sorted(tests.glob("*.test.mjs")))]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
