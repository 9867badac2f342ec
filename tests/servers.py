"""A pytest plugin: PostgreSQL and Redis of this run's own, started only when a selected test needs them.

Loaded with `-p tests.servers` (pyproject.toml), because Django's settings are read before any conftest.py:
the addresses are decided here at once, the servers start after collection. Runs side by side do not meet.
"""

import atexit
import functools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from classroom.local.places import SERVER, can_reach, copy_of_wheel, wheel_in
from classroom.local.postgres import DURABILITY_OFF, Cluster, wheel_folder
from classroom.local.processes import free_port, unprivileged_account
from classroom.local.valkey import Cache, server_program

# Tests in these places need no server; all others get them.
WITHOUT_SERVERS = (
    "tests/camera/",
    "tests/emotion/",
    "tests/javascript/",
    "tests/local/",
    "tests/mutants/",
    "tests/test_alone.py",
    "tests/test_architecture.py",
    "tests/test_collecting.py",
    "tests/test_docs.py",
    "tests/test_parts.py",
    "tests/test_notice.py",
    "tests/test_promises.py",
    "tests/test_rolling_upgrades.py",
    "tests/test_security_page.py",
    "tests/test_serving.py",
    "tests/test_soak.py",
)

PREFIX = "classpulse-test-"


def remove_leftovers() -> None:
    """Folders of runs that were killed; their number is their process."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        process = folder.name.removeprefix(PREFIX).split("-")[0]
        if process.isdigit() and not Path("/proc", process).exists():
            shutil.rmtree(folder, ignore_errors=True)


remove_leftovers()
# In /tmp, because PostgreSQL's account has to reach it and a socket's path has to be short.
_folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp"))
_account: pwd.struct_passwd | None = unprivileged_account() if os.getuid() == 0 else None
_wheel = wheel_folder()
_is_copied = _account is not None and not can_reach(_account, _wheel / SERVER)
cluster = Cluster(
    programs=((wheel_in(_folder) if _is_copied else _wheel) / SERVER).parent,
    data=_folder / "data",
    socket_folder=_folder / "pg",
    password=secrets.token_hex(16),
    account=_account,
)
cache = Cache(program=server_program(), folder=_folder, port=free_port(), password=secrets.token_hex(16))
_running: dict[str, subprocess.Popen[bytes]] = {}

os.environ.update(
    DATABASE_URL=cluster.url,
    REDIS_URL=cache.url,
    SECRET_KEY=secrets.token_hex(32),
    DEBUG="false",
    STATIC_ROOT=str(_folder / "static"),
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "servers: the test needs PostgreSQL and Redis, wherever its file stands"
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.option.collectonly and any(map(needs_servers, session.items)):
        start()


def pytest_unconfigure() -> None:
    stop()


def needs_servers(item: pytest.Item) -> bool:
    marked = any(item.get_closest_marker(name) for name in ("django_db", "servers"))
    return marked or not item.nodeid.startswith(WITHOUT_SERVERS)


def log_of_servers() -> Path:
    return _folder / "servers.log"


def start() -> None:
    _folder.chmod(0o711)
    log = log_of_servers()
    if _is_copied:
        copy_of_wheel(_wheel, _folder)
    cache.prepare()
    cluster.prepare()
    _running["database"] = cluster.start(log, *DURABILITY_OFF)
    start_cache()
    cluster.wait_until_ready()
    cluster.ensure_database()


def start_cache() -> None:
    _running["cache"] = cache.start(log_of_servers())
    cache.wait_until_ready()


@functools.cache
def _client() -> redis.Redis:
    """Connects anew by itself after a test that let the server die."""
    return redis.Redis.from_url(cache.url)


def empty_cache() -> None:
    """Over one connection for all tests: to make one takes longer than all else of it."""
    _client().flushall()


def crash_cache() -> None:
    """Redis dies with everything in it, for tests of what survives that."""
    _crash("cache")


@contextmanager
def hanging_cache() -> Iterator[None]:
    """Redis takes what is sent and answers nobody."""
    _running["cache"].send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        _running["cache"].send_signal(signal.SIGCONT)


def start_database(*options: str) -> None:
    """With more options of the server's command line, for tests of another network."""
    _running["database"] = cluster.start(log_of_servers(), *DURABILITY_OFF, *options)
    cluster.wait_until_ready()


def crash_database() -> None:
    """PostgreSQL dies as in a power cut and recovers from its log at the next start."""
    _crash("database")


def _crash(name: str) -> None:
    server = _running.pop(name)
    server.kill()
    server.wait(timeout=20)


def process_ids() -> dict[str, int]:
    return {Path(str(server.args[0])).name: server.pid for server in _running.values()}


@atexit.register
def stop() -> None:
    while _running:
        _, server = _running.popitem()
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
    shutil.rmtree(_folder, ignore_errors=True)
