"""One step of the live class: at most one in 300 ms for all viewers, figures on their grids."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from random import random

import msgspec
from django.db import transaction

from classroom import disclosure, queries
from classroom.disclosure import Words
from classroom.models import Consent, Lesson, MoodGroup, MoodPoint
from classroom.queries import ClassNow
from classroom.services.counted import announce_counted
from classroom.services.hints import give_hint
from classroom.services.pulse import Draw, ask_at_random, close_pulse_checks
from classroom.services.questions import tell_questions
from classroom.wire import events
from classroom.wire.messages import WordsInfo
from emotion.judgement.persistence import BIN_S


def tick(*, lesson_id: int, now: datetime, draw: Draw = random) -> None:
    """Send the class view to all viewers, if nobody else did so just now.

    Called at the even beat of the viewers' sockets and by nothing that a student does: when a message comes
    would tell that somebody's camera is on.
    """
    if not events.win_tick(lesson_id):
        return
    events.note_viewed(lesson_id)
    lesson = _lesson(lesson_id)
    if not lesson.is_open:
        return
    looked = _stepped(lesson, now, draw)
    close_pulse_checks(looked)
    tell_questions(lesson)
    view = queries.class_view(looked)
    events.announce_to_teachers(lesson_id, {"type": "view", "now": looked.at.isoformat(), "view": view})
    if events.win_tiles(lesson_id):
        _show_tiles(looked)


def step_lesson(
    *, lesson_id: int, participant_ids: Collection[int], now: datetime, draw: Draw = random
) -> None:
    """After new readings of these: their tiles at once where they show them, and a step that is due.

    Whoever shows nothing makes nothing come: with viewers the step waits for their beat, and so do the tiles
    of others. A class without viewers has its figures too, for the report.
    """
    shows_tiles = _tiles_are_due(lesson_id, participant_ids)
    if not shows_tiles and not events.is_step_due(lesson_id):
        return
    lesson = _lesson(lesson_id)
    waits = events.is_viewed(lesson_id) and not lesson.is_simulation
    if not lesson.is_open or (waits and not shows_tiles):
        return
    looked = _stepped(lesson, now, draw)
    close_pulse_checks(looked)
    if shows_tiles:
        _show_tiles(looked)


def _tiles_are_due(lesson_id: int, participant_ids: Collection[int]) -> bool:
    """Whoever shares has a tile that somebody looks at, and none was shown just now."""
    if not events.are_tiles_due(lesson_id):
        return False
    sharing = Consent.objects.sharing().filter(lesson=lesson_id, participant__in=participant_ids)
    return sharing.exists() and events.win_tiles(lesson_id)


def _show_tiles(looked: ClassNow) -> None:
    if changed := events.changed_tiles(looked.lesson.id, queries.tiles(looked)):
        events.announce_to_revealing(looked.lesson.id, {"type": "tiles", "tiles": changed})


def _lesson(lesson_id: int) -> Lesson:
    return Lesson.objects.select_related("classroom__school__policy").get(id=lesson_id)


def _stepped(lesson: Lesson, now: datetime, draw: Draw) -> ClassNow:
    """The class as it is now; where a step of the grid is due, after it. One caller at a time steps."""
    grid = timedelta(seconds=BIN_S)
    with transaction.atomic():
        looked = ClassNow.load(lesson, now, lock=True)
        if looked.policy is None:
            return looked
        step = floored(lesson, looked.at, grid)
        told = looked.told or MoodGroup(lesson=lesson)
        if told.stepped_at is not None and told.stepped_at >= step:
            return looked
        looked = replace(looked, told=told)
        _step(looked, told, step)
        give_hint(now=looked)
        ask_at_random(looked, now=now, draw=draw)
    events.note_step(lesson.id, next_in_s=(step + grid - looked.at).total_seconds() / lesson.pace)
    return looked


def _step(looked: ClassNow, told: MoodGroup, step: datetime) -> None:
    """Write what is told from this step on: exact figures every ten seconds, words every thirty."""
    before, told.stepped_at = told.stepped_at, step
    if (shared := queries.shared_now(looked)) is not None:
        told.shared, told.shared_at = shared, step
    words_step = floored(looked.lesson, step, disclosure.GRID)
    if before is None or before < words_step:
        _step_words(looked, told, words_step)
    told.save(force_insert=told._state.adding)
    if told.words or shared:
        MoodPoint.objects.create(lesson=looked.lesson, at=step, words=told.words, shared=shared)


def _step_words(looked: ClassNow, told: MoodGroup, step: datetime) -> None:
    candidates = looked.candidates
    group = disclosure.stepped(
        looked.group, candidates, at=step, last_joined_at=looked.last_joined_at, minimum=looked.minimum
    )
    announce_counted(looked.lesson, looked.group.counted, group.counted, looked.standings)
    told.counted, told.last_counted = sorted(group.counted), sorted(group.last_counted)
    told.ready_at, told.fresh_at = group.ready_at, group.fresh_at
    if not group.speaks(step):
        told.words = told.raw_words = told.words_at = None
        return
    sharing = [one.member for one in looked.sharers]
    raw = disclosure.class_words(group, candidates, sharing, looked.minimum)
    shown = disclosure.steady(words_of(told.words), words_of(told.raw_words), raw)
    told.raw_words, told.words = queries.words_info(raw), queries.words_info(shown)
    told.words_at = group.fresh_at


def words_of(stored: WordsInfo | None) -> Words | None:
    return msgspec.convert(stored, Words) if stored else None


def floored(lesson: Lesson, at: datetime, grid: timedelta) -> datetime:
    """The newest step of the grid, which begins with the lesson, not later than `at`."""
    return lesson.started_at + (at - lesson.started_at) // grid * grid
