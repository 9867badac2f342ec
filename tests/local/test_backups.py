"""A backup is one file; the way back brings every row and overwrites nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from classroom.local.__main__ import main
from classroom.local.backups import CannotBackUp, CannotRestore, at_work, back_up, restore
from classroom.local.postgres import Cluster

NOW = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
ROWS = [(1, "Robin Ünal", [0.5, None]), (2, "Kim", [])]


@contextmanager
def asked(cluster: Cluster) -> Iterator["psycopg2.extensions.cursor"]:
    with psycopg2.connect(cluster.url) as connection, connection.cursor() as cursor:
        yield cursor
    connection.close()


def teach(cluster: Cluster, migration: str = "0001_initial", app: str = "classroom") -> None:
    cluster.ensure_database()
    with asked(cluster) as cursor:
        cursor.execute("CREATE TABLE student (id int PRIMARY KEY, name text, readings real[])")
        cursor.executemany("INSERT INTO student VALUES (%s, %s, %s)", ROWS)
        cursor.execute("CREATE TABLE django_migrations (app text, name text)")
        cursor.execute("INSERT INTO django_migrations VALUES (%s, %s)", [app, migration])


def students(cluster: Cluster) -> list[tuple[object, ...]]:
    with at_work(cluster):
        return rows(cluster)


def rows(cluster: Cluster) -> list[tuple[object, ...]]:
    with asked(cluster) as cursor:
        cursor.execute("SELECT id, name, readings FROM student ORDER BY id")
        return cursor.fetchall()


def repeat(restored: Cluster, before: Cluster | None) -> None:
    """Both are at work meanwhile."""
    assert before is not None
    assert (rows(restored), rows(before)) == (ROWS, ROWS[1:])


def never(_restored: Cluster, _before: Cluster | None) -> None:
    pytest.fail("nothing was restored")


def test_what_was_deleted_since_is_back_and_the_database_before_lies_beside(
    cluster: Cluster, tmp_path: Path
) -> None:
    file = tmp_path / "a.dump"
    with at_work(cluster):
        teach(cluster)
        back_up(cluster, file)
        with asked(cluster) as cursor:
            cursor.execute("DELETE FROM student WHERE id = 1")
    assert file.stat().st_mode & 0o777 == 0o600
    aside = restore(cluster, file, NOW, repeat, reads=True)
    assert students(cluster) == ROWS
    assert aside == cluster.data.with_name("data-before-2026-11-28-093000")
    shutil.rmtree(cluster.data)
    aside.rename(cluster.data)
    assert students(cluster) == ROWS[1:]


def test_where_what_ended_since_cannot_be_repeated_all_is_as_it_was(cluster: Cluster, tmp_path: Path) -> None:
    """Also where the database before cannot be read, unless nobody wants to."""
    file = tmp_path / "a.dump"
    with at_work(cluster):
        teach(cluster)
        back_up(cluster, file)
        with asked(cluster) as cursor:
            cursor.execute("DELETE FROM student WHERE id = 1")
    with pytest.raises(ZeroDivisionError):
        restore(cluster, file, NOW, lambda restored, before: 1 // 0, reads=True)  # type: ignore[arg-type, return-value]
    assert students(cluster) == ROWS[1:]
    (cluster.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(CannotRestore, match=r"cannot be read.*made by PostgreSQL 9\.6.*LIST=file"):
        restore(cluster, file, NOW, never, reads=True)
    assert (cluster.data / "PG_VERSION").read_text() == "9.6\n"
    restore(cluster, file, NOW, lambda restored, before: None, reads=False)
    assert students(cluster) == ROWS


def test_a_file_that_is_there_is_not_overwritten(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "a.dump").write_text("something else")
    with pytest.raises(CannotBackUp, match="Name a new file"):
        back_up(cluster, tmp_path / "a.dump")
    assert (tmp_path / "a.dump").read_text() == "something else"


def test_where_the_database_does_not_answer_no_file_is_left(cluster: Cluster, tmp_path: Path) -> None:
    with pytest.raises(CannotBackUp, match="Start the product"):
        back_up(cluster, tmp_path / "a.dump")
    assert not list(tmp_path.iterdir())


def test_what_is_no_backup_or_of_a_newer_version_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    file = tmp_path / "a.dump"
    file.write_text("something else")
    with pytest.raises(CannotRestore, match="is no backup"):
        restore(cluster, file, NOW, never, reads=True)
    with at_work(cluster):
        teach(cluster, "9999_of_next_year")
        back_up(cluster, tmp_path / "newer.dump")
        with pytest.raises(CannotRestore, match="at work"):
            restore(cluster, tmp_path / "newer.dump", NOW, never, reads=True)
    with pytest.raises(CannotRestore, match="newer version of ClassPulse, with 9999_of_next_year"):
        restore(cluster, tmp_path / "newer.dump", NOW, never, reads=True)
    assert students(cluster) == ROWS
    assert not list(cluster.data.parent.glob("*-before-*"))


def with_own_program(cluster: Cluster, folder: Path, name: str, script: str) -> Cluster:
    """PostgreSQL's programs, but for one that does as it is told here."""
    folder.mkdir()
    for program in cluster.programs.iterdir():
        (folder / program.name).symlink_to(program)
    (folder / name).unlink()
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return replace(cluster, programs=folder)


def test_a_backup_has_its_name_only_once_it_is_whole(cluster: Cluster, tmp_path: Path) -> None:
    """Whatever kills it in the middle: nothing is taken for a backup that is none."""
    folder = tmp_path / "kept"
    folder.mkdir()
    half = with_own_program(
        cluster, tmp_path / "programs", "pg_dump", f'echo half; ls "{folder}" >&2; exit 1'
    )
    with pytest.raises(CannotBackUp, match=r"said: a\.dump\.unfinished$"):
        back_up(half, folder / "a.dump")
    assert not list(folder.iterdir())


def test_what_a_backup_left_that_was_killed_is_in_no_way(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "a.dump.unfinished").write_text("half")
    with at_work(cluster):
        teach(cluster)
        back_up(cluster, tmp_path / "a.dump")
    assert [file.name for file in tmp_path.iterdir()] == ["a.dump"]


def test_the_database_keeps_its_place_until_the_backup_is_in_another(
    cluster: Cluster, tmp_path: Path
) -> None:
    """Whatever kills it in the middle: the next start finds what was there."""
    with at_work(cluster):
        teach(cluster)
        back_up(cluster, tmp_path / "a.dump")
    script = f'test "$1" = --list || {{ ls -m "{cluster.data.parent}" >&2; exit 1; }}'
    broken = with_own_program(cluster, cluster.data.parent / "programs", "pg_restore", script)
    with pytest.raises(CannotRestore, match="said: data, data-restoring, "):
        restore(broken, tmp_path / "a.dump", NOW, never, reads=True)
    assert students(cluster) == ROWS
    assert not (cluster.data.parent / "data-restoring").exists()


def test_a_database_that_was_killed_keeps_no_backup_from_coming_back(
    cluster: Cluster, tmp_path: Path
) -> None:
    with at_work(cluster):
        teach(cluster)
        back_up(cluster, tmp_path / "a.dump")
    (cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster.data}\n")
    assert restore(cluster, tmp_path / "a.dump", NOW, lambda restored, before: None, reads=True)
    assert students(cluster) == ROWS


def test_a_backup_of_another_product_of_django_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    with at_work(cluster):
        teach(cluster, app="blog")
        back_up(cluster, tmp_path / "blog.dump")
    with pytest.raises(CannotRestore, match="something else"):
        restore(cluster, tmp_path / "blog.dump", NOW, never, reads=True)
    assert not list(cluster.data.parent.glob("*-before-*"))


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_database_elsewhere_is_not_ours_to_keep(
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://classpulse@db.school.lan/classpulse")
    assert main([command, str(tmp_path / "a.dump")]) == 1
    assert "use its pg_dump and pg_restore" in capsys.readouterr().err
