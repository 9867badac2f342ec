"""A lesson's statements in a real record store: Ralph, which runs from an environment of its own."""

import json
import os
import socket
import subprocess
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.utils import timezone

from classroom import outbound, services, xapi
from classroom.models import Delivery
from tests.factories import make_admin, make_school
from tests.worker.test_record_store import agreed, ended, opened, tapped
from worker import tasks

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PROGRAMS = Path(__file__).parents[2] / ".venv-lrs" / "bin"
NO_RALPH = "no record store here: make test-lrs sets one up"
# Kept in a file, Ralph writes it once and then refuses: here it adds to it.
START = """
import sys, uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend
write, adding = FSLRSBackend.write, {"operation_type": BaseOperationType.APPEND}
FSLRSBackend.write = lambda self, data, **how: write(self, data, **how | adding)
uvicorn.run("ralph.api:app", port=int(sys.argv[1]))
"""
KEY, SECRET = "school", "correct horse"


@pytest.fixture(scope="module")
def ralph(tmp_path_factory):
    """Where it listens. It keeps statements in a file and knows one key."""
    if not (PROGRAMS / "ralph").exists():
        pytest.fail(NO_RALPH) if os.environ.get("CI_LRS_REQUIRED") else pytest.skip(NO_RALPH)
    folder = tmp_path_factory.mktemp("ralph")
    environment = {
        **os.environ,
        "RALPH_APP_DIR": str(folder),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_RUNSERVER_MAX_SEARCH_HITS_COUNT": "1000",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder),
    }
    account = ["-u", KEY, "-p", SECRET, "-s", "all", "-O", "https://school.example", "-w"]
    subprocess.run([PROGRAMS / "ralph", "auth", *account], env=environment, cwd=folder, check=True)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = [PROGRAMS / "python", "-c", START, host.rpartition(":")[2]]
    server = subprocess.Popen(command, env=environment, cwd=folder)
    try:
        wait_for(f"http://{host}/__heartbeat__", server)
        yield host
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(url, server, seconds=60):
    give_up_at = time.monotonic() + seconds
    while time.monotonic() < give_up_at and server.poll() is None:
        try:
            urlopen(url, timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("Ralph did not start")


@pytest.fixture
def store(ralph, settings, monkeypatch):
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", tasks.send_outgoing)
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    settings.OUTBOUND_PRIVATE_HOSTS = [ralph]
    return stored(make_school(), ralph)


def stored(school, host, secret=SECRET):
    return services.set_store(
        school=school,
        actor=make_admin(school=school),
        address=f"http://{host}/xAPI",
        key=KEY,
        secret=secret,
        told=["lesson", "key_moment", "attendance", "self_report"],
        origin="https://pulse.school.example",
        now=timezone.now(),
    )


def statements_of(store, lesson):
    """Picked here: kept in a file, Ralph finds no statement by its activity."""
    answer = outbound.send("GET", f"{store.address}/statements", headers=xapi.headers(KEY, SECRET))
    found = json.loads(answer.body)["statements"]
    return [one for one in found if f"/lessons/{lesson.id}/" in json.dumps(one)]


def test_the_store_takes_every_statement_of_a_lesson_and_a_repeat_changes_nothing(
    store, django_capture_on_commit_callbacks
):
    lesson = opened(store.school)
    for kind in ("lost", "too_fast", "following"):
        tapped(lesson, agreed(lesson), kind)
    lesson.markers.create(at=lesson.started_at + timedelta(minutes=9), label="Waves")
    ended(lesson, django_capture_on_commit_callbacks)
    one = Delivery.objects.get()
    assert (one.state, one.trouble) == ("sent", ""), one.status
    found = statements_of(store, lesson)
    verbs = sorted(each["verb"]["id"].rpartition("/")[2] for each in found)
    assert verbs == ["attended"] * 3 + ["bookmarked", "initialized"] + ["responded"] * 3 + ["terminated"]
    assert {each["result"]["response"] for each in found if "result" in each} == {
        "lost",
        "too_fast",
        "following",
    }
    Delivery.objects.update(state="waiting", due_at=timezone.now(), attempts=0, done_until="")
    tasks.send_outgoing()
    assert Delivery.objects.get().state == "sent"
    assert len(statements_of(store, lesson)) == len(found)


def test_more_than_fifty_statements_arrive_whole(store, django_capture_on_commit_callbacks):
    lesson = opened(store.school)
    for _ in range(60):
        agreed(lesson, "no_camera")
    ended(lesson, django_capture_on_commit_callbacks)
    assert Delivery.objects.get().state == "sent"
    assert len(statements_of(store, lesson)) == 62


@pytest.mark.parametrize(("secret", "state", "status"), [(SECRET, "sent", 200), ("wrong", "failed", 401)])
def test_a_test_says_whether_the_key_opens_the_store(
    ralph, store, secret, state, status, django_capture_on_commit_callbacks
):
    own = stored(store.school, ralph, secret)
    with django_capture_on_commit_callbacks(execute=True):
        services.try_store(store=own, now=timezone.now())
    one = Delivery.objects.get()
    assert (one.state, one.status) == (state, status)
