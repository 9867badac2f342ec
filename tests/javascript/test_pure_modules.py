"""The modules that need no browser, run by node's own test runner."""

import json
import shutil
import subprocess
from pathlib import Path

from classroom import words
from tests.javascript.node import node

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def test_the_pure_javascript_modules_hold(tmp_path):
    # Node takes a .js file for a module only beside a package.json that says so; browsers need none.
    (tmp_path / "package.json").write_text('{"type": "module"}')
    shutil.copytree(ROOT / "static" / "js", tmp_path / "static" / "js")
    tests = shutil.copytree(HERE, tmp_path / "tests" / "javascript")
    (tests / "words.json").write_text(json.dumps(words.js_words()))
    command = [node(), "--test", *map(str, sorted(tests.glob("*.test.mjs")))]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
