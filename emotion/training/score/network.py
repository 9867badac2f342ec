"""What can be judged: a network that answers gray faces with logits, and what it weighs."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emotion.classifier import HeadLogits
from emotion.labels import Emotion
from emotion.model_card import ModelCard


@dataclass(frozen=True, slots=True)
class Cost:
    """What a network weighs: parameters, multiply-adds a face, bytes of its file of weights."""

    parameters: int
    multiply_adds: int
    size_bytes: int


class LogitsNetwork(Protocol):
    """A network that says something about gray faces.

    name: what the registry of networks calls it. classes: what the head of labels tells apart, in order.
    heads: "expression" and, where FER+ votes were learned too, "votes". card: of a served file, else None.
    """

    name: str
    classes: tuple[Emotion, ...]
    heads: tuple[str, ...]
    card: ModelCard | None
    cost: Cost

    def logits(self, images: NDArray[np.uint8]) -> HeadLogits:
        """float32 (n, classes) by head, for faces uint8 (n, 48, 48) as they are, without mirror images."""
