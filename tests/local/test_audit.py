"""Pinned packages with a known fault are named, by advisories that lie here as files."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from classroom.local.audit import (
    JAVASCRIPT,
    PYTHON,
    ROOT,
    BadAdvisories,
    Package,
    advisories_at,
    findings,
    pinned,
)

DJANGO = Package(PYTHON, "django", "5.2.3")


def advisory(
    *events: dict[str, str], name: str = "Django", ecosystem: str = PYTHON, **fields: Any
) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}] if events else []
    affected = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges}
    affected["versions"] = fields.pop("versions", [])
    return {"id": "TEST-1", "summary": "A made-up fault.", "affected": [affected], **fields}


def told(package: Package, *advisories: dict[str, Any]) -> list[str]:
    return [str(one) for one in findings([package], advisories)]


def test_a_fault_is_told_with_what_mends_it() -> None:
    one = advisory({"introduced": "0"}, {"fixed": "5.2.4"}, aliases=["CVE-2026-1", "GHSA-x"])
    assert told(DJANGO, one) == [
        "django 5.2.3 (PyPI): TEST-1 CVE-2026-1, fixed in 5.2.4. A made-up fault.",
    ]


@pytest.mark.parametrize(
    ("events", "is_told"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "5.2"}, {"fixed": "5.2.3"}], False),
        ([{"introduced": "5.2.4"}], False),
        ([{"introduced": "5.2"}, {"last_affected": "5.2.3"}], True),
        ([{"introduced": "5.2"}, {"last_affected": "5.2.2"}], False),
        ([{"introduced": "4"}, {"fixed": "4.2"}, {"introduced": "5.2.1"}, {"fixed": "5.2.10"}], True),
        ([{"introduced": "5.2.1"}, {"fixed": "5.2.10"}, {"introduced": "4"}, {"fixed": "4.2"}], True),
        ([{"introduced": "4"}, {"fixed": "4.2"}, {"introduced": "6.0"}], False),
        ([{"introduced": "5.2.3rc1"}, {"fixed": "5.2.3"}], False),
    ],
)
def test_a_version_is_affected_from_where_it_is_introduced_until_it_is_fixed(
    events: list[dict[str, str]], is_told: bool
) -> None:
    assert bool(told(DJANGO, advisory(*events))) == is_told


def test_a_version_that_is_named_is_affected_and_what_mends_it_is_later() -> None:
    assert told(DJANGO, advisory(versions=["5.2.2", "5.2.3"])) == [
        "django 5.2.3 (PyPI): TEST-1, not fixed yet. A made-up fault."
    ]
    several = advisory({"introduced": "4"}, {"fixed": "4.2.9"}, {"introduced": "5"}, {"fixed": "5.2.9"})
    assert "fixed in 5.2.9" in told(DJANGO, several)[0]


@pytest.mark.parametrize(
    "other",
    [
        advisory({"introduced": "0"}, name="flask"),
        advisory({"introduced": "0"}, ecosystem=JAVASCRIPT),
        advisory({"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"),
        {"id": "TEST-2"},
    ],
    ids=["another package", "another ecosystem", "withdrawn", "without packages"],
)
def test_what_is_about_something_else_is_not_told(other: dict[str, Any]) -> None:
    assert told(DJANGO, other) == []


def test_packages_of_npm_are_compared_by_their_numbers() -> None:
    one = Package(JAVASCRIPT, "@scope/tool", "2.10.0")
    later = advisory({"introduced": "2.9.0"}, {"fixed": "2.10.1-beta.1"}, name=one.name, ecosystem=JAVASCRIPT)
    assert len(told(one, later)) == 1
    earlier = advisory({"introduced": "0"}, {"fixed": "2.9.0"}, name=one.name, ecosystem=JAVASCRIPT)
    assert told(one, earlier) == []


def test_everything_that_is_pinned_is_looked_at() -> None:
    packages = pinned(ROOT)
    names = {(one.ecosystem, one.name) for one in packages}
    assert {(PYTHON, "django"), (PYTHON, "pytest"), (PYTHON, "tensorflow"), (PYTHON, "uv")} <= names
    assert {(JAVASCRIPT, "@biomejs/biome"), (JAVASCRIPT, "axe-core")} <= names
    django = next(one for one in packages if one.name == "django")
    assert f"django=={django.version}" in (ROOT / "requirements" / "serve.txt").read_text()


def test_advisories_are_read_from_a_file_a_folder_and_a_zip(tmp_path: Path) -> None:
    one, two = advisory({"introduced": "0"}), {"id": "TEST-2"}
    (tmp_path / "list.json").write_text(json.dumps([one, two]))
    assert [each["id"] for each in advisories_at(tmp_path / "list.json")] == ["TEST-1", "TEST-2"]
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("TEST-2.json", json.dumps(two))
    assert [each["id"] for each in advisories_at(tmp_path)] == ["TEST-2", "TEST-1", "TEST-2"]


@pytest.mark.parametrize("content", [b"{", b"[1]", b'{"no": "id"}', b"[]", b"\xff\xfe"])
def test_what_is_no_advisory_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(BadAdvisories, match=r"bad\.json"):
        list(advisories_at(tmp_path / "bad.json"))


def audit(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "classroom.local.audit", *arguments]
    environment = {
        "SECRET_KEY": "x" * 40,
        "DATABASE_URL": "postgres://a:b@localhost/c",
        "REDIS_URL": "redis://localhost:1/0",
    }
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_command_fails_where_something_is_found_and_only_then(tmp_path: Path) -> None:
    (tmp_path / "osv.json").write_text(json.dumps([advisory({"introduced": "0"}, {"fixed": "999"})]))
    found = audit(str(tmp_path / "osv.json"))
    assert found.returncode == 1
    assert "TEST-1, fixed in 999" in found.stdout
    (tmp_path / "osv.json").write_text(json.dumps([advisory({"introduced": "0"}, name="nobody-has-it")]))
    clean = audit(str(tmp_path / "osv.json"))
    assert (clean.returncode, "0 known faults" in clean.stdout) == (0, True)


@pytest.mark.parametrize("arguments", [(), ("",), ("/nowhere/at/all",)])
def test_without_advisories_the_command_says_where_they_come_from(arguments: tuple[str, ...]) -> None:
    told = audit(*arguments)
    assert told.returncode == 1
    assert "make audit ADVISORIES=" in told.stderr
    assert "Traceback" not in told.stderr
