"""Judges a network by labelled faces: every score, what damage costs, how long a face takes."""

import time
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from emotion.classifier import EXPRESSION, HeadLogits
from emotion.training.data.errors import DataError
from emotion.training.data.faces import FaceSet
from emotion.training.score import scores
from emotion.training.score.evaluation import Evaluation, Judged
from emotion.training.score.network import LogitsNetwork
from emotion.training.score.robustness import DAMAGES, SEVERITIES, accuracies

TIMED_FACES, WARM_UP_FACES = 500, 50


def measure(
    network: LogitsNetwork,
    faces: FaceSet,
    *,
    split: str,
    fingerprint: str | None,
    twins_known: bool = True,
    model: str = "",
    robustness: bool = False,
) -> Evaluation:
    """Judge `network` by `faces`, whose labels are positions in `network.classes`.

    Args:
        split: what the faces are called.
        fingerprint: of the faces to learn from beside them; None where the data hold none.
        twins_known: whether `faces.twins` says anything.
        model: what the file of the network is called.
        robustness: measure the spoilt faces too, 30 times the work.

    Raises:
        DataError: fewer than two faces, which nothing can be told from.
    """
    if len(faces) < 2:
        raise DataError(f"{split} has {len(faces)} faces of these classes: too few to tell anything")
    plain = network.logits(faces.images)
    back = network.logits(np.ascontiguousarray(faces.images[:, :, ::-1]))
    both = {head: (plain[head] + back[head]) / np.float32(2) for head in plain}
    single = ~faces.twins
    return Evaluation(
        network=network.name,
        model=model,
        split=split,
        classes=network.classes,
        fingerprint=fingerprint,
        faces=len(faces),
        faces_without_twins=int(single.sum()) if twins_known else None,
        plain=Judged.of(plain, faces),
        mirrored=Judged.of(both, faces),
        plain_without_twins=_judged_rows(plain, faces, single) if twins_known else None,
        mirrored_without_twins=_judged_rows(both, faces, single) if twins_known else None,
        robustness=_robustness(network, faces) if robustness else None,
        ms_a_face=milliseconds_a_face(network, faces.images) if network.card else None,
        cost=network.cost,
    )


def milliseconds_a_face(network: LogitsNetwork, images: NDArray[np.uint8]) -> float:
    """Median time from a gray crop to logits, one face at a time, on one thread, after a warm-up."""
    taken = []
    for index in range(WARM_UP_FACES + TIMED_FACES):
        image = images[[index % len(images)]]
        started = time.perf_counter()
        network.logits(image)
        taken.append(time.perf_counter() - started)
    return 1000 * float(np.median(taken[WARM_UP_FACES:]))


def _judged_rows(logits: HeadLogits, faces: FaceSet, chosen: NDArray[np.bool_]) -> Judged | None:
    if chosen.sum() < 2:
        return None
    return Judged.of({head: values[chosen] for head, values in logits.items()}, faces.rows(chosen))


def _robustness(network: LogitsNetwork, faces: FaceSet) -> Mapping[str, tuple[float, ...]]:
    def accuracy(images: NDArray[np.uint8]) -> float:
        return scores.accuracy(network.logits(images)[EXPRESSION], faces.labels)

    with tqdm(total=len(DAMAGES) * SEVERITIES, unit="pass", desc="spoilt faces", disable=None) as bar:
        return accuracies(accuracy, faces.images, bar.update)
