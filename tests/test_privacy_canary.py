"""Every snapshot of a lesson carries a secret. Afterwards it is nowhere, and the search would find it."""

import base64
import json
import tempfile
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote_from_bytes

import pytest
import redis
from django.db import connection
from django.utils import timezone

from classroom import services
from classroom.models import Participant, Reading, Report
from classroom.wire.mailbox import SNAPSHOT_MS
from tests import servers
from tests.canary import Canary, in_database, in_files, in_redis, new_secret
from tests.faces import Camera
from tests.factories import make_classroom, make_lesson, make_school, make_teacher
from tests.live import Student, Visitor, until
from tests.product import ROOT

PASSWORD = "a quiet lesson 1"
STUDENTS = ("Ada", "Bo", "Leaving", "Damaged")


class DamagedCamera:
    """Sends what starts like a JPEG and is none."""

    def __init__(self, secret):
        self._picture = b"\xff\xd8\xff\xfe" + (len(secret) + 2).to_bytes(2, "big") + secret * 20

    def picture(self):
        return self._picture


def start_lesson():
    school = make_school(minimum_group_size=3)
    teacher = make_teacher(school=school, username="t.harris", password=PASSWORD)
    classroom = make_classroom(teacher=teacher)
    return services.open_lesson(classroom=classroom, title="Waves", now=timezone.now(), interval_ms=500)


def join_all(url, lesson, secret):
    students = {}
    for look, name in enumerate(STUDENTS):
        visitor = Visitor(url)
        visitor.join(lesson.classroom.join_token, name)
        visitor.agree(lesson.id, "own_results")
        camera = DamagedCamera(secret) if name == "Damaged" else Camera(look, comment=secret)
        students[name] = Student(visitor, lesson.id, camera)
        students[name].start()
    return students


def searches(product, since):
    """Where to look: each answers where it found the canary."""
    folders = [ROOT / "var", Path(tempfile.gettempdir()), product.folder, servers.cache.folder]
    return {
        "database": lambda canary: in_database(canary, servers.cluster.programs, product.database_url),
        "redis": lambda canary: in_redis(canary, servers.cache.url),
        "files": lambda canary: in_files(canary, folders, since),
    }


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_no_byte_of_a_snapshot_outlives_its_analysis(running_product, monkeypatch):
    secret = new_secret()
    canary, searched = Canary(secret), searches(running_product, since=time.time())
    lesson = start_lesson()
    office = Visitor(running_product.url)
    office.log_in("t.harris", PASSWORD)
    students = join_all(running_product.url, lesson, secret)
    try:
        until(lambda: students["Leaving"].messages("reading"), 60)
        until(lambda: [m for m in students["Damaged"].messages("error") if m["code"] == "not_jpeg"], 30)
        until(lambda: searched["redis"](canary), 10, "the search sees a snapshot that waits")
        fail_while_recording(running_product)
        fail_while_loading(running_product, monkeypatch)
        students["Leaving"].visitor.post(f"/lessons/{lesson.id}/me/withdraw/")
        office.post(f"/lessons/{lesson.id}/end/")
    finally:
        for student in students.values():
            student.leave()
    status = f"/lessons/{lesson.id}/report/status.json"
    until(lambda: json.loads(office.get(status))["state"] == "ready", 30)
    until(lambda: not searched["redis"](canary), SNAPSHOT_MS / 1000 + 2, "snapshots in Redis expire")

    assert Reading.objects.filter(participant__display_name="Ada").exists()
    assert {place: search(canary) for place, search in searched.items()} == {place: [] for place in searched}
    check_nothing_is_left_of(Participant.objects.get(display_name="Leaving"), office, lesson)


def fail_while_recording(product):
    """The table is away for a moment: the worker's transaction fails with the batch in its hands."""
    before = failures(product)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE classroom_reading RENAME TO classroom_reading_away")
        try:
            until(lambda: failures(product) > before, 60, "the worker failed")
        finally:
            cursor.execute("ALTER TABLE classroom_reading_away RENAME TO classroom_reading")


def fail_while_loading(product, monkeypatch):
    """A worker without its models fails in the middle of an analysis, then a good one takes over."""
    with tempfile.TemporaryDirectory() as empty, monkeypatch.context() as patch:
        patch.setenv("MODELS_DIR", empty)
        restart_worker(product)
        until(lambda: failures(product), 60, "the worker failed")
    restart_worker(product)


def restart_worker(product):
    """A new worker begins a new log; the old one is kept for the search."""
    log = product.log("worker-snapshots")
    log.rename(log.with_suffix(f".{time.monotonic_ns()}"))
    product.restart("worker-snapshots", crash=True)


def failures(product):
    return product.log("worker-snapshots").read_text().count("raised unexpected")


STAYS_AFTER_WITHDRAWAL = {"consents", "attendances", "access_log"}


def check_nothing_is_left_of(participant, office, lesson):
    """No row but who was there, what was agreed to and who looked; nothing in the report."""
    tables = {table.get_accessor_name() for table in participant._meta.related_objects}
    counts = {table: getattr(participant, table).count() for table in tables - STAYS_AFTER_WITHDRAWAL}
    assert counts == dict.fromkeys(counts, 0)
    assert participant.display_name not in json.dumps(Report.objects.get().summary)
    files = json.loads(office.get(f"/lessons/{lesson.id}/report.json"))
    rows = [(table, row) for table, row in rows_of(files) if row.get("name") == participant.display_name]
    assert [(table, row["individual_data"]) for table, row in rows] == [("attendance", "none")]
    with pytest.raises(HTTPError, match="404"):
        office.get(f"/lessons/{lesson.id}/report/participants/{participant.id}/")


def rows_of(files):
    return [(table, row) for table, rows in files.items() if isinstance(rows, list) for row in rows]


# --- the search itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        bytes,
        lambda data: data.hex().encode(),
        lambda data: data.hex().upper().encode(),
        base64.b64encode,
        base64.urlsafe_b64encode,
        lambda data: repr(data).encode(),
        lambda data: json.dumps({"jpeg": data.decode("latin-1")}).encode(),
        lambda data: quote_from_bytes(data).encode(),
    ],
    ids=["raw", "hex", "HEX", "base64", "urlsafe", "repr", "json", "url"],
)
def test_the_canary_is_known_in_every_notation_wherever_it_starts_and_even_if_cut_short(written):
    secret = new_secret()
    for start in range(6):
        text = written(b"\xff" * start + secret[:20])
        assert Canary(secret).is_in(b"before" + text[:-1])
        assert not Canary(new_secret()).is_in(text)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_was_planted_is_found_in_every_place(running_product, tmp_path):
    secret = new_secret()
    canary, searched = Canary(secret), searches(running_product, since=time.time() - 1)
    lesson = make_lesson(title=f"Waves {base64.b64encode(secret).decode()}")
    Report.objects.create(lesson=lesson, built_at=timezone.now(), summary={"jpeg": secret.hex()})
    planted = [
        tmp_path / "in-the-temporary-folder.jpg",
        running_product.folder / "planted.log",
        servers.cache.folder / "planted.log",
        ROOT / "var" / "planted-by-a-test.txt",
    ]
    try:
        for path in planted:
            path.write_text(f"Traceback: {secret!r}")
        with redis.Redis.from_url(servers.cache.url) as cache:
            plant_in_redis(cache, secret)
        assert searched["database"](canary) == ["public.classroom_lesson", "public.classroom_report"]
        assert searched["redis"](canary) == [f"planted:{kind}" for kind in sorted(KINDS)]
        assert set(map(str, planted)) <= set(searched["files"](canary))
    finally:
        for path in planted:
            path.unlink(missing_ok=True)
        with redis.Redis.from_url(servers.cache.url) as cache:
            cache.delete(*(f"planted:{kind}" for kind in KINDS))


KINDS = ("string", "list", "set", "zset", "hash")


def plant_in_redis(cache, secret):
    cache.set("planted:string", b"header" + secret)
    cache.lpush("planted:list", base64.b64encode(secret))
    cache.sadd("planted:set", secret.hex())
    cache.zadd("planted:zset", {secret: 1})
    cache.hset("planted:hash", "unacked", json.dumps([secret.decode("latin-1")]))
