import os
import shutil

import pytest

from classroom.local import preflight


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine that has everything; tests take something away."""
    monkeypatch.setattr(preflight, "is_loadable", lambda library: True)
    monkeypatch.setattr(preflight, "is_importable", lambda module: True)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    return monkeypatch


def test_a_complete_machine_passes_in_silence(machine, capsys) -> None:
    assert preflight.main() == 0
    assert capsys.readouterr() == ("", "")


def test_it_prints_the_line_that_installs_what_is_missing(machine, capsys) -> None:
    machine.setattr(preflight, "is_loadable", lambda library: False)
    assert preflight.main() == 1
    words = capsys.readouterr().err
    assert "Missing: libEGL.so.1, libGLESv2.so.2." in words
    assert "    sudo apt-get update && sudo apt-get install -y libegl1 libgles2\n" in words


@pytest.mark.parametrize(
    ("installer", "is_root", "line"),
    [
        ("apt-get", True, "    apt-get update && apt-get install -y libegl1 git"),
        ("apt-get", False, "    sudo apt-get update && sudo apt-get install -y libegl1 git"),
        ("dnf", False, "    sudo dnf install -y libglvnd-egl git"),
        ("pacman", True, "    pacman -S --needed libglvnd git"),
        (None, True, "Install them with your system's package manager"),
    ],
)
def test_the_line_fits_the_system(installer: str | None, is_root: bool, line: str) -> None:
    assert preflight.install_line(["egl", "git"], installer, is_root).startswith(line)


def test_a_package_is_named_once() -> None:
    assert preflight.install_line(["egl", "gles"], "pacman", True).count("libglvnd") == 1


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("sys.platform", "darwin", "runs on Linux x86-64"),
        ("platform.machine", lambda: "aarch64", "runs on Linux x86-64"),
        ("platform.libc_ver", lambda: ("musl", "1.2"), "not Alpine"),
        ("platform.libc_ver", lambda: ("glibc", "2.17"), "glibc 2.28"),
        ("sys.version_info", (3, 10, 1), "needs Python 3.11, 3.12 or 3.13"),
        ("sys.version_info", (3, 14, 0), "PYTHON=/path/to/python3.12"),
    ],
)
def test_it_says_what_no_package_can_mend(machine, attribute: str, value: object, words: str) -> None:
    module, name = attribute.split(".")
    machine.setattr(getattr(preflight, module), name, value)
    assert words in (preflight.unsuitable() or "")
