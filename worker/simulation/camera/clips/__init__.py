"""Short loops of rendered pictures, each meant to be read in one way; `table.json` says how they are read.

    frame = Filming(LOOKS[0]).jpeg("smiling", 3)

`python -m worker.simulation.camera.clips` measures all of them with the shipped network and writes the table.
"""

from worker.simulation.camera.clips.clip import CLIPS, FRAMES, Clip, Filming, Meaning
from worker.simulation.camera.clips.table import ClipTable, LookSummary, load_table

__all__ = ["CLIPS", "FRAMES", "Clip", "ClipTable", "Filming", "LookSummary", "Meaning", "load_table"]
