"""Looks for a secret everywhere the product could have left it, however it was written down."""

import base64
import json
import os
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import redis

PIECE = 12  # bytes; a text that was cut short still holds one of them
CHUNK = 1 << 22
QUOTED = b"'\"\\"  # written differently from one notation to the next


def new_secret(size: int = 32) -> bytes:
    plain = [byte for byte in range(256) if byte not in QUOTED]
    return bytes(secrets.choice(plain) for _ in range(size))


class Canary:
    """Random bytes in every notation that a database, a log or a dump might use."""

    def __init__(self, secret: bytes) -> None:
        pieces = [secret[at : at + PIECE] for at in range(0, len(secret) - PIECE + 1, PIECE)]
        self.needles = frozenset(needle for piece in pieces for needle in notations(piece))

    def is_in(self, data: bytes) -> bool:
        return any(needle in data for needle in self.needles)


def notations(piece: bytes) -> Iterator[bytes]:
    yield piece
    yield piece.hex().encode()
    yield piece.hex().upper().encode()
    for skipped in range(3):  # base64 of a longer text falls on one of three alignments
        whole = piece[skipped : skipped + (len(piece) - skipped) // 3 * 3]
        yield base64.b64encode(whole)
        yield base64.urlsafe_b64encode(whole)
    text = piece.decode("latin-1")
    yield repr(piece)[2:-1].encode()
    yield json.dumps(text)[1:-1].encode()
    yield text.encode()
    yield quote_from_bytes(piece).encode()
    yield "".join(f"\\{byte:03o}" for byte in piece).encode()


def in_database(canary: Canary, programs: Path, url: str) -> list[str]:
    """The tables whose dump holds it; binary columns are dumped as hex."""
    command = [str(programs / "pg_dump"), "--data-only", "--inserts", f"--dbname={url}"]
    dump = subprocess.run(command, check=True, capture_output=True).stdout
    rows = (line for line in dump.split(b"INSERT INTO ") if canary.is_in(line))
    return sorted({row.split(b" ", 1)[0].decode() for row in rows})


def in_redis(canary: Canary, url: str) -> list[str]:
    """The keys that hold it, queues and channel layers included."""
    with redis.Redis.from_url(url) as connection:
        return sorted(
            key.decode("latin-1")
            for key in connection.scan_iter()
            if canary.is_in(key) or any(map(canary.is_in, _values(connection, key)))
        )


def in_files(canary: Canary, folders: list[Path], since: float) -> list[str]:
    """The files changed since then (a time of the clock) that hold it, whole folders deep."""
    changed = {path.resolve() for folder in folders for path in _changed(folder, since)}
    return sorted(str(path) for path in changed if _holds(canary, path))


def _values(connection: redis.Redis, key: bytes) -> list[Any]:
    match connection.type(key):
        case b"string":
            return [connection.get(key) or b""]
        case b"list":
            return connection.lrange(key, 0, -1)
        case b"set":
            return list(connection.smembers(key))
        case b"zset":
            return connection.zrange(key, 0, -1)
        case b"hash":
            return [part for pair in connection.hgetall(key).items() for part in pair]
        case b"none":
            return []
        case kind:
            raise AssertionError(f"{key!r} is a {kind!r}, which is not searched")


def _changed(folder: Path, since: float) -> Iterator[Path]:
    for parent, _folders, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            try:
                if path.is_file() and not path.is_symlink() and path.stat().st_mtime >= since:
                    yield path
            except OSError:  # gone meanwhile, or another user's
                continue


def _holds(canary: Canary, path: Path) -> bool:
    overlap = max(map(len, canary.needles))
    try:
        with path.open("rb") as file:
            before = b""
            while chunk := file.read(CHUNK):
                if canary.is_in(before + chunk):
                    return True
                before = chunk[-overlap:]
    except OSError:
        pass
    return False
