"""Whether two places of a class may be made one, and which of them stays. Pure: rows come in as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from classroom.errors import (
    AnticipatedError,
    BothInLesson,
    NobodysPlace,
    StillInLesson,
    TrialPlace,
    TwoAccounts,
)
from classroom.models import Lesson, Participant


@dataclass(frozen=True, slots=True)
class Traced:
    """A place with the lessons in which it left any trace, by number, and when somebody had it last."""

    place: Participant
    lessons: Mapping[int, Lesson]
    last_seen_at: datetime | None

    @property
    def use(self) -> tuple[object, ...]:
        """The larger stays: an account's, else one that anybody has, else the one that was used last."""
        seen = self.last_seen_at
        return bool(self.place.user_id), not self.place.is_expected, seen is not None, seen, self.place.id


def who_stays(one: Traced, other: Traced) -> tuple[Traced, Traced]:
    """The one that stays, and the one that goes."""
    goes, stays = sorted((one, other), key=lambda traced: traced.use)
    return stays, goes


def kept_apart(one: Traced, other: Traced) -> AnticipatedError | None:
    """Why they are not made one. Two choices of one lesson never are: that would widen one of them."""
    if one.place.is_left_behind or other.place.is_left_behind:
        return NobodysPlace()
    if one.place.is_trial or other.place.is_trial:
        return TrialPlace()
    if one.place.user_id and other.place.user_id:
        return TwoAccounts()
    if both := one.lessons.keys() & other.lessons.keys():
        return BothInLesson(one.lessons[max(both)].title)
    _stays, goes = who_stays(one, other)
    return StillInLesson() if any(lesson.is_open for lesson in goes.lessons.values()) else None
