"""The whole database as text, as a dump would hold it: for tests of what must not be in it."""

from typing import Any

from django.db import connection


def tables_with(*needles: str) -> dict[str, list[str]]:
    """The rows that hold one of the needles, by table."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT row::text FROM "{table}" AS row')
            rows = [text for (text,) in cursor.fetchall() if any(needle in text for needle in needles)]
            if rows:
                found[table] = rows
    return found


def rows_about(participant_id: int) -> set[str]:
    """Tables in which a column with the participant's number, or a list with it, has a row."""
    found = set()
    with connection.cursor() as cursor:
        for table, column, kind in _columns(cursor):
            holds = f'%s = ANY("{column}")' if kind == "ARRAY" else f'"{column}" = %s'
            cursor.execute(f'SELECT 1 FROM "{table}" WHERE {holds} LIMIT 1', [participant_id])
            if cursor.fetchone():
                found.add(table)
    return found


def _columns(cursor: Any) -> list[tuple[str, str, str]]:
    cursor.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND (column_name = 'participant_id' OR udt_name = '_int8'"
        " OR table_name = 'classroom_participant' AND column_name = 'id')"
        # Rows of a partition are rows of its table.
        " AND NOT (SELECT relispartition FROM pg_class WHERE oid = quote_ident(table_name)::regclass)"
    )
    return cursor.fetchall()
