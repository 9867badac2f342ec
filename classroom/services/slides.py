"""Slides as key moments: a page that shows them says so, with a key of the lesson that does nothing else."""

import secrets
from datetime import datetime

from django.db import transaction
from django.http import Http404

from classroom import access
from classroom.addresses import network_of
from classroom.errors import (
    LabelMissing,
    LabelTooLong,
    LessonClosed,
    TooManySlides,
    UnknownSlidesKey,
)
from classroom.models import Lesson, Marker, SlidesKey, User
from classroom.models.accounts import digest_of
from classroom.models.lessons import LONGEST_LABEL
from classroom.services.markers import mark_by_program
from classroom.services.rates import counted
from classroom.word_list import one_line

SLIDES_A_MINUTE = 30
# Several lessons may be taught behind one address.
UNKNOWN_A_MINUTE = 300


def make_slides_key(*, lesson_id: int, actor: User, now: datetime) -> str:
    """Its token, told here and never again: only the digest is kept. An earlier one ends.

    Raises LessonClosed.
    """
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        lesson = Lesson.objects.select_for_update(no_key=True).get(id=lesson_id)
        if not lesson.is_open:
            raise LessonClosed
        defaults = {"token_digest": digest_of(token), "made_by": actor, "made_at": now}
        SlidesKey.objects.update_or_create(lesson=lesson, defaults=defaults)
    return token


def revoke_slides_key(*, lesson_id: int) -> None:
    """One that is gone already is as it should be."""
    SlidesKey.objects.filter(lesson=lesson_id).delete()


def mark_slide(*, token: str, title: str, address: str, now: datetime) -> Marker:
    """A key moment under the slide's title, now. No camera is called by it, unlike by the teacher's key.

    Raises TooManySlides, UnknownSlidesKey, LabelMissing, LabelTooLong, LessonClosed.
    """
    minute = f"{now:%Y%m%d%H%M}"
    try:
        key = _key_of(token)
    except UnknownSlidesKey as error:
        if counted(f"slides-posts:{network_of(address)}:{minute}", 60) > UNKNOWN_A_MINUTE:
            raise TooManySlides from error
        raise
    label = one_line(title)
    if not label:
        raise LabelMissing
    if len(label) > LONGEST_LABEL:
        raise LabelTooLong
    if counted(f"slides:{key.lesson_id}:{minute}", 60) > SLIDES_A_MINUTE:
        raise TooManySlides
    with transaction.atomic():
        marker = mark_by_program(lesson_id=key.lesson_id, label=label, now=now)
        # Locked, so that the key is revoked before the mark or after it.
        same = SlidesKey.objects.filter(id=key.id, token_digest=key.token_digest)
        if same.select_for_update().first() is None:
            raise UnknownSlidesKey
    return marker


def _key_of(token: str) -> SlidesKey:
    """One whose maker still teaches the class."""
    keys = SlidesKey.objects.select_related("made_by__school")
    key = keys.filter(token_digest=digest_of(token)).first()
    if key is None or not key.made_by.is_active or access.is_barred(key.made_by):
        raise UnknownSlidesKey
    try:
        access.lesson_of_teacher(key.made_by, key.lesson_id)
    except Http404 as error:
        raise UnknownSlidesKey from error
    return key
