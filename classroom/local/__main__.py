"""`python -m classroom.local run` starts the product.

`... where` says where its data, logs and sockets are, `... manage COMMAND` runs a command of Django for it.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from classroom.local import programs
from classroom.local.browser_networks import UnexpectedNetwork
from classroom.local.catalogues import BadCatalogue
from classroom.local.model_file import ModelFileMissing
from classroom.local.parts import choose_port, find_parts
from classroom.local.places import Places
from classroom.local.postgres import DATABASE, ROLE, PostgresFailed
from classroom.local.processes import NoAccount
from classroom.local.run import CannotStart, run
from classroom.local.valkey import ValkeyFailed

ROOT = Path(__file__).resolve().parents[2]


def start(_arguments: list[str]) -> int:
    return run(ROOT)


def where(_arguments: list[str]) -> int:
    places = Places(ROOT)
    places.make()
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
    places = Places(ROOT)
    places.make()
    parts = find_parts(places, choose_port(os.environ))
    return subprocess.run(
        programs.manage(*arguments), cwd=ROOT, env=parts.environment(), check=False
    ).returncode


REFUSALS = (
    BadCatalogue,
    CannotStart,
    ModelFileMissing,
    NoAccount,
    PostgresFailed,
    UnexpectedNetwork,
    ValkeyFailed,
)
COMMANDS: dict[str, Callable[[list[str]], int]] = {"run": start, "where": where, "manage": manage}


def main(arguments: list[str]) -> int:
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except REFUSALS as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
