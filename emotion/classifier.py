"""Reads an expression from the crop of a face with a network in LiteRT's format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS, Emotion
from emotion.litert import interpreter
from emotion.model_card import CONTEMPT, ContemptRule, DamagedModel, ModelCard, Reads
from emotion.preprocess import network_input
from emotion.values import EmotionScores

EXPRESSION = "expression"

HeadLogits = dict[str, NDArray[np.float32]]

# How far a face's first reading must stand above what is called clear, so that its mirror image need not be
# read: it would then show nothing else (docs/model-card.md).
SETTLED = 0.13


class ExpressionNetwork:
    """The network in one weights file, int8 or float32, run on one thread. Not to be shared between threads.

    `heads` names its outputs, `input_dtype` what it reads, as in a model card.
    """

    def __init__(self, path: Path) -> None:
        self._interpreter = interpreter(path)
        # The signature knows the outputs by name, and which tensors they are. Calling through it
        # would copy and check each time what is the same each time.
        signature = self._interpreter.get_signature_runner()
        (self._input,) = signature.get_input_details().values()
        self._outputs = dict(signature.get_output_details())
        self.heads = tuple(self._outputs)
        self.input_dtype = np.dtype(self._input["dtype"]).name

    def logits(self, crop: NDArray[np.uint8]) -> HeadLogits:
        """By head float32 (k,), in the order of the head's labels, from a gray crop, uint8 (48, 48)."""
        return self.run(network_input(crop))

    def run(self, values: NDArray[np.float32]) -> HeadLogits:
        """By head float32 (k,), from a standardised crop, float32 (48, 48, 1)."""
        self._interpreter.set_tensor(self._input["index"], _steps(values[None], self._input))
        self._interpreter.invoke()
        return {
            head: _real(self._interpreter.get_tensor(details["index"])[0], details)
            for head, details in self._outputs.items()
        }

    def logits_both_ways(self, crop: NDArray[np.uint8]) -> HeadLogits:
        """Mean of what the face and its mirror image are read as: an expression has no handedness."""
        return mean_logits(self.logits(crop), self.logits(crop[:, ::-1]))


class ExpressionClassifier:
    """Calibrated expression scores of a face, from the head that the model card shows.

    Args of `classify`: a gray crop as `emotion.preprocess.face_crop` makes it, uint8 (48, 48).

    Example:
        classifier = ExpressionClassifier.load(Path("models/flagship.tflite"))
        scores = classifier.classify(face_crop(image, right_eye, left_eye, mouth))
    """

    def __init__(self, card: ModelCard, network: ExpressionNetwork, *, sparing: bool = False) -> None:
        self.card = card
        self._network = network
        self._is_sparing = sparing

    @classmethod
    def load(cls, path: Path, *, sparing: bool = False) -> Self:
        """Open the weights `path` and the card beside it; raise what `ModelCard.load` raises.

        `sparing`: the mirror image is read only where that could change what is shown (`SETTLED`). The label
        and how sure it is stay, the probabilities of such faces move by 0.002 on average.
        """
        card = ModelCard.load(path.with_suffix(".json"))
        network = ExpressionNetwork(path)
        if set(network.heads) != set(card.heads):
            raise DamagedModel(
                f"{path} has the outputs {', '.join(network.heads)}, its card says {', '.join(card.heads)}"
            )
        return cls(card, network, sparing=sparing)

    def classify(self, crop: NDArray[np.uint8]) -> EmotionScores:
        plain = self._network.logits(crop)
        scores = self._scores(plain)
        if self.card.reads is Reads.ONE_WAY or (self._is_sparing and self._is_settled(scores)):
            return scores
        return self._scores(mean_logits(plain, self._network.logits(crop[:, ::-1])))

    def _scores(self, logits: HeadLogits) -> EmotionScores:
        card = self.card
        shares = probabilities(logits[card.shown_head], card.temperature)
        seven = seven_shares(shares, card.shown_labels, card.contempt)
        return EmotionScores(
            probabilities=tuple(seven.tolist()),
            uncertain=bool(seven.max() < card.confidence_limit),
        )

    def _is_settled(self, scores: EmotionScores) -> bool:
        return max(scores.probabilities) >= self.card.clear_from + SETTLED


def mean_logits(plain: HeadLogits, mirrored: HeadLogits) -> HeadLogits:
    return {head: (plain[head] + mirrored[head]) / np.float32(2) for head in plain}


def probabilities(logits: NDArray[np.floating[Any]], temperature: float) -> NDArray[np.float64]:
    """Softmax over the last axis of `logits` divided by `temperature`."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def seven_shares(
    shares: NDArray[np.float64], labels: Sequence[str], contempt: ContemptRule | None
) -> NDArray[np.float64]:
    """Probabilities of the seven `EMOTIONS` from those of a head that may tell contempt too.

    Args:
        shares: float64 (..., k), each row summing to 1.
        labels: the k labels of the head, the seven among them.
        contempt: what becomes of the share of contempt; None where no label is contempt.

    Returns:
        float64 (..., 7) in the order of `EMOTIONS`, each row summing to 1.
    """
    seven = shares[..., [labels.index(emotion) for emotion in EMOTIONS]]
    if contempt is ContemptRule.TO_NEUTRAL:
        seven[..., EMOTIONS.index(Emotion.NEUTRAL)] += shares[..., labels.index(CONTEMPT)]
    whole: NDArray[np.float64] = seven / seven.sum(axis=-1, keepdims=True)
    return whole


def _steps(values: NDArray[np.float32], details: dict[str, Any]) -> NDArray[Any]:
    """Real values as the tensor of these details holds them."""
    if details["dtype"] is np.float32:
        return values
    scale, zero = details["quantization"]
    steps: NDArray[np.int8] = np.clip(np.round(values / scale) + zero, -128, 127).astype(np.int8)
    return steps


def _real(values: NDArray[Any], details: dict[str, Any]) -> NDArray[np.float32]:
    """The values of the tensor of these details as real ones."""
    if details["dtype"] is np.float32:
        return values
    scale, zero = details["quantization"]
    real: NDArray[np.float32] = ((values.astype(np.int32) - zero) * scale).astype(np.float32)
    return real
