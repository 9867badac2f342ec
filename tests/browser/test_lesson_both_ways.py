"""A lesson that browsers read is judged as one that workers read: the same levels, the same flags."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from benchmarks.ways import Judged, WorkersWay, film, flags, judged, read_in_browser, same_level, shots
from emotion.judgement.persistence import FindingKind, FlagThresholds
from tests.browser.reading import open_reader
from tests.product import ROOT, Product
from worker.simulation.scripts import Scene, Script

pytestmark = pytest.mark.browser
MINUTES, EVERY_S = 6, 6
SHORT = FlagThresholds(minutes=4)
ARRIVING = Scene(0, 1, "attentive")
STUDENTS = {
    "keen": Script(0, "", (("attentive", 3), ("restless", 1), ("second_screen", 1), ("empty_chair", 1))),
    "sad": Script(2, "", (("sad", 1),)),
    "at the phone": Script(4, "", (("looking_down", 1),), (ARRIVING,)),
    "asleep": Script(5, "", (("eyes_closed", 1),), (ARRIVING,)),
    "takes notes": Script(6, "", (("attentive", 2), ("looking_down", 1))),
}
NETWORKS = {"flagship": "flagship.tflite", "edge": "edge.tflite"}


def test_a_lesson_read_both_ways_has_the_same_levels_and_flags(
    open_page: Callable[..., Page], running_product: Product
) -> None:
    page = open_page("/healthz")
    open_reader(page, running_product, "presence", "attention", "expression")
    models = ROOT / "models"
    worker = WorkersWay(
        models / "face_landmarker.task", {name: models / file for name, file in NETWORKS.items()}
    )
    there: dict[str, Judged] = {}
    here: dict[str, dict[str, Judged]] = {name: {} for name in NETWORKS}
    for name, script in STUDENTS.items():
        filming, taken = film(script), shots(script, minutes=MINUTES, every_s=EVERY_S)
        there[name] = judged(taken, read_in_browser(page, filming, taken))
        for network, read in worker.read(filming, taken).items():
            here[network][name] = judged(taken, read)

    expected = {
        ("sad", FindingKind.PERSISTENTLY_SAD),
        ("at the phone", FindingKind.PERSISTENTLY_DISENGAGED),
        ("asleep", FindingKind.PERSISTENTLY_DISENGAGED),
    }
    assert flags(there, lesson_s=60 * MINUTES, thresholds=SHORT) == expected
    for lesson in here.values():
        assert same_level(lesson, there) >= 0.98
        assert flags(lesson, lesson_s=60 * MINUTES, thresholds=SHORT) == expected
