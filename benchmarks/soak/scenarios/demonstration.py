"""A demonstration beside a lesson: when it has ended the simulator holds no more than before."""

from contextlib import suppress

from benchmarks.lesson import TooBusy
from benchmarks.soak.evidence import Evidence
from benchmarks.soak.scenario import Scenario
from benchmarks.soak.scene import Scene
from classroom import services
from classroom.errors import LessonClosed
from classroom.models import Lesson
from tests.factories import make_school, make_teacher

SIMULATOR, SPEED = "simulator", 20
# Forty-five minutes of lesson time at that speed, where the machine keeps up; else it is ended sooner.
ENDS_WITHIN_S, AT_REST_WITHIN_S = 180.0, 30.0
MIB_MORE = 8.0


def played(scene: Scene) -> None:
    teacher = make_teacher(school=make_school(preset="presence"))
    lesson = services.start_demo(teacher=teacher, speed=SPEED, now=scene.now())
    ended = Lesson.objects.filter(id=lesson.id).exclude(ended_at=None)
    with suppress(TooBusy):
        scene.wait_until(ended.exists, ENDS_WITHIN_S, lambda: "the demonstration did not end")
    with suppress(LessonClosed):
        services.end_lesson(lesson_id=lesson.id, now=scene.now())
    scene.wait_until(
        lambda: len(scene.install.family(SIMULATOR)) == 1,
        AT_REST_WITHIN_S,
        lambda: "the simulator still plays",
    )


def gives_all_back(found: Evidence) -> list[str]:
    before, after = (each.parts[SIMULATOR].memory for each in (found.before, found.after))
    return [f"the simulator keeps {after - before:.0f} MiB"] if after > before + MIB_MORE else []


def what_it_holds(found: Evidence) -> str:
    before, after = (each.parts[SIMULATOR].memory for each in (found.before, found.after))
    return f"simulator {before:.0f} MiB before, {after:.0f} MiB after"


SCENARIOS = (
    Scenario(
        name="demonstration",
        does=f"a demonstration at speed {SPEED} beside the lesson",
        fault=played,
        students=4,
        interval_ms=5000,
        checks=(gives_all_back,),
        tells=what_it_holds,
    ),
)
