"""What whoever watches the server reads: figures of the whole, for the holder of the token."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from classroom.models import Attendance, Lesson, ParticipantState, Report, RetentionRun
from classroom.wire import mailbox
from classroom.wire.mailbox import Snapshot
from tests.factories import make_lesson, make_participant

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


def test_a_student_with_two_windows_is_present_once(read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    participant = stay(lesson)
    Attendance.objects.create(
        lesson=lesson,
        participant=participant,
        joined_at=lesson.started_at,
        last_seen_at=timezone.now(),
    )
    told = read()
    assert (told["students_present",], told["sockets",]) == (1, 2)


def test_a_stay_that_nobody_ended_is_a_ghost(read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5))
    stay(lesson, seen_s=70)
    ended = make_lesson(started_at=timezone.now() - timedelta(hours=2))
    stay(ended)
    Lesson.objects.filter(id=ended.id).update(
        ended_at=timezone.now() - timedelta(minutes=2), report_state="ready"
    )
    told = read()
    assert (told["students_present",], told["ghosts",]) == (0, 2)


@pytest.mark.django_db(transaction=True)
async def test_what_comes_in_what_waits_and_what_was_taken_is_told(settings):
    from asgiref.sync import sync_to_async

    from classroom.queries.gauges import gauges

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
    assert read()["newest_reading_age_seconds", str(lesson.id)] == pytest.approx(7, abs=2)


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


def test_the_last_deletion_is_told_once_there_was_one(read):
    assert ("deletion_age_seconds",) not in read()
    RetentionRun.objects.update_or_create(id=1, defaults={"finished_at": timezone.now() - timedelta(hours=2)})
    assert read()["deletion_age_seconds",] == pytest.approx(7200, abs=5)


def test_no_name_is_among_them(settings, read):
    lesson = make_lesson(started_at=timezone.now() - timedelta(minutes=5), title="Confidential")
    stay(lesson, name="Zyxwvut")
    body = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    for name in ("Zyxwvut", "Confidential", lesson.classroom.name, lesson.classroom.school.name):
        assert name not in body


def named_in(text):
    return set(re.findall(r"classpulse_(\w+)", text))


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
    shown = named_in(" ".join(one["expr"] for panel in board["panels"] for one in panel["targets"]))
    rules = yaml.safe_load((DOCS / "operations" / "alerts.yml").read_text())["groups"][0]["rules"]
    alerts = named_in(" ".join(rule["expr"] for rule in rules))
    table = (DOCS / "operations.md").read_text().partition("| Metric")[2].partition("\n##")[0]
    described = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert shown == told
    assert alerts <= told
    assert described == told
    assert {rule["alert"].removeprefix("ClassPulse") for rule in rules} == {
        name
        for line in (DOCS / "operations.md").read_text().partition("| Alert")[2].splitlines()
        if line.startswith("| ") and "First look" not in line
        for name in line.split("|")[1].strip().split(", ")
    }
