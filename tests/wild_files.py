"""A folder of a thousand files as they come in the wild: every kind, whole, damaged, misnamed or no file."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from tests.heic import heic
from tests.videos import Track, make_video, seconds

COUNT = 1000
NAMES = [
    b"a b",
    b"Pr\xfcfung",
    "Prüfung".encode(),
    b"10:30",
    b"100%d",
    b"two\nlines",
    b"=1+1",
    b"-i",
    b"~$x",
    b"x.y",
]
OTHERS = {
    ".txt": b"words",
    ".dng": b"II*\0raw",
    ".mp3": b"ID3",
    ".pdf": b"%PDF-1.7",
    "": b"#!/bin/sh",
    ".DOCX": b"PK",
}


def make_wild_files(folder: Path, *, seed: int = 0, count: int = COUNT) -> dict[str, int]:
    """Fill the folder; how many of its entries are files, folders that hold nothing, links and others."""
    templates = list(_templates(folder.parent / "templates"))
    chance = np.random.default_rng(seed)
    made = {"files": 0, "others": 0}
    for number in range(count):
        place = folder / f"{number % 7}" / f"{number % 3}"
        place.mkdir(parents=True, exist_ok=True)
        name = NAMES[number % len(NAMES)] + f"-{number}".encode()
        if number % 50 == 49:
            _odd(place, name, number // 50)
            made["others"] += 1
            continue
        suffix, content = templates[int(chance.integers(len(templates)))]
        if number % 3 == 0:
            content = _damaged(content, chance)
        if number % 11 == 0:
            suffix = templates[int(chance.integers(len(templates)))][0]
        (place / os.fsdecode(name + suffix.encode())).write_bytes(content)
        made["files"] += 1
    return made


def _odd(place: Path, name: bytes, kind: int) -> None:
    """What is no file, or none of its own."""
    path = place / os.fsdecode(name + b".jpg")
    makers: list[Callable[[], object]] = [
        path.mkdir,
        lambda: os.mkfifo(path),
        lambda: path.symlink_to("nowhere"),
        lambda: path.symlink_to(place),
        (place / os.fsdecode(b"." + name)).touch,
    ]
    makers[kind % len(makers)]()


def _damaged(content: bytes, chance: np.random.Generator) -> bytes:
    """Cut off, or with some bytes changed."""
    if chance.integers(2) or not content:
        return content[: int(chance.integers(len(content) + 1))]
    changed = bytearray(content)
    for at in chance.integers(0, len(changed), 1 + len(changed) // 100):
        changed[at] = int(chance.integers(256))
    return bytes(changed)


def _templates(folder: Path) -> Iterator[tuple[str, bytes]]:
    folder.mkdir()
    yield from OTHERS.items()
    yield from ((suffix, path.read_bytes()) for suffix, path in _made(folder))


def _made(folder: Path) -> Iterator[tuple[str, Path]]:
    picture = Image.fromarray(np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8))
    for suffix in (".jpg", ".png", ".bmp", ".webp", ".tif", ".avif", ".jp2"):
        picture.save(folder / f"a{suffix}")
        yield suffix, folder / f"a{suffix}"
    for suffix in (".gif", ".webp", ".png", ".tif"):
        path = folder / f"moving{suffix}"
        picture.save(path, save_all=True, append_images=[picture.rotate(90)], duration=700)
        yield suffix, path
    for suffix, size in ((".png", (1, 1)), (".jpg", (1, 300)), (".png", (600, 2))):
        path = folder / f"{size}{suffix}"
        Image.new("RGB", size).save(path)
        yield suffix, path
    (folder / "a.heic").write_bytes(heic(np.asarray(picture)))
    yield ".HEIC", folder / "a.heic"
    few = seconds(12)
    for suffix, codec in {".mp4": "libx264", ".mov": "libx265", ".webm": "libvpx", ".mkv": "libx264",
                          ".avi": "mpeg4", ".ts": "libx264"}.items():  # fmt: skip
        yield suffix, make_video(folder / f"a{suffix}", Track(codec, few))
    yield ".mp4", make_video(folder / "sound.mp4", sound=(0, 1))
    yield ".mp4", make_video(folder / "late.mp4", Track(times=seconds(5, start=2)), sound=(0, 3))
