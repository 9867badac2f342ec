"""The locks hold everything that is needed, and one OpenCV."""

import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
PYTHONS = ("3.11.2", "3.11.9", "3.12.1", "3.13.0")


def locked(name: str) -> dict[str, str]:
    lines = (REQUIREMENTS / f"{name}.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(package): version for package, version in pairs}


SERVE = locked("serve")


def needed(distribution: importlib.metadata.Distribution, python: str) -> set[str]:
    environment = {"python_full_version": python, "python_version": python.rsplit(".", 1)[0], "extra": ""}
    requirements = map(Requirement, distribution.requires or [])
    return {
        str(canonicalize_name(requirement.name))
        for requirement in requirements
        if requirement.marker is None or requirement.marker.evaluate(environment)
    }


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_is_complete_on_every_python(python: str) -> None:
    missing = {
        name
        for package in SERVE
        for name in needed(importlib.metadata.distribution(package), python)
        if name not in SERVE
    }
    assert missing == set()


def test_exactly_one_opencv_is_locked_and_installed() -> None:
    installed = {canonicalize_name(found.name) for found in importlib.metadata.distributions()}
    assert {name for name in SERVE if name.startswith("opencv")} == {"opencv-python-headless"}
    assert {name for name in installed if name.startswith("opencv")} == {"opencv-python-headless"}


def test_the_installed_mediapipe_cannot_send_anything_to_its_vendor() -> None:
    """Wheels with usage metrics carry libcurl and resolve names; this one does neither."""
    library = Path(
        str(importlib.metadata.distribution("mediapipe").locate_file("mediapipe/tasks/c/libmediapipe.so"))
    )
    code = library.read_bytes()
    assert b"mediapipe" in code
    assert b"getaddrinfo" not in code
    assert b"curl_easy_perform" not in code


def test_a_running_product_needs_no_tensorflow() -> None:
    assert "tensorflow" not in SERVE
    assert "tensorflow" in locked("train")


@pytest.mark.parametrize("name", ["serve", "train", "dev"])
def test_every_line_is_pinned(name: str) -> None:
    lines = (REQUIREMENTS / f"{name}.txt").read_text().splitlines()
    assert [line for line in lines if not re.fullmatch(r"#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_no_lock_disagrees_with_another() -> None:
    for name in ("train", "dev"):
        assert {package: SERVE[package] for package in locked(name) if package in SERVE} == {}
