"""From the best weights of a run to the file that is served, and the card that tells what it can do."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from emotion.classifier import EXPRESSION, ExpressionNetwork
from emotion.labels import EMOTIONS
from emotion.model_card import INPUT_SHAPE, ModelCard, Reads, checksum
from emotion.preprocess import CROP_RULE, NORMALISATION
from emotion.training.data.errors import TrainingError
from emotion.training.data.faces import Dataset
from emotion.training.data.votes import VOTED_NAMES, VOTES
from emotion.training.export.litert import SAMPLES, Parity, best_quantised, convert, parities
from emotion.training.networks.cost import multiply_adds
from emotion.training.run.config import RunError, TrainingConfig, recipe
from emotion.training.run.opened import open_network
from emotion.training.run.recount import recount
from emotion.training.run.saved import best_model
from emotion.training.score.calibration import Calibrated, table
from emotion.training.score.crop import PipelineCrops
from emotion.training.score.measure import measure
from emotion.training.score.shown import crop_scores, shown_data, shown_scores, ways_shown

MOST_LOST = 0.004

LABELS = {EXPRESSION: tuple(map(str, EMOTIONS)), VOTES: VOTED_NAMES}

# Of all that an evaluation measures, what a card tells; shares with the bounds of their interval.
SHARES = (
    *("accuracy", "accuracy_tta", "macro_f1_tta", "ferplus_strict", "ferplus_strict_tta"),
    *("ferplus_majority", "ferplus_majority_tta", "accuracy_tta_without_twins"),
)
PLAIN = ("ece_after_tta", "nll_after_tta", "ferplus_strict_faces", "ferplus_majority_faces", "ms_a_face")

Crops = Callable[[NDArray[np.uint8]], PipelineCrops]


class ExportLoses(TrainingError):
    """The exported file reads worse than the network it was made of; the message says by how much."""


def export(
    runs: Sequence[Path],
    data: Dataset,
    to: Path,
    *,
    crops: Crops,
    command: str | None = None,
    most_lost: float = MOST_LOST,
    samples: int = SAMPLES,
    float32: Path | None = None,
    recounts: bool = False,
) -> ModelCard:
    """Write the int8 file `to` (.tflite), its card (.json) and its weights in Keras (.weights.h5) beside it.

    Args:
        runs: folder of the run, or of several whose weights are averaged: one that went on from another.
        data: what it was trained on; the faces to choose by decide what is shown, and how confident.
        crops: what the pipeline makes of those faces in service, see `pipeline_crops_by`.
        command: what made the network, for the card; None writes it from the configuration of the run.
        most_lost: of the accuracy, as a share; a file that loses more in one of its heads is not written.
        samples: how many draws of faces the ranges of int8 are taken from; the file that reads best is kept.
        float32: where to write a file that is not quantised, with a card of its own.
        recounts: whether the statistics of batch normalisation are counted anew, see `recount`.

    Raises:
        ExportLoses: the file loses more than that, and is not written.
        DataError: the pipeline finds too few of the faces to choose by.
        RunError: a folder holds no run of seven labels that has weights.
    """
    config = TrainingConfig.read(runs[-1])
    if tuple(config.classes) != EMOTIONS:
        raise RunError(
            f"{runs[-1]} tells apart only {', '.join(config.classes)}: what is served tells all seven"
        )
    model = best_model(*runs)
    if recounts:
        recount(model, data.training.images, config.augmentation)
    found = cache(lambda: crops(data.choosing.images))
    making = Making(model, data, found, command or command_of(config, len(runs), recounts=recounts), samples)
    card = making.write(to, quantised=True, most_lost=most_lost)
    model.save_weights(to.with_suffix(".weights.h5"))
    if float32:
        making.write(float32, quantised=False, most_lost=most_lost)
    return card


def command_of(config: TrainingConfig, runs: int = 1, *, recounts: bool = False) -> str:
    """The commands that repeat a run with this configuration and export it, alone or as one of `runs`."""
    usual = recipe(config.network)
    names = ("epochs", "core_minutes", "batch_size", "seed", "patience")
    told = [
        f" --{name.replace('_', '-')} {getattr(config, name):g}"
        for name in names
        if getattr(config, name) not in (None, getattr(usual, name))
    ]
    told += [
        f" --set {name}={value:g}"
        for name, value in config.settings().items()
        if value != usual.settings()[name]
    ]
    if config.trunk_weights:
        told.append(" --weights FILE")
    if config.start_from:
        told.append(" --start-from" + " WEIGHTS" * len(config.start_from))
    if config.start_network:
        told.append(f" --start-network {config.start_network}")
    verb, taught = "train", config.distillation
    if taught:
        verb = "distil"
        told.append(f" --share {taught.share:g} --temperature {taught.temperature:g}")
        told.append(" --ask TEACHERS" if config.asks else " --teachers TEACHERS")
    return (
        f"python -m emotion.training {verb} --network {config.network}{''.join(told)}"
        " --data DATA --out RUN"
        f" && python -m emotion.training export --run{' RUN' * runs}{' --recount' * recounts}"
        " --data DATA --to FILE"
    )


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """What every file made of one network is made from.

    `found` takes minutes the first time it is called, so a file that fails before needs none of them.
    """

    model: keras.Model
    data: Dataset
    found: Callable[[], PipelineCrops]
    command: str
    samples: int

    def write(self, to: Path, *, quantised: bool, most_lost: float) -> ModelCard:
        """Write one file and its card; neither is there before both are whole."""
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to.parent, prefix="unfinished-") as folder:
            unfinished = Path(folder) / to.name
            unfinished.write_bytes(self._converted(quantised=quantised))
            card = self._described(unfinished, most_lost)
            unfinished.replace(to)
        card.write(to.with_suffix(".json"))
        return card

    def _converted(self, *, quantised: bool) -> bytes:
        if quantised:
            return best_quantised(self.model, self.data, self.samples)
        return convert(self.model, self.data.training.images, quantised=False)

    def _described(self, weights: Path, most_lost: float) -> ModelCard:
        """The card of the file `weights`, with everything measured on that file."""
        network, data = ExpressionNetwork(weights), self.data
        parity = parities(self.model, network, data.choosing)
        for head, one in parity.items():
            if one.lost > most_lost:
                raise ExportLoses(
                    f"the head {head} reads {one.exact:.2%} of {data.choosing_name} right in Keras and"
                    f" {one.accuracy:.2%} in the file: more than {100 * most_lost:g} points lost"
                )
        heads = {head: LABELS[head] for head in network.heads}
        ways = ways_shown(network, heads, data, self.found())
        print(table(ways), flush=True)
        best = ways[0]
        card = ModelCard(
            network=self.model.name,
            parameters=self.model.count_params(),
            multiply_adds=multiply_adds(self.model),
            heads=heads,
            shown_head=best.shown.head,
            contempt=best.shown.contempt,
            reads=Reads.BOTH_WAYS,
            temperature=best.temperature,
            confidence_limit=best.limit,
            clear_from=best.clear_from,
            input_shape=INPUT_SHAPE,
            input_dtype=network.input_dtype,
            crop=CROP_RULE,
            normalisation=NORMALISATION,
            sha256=checksum(weights),
            data=_told(data, self.found(), best, votes=VOTES in heads),
            scores={},
            command=self.command,
        )
        # The card is needed to open the file for scoring, and the scores to finish the card.
        card.write(weights.with_suffix(".json"))
        scored = _scores(weights, data) | _parity_scores(parity) | shown_scores(best)
        return replace(card, scores=scored | crop_scores(network, card, data, self.found()))


def _told(data: Dataset, found: PipelineCrops, best: Calibrated, *, votes: bool) -> dict[str, Any]:
    voted = data.choosing.votes is not None
    return {
        "training": "labels and FER+ votes" if votes and voted else "labels",
        "faces": len(data.training),
        "left_out": dict(data.dropped),
        "fingerprint": data.fingerprint,
        "scored_on": f"{data.choosing_name}, which also chose the epoch",
        "scored_faces": len(data.choosing),
    } | shown_data(data, found, best)


def _scores(weights: Path, data: Dataset) -> dict[str, float]:
    found = measure(
        open_network(weights), data.choosing, split=data.choosing_name, fingerprint=data.fingerprint
    ).to_json()
    names = [*(name + bound for name in SHARES for bound in ("", "_low", "_high")), *PLAIN]
    return {name: round(found[name], 6) for name in names if name in found}


def _parity_scores(parity: Mapping[str, Parity]) -> dict[str, float]:
    return {
        f"{head}_{name}": round(value, 4)
        for head, one in parity.items()
        for name, value in (
            ("accuracy_in_keras", one.exact),
            ("lost_in_file", one.lost),
            ("largest_logit_difference", one.largest),
            ("mean_logit_difference", one.mean),
        )
    }
