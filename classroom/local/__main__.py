"""`python -m classroom.local run` starts the product; `… where` says where its data, logs and sockets are."""

import shlex
import sys
from pathlib import Path

from classroom.local.model_file import ModelFileMissing
from classroom.local.places import Places
from classroom.local.postgres import DATABASE, ROLE, PostgresFailed
from classroom.local.processes import NoAccount
from classroom.local.run import CannotStart, run
from classroom.local.valkey import ValkeyFailed

ROOT = Path(__file__).resolve().parents[2]


def where() -> int:
    places = Places(ROOT)
    cluster = places.cluster()
    print(f"Database files   {cluster.data}")
    print(f"Database socket  {cluster.socket_folder}")
    print(f"Secrets          {places.var / 'secrets'}")
    print(f"Logs             {places.logs}")
    print(f"Models           {places.models}")
    print("Ask the database, while the product runs:")
    psql = shlex.join(
        [str(cluster.programs / "psql"), "-h", str(cluster.socket_folder), "-U", ROLE, DATABASE]
    )
    print(f'    PGPASSWORD="$(cat var/secrets/database_password)" {psql}')
    return 0


def main(arguments: list[str]) -> int:
    try:
        return {"run": lambda: run(ROOT), "where": where}[arguments[0]]()
    except (CannotStart, ModelFileMissing, NoAccount, PostgresFailed, ValkeyFailed) as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
