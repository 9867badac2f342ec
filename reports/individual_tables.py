"""What files and programs get of single students: only once the look at it is logged."""

from datetime import datetime

from classroom.access_log import log_looks
from classroom.models import Flag, Lesson, User
from classroom.models.reviews import Place
from reports.individuals import Individual
from reports.roster import individuals
from reports.shown import shown_flags, shown_signals
from reports.values import Summary


def looked_at(
    viewer: User, lesson: Lesson, summary: Summary, place: Place, now: datetime
) -> tuple[dict[int, Individual], list[Flag]]:
    """The individual data of those who share it, and the flags that may be shown."""
    shown = shown_signals(lesson)
    measured = individuals(lesson, summary.taught_s, shown)
    flags = list(shown_flags(lesson, shown))
    seen = {*measured, *(flag.participant_id for flag in flags)}
    log_looks(viewer=viewer, lesson_id=lesson.id, participant_ids=seen, place=place, now=now)
    return measured, flags
