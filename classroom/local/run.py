"""`make run`: set up what is missing, start every part, say where to go, stop everything on Ctrl-C."""

import fcntl
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from classroom.local import model_file, programs
from classroom.local.leftovers import Install
from classroom.local.parts import Parts, choose_port, embedded_cache, is_named
from classroom.local.places import Places
from classroom.local.processes import forbid_core_dumps, is_free
from classroom.local.supervisor import PRODUCT, SERVERS, Supervisor, configuration

START_SECONDS = 120
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # all of them stop everything in order

WELCOME = """
ClassPulse is running:  http://localhost:{port}

{logins}

What next: log in as the teacher, open the demo classroom and start a lesson; simulated students join it.
To join as a student yourself, open the classroom's join link in a private window.
Ctrl-C stops everything and keeps the data. Logs: {logs}
"""


class CannotStart(Exception):
    """Something the person at the terminal has to mend; the text says what and how."""


def run(root: Path) -> int:
    forbid_core_dumps()
    for ending in ENDINGS:
        signal.signal(ending, signal.default_int_handler)
    places = Places(root)
    try:
        places.make()
        with only_one(places.run / "lock"):
            return run_parts(prepare(places))
    except PermissionError as error:
        raise CannotStart(
            f"{error}.\nStart as the user who did before, or give yourself its files."
        ) from error


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart("ClassPulse runs from this folder already: Ctrl-C there stops it.") from error
        yield


def prepare(places: Places) -> Parts:
    """Everything that can be wrong before a process is started."""
    try:
        port = choose_port(os.environ)
    except ValueError as error:
        raise CannotStart(str(error)) from error
    cluster = places.cluster()
    install = Install(places.var, cluster.data, places.run)
    install.end_leftovers()
    if not is_free(port):
        raise CannotStart(
            f"Port {port} is taken by another program, or needs more rights than you have.\n"
            f"Choose another: make run PORT={port + 80 if port < 1024 else port + 1}"
        )
    model_file.ensure(places.models)
    return Parts(
        places=places,
        install=install,
        port=port,
        cluster=None if is_named("DATABASE_URL") else cluster,
        cache=None if is_named("REDIS_URL") else embedded_cache(places),
    )


def run_parts(parts: Parts) -> int:
    say("Starting PostgreSQL and Redis")
    supervisor = start_supervisor(parts)
    try:
        start_servers(supervisor, parts)
        logins = set_up(parts)
        say("Starting the product")
        supervisor.start(PRODUCT, "web")  # alone, to be there sooner
        until(lambda: page_answers(parts.port), supervisor, parts.places, "The web server")
        supervisor.start_group(PRODUCT)
        print(WELCOME.format(port=parts.port, logins=logins, logs=parts.places.logs), flush=True)
        watch(supervisor)
        raise CannotStart(
            f"The supervisor itself was killed; all parts were stopped. See {parts.places.logs}."
        )
    except KeyboardInterrupt:
        return 0
    finally:
        stop(supervisor, parts)


def start_supervisor(parts: Parts) -> Supervisor:
    if parts.cluster:
        parts.cluster.prepare()
    if parts.cache:
        parts.cache.prepare()
    places = parts.places
    socket, file = places.sockets / "supervisor.sock", places.run / "supervisor.conf"
    text = configuration(
        parts.programs(), logs=places.logs, run=places.run, socket=socket, as_root=os.getuid() == 0
    )
    file.write_text(text)
    return Supervisor(
        file,
        socket=socket,
        output=places.logs / "supervisor.out",
        environment=parts.environment(),
        cwd=places.root,
    )


def start_servers(supervisor: Supervisor, parts: Parts) -> None:
    until(supervisor.answers, supervisor, parts.places, "The supervisor")
    if parts.cluster or parts.cache:
        supervisor.start_group(SERVERS)
    if parts.cache:
        parts.cache.wait_until_ready()
    if parts.cluster:
        parts.cluster.wait_until_ready()
        parts.cluster.ensure_database()


def set_up(parts: Parts) -> str:
    """What the set-up says about logins."""
    say("Setting up the database and the demo classroom")
    done = subprocess.run(
        programs.python_module("classroom.local.set_up"),
        check=False,
        cwd=parts.places.root,
        env=parts.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise CannotStart(f"The set-up failed:\n{done.stderr or done.stdout}")
    return done.stdout.strip()


def until(is_done: Callable[[], bool], supervisor: Supervisor, places: Places, what: str) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while not is_done():
        if not supervisor.is_alive or time.monotonic() > give_up_at:
            raise CannotStart(f"{what} did not start. See the logs in {places.logs}.")
        time.sleep(0.1)


def page_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500  # up, but it does not serve this host name
    except OSError:
        return False


def watch(supervisor: Supervisor) -> None:
    """Say when a part fails and comes back; returns only if the supervisor itself ends."""
    pids: dict[str, int] = {}
    while supervisor.is_alive:
        time.sleep(1)
        for part in supervisor.processes():
            name, pid = part["name"], part["pid"]
            if part["statename"] == "RUNNING" and pids.setdefault(name, pid) != pid:
                pids[name] = pid
                say(f"{name} stopped unexpectedly and was started again: {part['stdout_logfile']}")


def stop(supervisor: Supervisor, parts: Parts) -> None:
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)  # once is enough
    say("Stopping")
    supervisor.stop()
    parts.install.end_leftovers()  # nothing is left, unless the supervisor was killed
    say("Stopped")


def say(words: str) -> None:
    print(f"{words} ...", flush=True)
