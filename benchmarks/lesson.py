"""A lesson at work: its rows, and the process in which its students and its teacher sit."""

import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Self

import msgspec
from django.utils import timezone

from benchmarks.client import LENGTH_BYTES, READY, Log, Plan, Seat
from classroom import access, services
from classroom.models import Lesson
from classroom.wire.measurement import picture_of
from classroom.wire.messages import MeasuredRequest
from emotion.values import Analysis, Signal
from tests.factories import make_classroom, make_school, make_teacher
from tests.live import Visitor
from tests.product import ROOT
from tests.small_faces import jpeg
from worker.runtime import analyser, network
from worker.simulation.camera.portrait import LOOKS, Portrait, Pose

PASSWORD = "only for measuring 1"
VARIANTS = 4
# Of so many students one is restless, and at least so many are.
RESTLESS_ONE_OF, RESTLESS_AT_LEAST = 5, 4
SEATED_WITHIN_S = 240.0
ENDED_WITHIN_S = 60.0


class TooBusy(Exception):
    """The machine, or the product, does not keep up with what is to be measured."""


class Client:
    """The process of the class, as the measuring one sees it. It ends with its input, so also with us."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._input, self._output = process.stdin, process.stdout

    @classmethod
    def start(cls, plan: Plan) -> Self:
        command = [sys.executable, "-m", "benchmarks.client"]
        it = cls(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        data = msgspec.msgpack.encode(plan)
        it._input.write(len(data).to_bytes(LENGTH_BYTES, "big") + data)
        it._input.flush()
        return it

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_seated(self) -> None:
        """Raises TooBusy."""
        is_said, _, _ = select.select([self._output], [], [], SEATED_WITHIN_S)
        if not is_said or self._output.readline() != READY:
            raise TooBusy(f"the class did not sit down within {SEATED_WITHIN_S:.0f} s")

    def end(self) -> Log:
        """Raises TooBusy."""
        self._input.close()
        with self._output:
            answer = self._output.read()
        code = self._process.wait(ENDED_WITHIN_S)
        if code != 0:
            raise TooBusy(f"the class broke off ({code})")
        return msgspec.msgpack.decode(answer.removeprefix(READY), type=Log)

    def kill(self) -> None:
        """Where it could not end; nothing where it did."""
        self._process.kill()
        self._input.close()
        self._output.close()
        self._process.wait(ENDED_WITHIN_S)


class LiveClass:
    """`log` is there once the class has ended."""

    def __init__(self, lesson: Lesson, client: Client, names: list[str]) -> None:
        self.lesson = lesson
        self.names = names
        self.client_pid = client.pid
        self._log: Log | None = None
        self._client = client

    @property
    def log(self) -> Log:
        assert self._log is not None, "the class has not ended"
        return self._log

    def end(self) -> None:
        self._log = self._client.end()


@contextmanager
def live_class(
    url: str,
    *,
    students: int,
    interval_ms: int,
    is_watched: bool = True,
    readings_a_message: int = 0,
    speed: int = 1,
    arranged: Callable[[Plan], Plan] = lambda plan: plan,
) -> Iterator[LiveClass]:
    """Everybody sits and sends; all show their own results. `is_watched`: a teacher has the names shown.

    With `readings_a_message` their browsers read the pictures themselves and send so many readings at a time.
    `arranged` makes of the plan another one.
    """
    school = make_school(readers="browser" if readings_a_message else "server")
    teacher = make_teacher(school=school, password=PASSWORD)
    lesson = services.open_lesson(
        classroom=make_classroom(teacher=teacher),
        title="Waves",
        now=timezone.now(),
        interval_ms=interval_ms,
        speed=speed,
    )
    names = [f"Student {number}" for number in range(students)]
    plan = Plan(
        url=url,
        lesson_id=lesson.id,
        interval_s=interval_ms / 1000 / speed * max(1, readings_a_message),
        is_text=readings_a_message > 0,
        seats=[
            Seat(
                _cookie(lesson, name),
                _shown(number % len(LOOKS), readings_a_message),
                is_restless(number, students),
            )
            for number, name in enumerate(names)
        ],
        empty=_empty(readings_a_message),
        teacher=_log_in(url, teacher.username) if is_watched else None,
    )
    client = Client.start(arranged(plan))
    try:
        client.wait_until_seated()
        it = LiveClass(lesson, client, names)
        yield it
        it.end()
    except BaseException:
        client.kill()
        raise
    finally:
        services.end_lesson(lesson_id=lesson.id, now=timezone.now())


def is_restless(number: int, students: int) -> bool:
    """Spread over the class."""
    count = min(max(students // RESTLESS_ONE_OF, RESTLESS_AT_LEAST), students)
    return number * count % students < count


def _log_in(url: str, username: str) -> str:
    office = Visitor(url)
    office.log_in(username, PASSWORD)
    return office.cookies


def _cookie(lesson: Lesson, name: str) -> str:
    """Of a student who joined and agreed. Not over the pages: one address lets in so many a minute only."""
    participant = services.join_classroom(now=timezone.now(), classroom=lesson.classroom, display_name=name)
    services.give_consent(
        lesson_id=lesson.id,
        participant_id=participant.id,
        choice="own_results",
        now=timezone.now(),
        is_old_enough=True,
    )
    return "=".join(access.guest_cookie(participant))


def _shown(look: int, readings_a_message: int) -> list[bytes]:
    """What a student of that look sends in turn."""
    return _messages(look, readings_a_message) if readings_a_message else _pictures(look)


def _empty(readings_a_message: int) -> bytes:
    if readings_a_message:
        return _message([Analysis(0)] * readings_a_message)
    return jpeg(Portrait(LOOKS[0]).empty())


@cache
def _messages(look: int, readings_a_message: int) -> list[bytes]:
    """What the worker's own reader finds in the pictures, as many of them as make a message, in turn."""
    found = [analyser().analyse(picture, frozenset(Signal)) for picture in _pictures(look)]
    return [
        _message([found[(turn + n) % len(found)] for n in range(readings_a_message)])
        for turn in range(len(found))
    ]


def _message(analyses: Sequence[Analysis]) -> bytes:
    """As if one came each second, the last of them now."""
    newest = len(analyses) - 1
    readings = [picture_of(one, 1000 * (newest - number)) for number, one in enumerate(analyses)]
    checksum = network().rpartition(" ")[2]
    return msgspec.json.encode(MeasuredRequest(network=checksum, sent_ms=None, readings=readings))


@cache
def _pictures(look: int) -> list[bytes]:
    """320x240, about 10 kB as a browser's: one person, moving a little."""
    portrait = Portrait(LOOKS[look])
    poses = (Pose(sway, -sway / 2) for sway in range(VARIANTS))
    return [jpeg(portrait.render(pose, seed=seed)) for seed, pose in enumerate(poses)]
