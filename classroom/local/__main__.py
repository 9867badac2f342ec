"""`python -m classroom.local run` starts the product.

`... where` says where its data, logs and sockets are, `... manage COMMAND` runs a command of Django for it,
`... backup FILE` keeps its database in a file, and `... restore FILE [LIST]` brings it back; what ended
since ends again.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from classroom.local import backups, programs
from classroom.local.backups import CannotBackUp, CannotRestore
from classroom.local.browser_networks import UnexpectedNetwork
from classroom.local.catalogues import BadCatalogue
from classroom.local.endings import repeat_endings
from classroom.local.model_file import ModelFileMissing
from classroom.local.parts import choose_port, find_parts, is_named
from classroom.local.places import Places
from classroom.local.postgres import DATABASE, ROLE, Cluster, PostgresFailed
from classroom.local.processes import NoAccount
from classroom.local.run import CannotStart, only_one, run
from classroom.local.valkey import ValkeyFailed

ROOT = Path(__file__).resolve().parents[2]
INTERRUPTED = 130  # a script that keeps a backup must not take it for done


def start(_arguments: list[str]) -> int:
    return run(ROOT)


def where(_arguments: list[str]) -> int:
    places = _places()
    cluster = places.cluster()
    print(f"Database files   {cluster.data}")
    print(f"Database socket  {cluster.socket_folder}")
    print(f"Secrets          {places.var / 'secrets'}")
    print(f"Logs             {places.logs}")
    print(f"Models           {places.models}")
    print("Ask the database, while the product runs:")
    psql = [str(cluster.programs / "psql"), "-h", str(cluster.socket_folder), "-U", ROLE, DATABASE]
    print(f'    PGPASSWORD="$(cat var/secrets/database_password)" {shlex.join(psql)}')
    return 0


def manage(arguments: list[str]) -> int:
    """manage.py with this install's addresses and secrets, while the product runs."""
    environment = find_parts(_places(), choose_port(os.environ)).environment()
    return subprocess.run(programs.manage(*arguments), cwd=ROOT, env=environment, check=False).returncode


def backup(arguments: list[str]) -> int:
    to = Path(*arguments[:1])
    _refuse_another_database(CannotBackUp)
    backups.back_up(_places().cluster(), to)
    print(f"The database is in {to}. It holds names and readings:")
    print("encrypt it, and keep it no longer than the policy keeps readings.")
    return 0


def restore(arguments: list[str]) -> int:
    """FILE, or FILE and a list of what ended since."""
    source, listed = Path(arguments[0]), Path(arguments[1]) if arguments[1:] else None
    _refuse_another_database(CannotRestore)
    places = _places()
    parts = find_parts(places, choose_port(os.environ))
    said: list[str] = []

    def repeat(restored: Cluster, before: Cluster | None) -> None:
        said.append(repeat_endings(parts, restored, before, listed))

    now = datetime.now()  # noqa: DTZ005 - the clock on the wall
    with only_one(places.run / "lock"):
        parts.install.end_leftovers()
        aside = backups.restore(places.cluster(), source, now, repeat, reads=listed is None)
    print("The database is that of the backup, and what ended since has ended again:")
    print("\n".join(said))
    if aside:
        print(f"The one before lies in {aside}: delete it once nobody needs it.")
    return 0


def _places() -> Places:
    places = Places(ROOT)
    places.make()
    return places


def _refuse_another_database(refusal: type[Exception]) -> None:
    if is_named("DATABASE_URL"):
        raise refusal("DATABASE_URL names a PostgreSQL of its own: use its pg_dump and pg_restore.")


REFUSALS = (
    BadCatalogue,
    CannotBackUp,
    CannotRestore,
    CannotStart,
    ModelFileMissing,
    NoAccount,
    PostgresFailed,
    UnexpectedNetwork,
    ValkeyFailed,
)
COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": start,
    "where": where,
    "manage": manage,
    "backup": backup,
    "restore": restore,
}


def main(arguments: list[str]) -> int:
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except REFUSALS as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0 if arguments[0] == "run" else INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
