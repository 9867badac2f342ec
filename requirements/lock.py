"""Resolve requirements/NAME.in with pip and pin the outcome in requirements/NAME.txt."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
HEADER = "# Made from {name}.in by `make lock`. Install with --no-deps: every package needed is listed.\n"


def resolve(requirements: Path) -> dict[str, str]:
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += ["--only-binary", ":all:", "--report", "-", "-r", str(requirements)]
    report = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    found = (package["metadata"] for package in report["install"])
    return {package["name"].lower().replace("_", "-"): package["version"] for package in found}


def pinned_in(lock: Path) -> set[str]:
    return {line.split("==")[0] for line in lock.read_text().splitlines() if "==" in line}


def write_lock(name: str) -> None:
    versions = resolve(HERE / f"{name}.in")
    skip = set() if name == "serve" else pinned_in(HERE / "serve.txt")
    lines = [
        f"{package}=={version}\n" for package, version in sorted(versions.items()) if package not in skip
    ]
    (HERE / f"{name}.txt").write_text(HEADER.format(name=name) + "".join(lines))


if __name__ == "__main__":
    for each in ("serve", "train", "dev"):
        write_lock(each)
