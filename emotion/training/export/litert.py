"""The file that is served: a network in LiteRT's format, and how near it stays to the one in Keras."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from emotion.classifier import EXPRESSION, ExpressionNetwork, HeadLogits
from emotion.preprocess import network_input
from emotion.training.data.faces import Dataset, FaceSet
from emotion.training.data.votes import VOTES, majority
from emotion.training.run.config import RunError
from emotion.training.run.saved import predicted
from emotion.training.score import scores
from emotion.training.score.standing import ChoiceScores

# The range of an activation is that of its extremes. With more faces rare ones stretch it and every step of
# the 255 grows: logits were .055 off in the mean with 600 faces, .041 with 50, and .044 with 100, which cut
# off less at the ends. Half of the faces are mirrored, as half of those read are.
REPRESENTATIVE_FACES = 100
# Which faces they are is chance, and worth some tenths of a point: of ten samples of 30 to 400 faces the edge
# network lost -.1 to .5 points, .27 in the mean.
SAMPLES = 6


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a file's logits are from those of the network in Keras, and what that costs.

    `accuracy` and `exact` are the shares of faces that the file and the network read right, each face
    once. The differences of the logits are in their own unit.
    """

    accuracy: float
    exact: float
    largest: float
    mean: float

    @property
    def lost(self) -> float:
        return self.exact - self.accuracy

    @classmethod
    def of(cls, logits: NDArray[np.float32], exact: NDArray[np.float32], truth: scores.Labels) -> "Parity":
        """Faces whose truth is -1 have no part in the accuracy."""
        known, difference = truth >= 0, np.abs(logits - exact)
        return cls(
            accuracy=scores.accuracy(logits[known], truth[known]),
            exact=scores.accuracy(exact[known], truth[known]),
            largest=float(difference.max()),
            mean=float(difference.mean()),
        )


def convert(model: keras.Model, faces: NDArray[np.uint8], *, quantised: bool, sample: int = 0) -> bytes:
    """The network in LiteRT's format, its heads as outputs of the same names.

    Args:
        faces: uint8 (n, 48, 48), the ranges of int8 activations are taken from them.
        quantised: weights, activations and input in int8; else all in float32. The outputs are float32
            in both: they cost nothing that can be measured, and whoever reads them needs no scale.
        sample: seed that draws the faces for the ranges.

    Raises:
        RunError: Keras runs on another backend than TensorFlow, which alone can convert.
    """
    if keras.backend.backend() != "tensorflow":
        raise RunError(
            f"Keras runs on {keras.backend.backend()} and only TensorFlow exports: set"
            " KERAS_BACKEND=tensorflow; weights of a run are the same for every backend"
        )
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        if quantised:
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.representative_dataset = partial(_representative, faces, sample)
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.inference_input_type = tf.int8
            converter.inference_output_type = tf.float32
        content: bytes = converter.convert()
    return content


def best_quantised(model: keras.Model, data: Dataset, samples: int) -> bytes:
    """Of the int8 files from so many samples of faces the one that reads best, as an epoch is chosen."""
    files = [convert(model, data.training.images, quantised=True, sample=each) for each in range(samples)]
    return max(files, key=lambda content: _choice_scores(content, data.choosing).standing)


def parities(model: keras.Model, network: ExpressionNetwork, faces: FaceSet) -> dict[str, Parity]:
    """By head: judged by the labels of the data, and the head of votes by what most people saw.

    Where nobody voted, the labels stand for what people saw: no head goes unjudged.
    """
    exact = predicted(model, faces.images)
    served = _by_head([network.logits(face) for face in faces.images])
    truths = {EXPRESSION: faces.labels, VOTES: majority(faces.with_votes().needed_votes())}
    return {head: Parity.of(served[head], exact[head], truths[head]) for head in network.heads}


def _choice_scores(content: bytes, faces: FaceSet) -> ChoiceScores:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.tflite"
        path.write_bytes(content)
        network = ExpressionNetwork(path)
    plain, mirrored = ([network.logits(face) for face in images] for images in (
        faces.images, faces.images[:, :, ::-1],
    ))  # fmt: skip
    return ChoiceScores.of(_by_head(plain), _by_head(mirrored), faces)


def _by_head(answers: Sequence[HeadLogits]) -> HeadLogits:
    """Of faces one by one, (classes,), the logits of all, (n, classes)."""
    return {head: np.stack([answer[head] for answer in answers]) for head in answers[0]}


def _representative(faces: NDArray[np.uint8], sample: int) -> Iterator[list[NDArray[np.float32]]]:
    chosen = np.random.default_rng(sample).permutation(len(faces))[:REPRESENTATIVE_FACES]
    for index, face in enumerate(faces[chosen]):
        yield [network_input(face[:, ::-1] if index % 2 else face)[None]]
