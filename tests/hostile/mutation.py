"""Real messages and files, made wrong. The same seed makes the same ones."""

import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

LONGEST = 300_000
ODD_TEXTS = (
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\ufeff",
        "\ufffe",
        "\u202egnp.exe",
        "\u2028",
        "\u200b",
        "\u0301" * 60,
        "ﷺ" * 40,
    ),
    *("\U0001f469\u200d\U0001f469\u200d\U0001f467", "\u212a", "İ", "ß", "e\u0301", "\u1fef", "١٢٣", "²"),
    *("'\"<>&;%s{}", "{{7*7}}", "{% csrf_token %}", "${x}", "=1+1", "@SUM(A1)", "-1", "../../etc/passwd"),
    *("' OR 1=1--", "<script>alert(1)</script>", "javascript:alert(1)", "//evil.example", "\r\nX-Evil: 1"),
    *("true", "null", "NaN", "Infinity", "0x1F", "1e999", "9" * 19, "9" * 5000, "-0", "1_000", "x" * 5000),
    *("2026-13-45", "0000-00-00", "9999-12-31T23:59:60Z", "%00", "%ff%fe", "%ed%a0%80", "%", "%u0000"),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**400),
    *(0.1, -0.0, 1e308, float("nan"), float("inf"), float("-inf"), [], {}, [[]], {"": {}}, [0] * 2000),
    *("\ud800", "\udfff\ud800", *ODD_TEXTS),
)
ODD_BYTES = (
    *(b"", b"\0", b"\0" * 40, b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc0\xaf", b"\x80"),
    *(
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\r\n\r\n",
        b"\n",
        b'"',
        b"'",
        b"\\u0000",
        b"\\ud800",
        b"[" * 3000,
    ),
    *(
        b"9" * 400,
        b"-1e999",
        b"\xff\xd8\xff",
        b"\xff\xd9",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"%PDF-1.7",
        b"\x1b[2J",
    ),
)


def mutants(seeds: Sequence[bytes], chance: Random) -> Iterator[bytes]:
    """Without an end: one of the seeds with one to four things done to it."""
    while True:
        data = chance.choice(seeds)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            data = chance.choice(MUTATIONS)(data, seeds, chance)[:LONGEST]
        yield data


def json_mutants(seeds: Sequence[Any], chance: Random) -> Iterator[str]:
    """Without an end: JSON whose parts are wrong, and text that was JSON before something happened to it."""
    while True:
        change = chance.choice((_changed, _nudged, _nudged))
        text = _dumped(change(chance.choice(seeds), chance), chance)
        if chance.random() < 0.25:
            data = chance.choice(MUTATIONS)(
                text.encode("utf-8", "surrogatepass"), [text.encode("utf-8", "replace")], chance
            )
            text = data[:LONGEST].decode("utf-8", "replace")
        yield text


def odd_text(chance: Random) -> str:
    """One with a NUL now and then only: it is refused before anything else is looked at."""
    text = chance.choice(ODD_TEXTS)
    return text if "\0" not in text or chance.random() < 0.1 else "x"


def odd_bytes(chance: Random) -> bytes:
    return chance.choice(ODD_BYTES) if chance.random() < 0.5 else odd_text(chance).encode("utf-8", "replace")


def _changed(value: Any, chance: Random) -> Any:
    """Somewhere within it something else stands."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        return _changed_table(value, chance)
    if isinstance(value, list) and value and chance.random() < 0.75:
        at = chance.randrange(len(value))
        several = value * chance.choice((1, 1, 2, 40))
        return [*several[:at], _changed(several[at], chance), *several[at + 1 :]]
    return chance.choice(ODD_VALUES)


def _nudged(value: Any, chance: Random) -> Any:
    """Of the same form, with one number or one text a little off: what checks of the form let through."""
    if isinstance(value, dict) and value:
        name = chance.choice([*value])
        return {**value, name: _nudged(value[name], chance)}
    if isinstance(value, list) and value:
        at = chance.randrange(len(value))
        return [*value[:at], _nudged(value[at], chance), *value[at + 1 :]]
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value * chance.choice((1, -1, 0.5, 2)) + chance.choice((0, 0, 1, -1, 1e-9, 1000))
    return value


def _changed_table(value: dict[str, Any], chance: Random) -> dict[str, Any]:
    name = chance.choice(list(value))
    kind = chance.randrange(8)
    if kind == 0:
        return {key: one for key, one in value.items() if key != name}
    if kind == 1:
        return {**value, odd_text(chance): chance.choice(ODD_VALUES)}
    if kind == 2:
        return {(key.upper() if key == name else key): one for key, one in value.items()}
    return {**value, name: _changed(value[name], chance)}


def _dumped(value: Any, chance: Random) -> str:
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    kind = chance.randrange(12)
    if kind == 0:  # deeper than any reader should follow
        depth = chance.choice((60, 900, 1900, 100_000))
        return "[" * depth + text + "]" * depth
    if kind == 1 and text.endswith("}"):  # one key twice
        return text[:-1] + "," + text[1:]
    if kind == 2:
        return f"{text}{text}"
    return text


def _flip(data: bytes, _seeds: Sequence[bytes], chance: Random) -> bytes:
    if not data:
        return b"\x01"
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _truncate(data: bytes, _seeds: Sequence[bytes], chance: Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _splice(data: bytes, seeds: Sequence[bytes], chance: Random) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def _repeat(data: bytes, _seeds: Sequence[bytes], chance: Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    part = data[start : start + chance.choice((1, 4, 40, 400))]
    return data[:start] + part * chance.choice((2, 3, 30, 500)) + data[start:]


def _cut(data: bytes, _seeds: Sequence[bytes], chance: Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.choice((1, 2, 8, 200)) :]


def _insert(data: bytes, _seeds: Sequence[bytes], chance: Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + odd_bytes(chance) + data[start:]


def _huge_number(data: bytes, _seeds: Sequence[bytes], chance: Random) -> bytes:
    """Lengths and counts of binary formats, and the numbers of text."""
    start = chance.randrange(len(data) + 1)
    number = chance.choice(
        (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\xff\xff", b"99999999999999999999")
    )
    return data[:start] + number + data[start + len(number) :]


def _recode(data: bytes, _seeds: Sequence[bytes], chance: Random) -> bytes:
    encoding = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7", "cp037"))
    return data.decode("utf-8", "replace").encode(encoding, "replace")


Mutation = Callable[[bytes, Sequence[bytes], Random], bytes]
MUTATIONS: tuple[Mutation, ...] = (
    _flip,
    _flip,
    _truncate,
    _splice,
    _repeat,
    _cut,
    _insert,
    _huge_number,
    _recode,
)
