"""What the programs hold at one moment: memory, descriptors, keys of Redis, connections to PostgreSQL."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
from django.db import connection

from benchmarks.soak.install import RUN, Install
from classroom.wire import waiting
from classroom.wire.redis import client

MIB = 1 << 20
LENGTHS = {b"list": "llen", b"zset": "zcard", b"hash": "hlen", b"set": "scard", b"stream": "xlen"}
# Redis is asked for keys by so many at a time.
GLANCE = 500
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"


@dataclass(frozen=True, slots=True)
class Held:
    """By one part with its children. Memory is proportional (Pss), in MiB."""

    memory: float
    descriptors: int


@dataclass(frozen=True, slots=True)
class Footprint:
    """`longest` is the length of the longest list, set or hash in Redis, `queued` the tasks that wait."""

    parts: Mapping[str, Held]
    keys: int
    redis_mib: float
    longest: int
    queued: int
    connections: int

    @property
    def memory(self) -> float:
        return sum(each.memory for each in self.parts.values())

    @property
    def descriptors(self) -> int:
        return sum(each.descriptors for each in self.parts.values())


def look(install: Install) -> Footprint:
    redis = client()
    names = list(redis.scan_iter(count=GLANCE))
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        connections = cursor.fetchone()[0]
    return Footprint(
        parts={name: _held(install, name) for name in install.process_ids() if name != RUN},
        keys=len(names),
        redis_mib=redis.info("memory")["used_memory"] / MIB,
        longest=max((_length(redis, name) for name in names), default=0),
        queued=sum(waiting.queue_lengths().values()),
        connections=connections,
    )


def _held(install: Install, name: str) -> Held:
    memory, descriptors = 0.0, 0
    for process in install.family(name):
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's come and go
            memory += process.memory_full_info().pss / MIB
            descriptors += process.num_fds()
    return Held(memory, descriptors)


def _length(redis: Any, name: bytes) -> int:
    command = LENGTHS.get(redis.type(name))
    return getattr(redis, command)(name) if command else 0
