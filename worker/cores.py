"""One core for each process of a pool: the networks' threads of one would else crowd the other's core."""

import os
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from billiard import current_process
from celery.signals import celeryd_after_setup

_pool = {"processes": 0}


def note_pool(instance: Any, **_: Any) -> None:
    """In the parent, before it forks."""
    _pool["processes"] = instance.concurrency


celeryd_after_setup.connect(note_pool)


def keep_to_one_core() -> None:
    """Let this process of a pool run on the core that is its own, where the system knows such a thing."""
    index = getattr(current_process(), "index", None)
    if index is None or not hasattr(os, "sched_setaffinity"):
        return
    core = core_of(index, _pool["processes"], os.sched_getaffinity(0))
    if core is not None:
        with suppress(OSError):
            os.sched_setaffinity(0, {core})


def core_of(index: int, processes: int, cores: Collection[int]) -> int | None:
    """Of these cores the one of this process; None where the pool leaves some free.

    A second pool would else crowd the same few, while the system sees which are idle.
    """
    return sorted(cores)[index % len(cores)] if processes >= len(cores) else None
