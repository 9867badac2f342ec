"""The product for whole-lesson and browser tests: uvicorn and Celery as processes, on the tests' servers."""

import os
import subprocess
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM

from classroom.local import browser_networks, catalogues, programs
from classroom.local.processes import end_with_parent, free_port

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 300
running: "list[Product]" = []


@dataclass
class Product:
    """The product's processes. `restart` and `stop_part` serve tests of what survives a crash."""

    folder: Path  # logs and static files
    database_url: str
    settings: dict[str, str] = field(default_factory=dict)
    web_processes: int = 1
    port: int = field(default_factory=free_port)
    locale: Path | None = None  # other catalogues than the product's own
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def parts(self) -> list[str]:
        return list(self._processes)

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "DJANGO_SETTINGS_MODULE": "classroom.settings",
            "STATIC_ROOT": str(self.folder / "static"),
            "PYTHONUNBUFFERED": "1",
            "OUTBOUND_PRIVATE_HOSTS": "127.0.0.1",
            **({"LOCALE_DIR": str(self.locale)} if self.locale else {}),
            **self.settings,
        }

    def start(self, *parts: str) -> None:
        """All parts, or those that are named."""
        browser_networks.ensure(ROOT / "models")
        catalogues.ensure(ROOT / "locale")
        if self not in running:
            running.append(self)
        self.manage("collectstatic", "--noinput")
        for name in parts or self._commands():
            self.start_part(name)
        for name in parts or self._commands():
            self.wait_for_part(name)

    def start_part(self, name: str) -> None:
        with self.log(name).open("wb") as log:
            self._processes[name] = subprocess.Popen(
                self._commands()[name],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(SIGTERM),
            )

    def wait_for_part(self, name: str) -> None:
        says_ready = lambda: "ready." in self.log(name).read_text()  # noqa: E731
        self._until(self._page_answers if name.startswith("web") else says_ready, name)

    def stop_part(self, name: str, *, crash: bool = False) -> None:
        process = self._processes.pop(name)
        process.kill() if crash else process.terminate()
        process.wait(timeout=90)

    def restart(self, name: str, *, crash: bool = False) -> None:
        self.stop_part(name, crash=crash)
        self.start_part(name)
        self.wait_for_part(name)

    def suspend(self) -> None:
        """All processes stand still, those of the workers' pools too, until they are resumed."""
        self._signal(SIGSTOP)

    def resume(self) -> None:
        self._signal(SIGCONT)

    def stop(self) -> None:
        self.resume()  # who stands still does not hear that it is to end
        for process in self._processes.values():
            process.terminate()
        for name in self.parts:
            self.stop_part(name)
        if self in running:
            running.remove(self)

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            programs.manage(*arguments),
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def process_id(self, name: str) -> int:
        return self._processes[name].pid

    def _commands(self) -> dict[str, list[str]]:
        command = programs.web(self.port, is_shared=self.web_processes > 1)
        more = {f"web-{number}": command for number in range(2, self.web_processes + 1)}
        return {
            "web": command,
            **more,
            "worker-snapshots": programs.worker("snapshots", 1),
            "worker-reports": programs.worker("reports", 1),
        }

    def _signal(self, number: int) -> None:
        for process in self._processes.values():
            os.killpg(process.pid, number)  # each began a session, and so a group, of its own

    def _page_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                return True
        except OSError:
            return False

    def _until(self, is_up: Callable[[], bool], name: str) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while not is_up():
            process = self._processes[name]
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise AssertionError(f"{name} did not start:\n{self.log(name).read_text()[-4000:]}")
            time.sleep(0.1)
