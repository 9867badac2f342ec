"""Every network that can be trained, by the name that the command line knows."""

from pathlib import Path

import keras

from emotion.labels import EMOTIONS
from emotion.training.networks.network import Network, with_heads
from emotion.training.networks.papers import PAPERS
from emotion.training.networks.residual import OURS

NETWORKS: dict[str, Network] = {network.name: network for network in (*OURS, *PAPERS)}


def build(
    name: str, classes: int = len(EMOTIONS), *, weights: Path | None = None, pretrained: bool = False
) -> keras.Model:
    """The network `name` with its heads of logits; raises KeyError for a name that is not registered."""
    return with_heads(NETWORKS[name], classes, weights=weights, pretrained=pretrained)
