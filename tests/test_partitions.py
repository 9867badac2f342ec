"""Readings and sums lie by month: made ahead, searched alone while teaching, dropped once all is past."""

import json
from datetime import UTC, datetime, timedelta
from threading import Thread

import psycopg2
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from classroom import partitions, services
from classroom.models import Policy, Reading, RollupBin, Strike
from classroom.partitions import PARTITIONED, Month
from classroom.queries import evidence, own
from classroom.services.mood_history import restate_shared
from classroom.wire.measurement import Measurement
from reports import roster
from tests.analyses import attentive
from tests.factories import MONDAY, make_lesson, make_school
from tests.live import until
from tests.scenes import ended, measured_lesson
from worker import tasks

pytestmark = pytest.mark.django_db
READINGS, BINS = PARTITIONED
TABLES = ("classroom_reading", "classroom_rollupbin")


def lie_in(model):
    """The partitions that hold any rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT tableoid::regclass::text FROM {model._meta.db_table}")
        return {name for (name,) in cursor.fetchall()}


def months(each):
    return {str(one.month) for one in each.partitions()}


def test_a_row_lies_in_the_table_of_its_month():
    services.turn_months(now=MONDAY)
    measured_lesson(make_school(), started_at=MONDAY)
    assert lie_in(Reading) == {"classroom_reading_2026_09"}
    assert lie_in(RollupBin) == {"classroom_rollupbin_2026_09"}


def test_three_months_are_made_ahead_over_the_turn_of_the_year_and_once():
    now = datetime(2030, 11, 30, 23, 59, tzinfo=UTC)
    for each in PARTITIONED:
        made = each.make_months(now)
        assert [str(month) for month in made] == ["2030_11", "2030_12", "2031_01", "2031_02"]
        assert set(map(str, made)) < months(each)
        assert each.make_months(now) == []


def test_what_found_no_month_moves_there_whole():
    measured_lesson(make_school(), started_at=MONDAY, students=2)
    rows = everything()
    assert lie_in(Reading) == {"classroom_reading_default"}
    services.turn_months(now=datetime(2026, 11, 28, tzinfo=UTC))
    assert lie_in(Reading) == {"classroom_reading_2026_09"}
    assert lie_in(RollupBin) == {"classroom_rollupbin_2026_09"}
    assert everything() == rows


def everything():
    return [
        list(each.model._default_manager.order_by("participant", each.column).values())
        for each in PARTITIONED
    ]


def test_sums_go_on_adding_to_the_same_ten_seconds_in_a_month_that_was_made_meanwhile():
    lesson = measured_lesson(make_school(), started_at=MONDAY)
    before = RollupBin.objects.order_by("starts_at").last()
    services.turn_months(now=MONDAY)
    consent = lesson.consents.get()
    later = Measurement(consent.participant_id, consent.id, MONDAY + timedelta(seconds=25), attentive())
    services.record_readings(lesson_id=lesson.id, measurements=[later])
    assert RollupBin.objects.get(pk=before.pk).readings == before.readings + 1


def test_a_student_is_erased_in_every_month():
    """One lesson lies over the turn of a month, with rows in a month of its own and in the default one."""
    turn = datetime(2026, 9, 30, 23, 59, 45, tzinfo=UTC)
    READINGS.make_months(turn)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE classroom_reading_2026_10")
    lesson = measured_lesson(make_school(), started_at=turn)
    assert lie_in(Reading) == {"classroom_reading_2026_09", "classroom_reading_default"}
    gone = Reading.objects.first().participant
    receipt = services.remove_place(participant_id=gone.id, by=lesson.classroom.teacher, now=turn)
    assert receipt.readings == 7
    assert not Reading.objects.exists() and not RollupBin.objects.exists()


@pytest.fixture
def other_connection():
    """A second process's, whose transaction is open until it is told to end."""
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    yield other
    other.close()


@pytest.fixture
def in_another_century(transactional_db):
    """What is committed there goes with the test: the month and its rows."""
    yield datetime(2101, 5, 4, tzinfo=UTC)
    with connection.cursor() as cursor:
        for each in PARTITIONED:
            for one in each.partitions():
                if one.ends.year > 2100:
                    cursor.execute(f"DROP TABLE {one.name}")


@pytest.mark.django_db(transaction=True)
def test_a_month_is_made_in_a_later_round_where_somebody_records_for_long(
    in_another_century, other_connection, monkeypatch
):
    monkeypatch.setattr(partitions, "LOCK_MS", 50)
    with other_connection.cursor() as cursor:
        cursor.execute("LOCK TABLE classroom_reading IN ROW EXCLUSIVE MODE")
    assert READINGS.make_months(in_another_century) == []
    other_connection.rollback()
    assert len(READINGS.make_months(in_another_century)) == 4


@pytest.mark.django_db(transaction=True)
def test_no_transaction_of_a_lesson_is_ended_for_a_month(in_another_century, other_connection):
    """One that has changed the lesson and turns to its readings: each would wait for the other for ever."""
    deleted = []

    def go_on():
        until(somebody_waits)
        with other_connection.cursor() as cursor:
            cursor.execute("DELETE FROM classroom_reading")
        deleted.append(True)

    lesson = make_lesson()
    with other_connection.cursor() as cursor:
        cursor.execute("UPDATE classroom_lesson SET title = 'Waves again' WHERE id = %s", [lesson.id])
    going_on = Thread(target=go_on)
    going_on.start()
    assert READINGS.make_months(in_another_century) == []
    going_on.join(10)
    assert deleted == [True]
    other_connection.commit()
    assert len(READINGS.make_months(in_another_century)) == 4


@pytest.mark.django_db(transaction=True)
def test_a_month_that_two_tasks_make_or_drop_at_once_is_made_and_dropped_once(in_another_century):
    """Two beats by mistake, or one task that was sent twice: each looked before the other was done."""
    READINGS.make_months(in_another_century)
    month = Month.of(in_another_century)
    (made,) = (one for one in READINGS.partitions() if one.month == month)
    assert READINGS._alone(READINGS._make, month)
    for _ in range(2):
        assert READINGS._alone(READINGS._drop, made)
    assert month not in {one.month for one in READINGS.partitions()}


@pytest.mark.django_db(transaction=True)
def test_a_deletion_that_waited_for_a_month_to_be_made_misses_no_row_that_moved(
    in_another_century, other_connection
):
    """A withdrawal at that very moment: it looks into the month that it could not know of."""
    measured_lesson(make_school(), started_at=in_another_century)
    deleted = []

    def withdraw():
        with other_connection.cursor() as cursor:
            cursor.execute("DELETE FROM classroom_reading")
            deleted.append(cursor.rowcount)
        other_connection.commit()

    with transaction.atomic():
        READINGS.make_months(in_another_century)
        waiting = Thread(target=withdraw)
        waiting.start()
        until(somebody_waits)
    waiting.join(10)
    assert deleted == [7]
    assert not Reading.objects.exists()


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


# --- dropping ---


def passed(days, *, now=MONDAY + timedelta(days=365)):
    """A lesson whose month is made, that ended so many days before now."""
    started_at = now - timedelta(days=days)
    for each in PARTITIONED:
        each.make_months(started_at)
    return measured_lesson(make_school(), started_at=started_at), now


def turn(now):
    """As in a transaction of its own: those of the lesson are over."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return services.turn_months(now=now)


def test_a_month_past_every_schools_period_is_dropped_whole():
    lesson, now = passed(80)
    ended(lesson)
    dropped = turn(now)
    assert f"classroom_reading_{Month.of(lesson.started_at)}" in dropped
    assert f"classroom_rollupbin_{Month.of(lesson.started_at)}" not in dropped, "sums are kept for 90 days"
    assert not Reading.objects.exists() and RollupBin.objects.exists()


@pytest.mark.parametrize("keeps", ["open", "longer", "other school longer"])
def test_a_month_of_which_somebody_keeps_anything_stays(keeps):
    lesson, now = passed(80)
    if keeps != "open":
        ended(lesson)
    if keeps == "longer":
        Policy.objects.update(retention_days=365)
    if keeps == "other school longer":
        Policy.objects.filter(school=make_school()).update(retention_days=365)
    turn(now)
    assert Reading.objects.count() == 7


def test_of_a_school_without_a_policy_a_month_is_kept_as_long_as_under_a_new_one():
    lesson, now = passed(62)
    ended(lesson)
    Policy.objects.update(retention_days=7)
    Policy.objects.filter(school=lesson.classroom.school).delete()
    turn(now)
    month = Month.of(lesson.started_at)
    assert Reading.objects.exists() is (month.next.starts_at > now - timedelta(days=30))


@pytest.fixture
def of_two_schools(monkeypatch):
    """Lessons of January of two schools that keep readings for a year, and the clock in June."""
    now = datetime(2026, 6, 10, tzinfo=UTC)
    monkeypatch.setattr("worker.tasks.timezone.now", lambda: now)
    for each in PARTITIONED:
        each.make_months(datetime(2026, 1, 1, tzinfo=UTC))
    held_at = [datetime(2026, 1, day, 9, tzinfo=UTC) for day in (5, 6)]
    lessons = [ended(measured_lesson(make_school(), started_at=at)) for at in held_at]
    Policy.objects.update(retention_days=365, sums_days=365)
    return lessons


@pytest.mark.parametrize("task", [tasks.apply_policy, tasks.look_after_school])
def test_a_month_that_is_past_for_two_schools_goes_whole_before_the_rows_of_either(of_two_schools, task):
    Policy.objects.update(retention_days=30, sums_days=90)
    asked = asked_by(task, of_two_schools[0])
    assert any(sql.startswith("DROP TABLE IF EXISTS classroom_reading_2026_01") for sql in asked)
    assert not [sql for sql in asked if sql.startswith('DELETE FROM "classroom_reading"')]
    assert not Reading.objects.exists() and not RollupBin.objects.exists()


@pytest.mark.parametrize("task", [tasks.apply_policy, tasks.look_after_school])
def test_of_a_month_that_another_school_keeps_the_own_rows_go_one_by_one(of_two_schools, task):
    own, other = of_two_schools
    Policy.objects.filter(school=own.classroom.school_id).update(retention_days=30, sums_days=90)
    asked = asked_by(task, own)
    assert [sql for sql in asked if sql.startswith('DELETE FROM "classroom_reading"')]
    assert set(Reading.objects.values_list("lesson", flat=True)) == {other.id}
    assert "classroom_reading_2026_01" in lie_in(Reading)


def asked_by(task, lesson):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with CaptureQueriesContext(connection) as captured:
        task(school_id=lesson.classroom.school_id)
    return [one["sql"] for one in captured.captured_queries]


# --- what is asked while teaching, and after ---


@pytest.fixture
def many_months():
    """A year of them, and a lesson in the newest but three."""
    for number in range(1, 10):
        for each in PARTITIONED:
            each.make_months(datetime(2026, number, 15, tzinfo=UTC))
    return measured_lesson(make_school(), started_at=MONDAY, students=6)


def plans(work):
    """Of each statement that reads readings or sums."""
    with CaptureQueriesContext(connection) as captured:
        work()
    found = []
    for query in captured.captured_queries:
        if any(f'"{table}"' in query["sql"] for table in TABLES) and query["sql"].startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN (FORMAT JSON) {query['sql']}")
                (plan,) = cursor.fetchone()
            plan = plan if isinstance(plan, list) else json.loads(plan)
            found.append(plan[0]["Plan"])
    assert found, "nothing was asked"
    return found


def searched(work):
    """For each statement on readings or sums: the partitions that it looks into, and how."""
    return [set(scans(plan)) for plan in plans(work)]


def scans(plan):
    if plan.get("Relation Name", "").startswith(TABLES):
        yield plan["Relation Name"], plan["Node Type"]
    for part in plan.get("Plans", []):
        yield from scans(part)


def late(lesson):
    """A reading older than the newest: it is looked for."""
    consent = lesson.consents.first()
    at = MONDAY + timedelta(seconds=13)
    return [Measurement(consent.participant_id, consent.id, at, attentive())]


ASKED = {
    "recording": lambda lesson: services.record_readings(lesson_id=lesson.id, measurements=late(lesson)),
    "my data": lambda lesson: own.own_data(lesson, lesson.consents.first().participant),
    "what lasts": lambda lesson: evidence.shared_bins(lesson, evidence.shared_since(lesson)),
    "the report": lambda lesson: list(
        roster._blocks(lesson, [one.participant_id for one in lesson.consents.all()])
    ),
    "the class's figures anew": restate_shared,
}


@pytest.mark.parametrize("name", ASKED)
def test_of_an_ended_lesson_its_month_alone_is_searched_by_an_index(many_months, name):
    lesson = many_months if name == "recording" else ended(many_months)
    Strike.objects.all().delete()
    for statement in searched(lambda: ASKED[name](lesson)):
        assert {table.rpartition("_2026")[2] for table, _ in statement} == {"_09"}, statement
        assert "Seq Scan" not in {how for _, how in statement}


def test_of_an_open_lesson_no_month_before_it_is_searched(many_months):
    for statement in searched(lambda: evidence.shared_bins(many_months, evidence.shared_since(many_months))):
        earlier = {table for table, _ in statement if table < "classroom_rollupbin_2026_09"}
        assert earlier == set()


def test_a_step_of_the_dashboard_asks_no_month_at_all(many_months):
    with CaptureQueriesContext(connection) as captured:
        services.step_lesson(
            lesson_id=many_months.id, participant_ids=set(), now=MONDAY + timedelta(seconds=60)
        )
    asked = [one["sql"] for one in captured.captured_queries]
    assert len(asked) > 3
    assert [sql for sql in asked if sql.startswith("SELECT") and '"classroom_reading"' in sql] == []


def joined(plan, *, is_in_join=False):
    """The partitions that are read as a side of a join, and so, when it comes to many, from end to end."""
    is_in_join = is_in_join and plan.get("Parent Relationship") != "SubPlan"
    if is_in_join and plan.get("Relation Name", "").startswith(TABLES):
        yield plan["Relation Name"]
    is_join = "Join" in plan["Node Type"] or plan["Node Type"] == "Nested Loop"
    for part in plan.get("Plans", []):
        yield from joined(part, is_in_join=is_in_join or is_join)


def test_the_hourly_round_looks_for_what_is_left_lesson_by_lesson(many_months):
    """Also where all of a school agreed to less than its policy keeps now."""
    lesson = ended(many_months)
    Policy.objects.update(retention_days=30, sums_days=90)
    lesson.consents.update(retention_days=7, sums_days=7)
    looked = [joined(plan) for plan in plans(lambda: retain(lesson, days=3))]
    assert [list(each) for each in looked] == [[] for _ in looked]
    assert Reading.objects.count() == 42
    assert retain(lesson, days=8)["readings"] == 42


def retain(lesson, *, days):
    now = lesson.ended_at + timedelta(days=days)
    return services.look_after_school(school_id=lesson.classroom.school_id, now=now)
