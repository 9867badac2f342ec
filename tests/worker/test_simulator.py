"""The simulator as `make run` starts it: what it holds between two demonstrations, and how it ends."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest
from django.utils import timezone

from classroom import services
from classroom.local import programs
from classroom.models import Lesson, Reading
from tests.factories import make_school, make_teacher
from tests.live import until
from tests.product import ROOT, Product

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

UP_WITHIN_S, READ_WITHIN_S, AT_REST_WITHIN_S = 60, 60, 60
# What the pictures of a lesson take is several times as much.
KEPT_MIB = 10
MIB = 1 << 20


@pytest.fixture
def simulator(running_product: Product) -> Iterator[psutil.Process]:
    """Once it looks for lessons."""
    command = programs.manage("simulate", "--url", running_product.url)
    with subprocess.Popen(command, cwd=ROOT, env=running_product.environment) as started:
        process = psutil.Process(started.pid)
        until(lambda: process.net_connections("unix"), UP_WITHIN_S, "it is connected to the database")
        yield process
        started.terminate()


def demonstration_at_work() -> Lesson:
    teacher = make_teacher(school=make_school(preset="presence"))
    lesson = services.start_demo(teacher=teacher, speed=20, now=timezone.now())
    until(Reading.objects.filter(lesson=lesson).exists, READ_WITHIN_S, "simulated students are read")
    return lesson


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def own_memory(process: psutil.Process) -> float:
    """MiB that no other process uses."""
    held = 0
    for each in family(process):
        with suppress(psutil.NoSuchProcess):  # who played has just ended
            held += each.memory_full_info().uss
    return held / MIB


def test_after_a_demonstration_the_simulator_holds_no_picture(simulator: psutil.Process) -> None:
    before = own_memory(simulator)
    lesson = demonstration_at_work()
    during = own_memory(simulator)
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    until(lambda: own_memory(simulator) < before + KEPT_MIB, AT_REST_WITHIN_S, "what was drawn is kept")
    assert during > before + 2 * KEPT_MIB, "nothing was drawn, so this measured nothing"


@pytest.mark.parametrize("end", [psutil.Process.terminate, psutil.Process.kill], ids=["told to", "killed"])
def test_a_simulator_that_ends_in_mid_lesson_leaves_nobody_playing(
    simulator: psutil.Process, end: Callable[[psutil.Process], None]
) -> None:
    demonstration_at_work()
    playing = family(simulator)
    end(simulator)
    assert psutil.wait_procs(playing, timeout=AT_REST_WITHIN_S)[1] == []
