"""How long wrong logins have to wait. Nobody is locked out who comes from somewhere else."""

import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import redis
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from classroom.addresses import network_of
from classroom.errors import TooManyLogins

FORGOTTEN_AFTER_S = 3600
CLAIMED_FOR_S = 60


@dataclass(frozen=True, slots=True)
class Door:
    """One count of tries: so many are free, each one after them doubles the wait up to the longest."""

    key: str
    free: int
    longest_s: int

    @property
    def wait_key(self) -> str:
        return f"{self.key}:wait"

    def delay_s(self, tries: int) -> int:
        over = min(tries - self.free, self.longest_s.bit_length() + 1)
        return min(2 ** (over - 1), self.longest_s) if over > 0 else 0


def begin_login(*, username: str, address: str, now: datetime) -> None:
    """Count a try before its password is looked at, so that many at once are no way round.

    Raises TooManyLogins. Without Redis there is no count: who runs the product gets in to mend it.
    """
    with suppress(redis.RedisError, OSError):
        doors = _doors(username, address)
        waits = cache.get_many([door.wait_key for door in doors])
        ends = [waits.get(door.wait_key, 0.0) for door in doors]
        if max(ends) > now.timestamp():
            raise TooManyLogins(ceil(max(ends) - now.timestamp()))
        for door, end in zip(doors, ends, strict=True):
            _count(door, end, now)


def login_was_right(*, username: str, address: str, now: datetime) -> None:
    """Forgets the tries of this name from this address, and gives the address one back."""
    pair, everybody = _doors(username, address)
    with suppress(redis.RedisError, OSError, ValueError):
        cache.delete(pair.key)
        cache.set_many(dict.fromkeys([pair.wait_key, everybody.wait_key], now.timestamp()), FORGOTTEN_AFTER_S)
        cache.decr(everybody.key)


def _doors(username: str, address: str) -> tuple[Door, Door]:
    """By user name and address, and by address alone, behind which a whole school may be."""
    name, network = unicodedata.normalize("NFKC", username).casefold(), network_of(address)
    return (
        Door(_key("pair", name, network), free=5, longest_s=900),
        Door(_key("address", network), free=30, longest_s=60),
    )


def _key(*parts: str) -> str:
    return f"login:{salted_hmac('classroom.logins', repr(parts)).hexdigest()}"


def _count(door: Door, last_end: float, now: datetime) -> None:
    """After the free ones, of all who saw the last wait end the first begins the next one and may try."""
    cache.add(door.key, 0, timeout=FORGOTTEN_AFTER_S)
    delay_s = door.delay_s(cache.incr(door.key))
    cache.touch(door.key, FORGOTTEN_AFTER_S)
    if not delay_s:
        return
    if not cache.add(f"{door.wait_key}:{last_end}", True, timeout=CLAIMED_FOR_S):
        raise TooManyLogins(delay_s)
    cache.set(door.wait_key, now.timestamp() + delay_s, timeout=FORGOTTEN_AFTER_S)
