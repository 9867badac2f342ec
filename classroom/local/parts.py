"""The parts of one install: which servers are embedded, which programs run, in what environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from classroom.local import programs
from classroom.local.leftovers import MARK, Install
from classroom.local.places import Places
from classroom.local.postgres import Cluster
from classroom.local.processes import free_port, is_free
from classroom.local.supervisor import SERVERS, Program, escape
from classroom.local.valkey import Cache, server_program

# PostgreSQL may run as an account that others share, so the product's secrets are kept from it.
MOST_WEB_PROCESSES = 64
REDIS_PARTS = ("BROKER_URL", "MAILBOX_URL", "LAYER_URL")
SECRETS = ("SECRET_KEY", "DATABASE_URL", "DATABASE_PASSWORD", "REDIS_URL", "REDIS_PASSWORD", *REDIS_PARTS)
WITHOUT_SECRETS = "environment=" + ",".join(f'{name}=""' for name in SECRETS)


@dataclass(frozen=True, slots=True)
class Parts:
    """The embedded servers; None where DATABASE_URL, or the URLs of Redis, name another one."""

    places: Places
    install: Install
    port: int
    cluster: Cluster | None
    cache: Cache | None
    web_processes: int = 1

    def environment(self) -> dict[str, str]:
        """What every part gets. What the person set stays as it is."""
        given = {**os.environ, "PYTHONUNBUFFERED": "1", "PORT": str(self.port), MARK: str(self.places.var)}
        if not is_named("SECRET_KEY"):
            given["SECRET_KEY"] = self.places.secret("secret_key")
        if self.cluster:
            given["DATABASE_URL"] = self.cluster.url
        if self.cache:
            given["REDIS_URL"] = self.cache.url
        return given

    def folders(self) -> list[Path]:
        """What is written to, one folder of each disk that can be full."""
        database = self.cluster.data if self.cluster else self.places.var
        written = (self.places.var, database if database.exists() else database.parent)
        return list({device_of(folder): folder for folder in reversed(written)}.values())[::-1]

    def programs(self) -> list[Program]:
        return [*self._servers(), *self._product()]

    def _servers(self) -> list[Program]:
        found = []
        if self.cluster:
            extra = [f"directory={escape(self.cluster.data)}", WITHOUT_SECRETS]
            if self.cluster.account:
                extra.append(f"user={self.cluster.account.pw_name}")
            command = self.cluster.command()
            # SIGINT is PostgreSQL's "fast" shutdown: it does not wait for connections to end.
            found.append(Program("postgres", command, SERVERS, stop_signal="INT", extra=tuple(extra)))
        if self.cache:
            found.append(Program("redis", self.cache.command(), SERVERS, extra=(WITHOUT_SECRETS,)))
        return found

    def web(self) -> list[Program]:
        is_shared = self.web_processes > 1
        names = [f"web-{number + 1}" for number in range(self.web_processes)] if is_shared else ["web"]
        command = programs.web(self.port, is_shared=is_shared)
        return [Program(name, command, stop_seconds=6) for name in names]

    def _product(self) -> list[Program]:
        schedule = self.places.run / "beat"
        return [
            *self.web(),
            Program("worker-snapshots", programs.worker("snapshots", programs.cores())),
            Program("worker-reports", programs.worker("reports", 1)),
            Program("beat", programs.beat(schedule)),
            Program("simulator", programs.manage("simulate")),
        ]


def device_of(folder: Path) -> int:
    return folder.stat().st_dev


def is_named(variable: str) -> bool:
    return bool(os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))


def choose_port(given: Mapping[str, str]) -> int:
    """PORT, or 8000.

    Raises:
        ValueError: PORT is not a port's number.
    """
    text = given.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65_536:
        raise ValueError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def choose_web_processes(given: Mapping[str, str]) -> int:
    """WEB_PROCESSES, or 1.

    Raises:
        ValueError: it is no number of processes.
    """
    text = given.get("WEB_PROCESSES") or "1"
    if not text.isdigit() or not 0 < int(text) <= MOST_WEB_PROCESSES:
        raise ValueError(f"WEB_PROCESSES must be a number from 1 to {MOST_WEB_PROCESSES}, not {text!r}.")
    return int(text)


def find_parts(places: Places, port: int, web_processes: int = 1) -> Parts:
    """The parts with the addresses of last time, whether they run or not."""
    cluster = places.cluster()
    return Parts(
        places=places,
        install=Install(places.var, cluster.data, places.run),
        port=port,
        cluster=None if is_named("DATABASE_URL") else cluster,
        cache=None if is_named("REDIS_URL") or all(map(is_named, REDIS_PARTS)) else embedded_cache(places),
        web_processes=web_processes,
    )


def embedded_cache(places: Places) -> Cache:
    file = places.run / "redis.port"
    if not file.exists():
        file.write_text(str(free_port()))
    return Cache(server_program(), places.run, int(file.read_text()), places.secret("redis_password"))


def move_from_taken_port(parts: Parts) -> Parts:
    """Another port for the embedded Redis where somebody else took that of last time."""
    if parts.cache is None or is_free(parts.cache.port):
        return parts
    (parts.places.run / "redis.port").unlink()
    return find_parts(parts.places, parts.port, parts.web_processes)
