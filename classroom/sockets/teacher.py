"""A teacher's socket: the class goes out, and what names somebody only while this viewer shows names."""

import time
from collections.abc import Iterable
from typing import Any

from channels.db import database_sync_to_async
from django.utils import timezone

from classroom import queries, services
from classroom.access_log import ONE_LOOK, log_looks
from classroom.errors import LessonClosed
from classroom.models import Lesson
from classroom.models.reviews import Place
from classroom.sockets.lesson import TRY_AGAIN_CODE, LessonConsumer, kept
from classroom.sockets.requests import teacher_request
from classroom.wire import events
from classroom.wire.messages import RevealRequest, TeacherState, TileInfo

TEACHER_HEARTBEAT_S = 3.0
# So many times as often, at most, in a demonstration that runs fast.
FASTEST = 8.0


class TeacherConsumer(LessonConsumer):
    """Sends the class view; individual data only while this viewer has revealed it."""

    def __init__(self) -> None:
        super().__init__()
        self.reveals = False
        self.logged_at: dict[tuple[Place, int], float] = {}

    async def take_seat(self) -> None:
        self.session_key = self.scope["session"].session_key
        await database_sync_to_async(services.teacher_now)(
            session_key=self.session_key, lesson_id=self.lesson_id
        )
        await self.join(
            events.teachers_of(self.lesson_id),
            events.user_of(self.scope["user"].pk),
            events.login_of(self.session_key),
        )
        state = await self._state()
        await self.accept()
        await self.send_json(state)
        if not state["lesson"]["open"]:
            await self.leave(events.leave(events.ENDED_CODE))
        kept(self._until_gone(self._beat()), self.tasks)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        request = teacher_request(text_data or "")
        if request is None:
            await self.send_json({"type": "error", "code": "bad_message", "detail": ""})
            return
        if isinstance(request, RevealRequest):
            await self._reveal(request.on)
        await self._tell()

    async def forward_individual(self, event: dict[str, Any]) -> None:
        """Tiles and remarks that name somebody: nothing leaves before the look is written down."""
        if not self.reveals:
            return
        await self._or_leave(self._log(_named_by(event["message"])))
        await self.send_json(event["message"])

    async def tell_anew(self, event: dict[str, Any]) -> None:
        await self._tell()

    async def check_rights(self, event: dict[str, Any]) -> None:
        await self._or_leave(database_sync_to_async(self._check)())

    async def _beat(self) -> None:
        """A right that ended without a word, and what is due: both within three seconds."""
        beat_s = TEACHER_HEARTBEAT_S
        while not await self.line.breaks_within(beat_s):
            beat_s = await database_sync_to_async(self._look_around)()
        self.want_to_leave(TRY_AGAIN_CODE)

    def _look_around(self) -> float:
        """Answers in how many seconds the next look is due: sooner where a demonstration runs fast."""
        lesson = self._check()
        if self.reveals:
            events.note_revealing(self.lesson_id)
        services.tick(lesson_id=self.lesson_id, now=timezone.now())
        return TEACHER_HEARTBEAT_S / min(max(1.0, lesson.pace), FASTEST)

    def _check(self) -> Lesson:
        """Raises Http404, LessonClosed."""
        _, lesson = services.teacher_now(session_key=self.session_key, lesson_id=self.lesson_id)
        if not lesson.is_open:
            raise LessonClosed
        return lesson

    async def _reveal(self, on: bool) -> None:
        self.reveals = on
        group = events.revealing_of(self.lesson_id)
        if on:
            await self._or_leave(self.join(group))
        else:
            await self._or_leave(self.channel_layer.group_discard(group, self.channel_name))

    async def _tell(self) -> None:
        await self.send_json(await self._or_leave(self._state()))

    async def _state(self) -> TeacherState:
        state: TeacherState = await database_sync_to_async(self._load_state)()
        await self._log(_named_in(state))
        return state

    def _load_state(self) -> TeacherState:
        """Raises Http404."""
        _, lesson = services.teacher_now(session_key=self.session_key, lesson_id=self.lesson_id)
        if self.reveals:
            events.note_revealing(self.lesson_id)
        return queries.teacher_state(lesson, timezone.now(), reveal=self.reveals)

    async def _log(self, looks: Iterable[tuple[Place, int]]) -> None:
        """What this socket wrote less than ten minutes ago is not asked about again."""
        now = time.monotonic()
        again_before = now - ONE_LOOK.total_seconds()
        due = [look for look in looks if self.logged_at.get(look, again_before) <= again_before]
        if due:
            await database_sync_to_async(self._write)(due)
            self.logged_at.update(dict.fromkeys(due, now))

    def _write(self, looks: list[tuple[Place, int]]) -> None:
        viewer, lesson = services.teacher_now(session_key=self.session_key, lesson_id=self.lesson_id)
        for place in {place for place, _ in looks}:
            log_looks(
                viewer=viewer,
                lesson_id=lesson.id,
                participant_ids=[one for at, one in looks if at == place],
                place=place,
                now=timezone.now(),
            )


def _named_in(state: TeacherState) -> list[tuple[Place, int]]:
    named = [(Place.HINT, one) for hint in state["hints"] if (one := hint["participant"]) is not None]
    return named + _measured(state["tiles"] or [])


def _named_by(message: Any) -> list[tuple[Place, int]]:
    if message["type"] == "tiles":
        return _measured(message["tiles"])
    return [(Place.HINT, message["hint"]["participant"])]


def _measured(tiles: Iterable[TileInfo]) -> list[tuple[Place, int]]:
    return [(Place.DASHBOARD, tile["id"]) for tile in tiles if tile["kind"] == "measured"]
