import errno
import os
import pwd
from pathlib import Path

import pytest

from classroom.local.parts import (
    REDIS_PARTS,
    SECRETS,
    choose_port,
    choose_web_processes,
    find_parts,
    move_from_taken_port,
)
from classroom.local.places import Places
from classroom.local.run import OLD_LOGINS, CannotStart, describe_logins, only_one
from classroom.local.supervisor import SERVERS


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    for name in ("DATABASE_URL", "REDIS_URL", *REDIS_PARTS, "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Places, "sockets", property(lambda self: tmp_path / "sockets"))
    monkeypatch.setattr(Places, "_is_shared", lambda *_: False)  # root's tests copy no programs either
    found = Places(tmp_path / "a folder")
    found.make()
    return found


@pytest.mark.parametrize(("given", "port"), [({}, 8000), ({"PORT": ""}, 8000), ({"PORT": "8010"}, 8010)])
def test_the_port_is_8000_unless_named(given: dict[str, str], port: int) -> None:
    assert choose_port(given) == port


@pytest.mark.parametrize("text", ["0", "65", "-1", "two"])
def test_a_number_of_web_processes_that_is_none_is_refused_with_words(text: str) -> None:
    assert choose_web_processes({}) == choose_web_processes({"WEB_PROCESSES": ""}) == 1
    with pytest.raises(ValueError, match="WEB_PROCESSES must be a number from 1 to 64"):
        choose_web_processes({"WEB_PROCESSES": text})


def test_each_web_process_is_a_part_of_its_own(places: Places) -> None:
    one = find_parts(places, 8000).web()
    three = find_parts(places, 8000, choose_web_processes({"WEB_PROCESSES": "3"})).web()
    assert [part.name for part in one] == ["web"]
    assert [part.name for part in three] == ["web-1", "web-2", "web-3"]


@pytest.mark.parametrize("text", ["0", "65536", "-1", "8000x", "http"])
def test_a_port_that_is_none_is_refused_with_words(text: str) -> None:
    with pytest.raises(ValueError, match="PORT must be a number from 1 to 65535"):
        choose_port({"PORT": text})


def test_secrets_are_made_once_and_read_by_their_owner_alone(places: Places) -> None:
    secret = places.secret("secret_key")
    assert len(secret) >= 32
    assert places.secret("secret_key") == secret
    assert places.secret("database_password") != secret
    file = places.var / "secrets" / "secret_key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_disk_that_was_full_leaves_no_empty_secret(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Room to name a file is left longer than room to write into it."""

    def full(_file: Path, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left"):
            places.secret("secret_key")
    assert len(places.secret("secret_key")) >= 32


def test_logs_and_the_running_parts_files_are_read_by_their_owner_alone(places: Places) -> None:
    places.logs.chmod(0o755)  # as an earlier version left it
    places.make()
    assert {folder.stat().st_mode & 0o777 for folder in (places.logs, places.run)} == {0o700}


def test_the_servers_are_told_no_secret_of_the_product(places: Places) -> None:
    for program in find_parts(places, 8000).programs():
        told = "".join(line for line in program.extra if line.startswith("environment="))
        hidden = {name for name in SECRETS if f'{name}=""' in told}
        assert hidden == (set(SECRETS) if program.group == SERVERS else set())


def test_a_disk_is_watched_wherever_something_is_written(places: Places, monkeypatch) -> None:
    assert find_parts(places, 8000).folders() == [places.var]
    monkeypatch.setattr(Places, "_is_shared", lambda *_: True)
    monkeypatch.setattr(Places, "_account", lambda _: pwd.getpwuid(os.getuid()))
    monkeypatch.setattr("classroom.local.places.SHARED_HOME", places.root / "shared")
    monkeypatch.setattr("classroom.local.places.copy_of_wheel", lambda wheel, _: wheel)
    assert find_parts(places, 8000).folders() == [places.var]
    monkeypatch.setattr("classroom.local.parts.device_of", lambda folder: "shared" in folder.parts)
    data = places.root / "shared" / places._hash / "postgres"
    assert find_parts(places, 8000).folders() == [places.var, data.parent]
    data.mkdir()
    assert find_parts(places, 8000).folders() == [places.var, data]


def test_a_server_that_the_person_named_is_not_started(places: Places, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
    parts = find_parts(places, 8000)
    assert parts.cluster is None
    assert [program.name for program in parts.programs() if program.group == SERVERS] == ["redis"]
    assert parts.environment()["DATABASE_URL"] == "postgres://elsewhere/db"


def test_the_embedded_redis_serves_while_one_of_its_parts_has_no_other(places: Places, monkeypatch) -> None:
    for name in REDIS_PARTS:
        assert find_parts(places, 8000).cache
        monkeypatch.setenv(name, "redis://elsewhere/0")
    assert find_parts(places, 8000).cache is None


def test_a_secret_from_a_file_is_not_overruled(places: Places, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", "/run/secrets/key")
    assert "SECRET_KEY" not in find_parts(places, 8000).environment()


def test_the_addresses_stay_from_one_start_to_the_next(places: Places) -> None:
    first, second = (find_parts(places, 8000).environment() for _ in range(2))
    assert first == second


def test_redis_moves_where_a_stranger_took_its_port(places: Places, monkeypatch) -> None:
    parts = find_parts(places, 8000)
    assert parts.cache
    monkeypatch.setattr("classroom.local.parts.is_free", lambda port: port != parts.cache.port)
    moved = move_from_taken_port(parts)
    assert moved.cache
    assert moved.cache.port != parts.cache.port


def test_every_part_of_the_product_is_supervised(places: Places) -> None:
    names = {program.name for program in find_parts(places, 8000).programs()}
    assert names == {"postgres", "redis", "web", "worker-snapshots", "worker-reports", "beat", "simulator"}


def test_new_logins_are_shown_and_old_ones_are_not() -> None:
    words = describe_logins("login teacher teacher abc123\nlogin admin admin def456\n")
    assert "teacher    password  abc123" in words
    assert "admin      password  def456" in words
    assert describe_logins("") == OLD_LOGINS


def test_a_second_start_from_the_same_folder_is_refused(places: Places) -> None:
    lock = places.run / "lock"
    with only_one(lock), pytest.raises(CannotStart, match="runs from this folder already"), only_one(lock):
        pass
