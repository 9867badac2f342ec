"""The benchmark's database: what it is filled with, its tables in one piece, and what is asked of it.

That no act asks more often with more rows is held here; how long it takes stands in docs/benchmarks.md.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from benchmarks import counting, database, filling, unparted
from benchmarks.filling import (
    MONTHS,
    NOW_IN_CLASS,
    READINGS_A_CLASS,
    RECORDED_BEFORE,
    classes_for,
    fill,
    starts,
)
from classroom.models import Classroom, Lesson, Reading, RollupBin
from classroom.partitions import PARTITIONED, Month
from classroom.wire import mailbox

ROWS = READINGS_A_CLASS
CONSTRAINTS = """
    SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype <> 'n' AND conrelid = %s::regclass
"""
INDEXES = """
    SELECT regexp_replace(pg_get_indexdef(indexrelid), ' ON .* USING', '') FROM pg_index
    WHERE indrelid = %s::regclass
"""


def settle() -> None:
    """As in a transaction of its own: those before are over."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def in_months(each):
    """How many rows lie in each partition that has any."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT tableoid::regclass::text, count(*) FROM {each.table} GROUP BY 1")
        return dict(cursor.fetchall())


# --- what it is filled with ---


@pytest.mark.parametrize(
    ("readings", "classes"), [(1, 1), (ROWS, 1), (10 * ROWS, 10), (10**7, 10**7 // ROWS)]
)
def test_so_many_readings_are_of_so_many_classes(readings, classes):
    assert classes_for(readings) == classes


@pytest.mark.parametrize("now", ["2026-11-28T12:00", "2027-01-31T12:00", "2027-03-31T23:59"])
def test_a_class_met_in_each_of_the_months_and_in_this_one(now):
    at = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("UTC"))
    months = [Month.of(start) for start in starts(at)]
    assert months[-1] == Month.of(at)
    assert [one.next for one in months[:-1]] == months[1:]
    assert len(months) == MONTHS


@pytest.mark.django_db
def test_the_readings_lie_evenly_in_the_months_with_their_sums():
    taught = fill(2 * ROWS, now=timezone.now())
    recorded = RECORDED_BEFORE * NOW_IN_CLASS
    assert Reading.objects.count() == 2 * ROWS + recorded
    assert Reading.objects.exclude(lesson=taught.lesson).count() == 2 * ROWS
    for each in PARTITIONED:
        found = in_months(each)
        assert not any(name.endswith("_default") for name in found)
        assert len(found) in (MONTHS, MONTHS + 1)  # a lesson may have begun before midnight of the first
    sums = RollupBin.objects.exclude(lesson=taught.lesson)
    assert sum(sums.values_list("readings", flat=True)) == 2 * ROWS
    assert Classroom.objects.count() == 2
    assert Lesson.objects.filter(ended_at=None).get() == taught.lesson


@pytest.mark.django_db
def test_nothing_that_it_is_filled_with_is_past_its_period():
    taught = fill(ROWS, now=timezone.now())
    assert Lesson.objects.filter(ended_at__lt=timezone.now() - timedelta(days=filling.KEPT_DAYS)).count() == 1
    database.look_after(taught)
    assert Reading.objects.count() == ROWS + RECORDED_BEFORE * NOW_IN_CLASS


@pytest.mark.django_db
def test_what_the_database_held_before_is_gone():
    fill(ROWS, now=timezone.now())
    settle()
    fill(ROWS, now=timezone.now())
    assert Classroom.objects.count() == 1
    assert Reading.objects.count() == ROWS + RECORDED_BEFORE * NOW_IN_CLASS


# --- the tables in one piece ---


@pytest.mark.django_db
def test_the_tables_in_one_piece_have_the_same_rows_and_take_their_own():
    taught = fill(ROWS, now=timezone.now())
    settle()
    unparted.make()
    before = Reading.objects.count(), RollupBin.objects.count()
    with unparted.used():
        assert (Reading.objects.count(), RollupBin.objects.count()) == before
        taught.record()
        settle()
        assert Reading.objects.count() == before[0] + NOW_IN_CLASS
        assert set(in_months(PARTITIONED[0])) == {"classroom_reading"}
    assert (Reading.objects.count(), RollupBin.objects.count()) == before
    unparted.drop()


@pytest.mark.django_db
@pytest.mark.parametrize("each", PARTITIONED, ids=lambda each: each.table)
def test_the_tables_in_one_piece_have_every_key_check_and_index(each):
    unparted.make()
    for what in (CONSTRAINTS, INDEXES):
        public, ours = (ask(what, f"{schema}.{each.table}") for schema in ("public", unparted.SCHEMA))
        assert len(public) >= 2
        assert sorted(one.removesuffix(" NOT VALID") for one in ours) == sorted(public)


def ask(what, table):
    with connection.cursor() as cursor:
        cursor.execute(what, [table])
        return [text for (text,) in cursor.fetchall()]


# --- what is asked ---


@pytest.mark.django_db
def test_what_is_read_and_written_while_teaching_asks_as_often_with_more_rows():
    asked = []
    for readings in (ROWS, 4 * ROWS):
        settle()
        taught = fill(readings, now=timezone.now())
        acts = {**database.reading(taught), "recording": taught.record}
        for act in acts.values():
            act()
        asked.append({name: database.timed(act)[1] for name, act in acts.items()})
    few, many = asked
    assert many == few
    assert all(count >= 3 for count in few.values()), few


# --- the mailbox's counts ---


@pytest.mark.parametrize("verb", counting.VERBS, ids=lambda verb: verb.name)
def test_a_script_without_its_counts_is_the_same_but_for_them(verb):
    text = (mailbox.SCRIPTS / f"{verb.name}.lua").read_text()
    left = counting.uncounted(text)
    assert "HINCRBY" in text and "HINCRBY" not in left
    gone = [line for line in text.splitlines() if line not in left.splitlines()]
    assert len(gone) == text.count("HINCRBY") + text.count("PEXPIRE', KEYS[5]")
    assert all("KEYS[5]" in line or "KEYS[3]" in line for line in gone)


@pytest.mark.servers
def test_each_script_is_timed_with_its_counts_and_without():
    found = counting.measure(rounds=2)
    assert [one.script for one in found] == ["post", "append", "take"]
    assert all(one.with_counts > 0 and one.without > 0 for one in found)
