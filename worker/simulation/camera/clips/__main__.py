"""`python -m worker.simulation.camera.clips [models]`: measure every clip in every look into the table."""

import argparse
import logging
from pathlib import Path

from emotion.model_card import ModelCard
from emotion.pipeline import EXPRESSION_FILE, Analyser
from worker.simulation.camera.clips.clip import CLIPS, Filming
from worker.simulation.camera.clips.table import ClipTable, LookSummary, read_clip, write_table
from worker.simulation.camera.portrait import LOOKS

logger = logging.getLogger(__name__)


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="?", type=Path, default=Path("models"), help="folder of the models")
    parser.add_argument("--to", type=Path, default=Path(__file__).with_name("table.json"), help="the table")
    arguments = parser.parse_args()
    card = ModelCard.load((arguments.models / EXPRESSION_FILE).with_suffix(".json"))
    write_table(ClipTable(card.sha256, _measured(Analyser.load(arguments.models))), arguments.to)


def _measured(analyser: Analyser) -> dict[str, tuple[LookSummary, ...]]:
    filmings = [Filming(look) for look in LOOKS]
    readings = {}
    for clip in CLIPS:
        rows = [read_clip(analyser, filming, clip, look) for look, filming in enumerate(filmings)]
        readings[clip] = tuple(rows)
        usable = [row.look for row in rows if row.is_usable]
        logger.info("%-14s read as meant in %2d of %d looks", clip, len(usable), len(rows))
    return readings


if __name__ == "__main__":
    main()
