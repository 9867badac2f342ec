"""What an administrator should know of the server itself: room, age of the last deletion, versions."""

import json
import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.models import Min

from classroom.models import RetentionRun, User
from classroom.version import VERSION

# The task runs each hour; one that was missed may just be late.
DELETION_LATE = timedelta(hours=3)
LITTLE_ROOM_BYTES = 2 * 1024**3
# A camera adds half a megabyte a lesson: a finer figure would tell how many are on.
TOLD_BYTES = 100 * 1024**2


@dataclass(frozen=True, slots=True)
class Storage:
    database_bytes: int
    free_bytes: int

    @property
    def most_bytes(self) -> int:
        """What the database is not larger than, as coarse as it may be told in a school."""
        return -(-self.database_bytes // TOLD_BYTES) * TOLD_BYTES

    @property
    def is_short(self) -> bool:
        return self.free_bytes < LITTLE_ROOM_BYTES


def storage() -> Storage:
    """Of the database, and free on the disk that the product itself lies on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        (database_bytes,) = cursor.fetchone()
    return Storage(database_bytes, shutil.disk_usage(settings.BASE_DIR).free)


def last_deletion() -> datetime | None:
    return RetentionRun.objects.values_list("finished_at", flat=True).first()


def deletion_age(finished_at: datetime | None, now: datetime) -> timedelta:
    """Where there has been none, counted from the first account."""
    since: datetime = finished_at or User.objects.aggregate(first=Min("date_joined"))["first"] or now
    return now - since


def deletion_is_late(finished_at: datetime | None, now: datetime) -> bool:
    return deletion_age(finished_at, now) > DELETION_LATE


def versions() -> dict[str, str]:
    return {
        "ClassPulse": VERSION,
        "Python": platform.python_version(),
        "Django": django.get_version(),
        "PostgreSQL": _postgres_version(),
    }


def expression_network() -> str:
    """The network that reads expressions here, and the start of its file's checksum; empty without one."""
    path = Path(settings.MODELS_DIR) / "flagship.json"
    return _named(path) if path.exists() else ""


def networks() -> Mapping[str, str]:
    """What a browser may have read expressions with: names by the start of their files' checksums."""
    return _networks(Path(settings.MODELS_DIR))


@cache
def _networks(models: Path) -> Mapping[str, str]:
    """Those of browsers, and the server's own, with which simulated students were read beforehand."""
    names = map(_named, [*(models / "browser").glob("*.json"), *models.glob("flagship.json")])
    return {name.rpartition(" ")[2]: name for name in names}


def _named(card: Path) -> str:
    about = json.loads(card.read_text())
    return f"{about['network']} {about['sha256'][:8]}"


def _postgres_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0]).partition(" ")[0]
