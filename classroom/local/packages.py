"""A virtual environment with exactly the packages of one lock, touched only when the lock changed.

Run by path before anything is installed: standard library only. `packages.py .venv dev` makes .venv hold what
requirements/dev.txt lists. uv does the work; it is a locked package too, in an environment of its own, and
`packages.py uv ARGUMENTS` runs it.
"""

import ast
import hashlib
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UV = ROOT / ".venv-uv"
VERIFIED = ("--require-hashes", "--only-binary", ":all:")
GROWING = ("serve", "tools", "dev", "mutants")  # each lock holds all of the one before
CANNOT_INSTALL = """
The packages could not be installed; the reason stands above. Most often the network or a proxy is in the way.
What was fetched is kept: run the same command again.
"""
# What pip was told about the network, a school's mirror above all: uv reads nothing of pip's.
OF_PIP = {
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "proxy": "HTTPS_PROXY",
    "cert": "SSL_CERT_FILE",
}


def main(arguments: list[str]) -> int:
    try:
        if arguments[0] == "uv":
            provide_uv()
            uv(*arguments[1:])
        else:
            ensure(ROOT / arguments[0], arguments[1])
    except subprocess.CalledProcessError:
        print(CANNOT_INSTALL, file=sys.stderr)
        return 1
    return 0


def ensure(folder: Path, asked: str) -> None:
    """Let the environment hold what is asked for, or more where it does. Raises CalledProcessError."""
    lock = at_least(asked, stamp_of(folder).partition(" ")[0])
    if stamp_of(folder) != wanted_stamp(lock):
        provide_uv()
        fill(folder, lock)


def at_least(asked: str, held: str) -> str:
    """The lock to install: an environment that holds more than is asked for keeps it."""
    return held if asked in GROWING and held in GROWING[GROWING.index(asked) :] else asked


def fill(folder: Path, lock: str) -> None:
    """Make the environment hold the lock; half-made, broken or of another Python, it is made anew.

    Raises:
        CalledProcessError: a package could not be had.
    """
    print(f"Installing packages in {folder.name} (some minutes the first time) ...", flush=True)
    is_sound = platform.python_version() in stamp_of(folder).split()
    (folder / "installed").unlink(missing_ok=True)
    if not is_sound:
        uv("venv", "--quiet", "--clear", "--python", sys.executable, str(folder))
    # Compiled now, so that nobody waits for it at the first start.
    sync = ("pip", "sync", "--compile-bytecode", "--python", str(folder / "bin" / "python"), *VERIFIED)
    uv(*sync, str(path_of(lock)))
    (folder / "installed").write_text(wanted_stamp(lock))


def stamp_of(folder: Path) -> str:
    """What was installed there last; nothing where it was not finished, or its Python is gone."""
    stamp = folder / "installed"
    return stamp.read_text() if stamp.exists() and (folder / "bin" / "python").exists() else ""


def wanted_stamp(lock: str) -> str:
    return f"{lock} {platform.python_version()} {digest(lock)}"


def digest(lock: str) -> str:
    return hashlib.sha256(path_of(lock).read_bytes()).hexdigest()


def path_of(lock: str) -> Path:
    return ROOT / "requirements" / f"{lock}.txt"


def provide_uv() -> None:
    """The locked uv, beside whichever Python. Raises CalledProcessError."""
    if stamp_of(UV) == digest("uv"):
        return
    print(f"Making the virtual environment {UV.name} ...", flush=True)
    venv.create(UV, clear=True, symlinks=True, with_pip=True)
    pip = (str(UV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, *VERIFIED, "-r", str(path_of("uv"))], check=True)
    (UV / "installed").write_text(digest("uv"))


def uv(*arguments: str) -> None:
    subprocess.run([str(UV / "bin" / "uv"), *arguments], check=True, env={**told_to_pip(), **os.environ})


def told_to_pip() -> dict[str, str]:
    """pip's settings of the network in uv's words; of several places the one that pip believes most."""
    command = [str(UV / "bin" / "python"), "-m", "pip", "config", "list"]
    lines = subprocess.run(command, check=False, capture_output=True, text=True).stdout.splitlines()
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    return {
        variable: str(ast.literal_eval(said[place + name]))
        for place in ("global.", "install.", ":env:.")
        for name, variable in OF_PIP.items()
        if place + name in said
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
