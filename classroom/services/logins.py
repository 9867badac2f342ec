"""How long wrong logins have to wait. Nobody is locked out who comes from somewhere else, or from a browser
in which the same name has logged in before."""

import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import redis
from django.core import signing
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from classroom.addresses import network_of
from classroom.errors import TooManyLogins

FORGOTTEN_AFTER_S = 3600
CLAIMED_FOR_S = 60
# Of one name, from one address or one known browser.
FREE_OF_A_NAME = 5
# Of all names behind one address, where a school of 1,500 may be: one in five may mistype within the hour.
# Whoever tries passwords there, and is silent for an hour after each 300, gets 7,200 a day, fewer than five
# for each of 1,500 names; none of the twenty thousand most common passwords is anybody's.
FREE_BEHIND_AN_ADDRESS = 300
DEVICE_KNOWN_FOR_S = 120 * 24 * 3600


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


def begin_login(*, username: str, address: str, device: str = "", now: datetime) -> None:
    """Count a try before its password is looked at, so that many at once are no way round.

    `device` is what `device_of` gave this browser. Raises TooManyLogins. Without Redis there is no count: who
    runs the product gets in to mend it.
    """
    with suppress(redis.RedisError, OSError):
        doors = _doors(username, address, device)
        waits = cache.get_many([door.wait_key for door in doors])
        ends = [waits.get(door.wait_key, 0.0) for door in doors]
        if max(ends) > now.timestamp():
            raise TooManyLogins(ceil(max(ends) - now.timestamp()))
        for door, end in zip(doors, ends, strict=True):
            _count(door, end, now)


def login_was_right(*, username: str, address: str, device: str = "", now: datetime) -> None:
    """Forgets the tries of this name from here, and gives the address one back."""
    own, *shared = _doors(username, address, device)
    with suppress(redis.RedisError, OSError, ValueError):
        cache.delete(own.key)
        ends = dict.fromkeys([door.wait_key for door in (own, *shared)], now.timestamp())
        cache.set_many(ends, FORGOTTEN_AFTER_S)
        for door in shared:
            cache.decr(door.key)


def device_of(username: str) -> str:
    """What a browser keeps in which this name has logged in. It says no name, and opens nothing."""
    return signing.dumps(secrets.token_urlsafe(12), salt=_device_salt(username))


def _doors(username: str, address: str, device: str) -> tuple[Door, ...]:
    """A known browser has a count of its own. Others are counted by user name and address, and by address
    alone, behind which a whole school may be."""
    name, network = _folded(username), network_of(address)
    if (known := _known(username, device)) is not None:
        return (Door(_key("device", name, known), free=FREE_OF_A_NAME, longest_s=900),)
    return (
        Door(_key("pair", name, network), free=FREE_OF_A_NAME, longest_s=900),
        Door(_key("address", network), free=FREE_BEHIND_AN_ADDRESS, longest_s=60),
    )


def _known(username: str, device: str) -> str | None:
    """Signed for another name, or too long ago, it is none."""
    try:
        return str(signing.loads(device, salt=_device_salt(username), max_age=DEVICE_KNOWN_FOR_S))
    except signing.BadSignature:
        return None


def _device_salt(username: str) -> str:
    return f"classroom.logins.device:{_folded(username)}"


def _folded(username: str) -> str:
    return unicodedata.normalize("NFKC", username).casefold()


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
