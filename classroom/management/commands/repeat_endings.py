"""After a restore: ends once more what ended since the backup, and lets the product into the database."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg2
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from classroom import lineage, queries, restored, services
from classroom.endings import Ending, NotAnEnding, read_endings, write_endings
from classroom.environment import read_database
from classroom.queries import Before

OLD = "OLD_DATABASE_URL"
ANOTHER_BRANCH = (
    f"The database that {OLD} names came out of an earlier backup than this one, and knows nothing of what "
    "ended since. Name the database that this backup was made of."
)
DRIVERS_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


class Command(BaseCommand):
    help = (
        "After a restore, while nothing else runs: erase, withdraw and sign out once more what was since the "
        f"backup, as the database before tells it, whose address is in {OLD}, or a list."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--old", action="store_true", help=f"read the database that {OLD} names")
        source.add_argument(
            "--list", type=Path, dest="listed", metavar="FILE", help="read lines that --write made"
        )
        parser.add_argument(
            "--write", type=Path, metavar="FILE", help="write the list, and repeat nothing of it"
        )

    def handle(self, *args: Any, old: bool, listed: Path | None, write: Path | None, **options: Any) -> None:
        with restored.let_in():
            call_command("migrate", interactive=False, stdout=StringIO())
            endings, given = _of_old_database() if listed is None else (_of_list(listed), None)
            if write is not None:
                _write(write, endings)
                return
            lineage.note_origins(connection, _ask)
            repeated = services.repeat_endings(endings=endings, now=timezone.now())
            lineage.give_none_twice(_ask, given)
            restored.mark(connection)
        for kind, times in repeated.items():
            self.stdout.write(f"{kind}: {times}")
        self.stdout.write("Everybody logs in again. The database may be used.")


def _of_list(file: Path) -> list[Ending]:
    try:
        install, endings = read_endings(file.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    except NotAnEnding as error:
        raise CommandError(str(error)) from error
    if install not in (None, _install()):
        raise CommandError(f"{file} was written by another install: its numbers are those of other rows.")
    return endings


def _write(file: Path, endings: list[Ending]) -> None:
    try:
        file.write_text(write_endings(_install(), endings))
    except OSError as error:
        raise CommandError(f"{file} could not be written: {error}") from error


def _install() -> str:
    """When its tables were made: a word that the database and its backups have in common."""
    ((made_at,),) = _ask(queries.FIRST_MIGRATION)
    return str(made_at.astimezone(UTC).isoformat())


def _of_old_database() -> tuple[list[Ending], dict[str, int]]:
    """And how far its numbers had got."""
    with _old_database() as before:
        if before.ask(restored.PLACES, restored.TABLE) == _ask(restored.PLACES, restored.TABLE):
            raise CommandError(f"{OLD} names the restored database itself.")
        if before.ask(queries.FIRST_MIGRATION) != _ask(queries.FIRST_MIGRATION):
            raise CommandError(f"The backup was not made of the database that {OLD} names.")
        if not lineage.goes_on_after(before.ask, _ask):
            raise CommandError(ANOTHER_BRANCH)
        return [*queries.endings_since(before)], lineage.given_out(before.ask)


@contextmanager
def _old_database() -> Iterator[Before]:
    try:
        settings = read_database(OLD)
        named = {theirs: settings[ours] for ours, theirs in DRIVERS_NAMES.items() if settings[ours]}
        found = psycopg2.connect(**named)
    except (ImproperlyConfigured, psycopg2.OperationalError) as error:
        raise CommandError(f"The database before cannot be read: {error}") from error
    with closing(found):
        found.set_session(readonly=True)
        try:
            yield Before(found)
        except psycopg2.Error as error:
            raise CommandError(f"The database before cannot be read: {error}") from error


def _ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
