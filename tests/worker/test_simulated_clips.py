"""The demonstration plays only what the shipped network reads as meant."""

import pytest

from worker.simulation.camera.clips import load_table
from worker.simulation.cast import DEMO, PERSISTENTLY_SAD
from worker.simulation.scripts import clips_of


@pytest.mark.parametrize("script", [script for script in DEMO.scripts if script.choice != "no_camera"])
def test_only_clips_are_played_that_the_network_reads_as_meant(script):
    table = load_table()
    unusable = [clip for clip in clips_of(script) if script.look not in table.usable(clip)]
    assert unusable == []


def test_the_sad_student_is_read_with_certainty():
    """An uncertain reading is no evidence of sadness."""
    readings = load_table().readings["sad"]
    assert readings[PERSISTENTLY_SAD.look].certain > 0.8
