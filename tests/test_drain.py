"""A part that is told to end, as by an upgrade, ends in time; browsers come back and readings flow on."""

import time

import pytest
from django.utils import timezone

from classroom.models import Reading
from classroom.wire.waiting import flows
from tests.class_at_work import FLOWING_AGAIN_S, class_at_work
from tests.live import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

BACK_WITHIN_S = 10.0
ENDS_WITHIN_S = 10.0  # less than Kubernetes and Compose wait
SERVICE_RESTARTS = 1012


def test_a_web_server_closes_each_socket_with_a_code_after_which_browsers_come_back(start_product):
    product = start_product()
    with class_at_work(product.url) as it:
        opened = {socket: len(socket.opened_at) for socket in it.connections}
        told_at = time.monotonic()
        product.stop_part("web")
        assert time.monotonic() - told_at < ENDS_WITHIN_S
        until(lambda: all(socket.close_codes for socket in it.connections), 5, "each socket is closed")
        assert {socket.close_codes[0] for socket in it.connections} == {SERVICE_RESTARTS}
        product.start_part("web")
        product.wait_for_part("web")
        until(
            lambda: all(len(socket.opened_at) > times for socket, times in opened.items()),
            BACK_WITHIN_S,
            "all are back",
        )
        until(lambda: it.readings_flow(since=told_at), FLOWING_AGAIN_S, "readings flow on")


def test_a_worker_finishes_what_it_has_and_no_socket_notices(start_product):
    product = start_product()
    with class_at_work(product.url) as it:
        told_at = time.monotonic()
        product.stop_part("worker-snapshots")
        assert time.monotonic() - told_at < ENDS_WITHIN_S
        taken = flows([it.lesson.id], timezone.now())[it.lesson.id].taken
        assert Reading.objects.filter(lesson=it.lesson).count() == taken, "what it took is recorded"
        product.start_part("worker-snapshots")
        again_at = time.monotonic()
        until(lambda: it.readings_flow(since=again_at), FLOWING_AGAIN_S, "readings flow on")
        assert [code for socket in it.connections for code in socket.close_codes] == []
