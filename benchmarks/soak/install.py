"""The product as `make run` starts it, in a folder of its own under /tmp, which is gone afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any, Self
from xmlrpc.client import Fault, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from classroom.local.leftovers import Install as Leftovers
from classroom.local.parts import embedded_cache
from classroom.local.places import Places
from classroom.local.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("classroom", "emotion", "reports", "worker", "templates", "static", "models")
INHERITED = ("PATH", "HOME", "LANG")
READY, WORKER_READY = "ClassPulse is running:", "ready."
STARTS_WITHIN_S, BACK_WITHIN_S, ENDS_WITHIN_S = 180.0, 120.0, 90.0
LOOK_EVERY_S = 0.05
SUPERVISOR, RUN = "supervisor", "run"
WORKERS = ("worker-snapshots", "worker-reports")
ASK_READYZ = ("web", "postgres", "redis")


class NotBack(Exception):
    """A part did not start, or did not come back; the text says which, and what it said."""


class Install:
    """One folder with the product in it; `make run` in it may be started and stopped again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.words = folder / "words.txt"
        self._places = Places(folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._settings: Mapping[str, str] = {}

    @classmethod
    def laid_out(cls) -> Self:
        """Copied, not linked: it keeps its data where its code is."""
        folder = Path(tempfile.mkdtemp(prefix=f"classpulse-soak-{os.getpid()}-", dir="/tmp"))
        folder.chmod(0o755)  # PostgreSQL may run as another account
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "manage.py", folder)
        it = cls(folder)
        it._places.make()
        it.words.touch()
        return it

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database_folder(self) -> Path:
        return self._places.cluster().data

    def addresses(self) -> dict[str, str]:
        """Settings by which this process reaches the install's database and Redis."""
        return {
            "DATABASE_URL": self._places.cluster().url,
            "REDIS_URL": embedded_cache(self._places).url,
            "SECRET_KEY": self._places.secret("secret_key"),
            "STATIC_ROOT": str(self.folder / "var" / "static"),
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
        }

    def start(self, settings: Mapping[str, str] | None = None) -> None:
        """With other settings than last time, where they are given. Raises NotBack."""
        self._settings = self._settings if settings is None else settings
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        given = {"PORT": str(self.port), "PYTHONUNBUFFERED": "1", **self._settings}
        said_before = {name: self._log_size(name) for name in (RUN, *WORKERS)}
        with self.words.open("ab") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "classroom.local", "run"],
                cwd=self.folder,
                env=inherited | given,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        self._until(lambda: READY in self._said(self.words, said_before[RUN]), RUN, STARTS_WITHIN_S)
        for name in WORKERS:
            self.wait_until_works(name, said_before[name])

    def run_with(self, settings: Mapping[str, str]) -> None:
        """Running, with these settings. Raises NotBack."""
        if self._process is not None and self._process.poll() is None and self._settings == settings:
            return
        self.stop()
        self.start(settings)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
            try:
                self._process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(ENDS_WITHIN_S)

    def remove(self) -> None:
        self.stop()
        cluster = self._places.cluster()
        Leftovers(self.folder / "var", cluster.data, self.folder / "var" / "run").end_leftovers()
        shutil.rmtree(self._places.sockets, ignore_errors=True)
        if not cluster.data.is_relative_to(self.folder):
            shutil.rmtree(cluster.data.parent, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait_until_over(self) -> None:
        """Where `make run` has to end by itself. Raises TimeoutExpired."""
        assert self._process is not None
        self._process.wait(ENDS_WITHIN_S)

    # What runs, by the names that the supervisor has for it.

    def process_ids(self) -> dict[str, int]:
        """Of all parts that run, the supervisor and `make run` among them."""
        found = {part["name"]: part["pid"] for part in self._parts() if part["statename"] == "RUNNING"}
        with suppress(OSError, ValueError):
            found[SUPERVISOR] = int((self.folder / "var" / "run" / "supervisor.pid").read_text())
        if self._process is not None and self._process.poll() is None:
            found[RUN] = self._process.pid
        return found

    def process_id(self, name: str) -> int:
        return self.process_ids()[name]

    def family(self, name: str) -> list[psutil.Process]:
        """A part's process and its children; of the supervisor and `make run` the process alone."""
        process = psutil.Process(self.process_id(name))
        return [process] if name in (SUPERVISOR, RUN) else [process, *process.children(recursive=True)]

    def kill(self, name: str) -> None:
        """kill -9, and wait until the supervisor has started it anew and it works. Raises NotBack."""
        before, said_before = self.process_id(name), self._log_size(name)
        os.kill(before, signal.SIGKILL)
        self._until(lambda: self.process_ids().get(name, before) != before, name)
        self.wait_until_works(name, said_before)

    def freeze(self, name: str, seconds: float) -> None:
        """A part stands still with its children for so long, and works again. Raises NotBack."""
        family = self.family(name)
        for process in family:
            process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)
        if name in ASK_READYZ:
            self.wait_until_works(name)

    def wait_until_works(self, name: str, said_before: int = 0) -> None:
        """Raises NotBack."""
        self._until(lambda: self._is_ready(name, said_before), name)

    def logs(self) -> dict[str, Path]:
        """By part; what `make run` says to whoever started it is "run"."""
        found = {path.stem: path for path in self._places.logs.glob("*.log")}
        return found | {RUN: self.words}

    def _log_size(self, name: str) -> int:
        log = self.logs().get(name)
        return log.stat().st_size if log else 0

    def _is_ready(self, name: str, said_before: int) -> bool:
        if name in ASK_READYZ:
            return self._page_answers()
        return name not in WORKERS or WORKER_READY in self._said(self.logs()[name], said_before)

    def _page_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):  # noqa: S310 - our own address
                return True
        except OSError:
            return False

    def _parts(self) -> list[dict[str, Any]]:
        transport = SupervisorTransport(None, None, f"unix://{self._places.sockets / 'supervisor.sock'}")
        found: list[dict[str, Any]] = []
        with suppress(OSError, HTTPException, Fault), closing(transport):
            remote: Any = ServerProxy("http://127.0.0.1", transport=transport)
            found = remote.supervisor.getAllProcessInfo()
        return found

    def _until(self, is_so: Callable[[], bool], what: str, seconds: float = BACK_WITHIN_S) -> None:
        give_up_at = time.monotonic() + seconds
        while not is_so():
            is_over = what == RUN and self._process is not None and self._process.poll() is not None
            if is_over or time.monotonic() > give_up_at:
                raise NotBack(f"{what} is not there after {seconds:.0f} s: {self._tail(what)}")
            time.sleep(LOOK_EVERY_S)

    def _tail(self, name: str) -> str:
        return self.logs().get(name, self.words).read_text(errors="replace")[-1000:]

    @staticmethod
    def _said(log: Path, since: int) -> str:
        with log.open("rb") as file:
            file.seek(since)
            return file.read().decode(errors="replace")
