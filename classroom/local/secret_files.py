"""Make the secrets of a server, once each, as the files that docker-compose.yml hands to its services.

Run by path with any python3: standard library only. The folder is closed to others on the host. The files are
readable in it, because containers of several users read the same ones.
"""

import secrets
import sys
from pathlib import Path

NAMES = ("secret_key", "postgres_password", "redis_password")


def make(folder: Path) -> list[Path]:
    """The files that were missing."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    missing = [folder / name for name in NAMES if not (folder / name).exists()]
    for file in missing:
        write(file, mode=0o644)
    return missing


def write(file: Path, mode: int = 0o600) -> None:
    """A random text. The file has its name once it holds all of it: a full disk leaves no empty secret."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.touch(mode=0o600)
    unfinished.write_text(secrets.token_urlsafe(48))
    unfinished.chmod(mode)
    unfinished.rename(file)


if __name__ == "__main__":
    made = make(Path(sys.argv[1]))
    print("\n".join(f"Made {file}" for file in made) or "Nothing to make: every secret is there.")
