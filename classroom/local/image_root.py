"""The image as a folder, without a container engine: Debian by mmdebstrap, then our Dockerfile's steps in it.

`make image-root TO=folder`, as root. It differs from the image in its base alone: the same release of Debian,
with Debian's own Python where the image has one that was built for it.
"""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from classroom.local.dockerfile import Stage, Step, is_kept_out, read

ROOT = Path(__file__).resolve().parents[2]
BASE = re.compile(r"python:[\d.]+-slim-(?P<release>\w+)")
# As in the image of that base, beside what every Debian has.
PACKAGES = ["usr-is-merged", "ca-certificates", "netbase", "tzdata", "python3", "python-is-python3"]
MERGED = "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"
# What the machine knows of its network, while a step runs; no file of it stays.
OF_THE_MACHINE = ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt")
HANDED_ON = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "PIP_INDEX_URL", "UV_DEFAULT_INDEX")
OF_EVERY_STEP = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "PIP_BREAK_SYSTEM_PACKAGES": "1",  # Debian's Python is told to leave its own packages alone
    "SSL_CERT_FILE": OF_THE_MACHINE[1],
    "PIP_CERT": OF_THE_MACHINE[1],
}
# Mounts of a namespace of its own go with the last process in it.
WHILE_A_STEP_RUNS = f"""
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
for file in {" ".join(OF_THE_MACHINE)}; do touch "$1$file"; mount --bind "$file" "$1$file"; done
"""
# As compose has it: nothing may be written but /tmp, which is memory.
AT_WORK = """
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=1777,noexec,nosuid,nodev tmp "$1/tmp"
"""
NO_RIGHTS = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
# Nobody who gets in shall find them there.
TOOLS = ("cc", "gcc", "g++", "make", "git", "pip", "pip3", "uv", "curl", "wget", "ssh", "gdb")


@dataclass
class Root:
    """One stage, as far as its steps were done."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    place: str = "/"

    def run(self, command: str) -> None:
        """Raises CalledProcessError."""
        given = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
        words = ["chroot", str(self.folder), "/bin/sh", "-ec", f"cd {shlex.quote(self.place)}\n{command}"]
        subprocess.run(
            within(self.folder, WHILE_A_STEP_RUNS, words),
            env={**OF_EVERY_STEP, **given, **self.environment},
            check=True,
        )

    def inside(self, path: str) -> Path:
        return self.folder / os.path.normpath(str(Path(self.place, path))).lstrip("/")


def within(folder: Path, mounts: str, words: list[str]) -> list[str]:
    """The command line, once these mounts were made for it alone."""
    script = f'{mounts}\nshift\nexec "$@"'
    return ["unshare", "--mount", "sh", "-ec", script, "sh", str(folder), *words]


def at_work(folder: Path, words: list[str]) -> list[str]:
    """A command line in it: as its user, without rights, with nothing to write but /tmp.

    Environment and network are the caller's.
    """
    image = read((ROOT / "Dockerfile").read_text())[-1]
    passwd = (folder / "etc" / "passwd").read_text()
    found = re.search(rf"^{image.last('USER')}:[^:]*:(\d+):(\d+):", passwd, flags=re.MULTILINE)
    assert found is not None, "the image has its user"
    identity = [f"--reuid={found[1]}", f"--regid={found[2]}", *NO_RIGHTS]
    inside = ["chroot", str(folder), "setpriv", *identity, "env", "-C", image.last("WORKDIR"), *words]
    return within(folder, AT_WORK, inside)


def environment_of(stage: Stage) -> dict[str, str]:
    """What a container of it is given, before its own settings."""
    found = {"PATH": OF_EVERY_STEP["PATH"]}
    for step in stage.steps:
        if step.instruction == "ENV":
            found.update(_environment(step.value, found))
    return found


def make(to: Path) -> None:
    """The image in a new folder. Raises CalledProcessError, FileExistsError."""
    stages = read((ROOT / "Dockerfile").read_text())
    made: dict[str, Root] = {}
    to.mkdir(parents=True)
    try:
        for stage in stages:
            root = Root(to if stage is stages[-1] else to.with_name(f"{to.name}.{stage.name}"))
            made[stage.name] = root
            _bootstrap(root.folder, stage)
            for step in stage.steps:
                print(f"{step.instruction} {step.value}", flush=True)
                _do(root, step, made)
    finally:
        for root in made.values():
            if root.folder != to:
                shutil.rmtree(root.folder, ignore_errors=True)


def _bootstrap(folder: Path, stage: Stage) -> None:
    found = BASE.match(stage.base)
    assert found is not None, stage.base
    packages = [*PACKAGES, "python3-pip"] if stage.name else PACKAGES  # the one that installs
    options = ["--quiet", "--variant=minbase", MERGED, f"--include={','.join(packages)}"]
    program = shutil.which("mmdebstrap") or "mmdebstrap"
    subprocess.run([program, *options, found["release"], str(folder)], check=True)


def _do(root: Root, step: Step, made: Mapping[str, Root]) -> None:
    if step.instruction == "WORKDIR":
        root.place = step.value
        root.inside(".").mkdir(parents=True, exist_ok=True)
    elif step.instruction == "ENV":
        root.environment.update(_environment(step.value, OF_EVERY_STEP | root.environment))
    elif step.instruction == "RUN":
        root.run(step.value)
    elif step.instruction == "COPY":
        _copy(root, step.value.split(), made)
    # What else there is says how a container is started.


def _environment(value: str, known: Mapping[str, str]) -> dict[str, str]:
    pairs = (word.split("=", 1) for word in shlex.split(value))
    return {name: re.sub(r"\$(\w+)", lambda one: known.get(one[1], ""), text) for name, text in pairs}


def _copy(root: Root, words: list[str], made: Mapping[str, Root]) -> None:
    *sources, to = words
    origin = made[sources.pop(0).removeprefix("--from=")] if sources[0].startswith("--from=") else None
    target = root.inside(to)
    for source in sources:
        path = origin.inside(source) if origin else ROOT / source
        if path.is_dir():
            chosen = None if origin else _kept_out
            shutil.copytree(path, target, symlinks=True, ignore=chosen, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _kept_out(folder: str, names: list[str]) -> set[str]:
    ignored = (ROOT / ".dockerignore").read_text()
    here = Path(folder).relative_to(ROOT)
    return {name for name in names if is_kept_out(ignored, str(here / name))}


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in it. Paths as they are inside."""

    packages: tuple[str, ...]
    wheels: tuple[str, ...]
    files: int
    size: int  # bytes on the disk
    setuid: tuple[str, ...]
    tools: tuple[str, ...]
    writable: tuple[str, ...]  # by who is not root; /tmp, and what is everybody's in a Debian, aside


def contents(folder: Path) -> Contents:
    shown = [
        "dpkg-query",
        f"--admindir={folder}/var/lib/dpkg",
        "--show",
        "--showformat=${Package} ${Version}\n",
    ]
    packages = subprocess.run(shown, check=True, capture_output=True, text=True).stdout.splitlines()
    found = [(f"/{path.relative_to(folder)}", path.lstat()) for path in _paths(folder)]
    ordinary = [(path, info) for path, info in found if not stat.S_ISLNK(info.st_mode)]
    return Contents(
        packages=tuple(packages),
        wheels=tuple(sorted(path.stem for path in folder.glob("opt/venv/lib/*/site-packages/*.dist-info"))),
        files=len(found),
        size=sum({(info.st_dev, info.st_ino): 512 * info.st_blocks for _, info in found}.values()),
        setuid=tuple(path for path, info in ordinary if _gives_rights(info)),
        tools=tuple(path for path, _ in found if Path(path).name in TOOLS and "/bin/" in path),
        writable=tuple(path for path, info in ordinary if _is_anybodys(info)),
    )


def _gives_rights(info: os.stat_result) -> bool:
    return stat.S_ISREG(info.st_mode) and bool(info.st_mode & (stat.S_ISUID | stat.S_ISGID))


def _is_anybodys(info: os.stat_result) -> bool:
    is_sticky = stat.S_ISDIR(info.st_mode) and info.st_mode & stat.S_ISVTX
    is_device = stat.S_ISCHR(info.st_mode)
    return not is_device and (info.st_uid != 0 or bool(info.st_mode & stat.S_IWOTH and not is_sticky))


def _paths(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in (*folders, *files))


def main(arguments: list[str]) -> int:
    (to,) = arguments
    if os.getuid() != 0 or shutil.which("mmdebstrap") is None:
        print("This needs root and mmdebstrap (Debian: apt-get install mmdebstrap).", file=sys.stderr)
        return 1
    make(Path(to).resolve())
    found = contents(Path(to).resolve())
    print(f"\n{found.files} files, {found.size / 1e6:.0f} MB")
    for name in ("packages", "wheels", "setuid", "tools", "writable"):
        each = getattr(found, name)
        print(f"{name} ({len(each)}): {', '.join(each)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
