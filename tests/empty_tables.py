"""Empties the tables after a test that committed rows.

Django empties each table anew, full or not, and writes down again what models and rights there are: half a
second for each such test. Few rows are deleted in some milliseconds.
"""

from django.db import connection

# The same whatever a test does; written when the database is made.
KEPT = {"django_content_type", "auth_permission"}


def empty_tables() -> None:
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    names = [connection.ops.quote_name(table) for table in tables if table not in KEPT]
    with connection.cursor() as cursor:
        # In any order of the tables, since nothing refers to a row that is left; and written before it is
        # answered, since the next test may let the database crash.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = on")
        try:
            cursor.execute(";".join(f"DELETE FROM {name}" for name in names))
        finally:
            cursor.execute("RESET session_replication_role; RESET synchronous_commit")
