"""The names of what Redis holds of a lesson; all keys of one share a hash tag.

snap:{L}:P  newest snapshot with its header     due:{L}     participants waiting, by since when
read:{L}:P  measurements, the oldest first
bell:{L}    set from enqueue to task start      open:{L}:P  the consent that may post
seats:{L}:P sockets of a participant, by since when
sender:{L}:P  the window that sends the camera's pictures, and its socket
seen:{L}:P  what was last seen: where a face was read, or that none was; while the consent stands
count:{L}   how many were posted in the lesson, and how many of them taken, since it was last silent
"""

from django.conf import settings


def of(name: str, lesson_id: int, *rest: int | str) -> str:
    """Under the install's own name: another one may use the same database of Redis, by mistake."""
    return ":".join([settings.INSTALL, name, f"{{{lesson_id}}}", *map(str, rest)])


def snap(lesson_id: int, participant_id: int | str) -> str:
    return of("snap", lesson_id, participant_id)


def read(lesson_id: int, participant_id: int | str) -> str:
    return of("read", lesson_id, participant_id)


def due(lesson_id: int) -> str:
    return of("due", lesson_id)


def bell(lesson_id: int) -> str:
    return of("bell", lesson_id)


def opened(lesson_id: int, participant_id: int) -> str:
    return of("open", lesson_id, participant_id)


def seen(lesson_id: int, participant_id: int | str) -> str:
    return of("seen", lesson_id, participant_id)


def seats(lesson_id: int, participant_id: int) -> str:
    return of("seats", lesson_id, participant_id)


def sender(lesson_id: int, participant_id: int) -> str:
    return of("sender", lesson_id, participant_id)


def count(lesson_id: int) -> str:
    return of("count", lesson_id)
