"""Opens a network to be judged: the folder of a run, in Keras, or a file of weights as it is served."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion.classifier import EXPRESSION, ExpressionNetwork, HeadLogits
from emotion.labels import EMOTIONS, Emotion
from emotion.model_card import DamagedModel, IncompatibleModel, ModelCard
from emotion.training.data.errors import LACKING
from emotion.training.data.votes import VOTED_NAMES, VOTES
from emotion.training.run.config import RunError, TrainingConfig
from emotion.training.score.network import Cost, LogitsNetwork


def open_network(path: Path) -> LogitsNetwork:
    """The network of a run (its folder) or of a file of weights (.tflite, its card beside it).

    Raises:
        DamagedModel: a file is missing, cut off, or not what its card says.
        IncompatibleModel: neither of both, or a network that this program does not know.
        RunError: the folder holds no run, or no weights of it yet, or Keras is not installed.
    """
    if path.is_dir():
        return KerasNetwork(path)
    if path.suffix != ".tflite":
        raise IncompatibleModel(f"{path} is neither the folder of a run nor a .tflite file with its card")
    return LiteRtNetwork(path)


class LiteRtNetwork:
    """A file of weights, int8 or float32, on one thread and face by face, as it is served."""

    def __init__(self, path: Path) -> None:
        self.card: ModelCard | None = ModelCard.load(path.with_suffix(".json"))
        self.name = self.card.network
        self._network = _opened(path)
        self.heads = self._network.heads
        self.classes = _labels_checked(path, self.card, self.heads)
        self.cost = Cost(self.card.parameters, self.card.multiply_adds, path.stat().st_size)

    def logits(self, images: NDArray[np.uint8]) -> HeadLogits:
        answers = [self._network.logits(image) for image in images]
        return {head: np.stack([answer[head] for answer in answers]) for head in self.heads}


class KerasNetwork:
    """The best averaged weights of a run, read in batches."""

    card: ModelCard | None = None

    def __init__(self, folder: Path) -> None:
        config = TrainingConfig.read(folder)
        self.name, self.classes = config.network, config.classes
        try:
            from emotion.training.networks import cost
            from emotion.training.run.saved import BEST, best_model, predicted
        except ModuleNotFoundError as error:
            if error.name not in ("keras", "tensorflow"):
                raise
            raise RunError(f"{folder} is a run of Keras, {LACKING}") from error
        try:
            self._model = best_model(folder)
        except KeyError as error:
            raise IncompatibleModel(
                f"{folder} trained the network {config.network!r}, which is not known here"
            ) from error
        self._predicted = predicted
        self.heads = tuple(self._model.output_names)
        size = (folder / BEST).stat().st_size
        self.cost = Cost(cost.parameters(self._model), cost.multiply_adds(self._model), size)

    def logits(self, images: NDArray[np.uint8]) -> HeadLogits:
        return {head: np.asarray(values) for head, values in self._predicted(self._model, images).items()}


def _opened(path: Path) -> ExpressionNetwork:
    try:
        return ExpressionNetwork(path)
    except (ValueError, RuntimeError) as error:
        raise DamagedModel(f"{path} is no network that LiteRT can read: {error}") from error


def _labels_checked(path: Path, card: ModelCard, heads: tuple[str, ...]) -> tuple[Emotion, ...]:
    if set(heads) != set(card.heads):
        raise DamagedModel(
            f"{path} has the outputs {', '.join(heads)}, its card says {', '.join(card.heads)}"
        )
    if EXPRESSION not in heads:
        raise IncompatibleModel(f"{path} has no head {EXPRESSION!r} to judge, only {', '.join(heads)}")
    if card.heads.get(VOTES, VOTED_NAMES) != VOTED_NAMES:
        raise IncompatibleModel(f"{path} answers votes in the order {card.heads[VOTES]}, not {VOTED_NAMES}")
    return _emotions(card.heads[EXPRESSION], path)


def _emotions(names: Sequence[str], path: Path) -> tuple[Emotion, ...]:
    try:
        return tuple(Emotion(name) for name in names)
    except ValueError as error:
        raise IncompatibleModel(f"{path}: {error}; known are {', '.join(EMOTIONS)}") from error
