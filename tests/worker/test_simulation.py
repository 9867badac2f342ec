"""Simulated students: what their scripts say, what they send, how they take their places."""

import asyncio
import json
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from websockets.asyncio.server import serve

from classroom import access, queries
from classroom.errors import LessonClosed
from classroom.models import Consent, Lesson, Participant
from classroom.models.policies import DEMO_GROUP_SIZE
from classroom.sockets.requests import student_request
from classroom.wire.measurement import check
from emotion.values import Signal
from tests.analyses import attentive
from tests.factories import make_lesson, make_participant
from tests.waiting import PATIENCE_S, comes_true
from worker.simulation.camera.clips import FRAMES
from worker.simulation.cast import (
    ABSENT,
    DEMO,
    PERSISTENTLY_DISENGAGED,
    PERSISTENTLY_SAD,
    WITHOUT_CAMERA,
    crowd,
)
from worker.simulation.pace import CHANGE_EVERY_S, REMEMBERED_S, Pacemaker
from worker.simulation.scripts import (
    KeyMoment,
    Play,
    Remark,
    Scene,
    Script,
    answer_at,
    clip_at,
    is_there,
    remarks_between,
)
from worker.simulation.stage import Cameras, OwnReaders, Performance, Stage, open_lessons, take_place
from worker.simulation.student import Address, OwnReader, Student

HABITS = (("attentive", 3), ("smiling", 1))
MINUTES = [step / 3 for step in range(45 * 3)]


def share(script, *clips):
    played = [clip_at(script, minute * 60) for minute in MINUTES if is_there(script, minute * 60)]
    return sum(clip in clips for clip in played) / len(played)


# --- scripts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minute", "clip"),
    [(0, "smiling"), (1.99, "smiling"), (2, "attentive"), (5, "sad"), (5.5, "surprised"), (6, "attentive")],
)
def test_a_scene_comes_before_the_habits_and_the_last_scene_before_the_others(minute, clip):
    scenes = (Scene(0, 2, "smiling"), Scene(5, 6, "sad"), Scene(5.5, 6, "surprised"))
    assert clip_at(Script(0, "own_results", (("attentive", 1),), scenes), minute * 60) == clip


def test_habits_are_drawn_by_weight_and_always_alike():
    script = Script(1, "own_results", HABITS)
    drawn = [clip_at(script, second) for second in range(0, 20 * 2000, 20)]
    assert drawn == [clip_at(script, second) for second in range(0, 20 * 2000, 20)]
    assert drawn.count("smiling") / len(drawn) == pytest.approx(1 / 4, abs=0.04)


def test_a_habit_is_kept_for_a_while_and_two_students_differ():
    one, other = Script(1, "own_results", HABITS), Script(2, "own_results", HABITS)
    assert {clip_at(one, second) for second in range(40, 60)} == {clip_at(one, 40)}
    assert [clip_at(one, s) for s in range(0, 900, 20)] != [clip_at(other, s) for s in range(0, 900, 20)]


@pytest.mark.parametrize(
    ("second", "there"), [(0, False), (719, False), (720, True), (1200, True), (2399, True), (2400, False)]
)
def test_a_student_is_there_from_joining_to_leaving(second, there):
    script = Script(0, "own_results", HABITS, joins_minute=12, leaves_minute=40)
    assert is_there(script, second) is there


@pytest.mark.parametrize(
    ("after_s", "until_s", "kinds"),
    [(-1, 0, ()), (-1, 60, ("lost",)), (60, 90, ()), (59, 120, ("lost", "following")), (120, 999, ())],
)
def test_a_remark_is_due_once(after_s, until_s, kinds):
    script = Script(0, "no_camera", HABITS, remarks=(Remark(1, "lost"), Remark(2, "following")))
    assert remarks_between(script, after_s, until_s) == kinds


@pytest.mark.parametrize(
    ("minute", "answer"),
    [(0, "yes"), (2, "partly"), (4, None), (6, "no"), (8, "yes")],
    ids=["attentive", "looks elsewhere", "nobody there", "said lost", "said following"],
)
def test_the_question_whether_one_is_with_the_teacher_is_answered_as_one_looks_and_said_last(minute, answer):
    scenes = (Scene(2, 3, "second_screen"), Scene(4, 5, "empty_chair"))
    remarks = (Remark(5.5, "lost"), Remark(7, "following"))
    script = Script(0, "own_results", (("attentive", 1),), scenes, remarks)
    assert answer_at(script, minute * 60) == answer


def test_the_demo_has_one_sad_one_disengaged_and_one_absent_student():
    assert share(PERSISTENTLY_SAD, "sad") > 0.8
    assert share(PERSISTENTLY_DISENGAGED, "turned_left", "turned_right", "looking_down", "eyes_closed") > 0.75
    assert share(ABSENT, "empty_chair") > 0.9
    others = [
        script
        for script in DEMO.scripts
        if script not in (PERSISTENTLY_SAD, PERSISTENTLY_DISENGAGED, ABSENT, WITHOUT_CAMERA)
    ]
    assert len(others) == 9
    assert all(share(script, "attentive", "restless", "smiling") > 0.6 for script in others)


def steadily_in_the_picture(script):
    clips = {clip_at(script, minute * 60) for minute in MINUTES}
    return is_there(script, 0) and script.leaves_minute is None and "empty_chair" not in clips


def test_the_students_of_the_class_mood_are_a_group_that_may_be_told_of_from_the_beginning():
    class_only = [script for script in DEMO.scripts if script.choice == "class_mood"]
    assert len(class_only) == DEMO_GROUP_SIZE
    assert all(map(steadily_in_the_picture, class_only))


def test_enough_show_their_own_results_from_the_beginning_for_figures_of_their_own():
    sharing = [script for script in DEMO.scripts if script.choice == "own_results"]
    assert len(sharing) == 7
    assert sum(map(steadily_in_the_picture, sharing)) >= DEMO_GROUP_SIZE


def test_no_two_cameras_show_the_same_look():
    filmed = [script.look for script in DEMO.scripts if script.choice != "no_camera"]
    assert sorted(filmed, key=int) == list(range(12))
    assert WITHOUT_CAMERA.look is None


# --- the pace --------------------------------------------------------------------------------------------


class Machine:
    """Reads so many snapshots a second in their order; a second passes with each look of the pacemaker."""

    students, interval_s = 12, 10.0

    def __init__(self, a_second, speed=20.0):
        self.a_second, self.pace, self.now = a_second, speed / 10, 0.0
        self.pacemaker = Pacemaker(speed)
        self.changes = []

    @property
    def strain(self):
        """Every student waits for all others where the machine is full, else for the own snapshot only."""
        wanted = self.students / self.interval_s * self.pace
        answer_s = self.students / self.a_second if wanted > self.a_second else 1 / self.a_second
        return answer_s / (self.interval_s / self.pace)

    def run(self, seconds, *, is_read=True):
        for _ in range(seconds):
            self.now += 1.0
            strains = [self.strain] * self.students
            advised = self.pacemaker.advise(self.pace, strains=strains, is_read=is_read, now=self.now)
            if advised is not None:
                self.pace = advised
                self.changes.append(self.now)
        return self.pace


def test_a_machine_with_room_keeps_the_speed_that_was_asked_for():
    machine = Machine(a_second=200)
    assert machine.run(60) == 20
    assert machine.changes == [1.0]


@pytest.mark.parametrize("a_second", [4, 8, 12, 20])
def test_a_busy_machine_runs_as_fast_as_it_reads(a_second):
    machine = Machine(a_second)
    machine.run(25)
    keeps_up = a_second * machine.interval_s / machine.students
    paces = [machine.run(1) for _ in range(60)]
    assert max(paces) <= 1.5 * keeps_up
    assert sum(paces) / len(paces) > 0.7 * keeps_up


def test_the_pace_changes_at_most_every_two_seconds_and_rests_where_it_is_right():
    machine = Machine(a_second=12)
    machine.run(60)
    pauses = [after - before for before, after in zip(machine.changes, machine.changes[1:], strict=False)]
    assert min(pauses) >= CHANGE_EVERY_S
    assert len(machine.changes) < 15


def test_a_machine_that_is_free_again_is_used_again():
    machine = Machine(a_second=6)
    machine.run(30)
    machine.a_second = 200
    assert machine.run(int(REMEMBERED_S) + 20) == 20


def test_a_lesson_hardly_goes_on_until_its_students_are_read_and_then_takes_its_speed():
    machine = Machine(a_second=1)
    assert machine.run(8, is_read=False) == 2
    machine.a_second = 200
    assert machine.run(1) == 20


def test_one_student_whose_reading_is_lost_does_not_slow_the_class_down():
    strains = [0.3] * 11 + [40.0]
    assert Pacemaker(20, has_begun=True).advise(20, strains=strains, is_read=True, now=0.0) is None


def test_nothing_is_decided_before_a_camera_is_on():
    assert Pacemaker(20).advise(2, strains=[], is_read=False, now=0.0) is None


# --- the socket ------------------------------------------------------------------------------------------


class Server:
    """The web process's side of the socket, with the lesson in the test's hands."""

    student: Student

    def __init__(self, *, interval_ms=40, camera=True, reads=True, readings_a_message=1):
        self.readings_a_message = readings_a_message
        self.lesson = {"open": True, "paused": False, "capture_interval_ms": interval_ms}
        self.camera, self.reads = camera, reads
        self.snapshots, self.came_at, self.texts, self.headers = [], [], [], []
        self.sockets = []

    async def handle(self, socket):
        self.headers.append(socket.request.headers)
        self.sockets.append(socket)
        state = {"type": "state", "lesson": self.lesson, "camera": self.camera}
        await socket.send(json.dumps(state | {"readings_a_message": self.readings_a_message}))
        async for message in socket:
            (self.snapshots if isinstance(message, bytes) else self.texts).append(message)
            if isinstance(message, bytes):
                self.came_at.append(time.monotonic())
            if self.reads and (isinstance(message, bytes) or "measured" in message):
                await self.read()

    async def read(self):
        await self.sockets[-1].send(json.dumps({"type": "reading"}))

    async def change(self, **fields):
        self.lesson |= fields
        await self.sockets[-1].send(json.dumps({"type": "lesson", "lesson": self.lesson}))


def camera(clip, frame):
    return f"{clip} {frame}".encode()


@asynccontextmanager
async def attending(server, script=None, seconds=lambda: 100.0, reader=None):
    script = script or Script(0, "own_results", (("attentive", 1),))
    async with serve(server.handle, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        address = Address(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}")
        student = server.student = Student(script, camera, seconds, reader)
        task = asyncio.create_task(student.attend(address, 7, ("participant-3", "signed")))
        try:
            yield task
        finally:
            task.cancel()


async def test_a_student_sends_the_pictures_of_its_clip_in_the_rhythm_asked_for():
    server = Server(interval_ms=100)
    async with attending(server):
        await comes_true(lambda: len(server.snapshots) > 5)
    apart_s = [later - earlier for earlier, later in pairwise(server.came_at)]
    assert sum(apart_s) >= 0.1 * len(apart_s) - 0.02
    assert min(apart_s) < 0.15
    assert server.snapshots[:2] == [b"attentive 1", b"attentive 2"]


async def test_it_shows_the_cookie_and_an_origin_and_asks_for_its_lesson():
    server = Server()
    async with attending(server):
        await comes_true(lambda: server.headers)
    headers = server.headers[0]
    assert headers["Cookie"] == "participant-3=signed"
    assert headers["Origin"].startswith("http://127.0.0.1:")
    assert server.sockets[0].request.path == "/ws/lessons/7/student/"


async def test_it_sends_nothing_while_the_lesson_is_paused():
    server = Server(interval_ms=20)
    async with attending(server):
        await comes_true(lambda: len(server.snapshots) > 2)
        await server.change(paused=True)
        await comes_true(lambda: server.student._lesson["paused"])
        await asyncio.sleep(0.1)
        sent = len(server.snapshots)
        await asyncio.sleep(0.2)
        assert len(server.snapshots) == sent
        await server.change(paused=False)
        await comes_true(lambda: len(server.snapshots) > sent)


async def test_it_sends_nothing_more_before_the_last_snapshot_was_read():
    server = Server(interval_ms=40, reads=False)
    async with attending(server):
        await comes_true(lambda: server.snapshots)
        await asyncio.sleep(0.3)
        assert len(server.snapshots) == 1
        assert server.student.strain > 0.3 / 0.04
        assert not server.student.is_read
        await server.read()
        await comes_true(lambda: len(server.snapshots) == 2)
        assert server.student.is_read


async def test_it_does_not_wait_for_a_snapshot_that_was_refused():
    server = Server(interval_ms=40, reads=False)
    async with attending(server):
        await comes_true(lambda: server.snapshots)
        await server.sockets[0].send(json.dumps({"type": "error", "code": "too_fast", "detail": ""}))
        await comes_true(lambda: len(server.snapshots) == 2)


async def test_its_strain_is_the_part_of_the_interval_that_a_reading_takes():
    server = Server(interval_ms=1000, reads=False)
    async with attending(server):
        began_at = time.monotonic()
        await comes_true(lambda: server.snapshots)
        await asyncio.sleep(0.2)
        await server.read()
        await comes_true(lambda: server.student.is_read)
        assert 0.2 <= server.student.strain <= time.monotonic() - began_at


async def test_it_takes_a_new_interval_up_at_once():
    server = Server(interval_ms=600_000)
    async with attending(server):
        await comes_true(lambda: server.snapshots)
        await server.change(capture_interval_ms=30)
        await comes_true(lambda: len(server.snapshots) > 3)


async def test_it_sends_one_more_when_the_teacher_marks_a_key_moment():
    server = Server(interval_ms=600_000)
    async with attending(server):
        await comes_true(lambda: len(server.snapshots) == 1)
        await server.sockets[0].send(json.dumps({"type": "snap_now"}))
        await comes_true(lambda: len(server.snapshots) == 2)


async def test_without_camera_it_only_reports():
    server = Server(interval_ms=20, camera=False)
    script = Script(0, "no_camera", HABITS, remarks=(Remark(1, "lost"),))
    async with attending(server, script):
        await comes_true(lambda: server.texts)
        await asyncio.sleep(0.15)
    assert [json.loads(text) for text in server.texts] == [{"type": "self_report", "kind": "lost"}]
    assert server.snapshots == []


async def test_it_answers_once_when_the_class_is_asked():
    server = Server(interval_ms=20, camera=False)
    async with attending(server, Script(0, "no_camera", (("attentive", 1),))):
        await comes_true(lambda: server.sockets)
        await server.sockets[0].send(json.dumps({"type": "pulse_opened", "pulse": {"id": 7}}))
        await comes_true(lambda: server.texts)
        await asyncio.sleep(0.15)
    assert [json.loads(text) for text in server.texts] == [
        {"type": "pulse_answer", "pulse": 7, "answer": "yes"}
    ]


async def test_it_leaves_when_the_lesson_ends():
    server = Server()
    async with attending(server) as task:
        await comes_true(lambda: server.snapshots)
        await server.change(open=False)
        await asyncio.wait_for(task, PATIENCE_S)


async def test_it_leaves_when_its_script_does():
    clock = [0.0]
    script = Script(0, "own_results", HABITS, leaves_minute=1)
    server = Server()
    async with attending(server, script, lambda: clock[0]) as task:
        await comes_true(lambda: server.snapshots)
        clock[0] = 61.0
        await asyncio.wait_for(task, PATIENCE_S)


async def test_it_comes_back_after_the_server_closed_the_socket():
    server = Server()
    async with attending(server):
        await comes_true(lambda: server.snapshots)
        await server.sockets[0].close(1013)
        await comes_true(lambda: len(server.sockets) == 2)
        sent = len(server.snapshots)
        await comes_true(lambda: len(server.snapshots) > sent)


async def test_it_gives_up_where_it_is_refused():
    async def refuse(connection, request):
        return connection.respond(403, "")

    async with serve(Server().handle, "127.0.0.1", 0, process_request=refuse) as listening:
        port = listening.sockets[0].getsockname()[1]
        student = Student(Script(0, "own_results", HABITS), camera, lambda: 0.0)
        await asyncio.wait_for(
            student.attend(Address(f"http://127.0.0.1:{port}", "http://x"), 7, ("a", "b")), PATIENCE_S
        )


# --- the lesson ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_open_simulated_lessons_are_played(now):
    make_lesson(), make_lesson(is_simulation=True, minutes=45)
    simulated = make_lesson(is_simulation=True, speed=20, started_at=now - timedelta(seconds=3))
    assert simulated.pace == 20
    (found,) = open_lessons()
    assert found.lesson_id == simulated.id
    assert found.seconds() == 20 * 3


@pytest.mark.django_db
def test_a_simulated_student_joins_consents_and_keeps_the_place_after_a_restart():
    lesson = make_lesson(is_simulation=True)
    script = Script(0, "class_mood", HABITS)
    name, value = take_place(lesson.id, 3, script)
    participant = access.own_participant(AnonymousUser(), {name: value}, lesson)
    assert participant.is_simulated
    assert participant.display_name == "Simulated student 03"
    assert queries.active_consent(lesson.id, participant.id).choice == "class_mood"
    take_place(lesson.id, 3, script)
    assert Participant.objects.count() == Consent.objects.count() == 1


@pytest.mark.django_db
def test_the_next_lesson_has_students_of_its_own():
    first = make_lesson(is_simulation=True, minutes=45)
    make_participant(
        lesson=first, choice="own_results", is_simulated=True, display_name="Simulated student 01"
    )
    second = make_lesson(classroom=first.classroom, is_simulation=True)
    take_place(second.id, 1, Script(0, "own_results", HABITS))
    assert Participant.objects.filter(display_name="Simulated student 01").count() == 2


@pytest.mark.django_db
def test_nobody_joins_a_lesson_that_has_ended():
    lesson = make_lesson(is_simulation=True, minutes=45)
    with pytest.raises(LessonClosed):
        take_place(lesson.id, 1, Script(0, "own_results", HABITS))


@pytest.mark.django_db(transaction=True)
async def test_the_play_marks_its_key_moments_and_ends_the_lesson(monkeypatch):
    lesson = await asyncio.to_thread(make_lesson, is_simulation=True, started_at=timezone.now(), speed=20)
    sent = []
    monkeypatch.setattr("classroom.services.reports.send_report_task", sent.append)
    monkeypatch.setattr("worker.simulation.stage.TOO_LATE_S", 20 * PATIENCE_S)
    play = Play(minutes=0.2, scripts=(), key_moments=(KeyMoment(0, "Start"), KeyMoment(0.1, "Middle")))
    stage = Stage(play, Address("http://127.0.0.1:9", "http://127.0.0.1:9"))
    (performance,) = await asyncio.to_thread(open_lessons)
    async with asyncio.timeout(PATIENCE_S):
        await stage._direct(performance)
    await asyncio.to_thread(lesson.refresh_from_db)
    labels = await asyncio.to_thread(lambda: [marker.label for marker in lesson.markers.all()])
    assert labels == ["Start", "Middle"]
    assert lesson.ended_at is not None and sent == [lesson.id]


@pytest.mark.django_db(transaction=True)
async def test_a_key_moment_long_past_is_not_marked_again_after_a_restart(monkeypatch):
    lesson = await asyncio.to_thread(make_lesson, is_simulation=True)
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    play = Play(minutes=0, scripts=(), key_moments=(KeyMoment(1, "Start"),))
    stage = Stage(play, Address("http://127.0.0.1:9", "http://127.0.0.1:9"))
    lesson.started_at = timezone.now() - timedelta(minutes=10)
    await stage._direct(Performance(lesson))
    assert not await asyncio.to_thread(lesson.markers.exists)


@pytest.mark.django_db(transaction=True)
async def test_a_lesson_whose_students_wait_slows_down_and_its_clock_goes_on_where_it_is():
    lesson = await asyncio.to_thread(make_lesson, is_simulation=True, started_at=timezone.now(), speed=20)
    waiting = SimpleNamespace(strain=4.0, is_read=True)
    performance = Performance(lesson, students=[waiting, waiting, without_camera()])
    stage = Stage(DEMO, Address("http://127.0.0.1:9", "http://127.0.0.1:9"))
    before, began_at = performance.seconds(), time.monotonic()
    pacing = asyncio.create_task(stage._keep_pace(performance))
    try:
        await comes_true(lambda: performance.lesson.pace == 10)
    finally:
        pacing.cancel()
    stored = await asyncio.to_thread(Lesson.objects.get, id=lesson.id)
    assert (stored.pace, stored.speed) == (10, 20)
    assert 0 <= performance.seconds() - before <= 20 * (time.monotonic() - began_at)


@pytest.mark.django_db(transaction=True)
async def test_a_lesson_takes_its_speed_when_most_of_its_cameras_were_read():
    began = {"is_simulation": True, "started_at": timezone.now(), "speed": 20, "pace": 2}
    performance = Performance(await asyncio.to_thread(make_lesson, **began))
    read, unread = (SimpleNamespace(strain=0.2, is_read=is_read) for is_read in (True, False))
    stage = Stage(DEMO, Address("http://127.0.0.1:9", "http://127.0.0.1:9"))
    pacing = asyncio.create_task(stage._keep_pace(performance))
    try:
        for seated in ([], [without_camera()], [read, unread, without_camera()]):
            performance.students = seated
            await asyncio.sleep(0.6)
            assert performance.lesson.pace == 2
        performance.students = [read, read, unread]
        await comes_true(lambda: performance.lesson.pace == 20)
    finally:
        pacing.cancel()


def without_camera():
    return SimpleNamespace(strain=None, is_read=False)


@pytest.mark.django_db(transaction=True)
async def test_pacing_ends_with_the_lesson():
    lesson = await asyncio.to_thread(make_lesson, is_simulation=True, minutes=45, speed=20)
    performance = Performance(lesson, students=[SimpleNamespace(strain=4.0, is_read=True)])
    stage = Stage(DEMO, Address("http://127.0.0.1:9", "http://127.0.0.1:9"))
    await asyncio.wait_for(stage._keep_pace(performance), PATIENCE_S)


@pytest.mark.parametrize("most", [1, 4])
async def test_a_student_that_reads_here_sends_numbers_and_no_picture(most):
    server = Server(readings_a_message=most)
    asked = []
    reader = OwnReader(lambda clip, frame: asked.append((clip, frame)) or attentive(), "01234567")
    async with attending(server, reader=reader):
        await comes_true(lambda: len(server.texts) > 1)
    requests = [student_request(text) for text in server.texts]
    assert server.snapshots == []
    assert {len(one.readings) for one in requests} == {most}
    assert asked[:2] == [("attentive", 1), ("attentive", 2)]
    for request, text in zip(requests, server.texts, strict=True):
        check(request, size=len(text), networks={"01234567"}, allowed=frozenset(Signal))
        ages = [one.age_ms for one in request.readings]
        assert ages == sorted(ages, reverse=True) and ages[-1] < 1000


def test_a_crowd_plays_the_same_scripts_over_and_over():
    many = crowd(DEMO, 200)
    assert len(many.scripts) == 200
    assert many.scripts[13:26] == DEMO.scripts
    assert many.key_moments == DEMO.key_moments


def test_what_a_browser_would_read_is_measured_once_a_picture():
    looked = []

    class Reader:
        def analyse(self, jpeg, signals):
            looked.append((jpeg, signals))
            return attentive()

    readers = OwnReaders(Cameras(), Reader(), "01234567")
    assert readers.reader(None) is None
    own = readers.reader(0)
    assert own.read("attentive", 1) == own.read("attentive", 1 + FRAMES) == attentive()
    own.read("attentive", 2)
    assert len(looked) == 2 and looked[0][1] == frozenset(Signal)
