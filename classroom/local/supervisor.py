"""supervisord's configuration, its start, its end and the questions we ask it."""

import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from classroom.local.processes import end_with_parent
from classroom.local.programs import python_module

SERVERS, PRODUCT = "servers", "product"
STOP_SECONDS = 60

DAEMON = """\
[supervisord]
nodaemon=true
silent=true
logfile={logs}/supervisor.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile={run}/supervisor.pid
{user}
[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

PROGRAM = """
[program:{name}]
command={command}
autostart=false
autorestart=true
startsecs=1
startretries=10
stopsignal={stop_signal}
stopwaitsecs={stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
"""

GROUP = """
[group:{name}]
programs={programs}
priority={priority}
"""


@dataclass(frozen=True, slots=True)
class Program:
    """One part that the supervisor keeps up. `extra` are further lines of its section."""

    name: str
    command: list[str]
    group: str = PRODUCT
    stop_signal: str = "TERM"
    stop_seconds: int = 10
    extra: tuple[str, ...] = field(default=())

    def section(self, logs: Path) -> str:
        text = PROGRAM.format(
            name=self.name,
            command=escape(shlex.join(self.command)),
            stop_signal=self.stop_signal,
            stop_seconds=self.stop_seconds,
            logs=escape(logs),
        )
        return text + "".join(f"{line}\n" for line in self.extra)


def escape(value: object) -> str:
    """supervisord reads % as the start of an expression."""
    return str(value).replace("%", "%%")


def configuration(programs: list[Program], *, logs: Path, run: Path, socket: Path, as_root: bool) -> str:
    """The file's text. Groups stop in the reverse order of their priority: the servers last."""
    user = "user=root\n" if as_root else ""  # says that running as root is meant
    text = DAEMON.format(logs=escape(logs), run=escape(run), socket=escape(socket), user=user)
    text += "".join(program.section(logs) for program in programs)
    for priority, group in enumerate((SERVERS, PRODUCT), start=1):
        names = [program.name for program in programs if program.group == group]
        if names:
            text += GROUP.format(name=group, programs=",".join(names), priority=priority)
    return text


class Supervisor:
    """A running supervisord, which ends with us however we end."""

    def __init__(
        self, configuration: Path, *, socket: Path, output: Path, environment: dict[str, str], cwd: Path
    ) -> None:
        self._socket = socket
        with output.open("w") as words:
            self._process = subprocess.Popen(
                python_module("classroom.local.supervisord", "-n", "-c", str(configuration)),
                env=environment,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,  # Ctrl-C is ours to handle
                preexec_fn=lambda: end_with_parent(signal.SIGTERM),
            )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def start(self, group: str, name: str) -> None:
        with self._remote() as remote:
            remote.startProcess(f"{group}:{name}", False)

    def try_again(self, group: str, name: str) -> None:
        """Start a program that the supervisor has given up; what comes of it is seen at the next look."""
        with suppress(Fault, OSError, HTTPException):
            self.start(group, name)

    def start_group(self, group: str) -> None:
        with self._remote() as remote:
            remote.startProcessGroup(group, False)

    def processes(self) -> list[dict[str, Any]]:
        """supervisord's own description of each program (name, statename, pid ...); none if it is gone."""
        found: list[dict[str, Any]] = []
        with suppress(OSError, HTTPException), self._remote() as remote:
            found = remote.getAllProcessInfo()
        return found

    def answers(self) -> bool:
        try:
            with self._remote() as remote:
                remote.getState()
        except (OSError, HTTPException):
            return False
        return True

    def stop(self) -> None:
        """Stop all programs in order, then the supervisor."""
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    @contextmanager
    def _remote(self) -> Iterator[Any]:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with closing(transport):
            yield ServerProxy("http://127.0.0.1", transport=transport).supervisor
