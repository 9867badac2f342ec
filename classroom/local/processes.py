"""Small facts of Linux processes: end with the parent, who is who, ports, folders for sockets."""

import ctypes
import os
import pwd
import random
import resource
import signal
import socket
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
# Below the range from which Linux picks ports for outgoing connections, so a restart finds its port free.
EMBEDDED_PORTS = range(20_000, 32_000)
UNPRIVILEGED_ACCOUNTS = ("classpulse", "postgres", "nobody")


class NoAccount(Exception):
    """Root started us, and the machine has no unprivileged account to run PostgreSQL as."""


def end_with_parent(with_signal: signal.Signals) -> None:
    """For preexec_fn: this process gets `with_signal` when its parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(with_signal))


def forbid_core_dumps() -> None:
    """A core dump of a worker or of Redis would put snapshots on disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def unprivileged_account() -> pwd.struct_passwd:
    """The account that PostgreSQL runs as when root starts it, which it refuses to run as."""
    for name in UNPRIVILEGED_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoAccount(f"none of the accounts {', '.join(UNPRIVILEGED_ACCOUNTS)} exists")


def identity_of(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """Arguments for subprocess that run a command as the account; None: as whoever we are."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    return next(port for port in random.sample(EMBEDDED_PORTS, 200) if is_free(port))


def private_folder(path: Path, owner: int, mode: int = 0o700) -> Path:
    """Make the folder, or raise PermissionError where a stranger made it first (/tmp is everybody's)."""
    path.mkdir(mode=mode, exist_ok=True)
    if path.is_symlink() or path.lstat().st_uid not in (os.getuid(), owner):
        raise PermissionError(f"{path} belongs to somebody else; remove it or ask its owner to")
    os.chown(path, owner, -1)
    path.chmod(mode)
    return path
