"""Which core a worker's process keeps to."""

import os
from types import SimpleNamespace

import billiard  # type: ignore[import-untyped]
import pytest

from worker import cores


@pytest.mark.parametrize(
    ("processes", "available", "kept"),
    [
        (2, {0, 1}, [0, 1]),
        (2, {3, 5}, [3, 5]),
        (4, {0, 1}, [0, 1, 0, 1]),
        (1, {4}, [4]),
        (1, {0, 1}, [None]),
        (2, {0, 1, 2, 3}, [None, None]),
    ],
    ids=[
        "one core each",
        "of those that it was given",
        "shared evenly",
        "the only one",
        "free where there are more",
        "so for two pools",
    ],
)
def test_each_process_of_a_pool_has_its_core(processes, available, kept):
    assert [cores.core_of(index, processes, available) for index in range(processes)] == kept


def run_and_tell(answers):
    cores.keep_to_one_core()
    answers.put(sorted(os.sched_getaffinity(0)))


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system pins no process")
def test_a_process_keeps_to_its_core_and_its_parent_to_none(monkeypatch):
    given = os.sched_getaffinity(0)
    monkeypatch.setattr(cores, "_pool", {})
    cores.note_pool(instance=SimpleNamespace(concurrency=len(given)))
    context = billiard.get_context("fork")
    answers = context.SimpleQueue()
    process = context.Process(target=run_and_tell, args=[answers])
    process.index = len(given) - 1  # as a pool counts its processes
    process.start()
    assert answers.get() == [max(given)]
    process.join()
    cores.keep_to_one_core()
    assert os.sched_getaffinity(0) == given


def test_a_system_that_pins_nothing_is_asked_for_nothing(monkeypatch):
    monkeypatch.delattr(os, "sched_setaffinity", raising=False)
    monkeypatch.setattr(billiard.current_process(), "index", 0, raising=False)
    monkeypatch.setattr(cores, "_pool", {"processes": 999})
    cores.keep_to_one_core()
