"""Out of which databases this one came, by backups, and how far each had given out numbers of rows.

A number that was given out after the backup stands in cookies, files and on other servers: it is given to
nobody else. And what ended since a backup only a database can tell that goes on where that backup ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from classroom import restored

# Answers the rows of a query with its values.
Ask = Callable[..., list[tuple[Any, ...]]]

TABLE = "classroom_lesson"  # on which the comment stands
NOTED = "SELECT obj_description(to_regclass(%s), 'pg_class')"
# What endings are known by: see `classroom.endings`.
NUMBERED = [
    f"classroom_{row}"
    for row in (
        "participant",
        "user",
        "classroom",
        "consent",
        "strike",
        "guardiananswer",
        "apitoken",
        "webhook",
    )
]
GIVEN = """
    SELECT coalesce(sum(pg_sequence_last_value(pg_get_serial_sequence(name, 'id')::regclass)), 0)::bigint
    FROM unnest(%s::text[]) name
"""
SEQUENCES = """
    SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences
    WHERE schemaname = current_schema() AND data_type = 'bigint'::regtype
"""
# Where nobody knows how far they had got: further than a school gets between two backups.
LEAP = 1_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """A database by its mark, and the sum of the last numbers that it had given out by the backup."""

    place: str
    given: int

    def __str__(self) -> str:
        return f"{self.place}@{self.given}"


def origins(ask: Ask) -> list[Origin]:
    """The newest first; that of the backup too which is being restored."""
    noted = _noted(ask)
    ((here, made_at),) = ask(restored.PLACES, restored.TABLE)
    if made_at in (None, here) or (noted and noted[0].place == made_at):
        return noted
    ((given,),) = ask(GIVEN, NUMBERED)
    return [Origin(made_at, given), *noted]


def goes_on_after(before: Ask, backup: Ask) -> bool:
    """Whether the one database holds what became of all that is in the other, a restored one; True where
    nothing was noted."""
    ((theirs, _made_at),) = before(restored.PLACES, restored.TABLE)
    noted = _noted(before)
    newest = next(iter(origins(backup)), None)
    if newest is None or newest.place == theirs or not noted:
        return True
    return any(one.place == newest.place and newest.given <= one.given for one in noted)


def note_origins(connection: BaseDatabaseWrapper, ask: Ask) -> None:
    """Before anything is changed: what is given out from then on is of this database alone."""
    if found := origins(ask):
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON TABLE {TABLE} IS %s", [" ".join(map(str, found))])


def given_out(ask: Ask) -> dict[str, int]:
    """The last number of each sequence."""
    return dict(ask(SEQUENCES))


def give_none_twice(ask: Ask, given: Mapping[str, int] | None) -> None:
    """Nor any that the database before had `given`; None where that is not known."""
    for name, last in given_out(ask).items():
        ask("SELECT setval(quote_ident(%s)::regclass, %s)", name, _beyond(name, last, given))


def _beyond(name: str, last: int, given: Mapping[str, int] | None) -> int:
    return max(1, last + LEAP if given is None else max(last, given.get(name, 0)))


def _noted(ask: Ask) -> list[Origin]:
    ((noted,),) = ask(NOTED, TABLE)
    pairs = (one.rpartition("@") for one in (noted or "").split())
    return [Origin(place, int(given)) for place, _, given in pairs]
