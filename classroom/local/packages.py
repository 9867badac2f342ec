"""The virtual environment with exactly the locked packages, touched only when a lock changed.

Run by path before anything is installed: standard library only. `packages.py .venv serve dev` installs the
locks requirements/serve.txt and requirements/dev.txt into .venv.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CANNOT_INSTALL = """
The packages could not be installed; pip's words are in {log}.
Most often the network or a proxy is in the way. What was fetched is kept: run the same command again.
"""


def fingerprint(locks: list[Path]) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for lock in locks:
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def make_environment(folder: Path) -> Path:
    """The environment's Python; a broken or half-made environment is made anew."""
    python = folder / "bin" / "python"
    if python.exists() and _runs([str(python), "-m", "pip", "--version"]):
        return python
    print(f"Making the virtual environment {folder.name} ...", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    return python


def install(python: Path, locks: list[Path], log: Path) -> bool:
    """Let pip install the locks, saying how far it is; its own words go to the log."""
    total = sum("==" in line for lock in locks for line in lock.read_text().splitlines())
    print(f"Installing {total} packages (some minutes the first time) ", end="", flush=True)
    # --no-deps: the locks are complete, and no package may pull a second OpenCV over the headless one.
    command = [str(python), "-m", "pip", "install", "--no-deps", "--disable-pip-version-check"]
    command += [argument for lock in locks for argument in ("-r", str(lock))]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in pip.stdout or ():
            output.write(line)
            if line.startswith(("Collecting", "Installing")):
                print(".", end="", flush=True)
    print(" done" if pip.wait() == 0 else " failed", flush=True)
    return pip.returncode == 0


def main(arguments: list[str]) -> int:
    folder = ROOT / arguments[0]
    locks = [ROOT / "requirements" / f"{name}.txt" for name in arguments[1:]]
    stamp = folder / f"installed-{'-'.join(arguments[1:])}"
    wanted = fingerprint(locks)
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    log = ROOT / "var" / "log" / "pip.log"
    if not install(make_environment(folder), locks, log):
        print(CANNOT_INSTALL.format(log=log), file=sys.stderr)
        return 1
    stamp.write_text(wanted)
    return 0


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
