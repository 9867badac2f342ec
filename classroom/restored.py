"""A database out of a backup holds again what was deleted since: nobody gets in until that is repeated.

A comment on one table says where that table was made. A dump takes it along, and what is made of a dump is
another table, in another database or server. A copy of the server's files is the same one: not told apart.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg2
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "classroom_school"
# One row, none where there is no such table: where it is, and where it was when it was marked.
PLACES = """
    SELECT system_identifier || '/' || its_database.oid || '/' || its_table.oid,
        obj_description(its_table.oid, 'pg_class')
    FROM pg_control_system(), pg_database its_database, pg_class its_table
    WHERE its_database.datname = current_database() AND its_table.oid = to_regclass(%s)
"""
WORDS = (
    "This database came out of a backup. Repeat what was deleted and withdrawn since, with "
    "`manage.py repeat_endings`: see 'Backup and restore' in docs/deploy.md"
)

_is_let_in: ContextVar[bool] = ContextVar("is_let_in", default=False)


@contextmanager
def let_in() -> Iterator[None]:
    """For whoever repeats what is to be repeated; no connection outlives it."""
    token = _is_let_in.set(True)
    try:
        yield
    finally:
        connections.close_all()
        _is_let_in.reset(token)


def refuse_restored(*, connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Of a connection that was just opened: as if nothing answered. Raises psycopg2.OperationalError."""
    if not _is_let_in.get() and is_restored(connection):
        connection.close()
        raise psycopg2.OperationalError(WORDS)


def is_restored(connection: BaseDatabaseWrapper) -> bool:
    here, made_at = _places(connection)
    return made_at is not None and made_at != here


def mark_new(*, using: str, **_signal: Any) -> None:
    """After a migration: a database that nothing is known of is at home where it is."""
    here, made_at = _places(connections[using])
    if here and made_at is None:
        mark(connections[using])


def mark(connection: BaseDatabaseWrapper) -> None:
    """It is at home here from now on."""
    here, _made_at = _places(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"COMMENT ON TABLE {TABLE} IS %s", [here])


def _places(connection: BaseDatabaseWrapper) -> tuple[str | None, str | None]:
    with connection.connection.cursor() as cursor:  # the driver's own: no statement of the product's
        cursor.execute(PLACES, [TABLE])
        here, made_at = cursor.fetchone() or (None, None)
        return here, made_at
