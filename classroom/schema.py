"""Recognises a database of a version whose tables this one does not know, before anything is done to it."""

from pathlib import Path
from typing import Any

from django.core.management import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

MIGRATIONS = Path(__file__).parent / "migrations"


def refuse_older_database(*, using: str, **_options: Any) -> None:
    """Before a migration. Raises CommandError; the data stays as it is."""
    applied = MigrationRecorder(connections[using]).applied_migrations()
    unknown = sorted(
        name for app, name in applied if app == "classroom" and not (MIGRATIONS / f"{name}.py").exists()
    )
    if unknown:
        raise CommandError(
            _(
                "This database was made by another version of ClassPulse (%(names)s), whose tables "
                "this version cannot take over. Nothing in it was changed. Start that version to "
                "read it, or give this one a new database: move away the data folder that `make "
                "where` prints, or name another one in DATABASE_URL."
            )
            % {"names": ", ".join(unknown)}
        )
