"""What npm installs is pinned by its digest, and no file says from where."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKED = json.loads((ROOT / "package-lock.json").read_text())["packages"]
ASKED = json.loads((ROOT / "package.json").read_text())["devDependencies"]


def test_each_package_is_pinned_by_its_digest_and_by_no_address():
    packages = [package for name, package in LOCKED.items() if name]
    assert packages and all(package["integrity"].startswith("sha512-") for package in packages)
    assert not any("resolved" in package for package in packages)


def test_each_version_is_asked_for_exactly():
    assert {name: LOCKED[f"node_modules/{name}"]["version"] for name in ASKED} == ASKED


def test_no_registry_is_named():
    assert "registry=" not in (ROOT / ".npmrc").read_text()
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()
