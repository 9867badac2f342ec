"""What a network that can be trained is, and the heads that every one of them gets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras
from keras import layers

from emotion.classifier import EXPRESSION
from emotion.labels import EMOTIONS
from emotion.preprocess import CROP_SIZE
from emotion.training.data.errors import TrainingError
from emotion.training.data.votes import VOTES

INPUT_SHAPE = (CROP_SIZE, CROP_SIZE, 1)
# The eight emotions of FER+: the seven of FER2013 and contempt.
VOTED_EMOTIONS = 8


class WeightsError(TrainingError):
    """Weights to start from cannot be used; the message says which file and why."""


@dataclass(frozen=True, slots=True)
class Network:
    """One network by name.

    Attributes:
        name: how the command line calls it.
        trunk: makes the network without its head, untrained: from standardised gray faces
            (n, 48, 48, 1) to vectors of features (n, k). Called with `weights` and `pretrained`
            where `takes_weights` is true.
        paper: who described it, "" for a network of our own.
        two_heads: whether it also learns the votes of FER+.
        takes_weights: whether the trunk can start from weights learned elsewhere.
    """

    name: str
    trunk: Callable[..., keras.Model]
    paper: str = ""
    two_heads: bool = False
    takes_weights: bool = False


def with_heads(
    network: Network,
    classes: int = len(EMOTIONS),
    *,
    weights: Path | None = None,
    pretrained: bool = False,
) -> keras.Model:
    """The trunk of `network` with its heads.

    Args:
        classes: how many labels the head `expression` tells apart.
        weights: a file with weights of the trunk to start from; None starts from chance.
        pretrained: whether the trunk started from such a file: it reads faces in that file's range,
            also when the weights of the whole network are to be loaded into it.

    Returns:
        A model from float32 (n, 48, 48, 1) to a dict of logits: "expression" (n, classes) and,
        with two heads, "votes" (n, 8).

    Raises:
        WeightsError: weights are named and do not fit, or this network takes none.
    """
    if weights and not network.takes_weights:
        raise WeightsError(f"{network.name} always starts from chance: leave out the weights {weights}")
    options = {"weights": weights, "pretrained": pretrained} if network.takes_weights else {}
    trunk = network.trunk(**options)
    heads = {EXPRESSION: layers.Dense(classes, dtype="float32", name=EXPRESSION)(trunk.output)}
    if network.two_heads:
        heads[VOTES] = layers.Dense(VOTED_EMOTIONS, dtype="float32", name=VOTES)(trunk.output)
    return keras.Model(trunk.input, heads, name=network.name)
