"""The locks hold everything that is needed, pinned by hash, from nowhere in particular, and one OpenCV."""

import importlib.metadata
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
LOCKS = ("uv", "serve", "tools", "dev", "mutants", "train", "lrs")
PYTHONS = ("3.11.2", "3.11.9", "3.12.1", "3.13.0")
GROUPS = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
# An option that names an index, a package by its address, npm's record of where a package came from.
PLACE = re.compile(
    r"--(extra-)?index-url|--(default-)?index[ =]|--find-links|^-[if]\b|(PIP|UV)_\w*(INDEX|LINKS)"
    r"|tool\.uv\.index|index-url *=|registry *=|\S+ *@ *\w[\w+]*:|^\s*\w[\w+]*://|\.tgz\b|\"resolved\""
)


def locked(name: str) -> dict[str, str]:
    found = re.findall(
        r"^([\w.-]+)==(\S+) \\$", (REQUIREMENTS / f"{name}.txt").read_text(), flags=re.MULTILINE
    )
    return {canonicalize_name(package): version for package, version in found}


SERVE = locked("serve")


def asked_for(group: str) -> list[Requirement]:
    """What a group names, that of the groups in it included."""
    found: list[Requirement] = []
    for entry in GROUPS[group]:
        found += [Requirement(entry)] if isinstance(entry, str) else asked_for(entry["include-group"])
    return found


def needed(distribution: importlib.metadata.Distribution, python: str) -> list[Requirement]:
    environment = {"python_full_version": python, "python_version": python.rsplit(".", 1)[0], "extra": ""}
    requirements = map(Requirement, distribution.requires or [])
    return [one for one in requirements if one.marker is None or one.marker.evaluate(environment)]


def unmet(requirements: list[Requirement], lock: dict[str, str]) -> list[str]:
    """Those that the lock lacks, or holds in another version."""
    return [
        str(one)
        for one in requirements
        if not one.specifier.contains(lock.get(canonicalize_name(one.name), "0"), prereleases=True)
        or canonicalize_name(one.name) not in lock
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_is_up_to_date_with_its_group(name: str) -> None:
    assert unmet(asked_for(name), locked(name)) == [], "pyproject.toml was changed: make lock"


@pytest.mark.parametrize("python", PYTHONS)
def test_the_locks_are_complete_on_every_python(python: str) -> None:
    for name in ("serve", "tools", "dev"):
        lock = locked(name)
        for package in lock:
            assert unmet(needed(importlib.metadata.distribution(package), python), lock) == [], package


def test_what_a_lock_lacks_would_be_found() -> None:
    lock = {"numpy": "2.4.6"}
    assert unmet([Requirement("NumPy==2.4.*")], lock) == []
    assert unmet([Requirement("numpy==2.5.*"), Requirement("scipy")], lock) == ["numpy==2.5.*", "scipy"]


def test_each_lock_holds_the_one_before_in_the_same_versions() -> None:
    for smaller, larger in (("serve", "tools"), ("tools", "dev"), ("dev", "mutants"), ("dev", "train")):
        assert locked(smaller).items() <= locked(larger).items()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_its_hashes_and_nothing_else_stands_there(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    pins = re.compile(r"(#.*\n)*([a-z0-9-]+==[\w.+!]+( \\\n    --hash=sha256:[0-9a-f]{64})+\n)+")
    assert pins.fullmatch(text)


def lock_like() -> list[Path]:
    """Files of every tool that say which packages to install or install them, as far as git knows them."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    pattern = re.compile(
        r"(.*/)?(requirements[^/]*\.(txt|in)|requirements/[^/]+|constraints[^/]*\.txt|[^/]*[.-]lock(\.[a-z]+)?"
        r"|package(-lock)?\.json|npm-shrinkwrap\.json|pyproject\.toml|\.npmrc|\.?pip\.conf|uv\.toml"
        r"|Makefile|Dockerfile|\.ci/run)"
    )
    return [ROOT / name for name in names if pattern.fullmatch(name) and (ROOT / name).exists()]


def places_in(path: Path) -> list[str]:
    """Lines that name an index or an address from which a package would come."""
    return [line for line in path.read_text().splitlines() if PLACE.search(line)]


def test_no_lock_names_an_index_or_an_address() -> None:
    files = lock_like()
    assert {REQUIREMENTS / "serve.txt", ROOT / "requirements.txt", ROOT / "Makefile"} <= set(files)
    assert {str(path): places_in(path) for path in files if places_in(path)} == {}


def test_there_is_no_lock_that_cannot_do_without_addresses() -> None:
    assert [path for path in lock_like() if path.name in ("uv.lock", "poetry.lock", "yarn.lock")] == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--extra-index-url=file:///mirror",
        "--find-links /mirror",
        "-i packages.example",
        "numpy @ file:///mirror/numpy.whl",
        "https://packages.example/numpy.whl",
        "[[tool.uv.index]]",
        '"resolved": "packages.example/left-pad.tgz",',
    ],
)
def test_an_index_or_address_would_be_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "lock.txt").write_text(f"numpy==2.4.6\n{line}\n")
    assert places_in(tmp_path / "lock.txt") == [line]


def test_exactly_one_opencv_is_locked_and_installed() -> None:
    installed = {canonicalize_name(found.name) for found in importlib.metadata.distributions()}
    for names in (installed, *map(locked, ("serve", "tools", "dev", "mutants", "train"))):
        assert {name for name in names if name.startswith("opencv")} == {"opencv-python-headless"}


def test_the_installed_mediapipe_cannot_send_anything_to_its_vendor() -> None:
    """Wheels with usage metrics carry libcurl and resolve names; this one does neither."""
    library = Path(
        str(importlib.metadata.distribution("mediapipe").locate_file("mediapipe/tasks/c/libmediapipe.so"))
    )
    code = library.read_bytes()
    assert b"mediapipe" in code
    assert b"getaddrinfo" not in code
    assert b"curl_easy_perform" not in code


def test_a_running_product_needs_no_tools_and_no_tensorflow() -> None:
    heavy = {
        "scipy",
        "pillow",
        "scikit-image",
        "networkx",
        "imageio",
        "tifffile",
        "lazy-loader",
        "tensorflow",
    }
    assert heavy & SERVE.keys() == set()
    assert heavy <= locked("train").keys()
