"""`make run`: set up what is missing, start every part, say where to go, stop everything on Ctrl-C."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classroom.local import browser_networks, catalogues, disk, model_file, programs
from classroom.local.parts import Parts, choose_port, choose_web_processes, find_parts, move_from_taken_port
from classroom.local.places import Places
from classroom.local.processes import forbid_core_dumps, is_free
from classroom.local.supervisor import PRODUCT, SERVERS, Supervisor, configuration

LOGINS = """
Logins made for this install; the passwords are shown this once:
{logins}
"""
OLD_LOGINS = (
    "The logins are those of the first start. A new password: make manage ARGS='changepassword teacher'"
)

START_SECONDS = 120
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # all of them stop everything in order

WELCOME = """
ClassPulse is running:  http://localhost:{port}

What next: log in as the admin and choose your school's policy; then log in as the teacher, start
a demo lesson, which simulated students join, and press "Be a student" in its dashboard's menu.
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
    except OSError as error:
        if disk.means_full(error):
            raise CannotStart(f"{disk.words(places.var)} Make room and start again.") from error
        raise


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
        port, web_processes = choose_port(os.environ), choose_web_processes(os.environ)
    except ValueError as error:
        raise CannotStart(str(error)) from error
    parts = find_parts(places, port, web_processes)
    parts.install.end_leftovers()
    if not is_free(port):
        raise CannotStart(
            f"Port {port} is taken by another program, or needs more rights than you have.\n"
            f"Choose another: make run PORT={port + 80 if port < 1024 else port + 1}"
        )
    model_file.ensure(places.models)
    browser_networks.ensure(places.models)
    catalogues.ensure(places.root / "locale")
    return move_from_taken_port(parts)


def run_parts(parts: Parts) -> int:
    say("Starting PostgreSQL and Redis")
    supervisor = start_supervisor(parts)
    try:
        start_servers(supervisor, parts)
        tell(describe_logins(set_up(parts)))
        say("Starting the product")
        supervisor.start(PRODUCT, parts.web()[0].name)  # alone, to be there sooner
        until(lambda: page_answers(parts.port), supervisor, parts.places, "The web server")
        supervisor.start_group(PRODUCT)
        tell(WELCOME.format(port=parts.port, logs=parts.places.logs))
        watch(supervisor, parts.folders())
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
    """What the set-up printed."""
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


def describe_logins(output: str) -> str:
    """From the lines `login ROLE NAME PASSWORD` that the command `set_up` printed for what it made."""
    made = [line.split()[1:] for line in output.splitlines() if line.startswith("login ")]
    if not made:
        return OLD_LOGINS
    lines = (f"    {role:<8} {name:<10} password  {password}" for role, name, password in made)
    return LOGINS.format(logins="\n".join(lines))


def until(is_done: Callable[[], bool], supervisor: Supervisor, places: Places, what: str) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while not is_done():
        if not supervisor.is_alive or time.monotonic() > give_up_at:
            reason = f"{disk.words(places.var)} " if disk.is_full(places.var) else ""
            raise CannotStart(f"{what} did not start. {reason}See the logs in {places.logs}.")
        time.sleep(0.1)


def page_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500  # up, but it does not serve this host name
    except OSError:
        return False


def watch(supervisor: Supervisor, folders: list[Path]) -> None:
    """Say when a part fails and comes back and when a disk is full; returns only if the supervisor ends."""
    seen = {part["name"]: Seen(part["pid"]) for part in supervisor.processes()}
    full: list[Path] = []
    while supervisor.is_alive:
        time.sleep(1)
        full = look_at_disks(folders, full)
        for part in supervisor.processes():
            seen[part["name"]] = look_at(supervisor, part, seen[part["name"]])


@dataclass(frozen=True, slots=True)
class Seen:
    """How a part was when last looked at; one that fails keeps the number of its last process."""

    pid: int
    fails: bool = False


def look_at(supervisor: Supervisor, part: dict[str, Any], before: Seen) -> Seen:
    name, state = part["name"], part["statename"]
    if state == "RUNNING":
        if part["pid"] != before.pid:
            tell(f"{name} ended unexpectedly and was started again: {part['stdout_logfile']}")
        return Seen(part["pid"])
    if state not in ("BACKOFF", "FATAL"):
        return before
    if not before.fails:
        tell(f"{name} does not start, and is tried again until it does: {part['stdout_logfile']}")
    if state == "FATAL":
        supervisor.try_again(part["group"], name)
    return Seen(before.pid, fails=True)


def look_at_disks(folders: list[Path], full_before: list[Path]) -> list[Path]:
    full = [folder for folder in folders if disk.is_full(folder)]
    for folder in folders:
        if folder in full and folder not in full_before:
            tell(
                f"{disk.words(folder)} Nothing may be recorded until it has room; then all goes on by itself."
            )
        elif folder in full_before and folder not in full:
            tell(f"The disk that holds {folder} has room again.")
    return full


def stop(supervisor: Supervisor, parts: Parts) -> None:
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)  # once is enough
    say("Stopping")
    supervisor.stop()
    parts.install.end_leftovers()  # nothing is left, unless the supervisor was killed
    shutil.rmtree(parts.places.sockets, ignore_errors=True)
    say("Stopped")


def say(words: str) -> None:
    tell(f"{words} ...")


def tell(words: str) -> None:
    with suppress(OSError):  # the terminal may be a file on the full disk, or gone
        print(words, flush=True)
