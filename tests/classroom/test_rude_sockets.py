"""Clients that vanish while the server speaks to them, that send too much, or that all come at once."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.exceptions import StopConsumer
from channels.layers import get_channel_layer
from django.utils import timezone

from classroom import access, queries, services
from classroom.asgi import application
from classroom.models import Attendance
from classroom.sockets.keeper import keeper
from classroom.sockets.lesson import LessonConsumer
from classroom.sockets.student import StudentConsumer
from classroom.wire import keys, mailbox
from classroom.wire.redis import async_client
from tests.classroom.test_consumers import JPEG, guest_cookies, teacher_cookies
from tests.factories import make_lesson, make_participant
from tests.waiting import PATIENCE_S, comes_true

pytestmark = pytest.mark.django_db(transaction=True)
ALL_SEATED_S = 4 * PATIENCE_S
in_thread = sync_to_async


class Client:
    """A socket as the web server drives it. `vanish` makes every later send fail, and says nothing more."""

    def __init__(self, path, cookies):
        cookie = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()
        headers = [(b"origin", b"http://testserver"), (b"host", b"testserver"), (b"cookie", cookie)]
        self.scope = {"type": "websocket", "path": path, "headers": headers, "query_string": b""}
        self.frames = asyncio.Queue()
        self.sent = []
        self.is_gone = False
        self.is_seated = asyncio.Event()
        self.task = None

    async def open(self):
        self.frames.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.create_task(application(self.scope, self.frames.get, self.hear))
        await asyncio.wait_for(self.is_seated.wait(), ALL_SEATED_S)

    async def hear(self, message):
        if self.is_gone:
            raise OSError("the client is gone")
        self.sent.append(message)
        if message["type"] in ("websocket.send", "websocket.close"):
            self.is_seated.set()

    def send(self, frame):
        self.frames.put_nowait({"type": "websocket.receive", "bytes": frame})

    def say(self, text):
        self.frames.put_nowait({"type": "websocket.receive", "text": text})

    def vanish(self):
        self.is_gone = True

    def close(self):
        self.frames.put_nowait({"type": "websocket.disconnect", "code": 1001})


@pytest.fixture
def rings(monkeypatch):
    rung = []
    monkeypatch.setattr("classroom.wire.bell.ring", rung.append)
    return rung


def live_lesson():
    return make_lesson(started_at=timezone.now() - timedelta(minutes=5))


def student(lesson, participant):
    return Client(f"/ws/lessons/{lesson.id}/student/", guest_cookies(participant))


def teacher(lesson):
    return Client(f"/ws/lessons/{lesson.id}/teacher/", teacher_cookies(lesson.classroom.teacher))


async def class_of(lesson, participants, sockets_each):
    make = in_thread(make_participant)
    own = [await make(lesson=lesson, choice="own_results") for _ in range(participants)]
    clients = [student(lesson, one) for one in own for _ in range(sockets_each)]
    await asyncio.gather(*(client.open() for client in clients))
    return clients


async def ended(*clients):
    done = await asyncio.wait_for(
        asyncio.gather(*(client.task for client in clients), return_exceptions=True), PATIENCE_S
    )
    return Counter(map(repr, done))


def seen(lesson):
    fresh = access.any_lesson(lesson.id)
    return queries.class_view(queries.ClassNow.load(fresh, timezone.now()))


async def nothing_is_left(lesson):
    """No work, no group, no channel, no key and no stay of a socket that ended."""
    await comes_true(lambda: not work_left())
    layer = get_channel_layer()._get_layer()
    assert (layer.channels, layer.groups) == ({}, {})
    assert [shard._subscribed_to for shard in layer._shards] == [set()]
    assert not await async_client().keys(f"*:seats:{{{lesson.id}}}:*")
    assert not keeper().is_at_work
    assert await Attendance.objects.filter(left_at=None).acount() == 0
    view = await in_thread(seen)(lesson)
    assert view["present"] == 0


def work_left():
    names = [task.get_coro().__qualname__ for task in asyncio.all_tasks()]
    return [name for name in names if "Consumer" in name or "Keeper" in name or "look_after" in name]


async def test_two_hundred_clients_that_vanish_while_they_are_spoken_to_leave_nothing_behind(rings, now):
    lesson = await in_thread(live_lesson)()
    clients = await class_of(lesson, 40, 5)
    teachers = [await in_thread(teacher)(lesson) for _ in range(4)]
    await asyncio.gather(*(client.open() for client in teachers))
    assert (await in_thread(seen)(lesson))["present"] == 40
    for client in (*clients, *teachers):
        for _ in range(3):
            client.send(JPEG)
        client.say('{"type": "refresh"}')
        client.vanish()
    await in_thread(services.pause_lesson)(lesson_id=lesson.id, now=timezone.now())
    assert await ended(*clients, *teachers) == {"None": 204}
    await nothing_is_left(lesson)


@pytest.mark.parametrize("sends", [b"no picture", JPEG], ids=["refused", "taken"])
async def test_a_client_that_vanishes_in_the_middle_of_a_frame_leaves_nothing_behind(sends, rings):
    lesson = await in_thread(live_lesson)()
    (client,) = await class_of(lesson, 1, 1)
    client.vanish()
    for _ in range(5):
        client.send(sends)
    assert await ended(client) == {"None": 1}
    await nothing_is_left(lesson)


async def test_an_error_in_the_middle_of_a_frame_leaves_nothing_behind(monkeypatch):
    lesson = await in_thread(live_lesson)()
    (client,) = await class_of(lesson, 1, 1)

    async def fails(self, jpeg, age):
        raise ZeroDivisionError

    monkeypatch.setattr(StudentConsumer, "_post", fails)
    client.send(JPEG)
    assert await ended(client) == {"ZeroDivisionError()": 1}
    await nothing_is_left(lesson)


async def test_a_cancelled_socket_leaves_nothing_behind():
    lesson = await in_thread(live_lesson)()
    clients = await class_of(lesson, 2, 1)
    clients.append(await in_thread(teacher)(lesson))
    await clients[-1].open()
    for client in clients:
        client.task.cancel()
    assert await ended(*clients) == {"CancelledError('')": 3}
    await nothing_is_left(lesson)


async def test_a_client_that_goes_before_it_was_accepted_leaves_nothing_behind():
    lesson = await in_thread(live_lesson)()
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    client = student(lesson, participant)
    client.vanish()
    client.is_seated.set()
    await client.open()
    assert await ended(client) == {"None": 1}
    await nothing_is_left(lesson)


async def test_who_says_goodbye_leaves_nothing_behind():
    lesson = await in_thread(live_lesson)()
    clients = await class_of(lesson, 2, 2)
    for client in clients:
        client.close()
    assert await ended(*clients) == {"None": 4}
    await nothing_is_left(lesson)


async def test_a_client_that_vanished_in_silence_is_ended_by_the_next_heartbeat(monkeypatch):
    monkeypatch.setattr("classroom.sockets.teacher.TEACHER_HEARTBEAT_S", 0.05)
    lesson = await in_thread(live_lesson)()
    client = await in_thread(teacher)(lesson)
    await client.open()
    client.vanish()
    assert await ended(client) == {"None": 1}
    await nothing_is_left(lesson)


async def all_wait(lesson, count):
    return await async_client().zcard(keys.due(lesson.id)) == count


async def test_four_hundred_snapshots_at_one_instant_lose_nobodys_socket(rings):
    lesson = await in_thread(live_lesson)()
    clients = await class_of(lesson, 134, 1)
    for client in clients:
        for _ in range(3):
            client.send(JPEG)
    await comes_true(lambda: not any(client.frames.qsize() for client in clients))
    await comes_true(lambda: all_wait(lesson, 134))
    assert not any(client.task.done() for client in clients)
    assert {len(client.sent) for client in clients} == {2}  # accepted, told the state, refused nothing
    batch = await in_thread(mailbox.take)(lesson.id, timezone.now(), fewest=134, most=134)
    assert len(batch.snapshots) == 134
    for client in clients:
        client.close()
    await ended(*clients)
    await nothing_is_left(lesson)


async def test_a_full_pool_waits(monkeypatch):
    monkeypatch.setattr("classroom.wire.redis.CONNECTIONS", 2)
    await asyncio.gather(*(mailbox.open_for(1, participant, 1) for participant in range(400)))
    assert len(await async_client().keys("*:open:{1}:*")) == 400
    assert async_client().connection_pool.max_connections == 2
    await async_client().aclose()


class Ending(LessonConsumer):
    """Ends at an event, slowly; notes the frames that it acts on."""

    def __init__(self):
        super().__init__()
        self.frames = []
        self.ends = asyncio.Event()

    async def take_seat(self): ...

    async def check_rights(self, event): ...

    async def websocket_receive(self, message):
        self.frames.append(message["bytes"])

    async def leave(self, event):
        self.ends.set()
        await asyncio.sleep(0.05)
        raise StopConsumer


async def test_a_frame_that_comes_while_the_socket_ends_is_not_acted_on():
    consumer, frames = Ending(), asyncio.Queue()

    async def send(message): ...

    socket = asyncio.ensure_future(consumer({}, frames.get, send))
    frames.put_nowait({"type": "websocket.receive", "bytes": b"before"})
    await comes_true(lambda: consumer.frames)
    consumer.want_to_leave(4001)
    await consumer.ends.wait()
    frames.put_nowait({"type": "websocket.receive", "bytes": b"after"})
    await asyncio.wait_for(socket, PATIENCE_S)
    assert consumer.frames == [b"before"]
