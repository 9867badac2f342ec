"""What the shipped network says of faces in which most people saw one expression, measured once and kept.

`python -m benchmarks.flag_study.confusion DATA` measures it anew on PublicTest of FER2013 with the votes of
FER+, read as in a lesson: both ways, below the limit of the card uncertain.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS, UNCERTAIN, Emotion
from emotion.values import EmotionScores

PLACE = Path(__file__).with_suffix(".json")
NETWORK = Path(__file__).parents[2] / "models" / "flagship.tflite"


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """counts: int64 (7, 8), a row for each expression that was seen, a column for each that was named, then
    uncertain. named_confidence, uncertain_confidence: the mean highest probability of either kind of reading.
    """

    network: str
    counts: NDArray[np.int64]
    named_confidence: float
    uncertain_confidence: float

    def row(self, seen: Emotion) -> NDArray[np.float64]:
        """How often each of the seven, and uncertain, is read where `seen` is there: float64 (8,)."""
        counts = self.counts[EMOTIONS.index(seen)]
        shares: NDArray[np.float64] = counts / counts.sum()
        return shares

    def scores(self, seen: Emotion, said: int) -> EmotionScores:
        """A reading with this column of the table; an uncertain one leans to what is there."""
        uncertain = said == len(EMOTIONS)
        highest = self.uncertain_confidence if uncertain else self.named_confidence
        top = seen if uncertain else EMOTIONS[said]
        rest = (1 - highest) / (len(EMOTIONS) - 1)
        return EmotionScores(tuple(highest if one is top else rest for one in EMOTIONS), uncertain)


def measured() -> Confusion:
    kept = json.loads(PLACE.read_text())
    counts = np.array(list(kept["counts"].values()))
    return Confusion(kept["network"], counts, kept["named_confidence"], kept["uncertain_confidence"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flag_study.confusion", description=__doc__)
    parser.add_argument("data", type=Path, help="FER2013 with its votes")
    PLACE.write_text(json.dumps(_measure(parser.parse_args().data), indent=1) + "\n")
    print(f"Written: {PLACE}")


def _measure(data: Path) -> dict[str, object]:
    # The study itself needs none of what reads pictures.
    from emotion.classifier import ExpressionClassifier  # noqa: PLC0415
    from emotion.training.data.load import load  # noqa: PLC0415
    from emotion.training.data.votes import VOTED, majority  # noqa: PLC0415

    classifier = ExpressionClassifier.load(NETWORK)
    faces = load(data).splits["PublicTest"]
    counts = np.zeros((len(EMOTIONS), len(EMOTIONS) + 1), np.int64)
    named: list[float] = []
    uncertain: list[float] = []
    for image, vote in zip(faces.images, majority(faces.needed_votes()), strict=True):
        if vote < 0 or (seen := VOTED[vote]) is None:
            continue
        scores = classifier.classify(image)
        (uncertain if scores.uncertain else named).append(scores.confidence)
        said = len(EMOTIONS) if scores.uncertain else EMOTIONS.index(scores.top)
        counts[EMOTIONS.index(seen), said] += 1
    return {
        "network": classifier.card.sha256,
        "columns": [*EMOTIONS, UNCERTAIN],
        "counts": {seen: row.tolist() for seen, row in zip(EMOTIONS, counts, strict=True)},
        "named_confidence": round(float(np.mean(named)), 3),
        "uncertain_confidence": round(float(np.mean(uncertain)), 3),
    }


if __name__ == "__main__":
    main()
