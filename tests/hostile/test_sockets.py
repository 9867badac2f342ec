"""No frame of any kind ends a socket in a way that has no name, and none is left unanswered or unread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import Reading
from classroom.sockets.rate import TokenBucket
from tests.classroom.test_consumers import guest_cookies, in_thread, teacher_cookies
from tests.faces import Camera
from tests.factories import make_classroom, make_lesson, make_participant, make_school
from tests.hostile import sockets
from tests.hostile.tally import Tally, cases_asked, seed_asked, watched
from tests.worker.test_tasks import Asked
from worker import tasks

pytestmark = pytest.mark.django_db(transaction=True)
SHARES = {"handshakes": 0.01, "texts": 0.2, "measured": 0.08, "pictures": 0.09, "teacher": 0.08}


@pytest.fixture(autouse=True)
def _nothing_holds_back(monkeypatch):
    """Limits of speed are taken off, so that every frame comes as far as it can; no worker is rung for."""
    monkeypatch.setattr(TokenBucket, "take", lambda self, arrived_at, count=1: True)
    monkeypatch.setattr("classroom.wire.bell.ring", lambda lesson_id: None)


def share(name):
    return int(SHARES[name] * cases_asked())


def live_lesson(readers):
    school = make_school(readers=readers)
    return make_lesson(
        classroom=make_classroom(school=school), started_at=timezone.now() - timedelta(minutes=5)
    )


async def student_of(lesson):
    participant = await in_thread(make_participant)(lesson=lesson, choice="own_results")
    return sockets.Line(f"/ws/lessons/{lesson.id}/student/", guest_cookies(participant))


async def teacher_of(lesson):
    cookies = await in_thread(teacher_cookies)(lesson.classroom.teacher)
    return sockets.Line(f"/ws/lessons/{lesson.id}/teacher/", cookies)


async def test_whoever_knocks_at_a_socket_is_let_in_or_refused(tallies):
    lesson = await in_thread(live_lesson)("server")
    student = await student_of(lesson)
    with watched(Tally("handshakes of sockets")) as tally:
        await sockets.knock(tally, student.scope, share("handshakes"), seed_asked())
    tallies.append(tally)
    tally.check()
    assert tally.answers["let in"] > tally.cases / 50
    assert tally.answers["refused"] > tally.cases / 4


async def test_whatever_a_student_says_is_taken_or_refused_by_name(tallies):
    lesson = await in_thread(live_lesson)("server")
    await sockets.throw(Tally("first"), lambda: student_of(lesson), ["{}"])  # what loads once is no case's
    with watched(Tally("student's socket, text")) as tally:
        thrown = sockets.student_texts(share("texts"), seed_asked())
        await sockets.throw(tally, lambda: student_of(lesson), thrown)
    tallies.append(tally)
    tally.check()
    assert tally.answers["bad_message"] > tally.cases / 2


async def test_whatever_a_browser_says_it_read_is_taken_or_refused_by_name_and_can_be_recorded(
    tallies, monkeypatch
):
    monkeypatch.setattr(tasks, "analyser", Asked)
    lesson = await in_thread(live_lesson)("browser")

    async def recorded_and_next():
        await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
        return await student_of(lesson)

    with watched(Tally("student's socket, readings")) as tally:
        thrown = sockets.measured_texts(share("measured"), seed_asked())
        await sockets.throw(tally, recorded_and_next, thrown)
        await in_thread(tasks.analyse_lesson)(lesson_id=lesson.id)
    tallies.append(tally)
    tally.check()
    assert tally.answers["bad_reading"]
    assert await Reading.objects.acount()


async def test_whatever_a_student_sends_for_a_picture_is_taken_or_refused_by_name(tallies):
    lesson = await in_thread(live_lesson)("server")
    jpegs = [Camera(look).picture() for look in (1, 2)]
    with watched(Tally("student's socket, pictures")) as tally:
        thrown = sockets.student_frames(jpegs, share("pictures"), seed_asked())
        await sockets.throw(tally, lambda: student_of(lesson), thrown)
    tallies.append(tally)
    tally.check()
    assert tally.answers["not_jpeg"]
    assert tally.answers["closed 1009"] == 1


async def test_whatever_a_teacher_says_is_answered(tallies):
    lesson = await in_thread(live_lesson)("server")
    for _ in range(5):
        await in_thread(make_participant)(lesson=lesson, choice="own_results")
    with watched(Tally("teacher's socket, text")) as tally:
        thrown = sockets.teacher_texts(share("teacher"), seed_asked())
        await sockets.throw(tally, lambda: teacher_of(lesson), thrown)
    tallies.append(tally)
    tally.check()
    assert tally.answers["bad_message"]
