"""Which pinned packages have a known fault, by advisories that lie here as files; no network is asked.

`make audit ADVISORIES=place`: the place is a JSON file of advisories in the form of osv.dev, a folder of such
files, or a zip of them, as osv.dev offers.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parents[2]
PYTHON, JAVASCRIPT = "PyPI", "npm"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
WITHOUT = (
    "Name the advisories: make audit ADVISORIES=place, a JSON file in the form of osv.dev, a folder or a zip"
    " of them. Nothing is fetched here. All of them lie at"
    " https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip and npm/all.zip."
)


class BadAdvisories(Exception):
    """What was named cannot be read, or holds no advisory; the text says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Package:
    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A pinned package with a known fault; `fixed_in` is empty where nothing mends it yet."""

    package: Package
    advisory: str
    fixed_in: str
    summary: str

    def __str__(self) -> str:
        one = self.package
        mended = f"fixed in {self.fixed_in}" if self.fixed_in else "not fixed yet"
        return (
            f"{one.name} {one.version} ({one.ecosystem}): {self.advisory}, {mended}. {self.summary}".strip()
        )


def pinned(root: Path) -> list[Package]:
    """What requirements/*.txt and package-lock.json install."""
    found = {
        Package(PYTHON, _plain(name), version)
        for file in sorted((root / "requirements").glob("*.txt"))
        for name, version in PINNED.findall(file.read_text())
    }
    lock = json.loads((root / "package-lock.json").read_text())
    for place, about in lock["packages"].items():
        if place and "version" in about:
            found.add(Package(JAVASCRIPT, place.rpartition("node_modules/")[2], about["version"]))
    return sorted(found)


def findings(packages: Iterable[Package], advisories: Iterable[dict[str, Any]]) -> list[Finding]:
    by_name: dict[tuple[str, str], list[Package]] = {}
    for one in packages:
        by_name.setdefault((one.ecosystem, one.name), []).append(one)
    found = set()
    for advisory in advisories:
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", []):
            about = affected.get("package", {})
            ecosystem, name = about.get("ecosystem", ""), about.get("name", "")
            key = (ecosystem, _plain(name) if ecosystem == PYTHON else name)
            for package in by_name.get(key, []):
                if _is_affected(package, affected):
                    found.add(_finding(package, advisory, affected))
    return sorted(found)


def advisories_at(place: Path) -> Iterator[dict[str, Any]]:
    """Raises BadAdvisories."""
    count = 0
    for name, content in _files(place):
        try:
            read = json.loads(content)
        except ValueError as error:
            raise BadAdvisories(f"{name} is no JSON: {error}") from error
        for one in read if isinstance(read, list) else [read]:
            if not isinstance(one, dict) or "id" not in one:
                raise BadAdvisories(f"{name} is no advisory in the form of osv.dev")
            count += 1
            yield one
    if not count:
        raise BadAdvisories(f"{place} holds no advisory. {WITHOUT}")


def _files(place: Path) -> Iterator[tuple[str, bytes]]:
    """Each file by its name. Raises BadAdvisories."""
    folder = sorted(one for kind in ("*.json", "*.zip") for one in place.rglob(kind))
    try:
        for file in folder if place.is_dir() else [place]:
            if file.suffix == ".zip":
                yield from _packed(file)
            else:
                yield str(file), file.read_bytes()
    except (OSError, zipfile.BadZipFile) as error:
        raise BadAdvisories(f"{place} cannot be read: {error}. {WITHOUT}") from error


def _packed(file: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield f"{file}: {name}", archive.read(name)


def _finding(package: Package, advisory: dict[str, Any], affected: dict[str, Any]) -> Finding:
    fixes = [event["fixed"] for event in _events(affected) if "fixed" in event]
    later = [one for one in fixes if _key(package.ecosystem, one) > _key(package.ecosystem, package.version)]
    first = min(later, key=lambda one: _key(package.ecosystem, one), default="")
    names = [advisory["id"], *(one for one in advisory.get("aliases", []) if one.startswith("CVE-"))]
    return Finding(package, " ".join(names), first, str(advisory.get("summary", "")))


def _is_affected(package: Package, affected: dict[str, Any]) -> bool:
    if package.version in affected.get("versions", []):
        return True
    return any(_is_within(package, one["events"]) for one in _ranges(affected))


def _is_within(package: Package, events: list[dict[str, str]]) -> bool:
    """Events in their order: what is introduced holds until it is fixed, or past the last affected."""
    here = _key(package.ecosystem, package.version)
    within = False
    for event in sorted(events, key=lambda one: _key(package.ecosystem, _version_of(one))):
        at = _key(package.ecosystem, _version_of(event))
        if "introduced" in event and at <= here:
            within = True
        elif ("fixed" in event and at <= here) or ("last_affected" in event and at < here):
            within = False
    return within


def _ranges(affected: dict[str, Any]) -> list[dict[str, Any]]:
    """Not those of commits."""
    return [one for one in affected.get("ranges", []) if one.get("type") in ("ECOSYSTEM", "SEMVER")]


def _events(affected: dict[str, Any]) -> Iterator[dict[str, str]]:
    for one in _ranges(affected):
        yield from one["events"]


def _version_of(event: dict[str, str]) -> str:
    return next(iter(event.values()))


def _key(ecosystem: str, version: str) -> Version:
    """By PEP 440, which reads the numbers of npm too; what it cannot read comes before all others."""
    try:
        return Version(version if ecosystem == PYTHON else version.partition("+")[0])
    except InvalidVersion:
        numbers = re.match(r"\d+(\.\d+)*", version)
        return Version(f"{numbers[0]}.dev0" if numbers else "0.dev0")


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> None:
    place = sys.argv[1] if len(sys.argv) > 1 else ""
    if not place:
        sys.exit(WITHOUT)
    try:
        packages = pinned(ROOT)
        found = findings(packages, advisories_at(Path(place)))
    except BadAdvisories as error:
        sys.exit(str(error))
    for one in found:
        print(one)
    print(f"{len(packages)} pinned packages, {len(found)} known faults.")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
