# ruff: noqa: S608 - the names are those of our own tables
from datetime import UTC, datetime

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

TABLES = (("classroom_reading", "taken_at"), ("classroom_rollupbin", "starts_at"))
MONTHS_AHEAD = 3
# What CREATE TABLE … LIKE does not take along, or not under its name: the key first, for the rest may use it.
CONSTRAINTS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype = 'f'
"""
INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
COPIED = "INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS"


def part_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Each table becomes the first partition of a new one of its name; no row is copied."""
    for table, column in TABLES:
        before = f"{table}_before"
        _set_apart(schema_editor, table, before, f"PARTITION BY RANGE ({column})")
        month = _month(timezone.now())
        (newest,) = _one(schema_editor, f"SELECT max({column}) FROM {before}")
        if newest is None:
            _run(schema_editor, f"DROP TABLE {before}")
        else:
            month = _next(_month(max(newest, timezone.now())))
            until = f"{table}_until_{month:%Y_%m}"
            _run(schema_editor, f"ALTER TABLE {before} RENAME TO {until}")
            bounds = f"FOR VALUES FROM (MINVALUE) TO ('{month.isoformat()}')"
            _run(schema_editor, f"ALTER TABLE {table} ATTACH PARTITION {until} {bounds}")
        for _ in range(MONTHS_AHEAD + 1):
            bounds = f"FOR VALUES FROM ('{month.isoformat()}') TO ('{_next(month).isoformat()}')"
            _run(schema_editor, f"CREATE TABLE {table}_{month:%Y_%m} PARTITION OF {table} {bounds}")
            month = _next(month)
        _run(schema_editor, f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")


def join_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, _ in TABLES:
        parted = f"{table}_parted"
        _set_apart(schema_editor, table, parted, "")
        _run(schema_editor, f"INSERT INTO {table} SELECT * FROM {parted}")
        _run(schema_editor, "SET CONSTRAINTS ALL IMMEDIATE")
        _run(schema_editor, f"DROP TABLE {parted}")


def _set_apart(schema_editor: BaseDatabaseSchemaEditor, table: str, other: str, how: str) -> None:
    """Give the table another name, and its own to an empty one that is the same in everything else."""
    constraints, indexes = _all(schema_editor, CONSTRAINTS, table), _all(schema_editor, INDEXES, table)
    _run(schema_editor, f"ALTER TABLE {table} RENAME TO {other}")
    suffix = other.removeprefix(table)
    for name, definition in constraints:
        if not definition.startswith("FOREIGN KEY"):  # their names are free, those of indexes are taken
            _run(schema_editor, f'ALTER TABLE {other} RENAME CONSTRAINT "{name}" TO "{name[:55]}{suffix}"')
    for name, _ in indexes:
        _run(schema_editor, f'ALTER INDEX "{name}" RENAME TO "{name[:55]}{suffix}"')
    _run(schema_editor, f"CREATE TABLE {table} (LIKE {other} {COPIED}) {how}")
    for name, definition in constraints:
        _run(schema_editor, f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    for _, definition in indexes:
        _run(schema_editor, definition.replace(" ON ONLY ", " ON "))


def _month(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    return datetime(at.year, at.month, 1, tzinfo=UTC)


def _next(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)


def _run(schema_editor: BaseDatabaseSchemaEditor, statement: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(statement)


def _one(schema_editor: BaseDatabaseSchemaEditor, query: str) -> tuple[datetime | None]:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(query)
        row: tuple[datetime | None] = cursor.fetchone()
        return row


def _all(schema_editor: BaseDatabaseSchemaEditor, query: str, table: str) -> list[tuple[str, str]]:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(query, [table])
        rows: list[tuple[str, str]] = cursor.fetchall()
        return rows


class Migration(migrations.Migration):
    """Readings and sums by month, and when a school was looked after last."""

    dependencies = [("classroom", "0019_course")]

    operations = [
        migrations.AddField("retentionrun", "common_at", models.DateTimeField(null=True)),
        migrations.AlterField("retentionrun", "finished_at", models.DateTimeField(null=True)),
        migrations.AddField("school", "tended_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("school", "tending_since", models.DateTimeField(editable=False, null=True)),
        migrations.RunPython(part_tables, join_tables),
    ]
