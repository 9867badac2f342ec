"""The way back that docs/deploy.md names for Docker Compose brings every row, and keeps what was there."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from classroom import services
from tests.factories import MONDAY, make_school
from tests.scenes import measured_lesson
from tests.servers import cluster

PAGE = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()
LINES = re.findall(r"^docker compose exec -T postgres ((?:pg_|psql).*)$", PAGE, re.MULTILINE)
NAME = "way_back"
AS_ON_THE_PAGE = re.compile(r"(?<!-U )\bclasspulse(?=_before|\b(?!\.dump))")


def rows(name: str) -> int:
    with (
        psycopg2.connect(cluster.url.replace("/classpulse?", f"/{name}?")) as asked,
        asked.cursor() as cursor,
    ):
        cursor.execute("SELECT count(*) FROM classroom_reading")
        (found,) = cursor.fetchone()
    asked.close()
    return int(found)


def administer(*statements: str) -> None:
    asked = psycopg2.connect(cluster.url.replace("/classpulse?", "/postgres?"))
    asked.autocommit = True
    with asked.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    asked.close()


@pytest.fixture
def product() -> Iterator[None]:
    """A database of its own, with readings in a month and in none."""
    services.turn_months(now=MONDAY)
    for started_at in (MONDAY, MONDAY.replace(year=2019)):
        measured_lesson(make_school(), started_at=started_at)
    connection.close()
    administer(f"CREATE DATABASE {NAME} TEMPLATE {connection.settings_dict['NAME']}")
    yield
    administer(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in (NAME, f"{NAME}_before")))


def run(line: str, folder: Path) -> None:
    """As a shell would, with this database's name, and without Docker."""
    program, rest = AS_ON_THE_PAGE.sub(NAME, line).split(" ", 1)
    done = subprocess.run(
        ["sh", "-c", f"{shlex.quote(str(cluster.programs / program))} {rest}"],
        cwd=folder,
        env={**os.environ, "PGHOST": str(cluster.socket_folder), "PGPASSWORD": cluster.password},
        check=False,
        stderr=subprocess.PIPE,
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.django_db(transaction=True)
def test_what_was_deleted_is_back_and_what_was_there_lies_beside(product: None, tmp_path: Path) -> None:
    back_up, *bring_back = LINES
    assert [line.split()[0] for line in LINES] == ["pg_dump", "psql", "pg_restore"]
    count = rows(NAME)
    run(back_up, tmp_path)
    with (
        psycopg2.connect(cluster.url.replace("/classpulse?", f"/{NAME}?")) as asked,
        asked.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM classroom_reading")
    asked.close()
    for line in bring_back:
        run(line, tmp_path)
    assert (rows(NAME), rows(f"{NAME}_before")) == (count, 0)
    assert count == 14
