"""Memory and processor time of the product's processes."""

from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from tests.product import Product

PARTS = ("web", "worker-snapshots", "worker-reports")
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB. The resident size counts shared pages in full, the proportional one by their share."""

    name: str
    processes: int
    resident: float
    proportional: float


def memory(product: Product, servers: dict[str, int]) -> list[Memory]:
    """One row for each process of a part, and one for each server with its children together."""
    rows = []
    for part in PARTS:
        for number, process in enumerate(_family(product.process_id(part))):
            rows.append(_memory(part if number == 0 else f"{part}, child {number}", [process]))
    return rows + [_memory(name, list(_family(pid))) for name, pid in servers.items()]


def cpu_seconds(pid: int) -> float:
    """Of the process and its children, as long as they live."""
    return sum(sum(process.cpu_times()[:2]) for process in _family(pid))


def _family(pid: int) -> Iterator[psutil.Process]:
    process = psutil.Process(pid)
    yield process
    yield from process.children(recursive=True)


def _memory(name: str, processes: list[psutil.Process]) -> Memory:
    full = [process.memory_full_info() for process in processes]
    return Memory(name, len(full), sum(each.rss for each in full) / MIB, sum(each.pss for each in full) / MIB)
