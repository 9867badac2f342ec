"""Wrong codes of classes: how many one browser may type, and how many may come from behind one address.

A code is one of 31**6 = 887,503,681. The browser's limits are for a child who guesses by hand: it is
stopped long before its school is. Who guesses by a program has a new browser each time, so the address has
a limit too: 300 an hour from browsers that nobody knows here, and 300 from those with a place or an
account. Both used up day and night are 14,400 guesses a day. On a server with 1,000 classes that finds one
in 61 days on average, on one with 100 in 616; and what is found is a page that asks for a name.

A school of 1,500 behind one address may mistype 300 codes within an hour. Whoever uses them all up keeps
nobody out who has a place or an account, nor anybody who comes by a link.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

from classroom.addresses import network_of
from classroom.errors import TooManyGuesses
from classroom.services.rates import counted

BROWSER_A_MINUTE, BROWSER_AN_HOUR = 10, 30
NETWORK_AN_HOUR = 300
# A code of twelve characters is one of 31**12, so a right one need not wait for wrong ones.
WAYS_BACK_A_MINUTE = 10


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who types a code: an account, a guest's place, or a browser that has neither and is strange."""

    browser: str
    is_known: bool
    address: str

    def limits(self, now: datetime) -> list[tuple[str, int, int]]:
        """Under which key so many are taken within so many seconds; the browser's own first, so that what it
        is refused uses up nobody else's."""
        minute, hour = f"{now:%Y%m%d%H%M}", f"{now:%Y%m%d%H}"
        who = "known" if self.is_known else "strange"
        return [
            (f"join-guesses:{self.browser}:{minute}", BROWSER_A_MINUTE, 60),
            (f"join-guesses:{self.browser}:{hour}", BROWSER_AN_HOUR, 3600),
            (f"join-guesses:{who}:{network_of(self.address)}:{hour}", NETWORK_AN_HOUR, 3600),
        ]


def check_guess(guesser: Guesser, *, now: datetime) -> None:
    """Count one guess of a code before it is looked up. Raises TooManyGuesses."""
    for key, most, window_s in guesser.limits(now):
        if counted(key, window_s) > most:
            raise TooManyGuesses


def give_guess_back(guesser: Guesser, *, now: datetime) -> None:
    """A right code was no guess: a class behind one address would run into the limit together."""
    for key, _most, _window_s in guesser.limits(now):
        cache.decr(key)


def count_wrong_way_back(*, address: str, now: datetime) -> None:
    """Raises TooManyGuesses."""
    if counted(f"way-back-guesses:{network_of(address)}:{now:%Y%m%d%H%M}", 60) > WAYS_BACK_A_MINUTE:
        raise TooManyGuesses
