"""What whoever watches the server reads: figures of the whole, for the holder of the token."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.crypto import salted_hmac
from prometheus_client.parser import text_string_to_metric_families

from classroom.models import Attendance, Lesson, ParticipantState, Report, RetentionRun
from classroom.queries.gauges import gauges
from classroom.wire import mailbox
from classroom.wire.mailbox import Snapshot
from tests.factories import make_lesson, make_participant, make_user

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-this-test"
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def read(settings):
    settings.METRICS_TOKEN = TOKEN

    def read_metrics():
        answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = list(text_string_to_metric_families(answer.content.decode()))
        return {
            (sample.name.removeprefix("classpulse_"), *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }

    return read_metrics


def stay(lesson, *, seen_s=1, name="Ada"):
    participant = make_participant(classroom=lesson.classroom, display_name=name)
    seen = timezone.now() - timedelta(seconds=seen_s)
    Attendance.objects.create(
        lesson=lesson, participant=participant, joined_at=lesson.started_at, last_seen_at=seen
    )
    return participant


@pytest.mark.parametrize("sent", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": TOKEN[:-1]}])
def test_without_the_token_there_is_no_such_page(settings, sent):
    settings.METRICS_TOKEN = TOKEN
    assert Client().get("/metrics", headers=sent).status_code == 404


def test_where_no_token_is_set_nobody_reads_them(settings):
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_students_of_open_lessons_are_counted(read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    stay(lesson)
    stay(lesson, name="Bo")
    told = read()
    assert (told["lessons_open",], told["students_present",], told["ghosts",]) == (1, 2, 0)


def test_of_whom_nothing_was_heard_for_ten_seconds_nobody_is_counted(read):
    """Those of a web process that was killed are no ghosts, unless beat fails to end them."""
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    stay(lesson, seen_s=12)
    back = stay(lesson, seen_s=1, name="Bo")
    for seen_s in (1, 12):
        seen = timezone.now() - timedelta(seconds=seen_s)
        Attendance.objects.create(
            lesson=lesson, participant=back, joined_at=lesson.started_at, last_seen_at=seen
        )
    told = read()
    assert (told["students_present",], told["sockets",], told["ghosts",]) == (1, 2, 0)


def test_a_stay_that_nobody_ended_is_a_ghost(read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    stay(lesson, seen_s=130)
    ended = make_lesson(started_at=timezone.now() - timedelta(hours=2))
    stay(ended)
    Lesson.objects.filter(id=ended.id).update(
        ended_at=timezone.now() - timedelta(minutes=3), report_state="ready"
    )
    told = read()
    assert (told["students_present",], told["ghosts",]) == (0, 2)


@pytest.mark.django_db(transaction=True)
async def test_what_comes_in_what_waits_and_what_was_taken_is_told(settings):
    from asgiref.sync import sync_to_async

    lesson = await sync_to_async(make_lesson)()
    now = timezone.now()
    for participant_id in (1, 2):
        await mailbox.open_for(lesson.id, participant_id, 5)
        await mailbox.post(lesson.id, Snapshot(participant_id, 5, now, b"\xff\xd8"), now)
    told = await sync_to_async(gauges)(now + timedelta(seconds=3))
    flow = told.flows[lesson.id]
    assert (flow.posted, flow.taken, flow.oldest_due_s) == (2, 0, pytest.approx(3, abs=0.01))
    await sync_to_async(mailbox.take)(lesson.id, now)
    flow = (await sync_to_async(gauges)(now)).flows[lesson.id]
    assert (flow.posted, flow.taken, flow.oldest_due_s) == (2, 2, 0)


def test_the_age_of_the_newest_reading_is_told(read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    for name, seconds in (("Ada", 40), ("Bo", 7)):
        participant = stay(lesson, name=name)
        ParticipantState.objects.create(
            lesson=lesson,
            participant=participant,
            measured_at=timezone.now() - timedelta(seconds=seconds),
        )
    ages = {tuple(of): value for (name, *of), value in read().items() if name == "newest_reading_age_seconds"}
    assert ages == {(name_of(lesson),): pytest.approx(7, abs=2)}


def name_of(lesson):
    return salted_hmac("classroom.metrics", str(lesson.id)).hexdigest()[:10]


def test_a_lesson_is_named_as_on_no_page(read):
    lesson = make_lesson(id=987_654_321, started_at=timezone.now() - timedelta(minutes=5))
    ParticipantState.objects.create(lesson=lesson, participant=stay(lesson), measured_at=timezone.now())
    named = {part for key in read() for part in key[1:]}
    assert name_of(lesson) in named
    assert str(lesson.id) not in named


def test_reports_that_wait_that_failed_and_how_long_one_took_are_told(read):
    now = timezone.now()
    for state, minutes in (("pending", 3), ("building", 2), ("failed", 9), ("ready", 5)):
        lesson = make_lesson(started_at=now - timedelta(hours=1))
        Lesson.objects.filter(id=lesson.id).update(
            ended_at=now - timedelta(minutes=minutes), report_state=state
        )
    Report.objects.create(lesson_id=lesson.id, built_at=now - timedelta(minutes=4), summary={})
    told = read()
    assert (told["reports_waiting",], told["reports_failed",]) == (2, 1)
    assert told["oldest_report_seconds",] == pytest.approx(180, abs=5)
    assert told["report_seconds",] == pytest.approx(60, abs=1)


def test_the_last_deletion_is_told_and_where_there_was_none_since_the_first_account(read):
    """An install whose beat never ran is the one to be warned of."""
    make_user(date_joined=timezone.now() - timedelta(days=3))
    assert read()["deletion_age_seconds",] == pytest.approx(3 * 86_400, abs=5)
    RetentionRun.objects.update_or_create(id=1, defaults={"finished_at": timezone.now() - timedelta(hours=2)})
    assert read()["deletion_age_seconds",] == pytest.approx(7200, abs=5)


WALKED = {"one_open_lesson_a_classroom", "attendance_not_left", "lesson_without_report"}


def test_a_scrape_walks_no_table(settings):
    """However many lessons, stays and reports there were; what is walked holds those of now alone."""
    past = make_lesson(started_at=timezone.now() - timedelta(days=9), minutes=45, report_state="ready")
    stayed = stay(past)
    Attendance.objects.update(left_at=past.ended_at)
    old = [Lesson(**{**fields_of(past), "id": None}) for _ in range(800)]
    Lesson.objects.bulk_create(old)
    Attendance.objects.bulk_create(
        Attendance(
            lesson=one,
            participant=stayed,
            joined_at=past.started_at,
            last_seen_at=past.ended_at,
            left_at=past.ended_at,
        )
        for one in old
    )
    Report.objects.bulk_create(Report(lesson=one, built_at=past.ended_at, summary={}) for one in old)
    ParticipantState.objects.bulk_create(ParticipantState(lesson=one, participant=stayed) for one in old)
    stay(make_lesson(started_at=timezone.now() - timedelta(minutes=5)), name="Bo")
    RetentionRun.objects.update_or_create(id=1, defaults={"finished_at": timezone.now()})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for statement, plan in plans_of_a_scrape():
        for part in parts_of(plan):
            if part.get("Relation Name") in LARGE:
                assert part["Node Type"] != "Seq Scan", statement
            if part["Node Type"].startswith("Index"):
                assert "Index Cond" in part or part["Index Name"] in WALKED, statement


def test_a_scrape_reads_as_much_of_a_hundred_thousand_stays_as_of_a_thousand(settings):
    past = make_lesson(started_at=timezone.now() - timedelta(days=9), minutes=45, report_state="ready")
    stayed = stay(past)
    Attendance.objects.update(left_at=past.ended_at)
    open_lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    for name in ("Bo", "Cy", "Di"):
        stay(open_lesson, name=name)
    RetentionRun.objects.update_or_create(id=1, defaults={"finished_at": timezone.now()})
    read = []
    for more in (999, 99_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO classroom_attendance"
                " (lesson_id, participant_id, joined_at, last_seen_at, left_at)"
                " SELECT %s, %s, %s, %s, %s FROM generate_series(1, %s)",
                [past.id, stayed.id, past.started_at, past.ended_at, past.ended_at, more],
            )
            cursor.execute("ANALYZE")
        plans = [plan for _statement, plan in plans_of_a_scrape("ANALYZE, BUFFERS, ")]
        read.append(sum(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for plan in plans))
    few, many = read
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('classroom_attendance') / 8192")
        (pages,) = cursor.fetchone()
    # An index is a level or two deeper, and holds what other tests took back; the table is 99 times as long.
    assert pages > 800 and many < few + pages / 5


def plans_of_a_scrape(options=""):
    """Each statement that a scrape asks, with how it is answered."""
    with CaptureQueriesContext(connection) as captured:
        gauges(timezone.now())
    asked = [one["sql"] for one in captured.captured_queries if "FROM" in one["sql"]]
    assert len(asked) > 5
    for statement in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN ({options}FORMAT JSON) {statement}")
            (plan,) = cursor.fetchone()
        yield statement, (plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]


LARGE = {f"classroom_{name}" for name in ("lesson", "attendance", "report", "participantstate")}


def fields_of(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def parts_of(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from parts_of(part)


def test_no_name_is_among_them(settings, read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5), title="Confidential")
    stay(lesson, name="Zyxwvut")
    body = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    for name in ("Zyxwvut", "Confidential", lesson.classroom.name, lesson.classroom.school.name):
        assert name not in body


def named_in(text):
    return set(re.findall(r"classpulse_(\w+)", text))


def shown_by(board):
    return [one["expr"] for panel in board["panels"] for one in panel["targets"]]


def test_dashboard_alerts_and_docs_name_what_is_told_and_nothing_else(read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    stay(lesson)
    ParticipantState.objects.create(
        lesson=lesson, participant=lesson.classroom.participants.first(), measured_at=timezone.now()
    )
    Lesson.objects.filter(id=make_lesson().id).update(
        started_at=timezone.now() - timedelta(hours=1),
        ended_at=timezone.now() - timedelta(minutes=5),
        report_state="ready",
    )
    Report.objects.create(
        lesson=Lesson.objects.get(report_state="ready"), built_at=timezone.now(), summary={}
    )
    RetentionRun.objects.update_or_create(id=1, defaults={"finished_at": timezone.now()})
    told = {name for name, *_ in read()}
    board = json.loads((DOCS / "operations" / "grafana.json").read_text())
    shown = named_in(" ".join(shown_by(board)))
    rules = yaml.safe_load((DOCS / "operations" / "alerts.yml").read_text())["groups"][0]["rules"]
    alerts = named_in(" ".join(rule["expr"] for rule in rules))
    table = (DOCS / "operations.md").read_text().partition("| Metric")[2].partition("\n##")[0]
    described = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert shown == told
    assert alerts <= told
    assert described == told
    for expression in [rule["expr"] for rule in rules] + shown_by(board):
        counted = named_in(" ".join(re.findall(r"(?:rate|increase)\([^)]*", expression)))
        assert all(name.endswith("_total") for name in counted), "what sinks is no counter"
    assert {rule["alert"].removeprefix("ClassPulse") for rule in rules} == {
        name
        for line in (DOCS / "operations.md").read_text().partition("| Alert")[2].splitlines()
        if line.startswith("| ") and "First look" not in line
        for name in line.split("|")[1].strip().split(", ")
    }
