"""Plays the open simulated lessons: students join and attend, key moments are marked, the lesson ends.

A lesson slows down where the machine does not keep up, so that its students are read all the same.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from classroom import access, queries, services
from classroom.errors import AnticipatedError
from classroom.models import Lesson, Participant
from emotion.values import Analysis, Signal
from worker.simulation.camera.clips import FRAMES, Filming
from worker.simulation.camera.portrait import LOOKS
from worker.simulation.pace import Pacemaker
from worker.simulation.scripts import Play, Script, is_there
from worker.simulation.student import Address, Camera, OwnReader, Student

if TYPE_CHECKING:
    from emotion.pipeline import Analyser

logger = logging.getLogger(__name__)

LOOK_FOR_LESSONS_EVERY_S = 1.0
STEP_S = 0.25
TOO_LATE_S = 60  # of lesson time: a key moment is not marked later than this


@dataclass(slots=True)
class Performance:
    """One open simulated lesson. Its row is the clock; it is read anew when the pace changes."""

    lesson: Lesson
    students: list[Student] = field(default_factory=list)

    @property
    def lesson_id(self) -> int:
        return self.lesson.id

    def seconds(self) -> float:
        """The lesson time now, in seconds since the start."""
        return (self.lesson.time_at(timezone.now()) - self.lesson.started_at).total_seconds()


class Cameras:
    """The cameras of all looks; a picture is rendered when first asked for and kept."""

    def __init__(self) -> None:
        self._filmings: dict[int, Filming] = {}

    def camera(self, look: int | None) -> Camera:
        def take(clip: str, frame: int) -> bytes:
            assert look is not None, "a camera that stays off was asked for a picture"
            if look not in self._filmings:
                self._filmings[look] = Filming(LOOKS[look])
            return self._filmings[look].jpeg(clip, frame)

        return take


class OwnReaders:
    """What the students' browsers would read: measured by a worker's reader once each, and kept."""

    def __init__(self, cameras: Cameras, analyser: "Analyser", network: str) -> None:
        self._cameras, self._analyser, self._network = cameras, analyser, network
        self._measured: dict[tuple[int, str, int], Analysis] = {}
        self._turn = Lock()

    def reader(self, look: int | None) -> OwnReader | None:
        """None for a camera that stays off."""
        return None if look is None else OwnReader(partial(self._read, look), self._network)

    def _read(self, look: int, clip: str, frame: int) -> Analysis:
        key = (look, clip, frame % FRAMES)
        with self._turn:
            if key not in self._measured:
                jpeg = self._cameras.camera(look)(clip, frame)
                self._measured[key] = self._analyser.analyse(jpeg, frozenset(Signal))
            return self._measured[key]


@dataclass(slots=True)
class Stage:
    """Plays all open simulated lessons. One that is found open after a restart goes on where it is.

    With `readers` the students send what these read instead of pictures.
    """

    play: Play
    address: Address
    cameras: Cameras = field(default_factory=Cameras)
    readers: OwnReaders | None = None

    async def run(self) -> None:
        """Return when no lesson is open; who would have come later to one that has ended stays away."""
        playing: dict[int, asyncio.Task[None]] = {}
        try:
            while (found := await self._open_lessons()) != []:
                for lesson in found or ():
                    if lesson.lesson_id not in playing or playing[lesson.lesson_id].done():
                        playing[lesson.lesson_id] = asyncio.create_task(self.perform(lesson))
                await asyncio.sleep(LOOK_FOR_LESSONS_EVERY_S)
        finally:
            for task in playing.values():
                task.cancel()
            await asyncio.gather(*playing.values(), return_exceptions=True)

    async def perform(self, lesson: Performance) -> None:
        """Return when all students have left."""
        try:
            async with asyncio.TaskGroup() as all_together:
                directing = all_together.create_task(self._direct(lesson))
                pacing = all_together.create_task(self._keep_pace(lesson))
                async with asyncio.TaskGroup() as students:
                    for number, script in enumerate(self.play.scripts, start=1):
                        students.create_task(self._attend(lesson, number, script))
                directing.cancel()
                pacing.cancel()
        except Exception:
            logger.exception("The simulated lesson %s broke off and is taken up again", lesson.lesson_id)

    async def _open_lessons(self) -> list[Performance] | None:
        """None where nobody can tell."""
        try:
            found: list[Performance] = await database_sync_to_async(open_lessons)()
        except DatabaseError:
            logger.warning("The database does not answer; looking again", exc_info=True)
            return None
        return found

    async def _attend(self, lesson: Performance, number: int, script: Script) -> None:
        await _until(lesson, script.joins_minute)
        if not is_there(script, lesson.seconds()):
            return
        try:
            cookie = await database_sync_to_async(take_place)(lesson.lesson_id, number, script)
        except AnticipatedError:
            return  # the lesson ended before this student came
        reader = self.readers.reader(script.look) if self.readers else None
        student = Student(script, self.cameras.camera(script.look), lesson.seconds, reader)
        lesson.students.append(student)
        await student.attend(self.address, lesson.lesson_id, cookie)

    async def _keep_pace(self, lesson: Performance) -> None:
        pacemaker = Pacemaker(lesson.lesson.speed)
        try:
            while True:
                await asyncio.sleep(STEP_S)
                if (pace := _advised(pacemaker, lesson)) is not None:
                    lesson.lesson = await database_sync_to_async(services.set_pace)(
                        lesson_id=lesson.lesson_id, pace=pace, now=timezone.now()
                    )
        except AnticipatedError:
            return

    async def _direct(self, lesson: Performance) -> None:
        """What the simulated teacher does; one who looks on may end the lesson sooner."""
        try:
            for moment in self.play.key_moments:
                await _until(lesson, moment.minute)
                if lesson.seconds() < moment.minute * 60 + TOO_LATE_S:
                    await database_sync_to_async(services.add_marker)(
                        lesson_id=lesson.lesson_id, label=_(moment.label), now=timezone.now()
                    )
            await _until(lesson, self.play.minutes)
            await database_sync_to_async(services.end_lesson)(lesson_id=lesson.lesson_id, now=timezone.now())
        except AnticipatedError:
            return


def open_lessons() -> list[Performance]:
    return [Performance(row) for row in Lesson.objects.open().filter(is_simulation=True)]


def take_place(lesson_id: int, number: int, script: Script) -> tuple[str, str]:
    """The cookie of the lesson's student of this number, who joins and consents as the script says.

    Every lesson has students of its own, so that none is compared with another lesson's. Raises LessonClosed.
    """
    lesson = Lesson.objects.select_related("classroom").get(id=lesson_id)
    name = _("Simulated student %(number)02d") % {"number": number}
    seated = Participant.objects.filter(is_simulated=True, display_name=name, consents__lesson=lesson).first()
    participant = seated or services.join_classroom(
        now=timezone.now(), classroom=lesson.classroom, display_name=name, is_simulated=True
    )
    if queries.active_consent(lesson.id, participant.id) is None:
        services.give_consent(
            lesson_id=lesson.id, participant_id=participant.id, choice=script.choice, now=timezone.now()
        )
    return access.guest_cookie(participant)


def _advised(pacemaker: Pacemaker, lesson: Performance) -> float | None:
    strains = [strain for student in lesson.students if (strain := student.strain) is not None]
    read = sum(student.is_read for student in lesson.students)
    is_read = bool(strains) and 2 * read > len(strains)
    return pacemaker.advise(lesson.lesson.pace, strains=strains, is_read=is_read, now=time.monotonic())


async def _until(lesson: Performance, minute: float) -> None:
    while lesson.seconds() < minute * 60:  # noqa: ASYNC110 - time that no event tells
        await asyncio.sleep(STEP_S)
