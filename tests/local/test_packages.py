"""What `make` installs, when, and what it says when it cannot."""

import os
import platform
import subprocess
from pathlib import Path

import pytest

from classroom.local import packages

Commands = list[tuple[str, ...]]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment to be made, in a checkout of its own."""
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    monkeypatch.setattr(packages, "UV", tmp_path / ".venv-uv")
    (tmp_path / "requirements").mkdir()
    for lock in ("uv", "serve", "tools", "dev", "mutants", "train"):
        packages.path_of(lock).write_text(f"{lock}==1\n")
    make_uv(tmp_path / ".venv-uv")
    return tmp_path / ".venv"


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Commands:
    """What uv was asked; it makes nothing but the environment's Python."""
    asked: Commands = []

    def uv(*arguments: str) -> None:
        asked.append(arguments)
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr(packages, "uv", uv)
    return asked


def make_uv(place: Path) -> None:
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "python").touch()
    (place / "installed").write_text(packages.digest("uv"))


def verbs(commands: Commands) -> list[tuple[str, str]]:
    """(what uv did, to which lock or environment)."""
    return [(command[0], Path(command[-1]).stem) for command in commands]


def test_an_environment_is_made_and_filled_once(folder: Path, commands: Commands, capsys) -> None:
    assert packages.main([".venv", "serve"]) == 0
    assert "Installing packages in .venv" in capsys.readouterr().out
    assert packages.main([".venv", "serve"]) == 0
    assert verbs(commands) == [("venv", ".venv"), ("pip", "serve")]
    assert capsys.readouterr().out == ""


def test_every_package_is_checked_against_its_hash(folder: Path, commands: Commands) -> None:
    packages.main([".venv", "serve"])
    assert set(packages.VERIFIED) <= set(commands[-1])
    assert "--require-hashes" in packages.VERIFIED


def test_a_changed_lock_is_installed_into_the_environment_that_is_there(
    folder: Path, commands: Commands
) -> None:
    packages.main([".venv", "serve"])
    packages.path_of("serve").write_text("serve==2\n")
    packages.main([".venv", "serve"])
    assert verbs(commands)[2:] == [("pip", "serve")]


@pytest.mark.parametrize(
    ("held", "asked", "lock"),
    [
        ("", "serve", "serve"),
        ("serve", "dev", "dev"),
        ("tools", "serve", "tools"),
        ("dev", "tools", "dev"),
        ("mutants", "dev", "mutants"),
        ("", "train", "train"),
        ("train", "train", "train"),
        ("an older word", "serve", "serve"),
    ],
)
def test_who_has_more_keeps_it_when_less_is_asked_for(held: str, asked: str, lock: str) -> None:
    assert packages.at_least(asked, held) == lock


def test_another_python_makes_the_environment_anew(folder: Path, commands: Commands, monkeypatch) -> None:
    packages.main([".venv", "dev"])
    monkeypatch.setattr(platform, "python_version", lambda: "3.13.99")
    packages.main([".venv", "serve"])
    assert verbs(commands)[2:] == [("venv", ".venv"), ("pip", "dev")]


def test_an_environment_whose_python_is_gone_is_made_anew(folder: Path, commands: Commands) -> None:
    packages.main([".venv", "serve"])
    (folder / "bin" / "python").unlink()
    packages.main([".venv", "serve"])
    assert verbs(commands)[2:] == [("venv", ".venv"), ("pip", "serve")]


def test_a_failure_says_what_to_do_and_the_half_made_environment_is_made_anew(
    folder: Path, commands: Commands, monkeypatch, capsys
) -> None:
    working = packages.uv
    packages.main([".venv", "serve"])
    packages.path_of("serve").write_text("serve==2\n")

    def fail(*arguments: str) -> None:
        raise subprocess.CalledProcessError(1, arguments)

    monkeypatch.setattr(packages, "uv", fail)
    assert packages.main([".venv", "serve"]) == 1
    assert "run the same command again" in capsys.readouterr().err
    monkeypatch.setattr(packages, "uv", working)
    assert packages.main([".venv", "serve"]) == 0
    assert verbs(commands)[2:] == [("venv", ".venv"), ("pip", "serve")]


OF_PIP = """\
:env:.proxy='http://proxy.school.example:8080'
:env:.timeout='5'
global.index-url='https://mirror.school.example/simple'
global.proxy='http://old.school.example'
install.trusted-host='mirror.school.example'
"""


@pytest.fixture
def environments(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The environments that uv was run with, on a machine where pip was told of a mirror."""
    seen: list[dict[str, str]] = []

    def run(command: list[str], **options) -> "subprocess.CompletedProcess[str]":
        seen.extend([options["env"]] if "env" in options else [])
        return subprocess.CompletedProcess(command, 0, OF_PIP, "")

    monkeypatch.setattr(subprocess, "run", run)
    return seen


def test_uv_is_told_what_pip_was_told_about_the_network(monkeypatch, environments) -> None:
    monkeypatch.setattr(os, "environ", {"PATH": "/bin"})
    packages.uv("pip", "sync")
    assert environments == [
        {
            "PATH": "/bin",
            "UV_DEFAULT_INDEX": "https://mirror.school.example/simple",
            "UV_INSECURE_HOST": "mirror.school.example",
            "HTTPS_PROXY": "http://proxy.school.example:8080",
        }
    ]


def test_what_uv_was_told_itself_comes_first(monkeypatch, environments) -> None:
    monkeypatch.setattr(os, "environ", {"UV_DEFAULT_INDEX": "https://own.example/simple"})
    packages.uv("pip", "sync")
    assert environments[0]["UV_DEFAULT_INDEX"] == "https://own.example/simple"
