"""A demonstration through the real processes, on a machine that has other things to do."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.utils import timezone

from classroom import services
from classroom.models import Lesson, MoodPoint, Participant, Reading
from reports.drafts import findings
from tests.factories import make_school, make_teacher
from worker.simulation.cast import DEMO, PERSISTENTLY_DISENGAGED, PERSISTENTLY_SAD
from worker.simulation.stage import Stage
from worker.simulation.student import Address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

# As long as the rule of the flags asks for, and a little more.
PLAY = replace(DEMO, minutes=19, key_moments=DEMO.key_moments[:1])
SPEED, BUSY_LOOPS, PATIENCE_S = 20, 2, 900


@contextmanager
def other_work() -> Iterator[None]:
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY_LOOPS)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


async def played(address):
    stage = asyncio.create_task(Stage(PLAY, address).run())
    try:
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.to_thread(Lesson.objects.filter(ended_at=None).exists):
                await asyncio.sleep(1)
    finally:
        stage.cancel()
        await asyncio.gather(stage, return_exceptions=True)


def number_of(script):
    return f"Simulated student {DEMO.scripts.index(script) + 1:02d}"


def found_in(lesson):
    found = findings(lesson, taught_s=int(lesson.seconds_at(lesson.ended_at)))
    names = dict(Participant.objects.values_list("id", "display_name"))
    return {(names[one], kind.value) for one, kind in found}


def test_a_demonstration_on_a_busy_machine_ends_with_the_expected_flags(running_product):
    teacher = make_teacher(school=make_school(preset="presence"))
    lesson = services.start_demo(teacher=teacher, speed=SPEED, now=timezone.now())
    begun_at = time.monotonic()
    with other_work():
        asyncio.run(played(Address(running_product.url, running_product.url)))
    real_s = time.monotonic() - begun_at
    lesson = Lesson.objects.select_related("classroom__school").get(id=lesson.id)
    readings = Reading.objects.filter(lesson=lesson).count()
    points = MoodPoint.objects.filter(lesson=lesson)
    assert lesson.seconds_at(lesson.ended_at) == pytest.approx(PLAY.minutes * 60, abs=40)
    assert real_s >= PLAY.minutes * 60 / SPEED
    assert found_in(lesson) == {
        (number_of(PERSISTENTLY_SAD), "persistently_sad"),
        (number_of(PERSISTENTLY_DISENGAGED), "persistently_disengaged"),
    }, f"{readings} readings in {real_s:.0f} s"
    assert points.exclude(words=None).exists()
    assert points.exclude(shared=None).exists()
