"""Readings and sums lie in a table for each month, so that a month past every period is dropped as a whole.

Django knows the one table of which these are partitions. Months are made ahead; a row of one that was not
made lies in the default partition until it is. What was there before that there were months is in one
partition "until" a month.
"""

# ruff: noqa: S608 - the names are those of our own tables

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, models, transaction
from django.db.models import Q

from classroom.models import Lesson, Reading, RollupBin

logger = logging.getLogger(__name__)

MONTHS_AHEAD = 3
# A lesson that records waits no longer for each of the tables that are needed to make or drop a month; the
# next round tries again. For three of them that is less than PostgreSQL waits before it ends one of two
# transactions that wait for each other: it is never the lesson's that is given up.
LOCK_MS = 300
GIVEN_UP = ("55P03", "40P01")

# No row of a lesson lies further from it: readings of other times are not recorded.
LEEWAY = timedelta(hours=1)

PARTITIONS = """
    SELECT child.relname FROM pg_inherits
    JOIN pg_class child ON child.oid = inhrelid WHERE inhparent = %s::regclass
"""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, at: datetime) -> "Month":
        at = at.astimezone(UTC)
        return cls(at.year, at.month)

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def starts_at(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    def __str__(self) -> str:
        return f"{self.year}_{self.number:02}"


@dataclass(frozen=True, slots=True)
class Partition:
    """One table of rows before the month `ends`; of all months before it where it has no `month`."""

    name: str
    month: Month | None
    ends: Month

    def holds(self, month: Month) -> bool:
        return month < self.ends if self.month is None else month == self.month


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A model's table, parted by the month of a column."""

    model: type[models.Model]
    column: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def default(self) -> str:
        return f"{self.table}_default"

    def partitions(self) -> list[Partition]:
        """Without the default one, in order of time."""
        with connection.cursor() as cursor:
            cursor.execute(PARTITIONS, [self.table])
            names = [name for (name,) in cursor.fetchall() if name != self.default]
        return sorted((self._partition(name) for name in names), key=lambda one: one.ends)

    def _partition(self, name: str) -> Partition:
        *kind, year, number = name.removeprefix(f"{self.table}_").split("_")
        month = Month(int(year), int(number))
        return Partition(name, None, month) if kind == ["until"] else Partition(name, month, month.next)

    def make_months(self, now: datetime) -> list[Month]:
        """Those to come, and those of which the default partition has rows, which move there."""
        held, wanted = self.partitions(), sorted({*_months_ahead(now), *self._months_of_default()})
        missing = [month for month in wanted if not any(one.holds(month) for one in held)]
        return [month for month in missing if self._alone(self._make, month)]

    def drop_months(self, before: datetime) -> list[str]:
        """Those all of whose rows are of lessons that ended before that time; the names of their tables."""
        past = [one for one in self.partitions() if self._is_past(one, before)]
        return [one.name for one in past if self._alone(self._drop, one)]

    def _is_past(self, partition: Partition, before: datetime) -> bool:
        return partition.ends.starts_at <= before and not self._holds_younger_lesson(partition, before)

    def _months_of_default(self) -> set[Month]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT date_trunc('month', {self.column}, 'UTC') FROM {self.default}")
            return {Month.of(at) for (at,) in cursor.fetchall()}

    def _make(self, month: Month) -> None:
        """Its rows move before it is a partition: so long nothing else reads or writes any of them."""
        if any(one.holds(month) for one in self.partitions()):
            return  # another task was here first
        name, bounds = f"{self.table}_{month}", [month.starts_at, month.next.starts_at]
        copied = "INCLUDING ALL EXCLUDING INDEXES EXCLUDING STATISTICS"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE {name} (LIKE {self.table} {copied})")
            cursor.execute(
                f"WITH moved AS (DELETE FROM {self.default} WHERE {self.column} >= %s AND {self.column} < %s"
                f" RETURNING *) INSERT INTO {name} SELECT * FROM moved",
                bounds,
            )
            cursor.execute(
                f"ALTER TABLE {self.table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)", bounds
            )

    def _drop(self, partition: Partition) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {partition.name}")

    def _holds_younger_lesson(self, partition: Partition, before: datetime) -> bool:
        lessons = Lesson._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT EXISTS (SELECT FROM {lessons} WHERE (ended_at IS NULL OR ended_at >= %s)"
                f" AND EXISTS (SELECT FROM {partition.name} WHERE lesson_id = {lessons}.id))",
                [before],
            )
            return bool(cursor.fetchone()[0])

    def _alone(self, change: Callable[[Any], None], what: Month | Partition) -> bool:
        """Do it in a transaction in which nobody else uses the table; False where somebody does for long.

        Whoever waits meanwhile plans its statement after it, so that no deletion misses a row that moved.
        """
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
                cursor.execute(f"LOCK TABLE {self.table} IN ACCESS EXCLUSIVE MODE")
                change(what)
        except OperationalError as error:
            if getattr(error.__cause__, "pgcode", None) not in GIVEN_UP:
                raise
            logger.info("The months of %s are seen to in a later round", self.table)
            return False
        return True


PARTITIONED = (Partitioned(Reading, "taken_at"), Partitioned(RollupBin, "starts_at"))
COLUMNS = {each.model: each.column for each in PARTITIONED}


def months_of(lesson: Lesson, model: type[models.Model]) -> Q:
    """Leaves out the months in which a lesson has no rows; nothing of a model that has no months."""
    if (column := COLUMNS.get(model)) is None:
        return Q()
    times = Q((f"{column}__gte", lesson.started_at - LEEWAY))
    return times & Q((f"{column}__lte", lesson.ended_at + LEEWAY)) if lesson.ended_at else times


def _months_ahead(now: datetime) -> Iterator[Month]:
    month = Month.of(now)
    for _ in range(MONTHS_AHEAD + 1):
        yield month
        month = month.next
