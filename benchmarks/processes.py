"""The product's processes: started as `make run` does, and what they take of processor and memory."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from signal import SIGCONT, SIGSTOP

import psutil

from benchmarks.figures import Memory
from classroom.local import programs
from tests.product import Product

SNAPSHOTS = "worker-snapshots"
PARTS = {"web": "web", "worker": SNAPSHOTS, "reports": "worker-reports", "beat": "beat"}
MIB = 1 << 20


@dataclass
class Servers(Product):
    """With beat, and with as many worker processes for snapshots as are asked for."""

    workers: int = 1

    def wait_for_part(self, name: str) -> None:
        if name != "beat":  # it does not say when it is ready, and nothing waits for it
            super().wait_for_part(name)

    def work_with(self, workers: int) -> None:
        """So many worker processes from now on."""
        if workers != self.workers:
            self.workers = workers
            self.restart(SNAPSHOTS)

    @contextmanager
    def workers_stopped(self) -> Iterator[None]:
        """The workers for snapshots stand still, all of their processes."""
        group = self.process_id(SNAPSHOTS)
        os.killpg(group, SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, SIGCONT)

    def _commands(self) -> dict[str, list[str]]:
        return {
            **super()._commands(),
            SNAPSHOTS: programs.worker("snapshots", self.workers),
            "beat": programs.beat(self.folder / "schedule"),
        }


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor by process, the client's among them, and those of all that runs elsewhere."""

    by_process: Mapping[str, float]
    others: float

    def since(self, before: "Spent") -> "Spent":
        parts = {name: spent - before.by_process[name] for name, spent in self.by_process.items()}
        return Spent(parts, max(self.others - before.others, 0.0))


def spent(product: Product, servers: Mapping[str, int], client_pids: Iterable[int]) -> Spent:
    """Until now, by "web", "worker", "reports", "beat", "postgres", "redis" and "client"."""
    pids = {name: product.process_id(part) for name, part in PARTS.items()}
    pids |= {_name(program): pid for program, pid in servers.items()}
    found = {name: _cpu_seconds(pid) for name, pid in pids.items()}
    found["client"] = sum(map(_cpu_seconds, client_pids))
    machine = psutil.cpu_times()
    busy = machine.user + machine.system + machine.nice + machine.irq + machine.softirq
    return Spent(found, busy - sum(found.values()) - sum(psutil.Process().cpu_times()[:2]))


def memory(product: Product, servers: Mapping[str, int]) -> list[Memory]:
    """One row for each process of a part, and one for each server with its children together."""
    rows = []
    for part in PARTS.values():
        for number, process in enumerate(_family(product.process_id(part))):
            rows.append(_memory(part if number == 0 else f"{part}, child {number}", [process]))
    return rows + [_memory(name, _family(pid)) for name, pid in servers.items()]


def together(rows: Iterable[Memory]) -> dict[str, float]:
    """Proportional MiB by part, its children among them."""
    found: dict[str, float] = {}
    for row in rows:
        part = row.name.partition(",")[0]
        found[part] = found.get(part, 0.0) + row.proportional
    return found


def _name(program: str) -> str:
    return "postgres" if program == "postgres" else "redis"


def _cpu_seconds(pid: int) -> float:
    """Of the process, its children, and those of them that have ended."""
    total = 0.0
    for process in _family(pid):
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def _family(pid: int) -> Iterator[psutil.Process]:
    process = psutil.Process(pid)
    yield process
    yield from process.children(recursive=True)


def _memory(name: str, processes: Iterable[psutil.Process]) -> Memory:
    full = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's come and go
            full.append(process.memory_full_info())
    return Memory(name, len(full), sum(each.rss for each in full) / MIB, sum(each.pss for each in full) / MIB)
