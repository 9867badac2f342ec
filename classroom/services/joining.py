"""How a student gets into a classroom."""

from datetime import datetime

from django.core.cache import cache
from django.db import transaction

from classroom.errors import TooManyGuesses
from classroom.models import Classroom, Participant, User
from classroom.services.places import check_may_join, is_trial

GUESSES_A_MINUTE = 10


def check_join_rate(*, address: str, now: datetime) -> None:
    """Count one guess of a code from this address. Raises TooManyGuesses."""
    key = _guesses(address, now)
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > GUESSES_A_MINUTE:
        raise TooManyGuesses


def give_guess_back(*, address: str, now: datetime) -> None:
    """A right code was no guess: a class behind one address would run into the limit together."""
    cache.decr(_guesses(address, now))


def _guesses(address: str, now: datetime) -> str:
    return f"join-guesses:{address}:{now:%Y%m%d%H%M}"


def find_classroom(*, code: str) -> Classroom | None:
    wanted = "".join(code.split()).replace("-", "").upper()
    return Classroom.objects.select_related("school__policy").filter(join_code=wanted).first()


def join_classroom(
    *, classroom: Classroom, display_name: str, user: User | None = None, is_simulated: bool = False
) -> Participant:
    """The participant of this account, or a new guest. Raises DemonstrationClosed."""
    if not is_simulated:
        check_may_join(classroom=classroom, user=user)
    with transaction.atomic():
        if user is None:
            return Participant.objects.create(
                classroom=classroom, display_name=display_name, is_simulated=is_simulated
            )
        participant, _ = Participant.objects.get_or_create(
            classroom=classroom,
            user=user,
            defaults={"display_name": display_name, "is_trial": is_trial(user)},
        )
        return participant
