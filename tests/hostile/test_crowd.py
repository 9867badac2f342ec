"""A thousand silent connections from one address, some that drip and some that flood: others are served."""

import contextlib
import socket
import time
import urllib.request
from pathlib import Path

import pytest

from classroom.connections import HEADERS_S, allow_many_connections
from tests.hostile.tally import Tally

SILENT, DRIPPING, FLOODING = 1_000, 100, 20
MOST_GROWN_MB = 120
HEAD = b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n"


def memory_mb(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS:"))


def lines_to(port: int, count: int) -> list[socket.socket]:
    return [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(count)]


def is_over(line: socket.socket) -> bool:
    """Whether the server closed it, with or without words."""
    line.settimeout(5)
    with contextlib.suppress(ConnectionError):
        try:
            while line.recv(65_536):
                pass
        except TimeoutError:
            return False
    return True


@pytest.mark.slow
def test_a_crowd_that_only_holds_on_keeps_nobody_else_from_being_served(running_product, tallies):
    allow_many_connections()
    port, web = running_product.port, running_product.process_id("web")
    before, tally = memory_mb(web), Tally("a crowd on one web process")
    silent, dripping = lines_to(port, SILENT), lines_to(port, DRIPPING)
    flooding = lines_to(port, FLOODING)
    largest, began = before, time.monotonic()
    while time.monotonic() - began < HEADERS_S + 2:
        for line in dripping:
            with contextlib.suppress(OSError):
                line.send(b"G" if line.getpeername() else b"")
        for line in flooding:
            line.settimeout(0.05)
            with contextlib.suppress(OSError):
                line.send(HEAD + b"x: " + b"y" * 500_000)
        with (
            tally.case("healthz"),
            urllib.request.urlopen(f"{running_product.url}/healthz", timeout=10) as answer,
        ):
            tally.answers[str(answer.status)] += 1
        largest = max(largest, memory_mb(web))
        time.sleep(0.2)
    over = sum(map(is_over, [*silent, *dripping, *flooding]))
    for line in (*silent, *dripping, *flooding):
        line.close()
    tally.memory_mb = largest - before
    tallies.append(tally)
    tally.check()
    assert over == SILENT + DRIPPING + FLOODING
    assert tally.memory_mb < MOST_GROWN_MB
    log = running_product.log("web").read_text()
    assert "Traceback" not in log
    assert "ERROR" not in log
