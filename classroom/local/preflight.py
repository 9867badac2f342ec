"""Say what this machine lacks before anything is installed, and the line that installs it.

Run by path with whatever python3 the machine has, so: standard library only, no syntax newer than Python 3.6.
"""

import ctypes
import importlib
import os
import platform
import shutil
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
OLDEST_GLIBC = (2, 28)
LIBRARIES = {"libEGL.so.1": "egl", "libGLESv2.so.2": "gles"}  # MediaPipe links both

INSTALLERS = {
    "apt-get": "apt-get update && {sudo}apt-get install -y",
    "dnf": "dnf install -y",
    "pacman": "pacman -S --needed",
    "zypper": "zypper install -y",
}
PACKAGES = {
    "apt-get": {"egl": "libegl1", "gles": "libgles2", "git": "git", "venv": "python{version}-venv"},
    "dnf": {"egl": "libglvnd-egl", "gles": "libglvnd-gles", "git": "git", "venv": "python3"},
    "pacman": {"egl": "libglvnd", "gles": "libglvnd", "git": "git", "venv": "python"},
    "zypper": {"egl": "libEGL1", "gles": "libGLESv2-2", "git": "git", "venv": "python3"},
}


def unsuitable() -> "str | None":
    """What no package can mend, in words; None where the machine suits."""
    if not sys.platform.startswith("linux") or platform.machine() != "x86_64":
        return f"ClassPulse runs on Linux x86-64, this is {sys.platform} {platform.machine()}."
    library, version = platform.libc_ver()
    if library != "glibc" or tuple(int(part) for part in version.split(".")[:2]) < OLDEST_GLIBC:
        return (
            "The packages need glibc 2.28 or newer (Debian 10, Ubuntu 20.04, Fedora 29 or newer; not Alpine)."
        )
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found = "{} is {}".format(sys.executable, platform.python_version())
        return (
            "ClassPulse needs Python 3.11, 3.12 or 3.13; " + found + ".\n"
            "Install one of them and name it: make run PYTHON=/path/to/python3.12"
        )
    return None


def is_loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def is_importable(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def missing() -> "list[tuple[str, str]]":
    """(what, in words; its key in PACKAGES) for each thing that a package can supply."""
    found = [(name, key) for name, key in LIBRARIES.items() if not is_loadable(name)]
    if not shutil.which("git"):
        found.append(("git", "git"))
    if not (is_importable("venv") and is_importable("ensurepip")):
        found.append(("Python's venv module", "venv"))
    return found


def install_line(keys: "list[str]", installer: "str | None", is_root: bool) -> str:
    """The shell line that installs the keys, or advice where the installer is unknown."""
    if installer is None:
        return (
            "Install them with your system's package manager (on Debian: libegl1 libgles2 git python3-venv)."
        )
    sudo = "" if is_root else "sudo "
    version = "{}.{}".format(*sys.version_info[:2])
    names = [PACKAGES[installer][key].format(version=version) for key in keys]
    packages = " ".join(dict.fromkeys(names))
    return f"    {sudo}{INSTALLERS[installer].format(sudo=sudo)} {packages}"


def main() -> int:
    words = unsuitable()
    if words is None:
        lacking = missing()
        if not lacking:
            return 0
        installer = next((name for name in INSTALLERS if shutil.which(name)), None)
        line = install_line([key for _, key in lacking], installer, os.getuid() == 0)
        words = "Missing: {}. Install with:\n{}".format(", ".join(what for what, _ in lacking), line)
    print(words, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
