"""`make restore`: what was erased since the backup is erased again before anything can be started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from classroom.local.backups import CannotRestore, at_work, back_up, restore
from classroom.local.endings import repeat_endings
from classroom.local.leftovers import Install
from classroom.local.parts import Parts
from classroom.local.places import Places
from classroom.local.postgres import Cluster
from tests.local.test_backups import NOW, asked
from tests.product import ROOT

pytestmark = pytest.mark.servers
LESSON = """
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from tests.factories import make_school
from tests.scenes import ended, measured_lesson
call_command("migrate", verbosity=0)
ended(measured_lesson(make_school(), started_at=timezone.now() - timedelta(days=1), students=3))
"""
ENDINGS = """
from django.utils import timezone
from classroom import services
from classroom.models import Consent
erased, withdrawn, _ = Consent.objects.order_by("id")
services.erase_own_place(participant_id=erased.participant_id, now=timezone.now())
services.withdraw_consent(
    lesson_id=withdrawn.lesson_id, participant_id=withdrawn.participant_id, now=timezone.now()
)
"""
LEFT = """
    SELECT (SELECT count(*) FROM classroom_participant),
        (SELECT count(*) FROM classroom_consent WHERE was_withdrawn),
        (SELECT count(DISTINCT participant_id) FROM classroom_reading)
"""


def product(cluster: Cluster, script: str) -> subprocess.CompletedProcess[str]:
    """A program of the product, on that database."""
    script = f"import django\ndjango.setup()\n{script}"
    environment = {
        **os.environ,
        "DATABASE_URL": cluster.url,
        "DJANGO_SETTINGS_MODULE": "classroom.settings",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", script]
    return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)


def left(cluster: Cluster) -> tuple[object, ...]:
    with asked(cluster) as cursor:
        cursor.execute(LEFT)
        row: tuple[object, ...] = cursor.fetchone()
        return row


def test_a_restore_ends_again_what_ended_since_or_restores_nothing(cluster: Cluster, tmp_path: Path) -> None:
    places = Places(ROOT)
    parts = Parts(places, Install(places.var, cluster.data, places.run), port=8000, cluster=None, cache=None)
    file = tmp_path / "a.dump"
    with at_work(cluster):
        cluster.ensure_database()
        done = product(cluster, LESSON)
        assert done.returncode == 0, done.stderr
        back_up(cluster, file)
        assert left(cluster) == (3, 0, 3)
        done = product(cluster, ENDINGS)
        assert done.returncode == 0, done.stderr
        assert left(cluster) == (2, 1, 1)

    with pytest.raises(CannotRestore, match="could not be repeated"):
        restore(cluster, file, NOW, lambda new, old: _repeat(parts, new, None), reads=True)
    with at_work(cluster):
        assert left(cluster) == (2, 1, 1), "the database before is in its place again"

    restore(cluster, file, NOW, lambda new, old: _repeat(parts, new, old), reads=True)
    with at_work(cluster):
        assert left(cluster) == (2, 1, 1)
        assert product(cluster, "from classroom.models import School; School.objects.get()").returncode == 0


def _repeat(parts: Parts, restored: Cluster, before: Cluster | None) -> None:
    assert left(restored) == (3, 0, 3)
    refused = product(restored, "from classroom.models import School; School.objects.get()")
    assert "This database came out of a backup" in refused.stderr
    repeat_endings(parts, restored, before, listed=None)
