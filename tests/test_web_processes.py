"""Two web processes on one port: a lesson has sockets on both, and one that dies takes no other's with it."""

import time
from collections import Counter
from http.client import HTTPConnection
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone

from classroom import services
from classroom.queries.gauges import gauges
from tests.class_at_work import FLOWING_AGAIN_S, class_at_work
from tests.factories import make_teacher
from tests.live import Teacher, Visitor, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BACK_WITHIN_S = 5.0
# Ten seconds after they were last heard of.
GONE_WITHIN_S = 14.0
WEB = ("web", "web-2")
ESTABLISHED = "01"
# So long the second part of an answer waits for word of the first, where the kernel gathers what is small.
DELAYED_S = 0.04


@pytest.fixture
def product(start_product):
    return start_product(web_processes=2)


def connections(product):
    """How many each web process holds open, by its name."""
    inodes = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, _, state, *_, inode = line.split()[:10]
        if state == ESTABLISHED and int(local.split(":")[1], 16) == product.port:
            inodes[f"socket:[{inode}]"] = True
    held = Counter(dict.fromkeys(WEB, 0))
    for name in WEB:
        for entry in Path(f"/proc/{product.process_id(name)}/fd").iterdir():
            held[name] += str(entry.readlink()) in inodes
    return held


def knows_the_pause(connection, since):
    told = connection.messages("lesson", since) + connection.messages("state", since)
    return any(message["lesson"]["paused"] for message in told)


def test_a_lesson_lives_on_both_and_whoever_loses_one_is_back_within_seconds(product):
    with class_at_work(product.url) as it:
        viewers = [it.teacher]
        while min(connections(product).values()) == 0 or len(viewers) < 3:
            viewers.append(Teacher(it.office, it.lesson.id))
            viewers[-1].start()
            until(lambda: viewers[-1].opened_at)
            assert len(viewers) < 20, "every socket went to one process"
        sockets = [*viewers, *it.students]
        assert sum(connections(product).values()) >= len(sockets)
        for viewer in viewers:
            until(lambda viewer=viewer: sees_all(viewer), 10, "all three on the dashboard")
        paused_at = time.monotonic()
        services.pause_lesson(lesson_id=it.lesson.id, now=timezone.now())
        for socket in sockets:
            until(lambda socket=socket: knows_the_pause(socket, paused_at), BACK_WITHIN_S, "the pause")
        services.resume_lesson(lesson_id=it.lesson.id, now=timezone.now())

        lost = connections(product)["web-2"]
        opened = {socket: len(socket.opened_at) for socket in sockets}
        killed_at = time.monotonic()
        product.stop_part("web-2", crash=True)
        until(lambda: came_back(opened) == lost, BACK_WITHIN_S, "all who lost it are back")
        assert time.monotonic() - killed_at < BACK_WITHIN_S
        until(is_counted_once, GONE_WITHIN_S, "nobody is counted twice any more")
        assert time.monotonic() - killed_at < GONE_WITHIN_S
        until(lambda: it.readings_flow(since=killed_at), FLOWING_AGAIN_S, "readings flow on")
        assert [code for one in sockets for code in one.close_codes if code not in (None, 1006)] == []
        product.start_part("web-2")
        product.wait_for_part("web-2")
        again_at = time.monotonic()
        until(lambda: sees_all(it.teacher, again_at), 10, "all three, each once")


def sees_all(viewer, since=0.0):
    return [view for view in viewer.views(since) if view["present"] == 3]


def is_counted_once():
    now = gauges(timezone.now())
    return (now.present, now.sockets, now.ghosts) == (3, 3, 0)


def came_back(opened):
    return sum(len(socket.opened_at) > times for socket, times in opened.items())


def test_a_caller_is_known_by_the_own_address_and_an_answer_goes_out_at_once(product):
    """The socket was handed to uvicorn, which does not know what kind it is."""
    make_teacher(username="t.harris", password="an own address 1")
    Visitor(product.url).log_in("t.harris", "an own address 1")
    assert UserSession.objects.get().ip == "127.0.0.1"
    connection = HTTPConnection("127.0.0.1", product.port)
    took = [seconds_of(connection) for _ in range(40)]
    connection.close()
    # On a connection that is no longer new each would wait; a busy machine keeps some.
    assert min(took[20:]) < DELAYED_S, took


def seconds_of(connection):
    began = time.monotonic()
    connection.request("GET", "/healthz")
    assert connection.getresponse().read()
    return time.monotonic() - began
