"""Reads an expression from the crop of a face with a network in LiteRT's int8 format."""

from pathlib import Path
from typing import Any, Self

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from emotion.model_card import ModelCard
from emotion.preprocess import network_input
from emotion.values import EmotionScores


class ExpressionNetwork:
    """The network in one weights file, run on one thread. Not to be shared between threads."""

    def __init__(self, path: Path) -> None:
        self._interpreter = Interpreter(model_path=str(path), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]
        self._output = self._interpreter.get_output_details()[0]

    def logits(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        """float32 (7,) in the order of `EMOTIONS`, from a gray crop, uint8 (48, 48)."""
        self._interpreter.set_tensor(self._input["index"], _quantised(network_input(crop)[None], self._input))
        self._interpreter.invoke()
        return _real(self._interpreter.get_tensor(self._output["index"])[0], self._output)

    def logits_both_ways(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Mean of what the face and its mirror image are read as: an expression has no handedness."""
        mean: NDArray[np.float32] = (self.logits(crop) + self.logits(crop[:, ::-1])) / np.float32(2)
        return mean


class ExpressionClassifier:
    """Calibrated expression scores of a face.

    Args of `classify`: a gray crop as `emotion.preprocess.face_crop` makes it, uint8 (48, 48).

    Example:
        classifier = ExpressionClassifier.load(Path("models/expression.tflite"))
        scores = classifier.classify(face_crop(image, right_eye, left_eye, mouth))
    """

    def __init__(self, card: ModelCard, network: ExpressionNetwork) -> None:
        self.card = card
        self._network = network

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open the weights `path` and the card beside it; raise what `ModelCard.load` raises."""
        return cls(ModelCard.load(path.with_suffix(".json")), ExpressionNetwork(path))

    def classify(self, crop: NDArray[np.uint8]) -> EmotionScores:
        shares = probabilities(self._network.logits_both_ways(crop), self.card.temperature)
        return EmotionScores(
            probabilities=tuple(shares.tolist()),
            uncertain=bool(shares.max() < self.card.confidence_limit),
        )


def probabilities(logits: NDArray[np.floating[Any]], temperature: float) -> NDArray[np.float64]:
    """Softmax over the last axis of `logits` divided by `temperature`."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _quantised(values: NDArray[np.float32], details: dict[str, Any]) -> NDArray[np.int8]:
    scale, zero = details["quantization"]
    steps: NDArray[np.int8] = np.clip(np.round(values / scale) + zero, -128, 127).astype(np.int8)
    return steps


def _real(values: NDArray[np.int8], details: dict[str, Any]) -> NDArray[np.float32]:
    scale, zero = details["quantization"]
    real: NDArray[np.float32] = ((values.astype(np.int32) - zero) * scale).astype(np.float32)
    return real
