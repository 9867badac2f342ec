"""Runs a trained network over a split and tells the scores."""

import time
from pathlib import Path

import keras
import numpy as np

from emotion.classifier import ExpressionNetwork, probabilities
from emotion.labels import EMOTIONS
from emotion.preprocess import network_input
from emotion.training import scores
from emotion.training.data import FaceSet
from emotion.training.networks import EXPRESSION, build
from emotion.training.train import BEST, CONFIG, RunError, TrainingConfig

COVERAGES = (0.9, 0.8, 0.7)


def best_model(folder: Path) -> keras.Model:
    """The best averaged weights of the run in `folder`; raise RunError where there are none."""
    model = build(TrainingConfig.read(folder / CONFIG).network)
    try:
        model.load_weights(folder / BEST)
    except (OSError, ValueError) as error:
        raise RunError(f"cannot read the weights {folder / BEST}: {error}") from error
    return model


def keras_logits(model: keras.Model, faces: FaceSet) -> scores.Logits:
    """float32 (n, 7) of a network with two heads."""
    logits: scores.Logits = model.predict(network_input(faces.images), batch_size=256, verbose=0)[EXPRESSION]
    return logits


def int8_logits(path: Path, faces: FaceSet) -> scores.Logits:
    """float32 (n, 7) of the weights file `path`, each face read both ways, as it is served."""
    network = ExpressionNetwork(path)
    return np.stack([network.logits_both_ways(face) for face in faces.images])


def int8_logits_one_way(path: Path, faces: FaceSet) -> scores.Logits:
    """The same without the mirror images: what the file itself makes of each face."""
    network = ExpressionNetwork(path)
    return np.stack([network.logits(face) for face in faces.images])


def milliseconds_a_face(path: Path, faces: FaceSet) -> float:
    """Median time of one face on one thread, read both ways, the crop already made."""
    network, times = ExpressionNetwork(path), []
    for face in faces.images[:500]:
        started = time.perf_counter()
        network.logits_both_ways(face)
        times.append(time.perf_counter() - started)
    return 1000 * float(np.median(times))


def summary(logits: scores.Logits, labels: scores.Labels, temperature: float) -> dict[str, float]:
    """The scores of a model card, rounded as they are printed."""
    plain, calibrated = probabilities(logits, 1.0), probabilities(logits, temperature)
    found = {
        "accuracy": scores.accuracy(calibrated, labels),
        "macro_f1": float(scores.f1_by_class(calibrated, labels).mean()),
        "nll": scores.negative_log_likelihood(calibrated, labels),
        "ece_before_temperature": scores.expected_calibration_error(plain, labels),
        "ece": scores.expected_calibration_error(calibrated, labels),
    }
    for coverage in COVERAGES:
        name = f"accuracy_at_{coverage:.0%}_coverage".replace("%", "")
        found[name] = scores.accuracy_at_coverage(calibrated, labels, coverage)
    return {name: round(value, 4) for name, value in found.items()}


def report(logits: scores.Logits, labels: scores.Labels, temperature: float) -> str:
    """Scores, F1 of each label, and the confusion table with a row for each true label."""
    shares = probabilities(logits, temperature)
    lines = [f"{name:28}{value:.4f}" for name, value in summary(logits, labels, temperature).items()]
    f1 = scores.f1_by_class(shares, labels)
    lines += ["", f"{'label':10}{'F1':>6}   said: " + " ".join(f"{emotion:>8}" for emotion in EMOTIONS)]
    for emotion, value, row in zip(EMOTIONS, f1, scores.confusion(shares, labels), strict=True):
        lines.append(f"{emotion:10}{value:6.3f}         " + " ".join(f"{count:8d}" for count in row))
    return "\n".join(lines)
