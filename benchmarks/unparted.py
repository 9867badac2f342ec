"""The tables of readings and sums once more, each in one piece, as they would be without months.

They lie in a schema of their own: where that is searched first, the product reads and writes them.
"""

# ruff: noqa: S608 - the names are those of our own tables

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

from classroom.partitions import PARTITIONED

SCHEMA = "unparted"
COPIED = "INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS"
CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f')
"""
INDEXES = """
    SELECT pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""


def make() -> None:
    """With the same rows, keys, checks and indexes; those of an earlier time are gone."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for each in PARTITIONED:
            _copy(cursor, each.table)


@contextmanager
def used() -> Iterator[None]:
    """In this connection alone."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET search_path TO {SCHEMA}, public")
        try:
            yield
        finally:
            cursor.execute("RESET search_path")


def drop() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _copy(cursor: CursorWrapper, table: str) -> None:
    cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} {COPIED})")
    cursor.execute(f"INSERT INTO {SCHEMA}.{table} SELECT * FROM public.{table}")
    cursor.execute(CONSTRAINTS, [f"public.{table}"])
    for name, definition, is_foreign in cursor.fetchall():
        # What is there need not be looked at again; what comes is.
        unseen = "NOT VALID" if is_foreign else ""
        cursor.execute(f'ALTER TABLE {SCHEMA}.{table} ADD CONSTRAINT "{name}" {definition} {unseen}')
    cursor.execute(INDEXES, [f"public.{table}"])
    for (definition,) in cursor.fetchall():
        cursor.execute(definition.replace(f" ON ONLY public.{table} ", f" ON {SCHEMA}.{table} "))
