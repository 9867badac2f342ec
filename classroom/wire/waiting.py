"""What waits in Redis, for whoever watches the server."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from classroom.wire import keys
from classroom.wire.measurement import EPOCH
from classroom.wire.redis import broker_client, client

QUEUES = ("snapshots", "reports")


@dataclass(frozen=True, slots=True)
class Flow:
    """Snapshots and measurements of one lesson since it was last silent; `oldest_due_s` in real seconds."""

    posted: int
    taken: int
    oldest_due_s: float


def flows(lesson_ids: Iterable[int], now: datetime) -> dict[int, Flow]:
    ids = list(lesson_ids)
    with client().pipeline(transaction=False) as pipeline:
        for lesson_id in ids:
            pipeline.hgetall(keys.count(lesson_id))
            pipeline.zrange(keys.due(lesson_id), 0, 0, withscores=True)
        answers = pipeline.execute()
    return {lesson_id: _flow(answers[2 * n], answers[2 * n + 1], now) for n, lesson_id in enumerate(ids)}


def queue_lengths() -> dict[str, int]:
    """Tasks that no worker has taken yet, by queue."""
    with broker_client().pipeline(transaction=False) as pipeline:
        for name in QUEUES:
            pipeline.llen(f"{settings.INSTALL}:{name}")
        return dict(zip(QUEUES, pipeline.execute(), strict=True))


def _flow(count: Mapping[bytes, bytes], due: list[tuple[bytes, float]], now: datetime) -> Flow:
    now_ms = (now - EPOCH).total_seconds() * 1000
    oldest_due_s = max(0.0, (now_ms - due[0][1]) / 1000) if due else 0.0
    return Flow(int(count.get(b"posted", 0)), int(count.get(b"taken", 0)), oldest_due_s)
