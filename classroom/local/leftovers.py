"""End what an earlier run of this install left behind when it was killed too hard; never strangers."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

# Every process under our supervisor carries this variable with the install's var/ folder in it.
MARK = "CLASSPULSE_INSTALL"
PATIENCE_SECONDS = 15


def end_leftovers(var: Path, data: Path) -> int:
    """End all parts that still run for this install; how many there were."""
    marked = marked_with(var)
    _end(marked, signal.SIGTERM, lambda pid: carries_mark(pid, var))
    postmaster = list(postmaster_of(data))
    # PostgreSQL overwrites its environment, so it is known by its own pid file and command line.
    _end(postmaster, signal.SIGINT, lambda pid: serves(pid, data))
    return len(marked) + len(postmaster)


def marked_with(var: Path) -> list[int]:
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in pids if pid != os.getpid() and carries_mark(pid, var)]


def carries_mark(pid: int, var: Path) -> bool:
    mark = f"{MARK}={var}".encode()
    return mark in _fields(pid, "environ")


def postmaster_of(data: Path) -> Iterable[int]:
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return
    if serves(pid, data):
        yield pid


def serves(pid: int, data: Path) -> bool:
    fields = _fields(pid, "cmdline")
    return bool(fields) and fields[0].endswith(b"/postgres") and os.fsencode(data) in fields


def _fields(pid: int, name: str) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().split(b"\0")
    except OSError:  # it ended meanwhile, or it is another user's
        return []


def _end(pids: list[int], politely: signal.Signals, is_ours: Callable[[int], bool]) -> None:
    """Ask, wait, then kill. Each pid is looked at again before each signal: numbers are reused."""
    for with_signal in (politely, signal.SIGKILL):
        pids = [pid for pid in pids if is_ours(pid)]
        for pid in pids:
            _send(pid, with_signal)
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while any(is_ours(pid) for pid in pids) and time.monotonic() < give_up_at:
            time.sleep(0.05)


def _send(pid: int, with_signal: signal.Signals) -> None:
    try:
        os.kill(pid, with_signal)
    except ProcessLookupError:
        return
