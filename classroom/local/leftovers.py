"""End what an earlier run of this install left behind when it was killed too hard; never strangers."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

# Every process under our supervisor carries this variable with the install's var/ folder in it.
MARK = "CLASSPULSE_INSTALL"
PATIENCE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Install:
    """What tells this install's processes from all others."""

    var: Path
    database: Path  # PostgreSQL's data
    cache: Path  # the folder Redis works in

    def owns(self, pid: int) -> bool:
        mark = f"{MARK}={self.var}".encode()
        return mark in _fields(pid, "environ") or self._owns_postgres(pid) or self._owns_redis(pid)

    def end_leftovers(self) -> None:
        """Ask, wait, then kill. Each process is looked at again before each signal: numbers are reused."""
        for kill in (False, True):
            pids = self.running()
            for pid in pids:
                _send(pid, signal.SIGKILL if kill else self._polite_signal(pid))
            give_up_at = time.monotonic() + PATIENCE_SECONDS
            while any(self.owns(pid) for pid in pids) and time.monotonic() < give_up_at:
                time.sleep(0.05)

    def running(self) -> list[int]:
        pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return [pid for pid in pids if pid != os.getpid() and self.owns(pid)]

    def _polite_signal(self, pid: int) -> signal.Signals:
        """SIGINT ends PostgreSQL without waiting for its clients."""
        return signal.SIGINT if self._owns_postgres(pid) else signal.SIGTERM

    # PostgreSQL and Redis write their titles over their environment, so the mark is lost there.

    def _owns_postgres(self, pid: int) -> bool:
        words = _fields(pid, "cmdline")
        return words[0].endswith(b"/postgres") and os.fsencode(self.database) in words

    def _owns_redis(self, pid: int) -> bool:
        process = Path(f"/proc/{pid}")
        try:
            program, folder = (process / "exe").readlink(), (process / "cwd").readlink()
        except OSError:
            return False
        return program.name in ("redis-server", "valkey-server") and folder == self.cache


def _fields(pid: int, name: str) -> list[bytes]:
    """The NUL-separated texts of a file in /proc; one empty text where it cannot be read."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().split(b"\0")
    except OSError:  # it ended meanwhile, or it is another user's
        return [b""]


def _send(pid: int, with_signal: signal.Signals) -> None:
    try:
        os.kill(pid, with_signal)
    except ProcessLookupError:
        return
