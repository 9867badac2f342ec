"""From the best weights of a run to the int8 file that is served, with its card."""

import hashlib
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from emotion.classifier import probabilities
from emotion.labels import EMOTIONS
from emotion.model_card import INPUT_DTYPE, INPUT_SHAPE, ModelCard
from emotion.preprocess import CROP_RULE, NORMALISATION, network_input
from emotion.training import scores
from emotion.training.data import FaceSet, Fer2013
from emotion.training.evaluate import best_model, int8_logits, int8_logits_one_way, keras_logits, summary
from emotion.training.networks import expression_only
from emotion.training.train import CONFIG, TrainingConfig

# Enough faces for steady ranges of every activation.
REPRESENTATIVE_FACES = 600

# Chosen on PublicTest: a named expression should be right four times in five.
WANTED_ACCURACY = 0.8


def export(run: Path, data: Fer2013, weights: Path, command: str) -> ModelCard:
    """Write `weights` (.tflite) and the card beside it (.json) from the run in folder `run`."""
    model = best_model(run)
    content = int8_file(expression_only(model), data.training)
    weights.parent.mkdir(parents=True, exist_ok=True)
    unfinished = weights.with_name(f"unfinished-{weights.name}")
    unfinished.write_bytes(content)
    card = describe(run, model, unfinished, data, command)
    unfinished.replace(weights)
    card.write(weights.with_suffix(".json"))
    return card


def int8_file(model: keras.Model, faces: FaceSet) -> bytes:
    """The network with int8 weights, activations, input and output, ranges taken from `faces`."""
    some = np.random.default_rng(0).permutation(len(faces))[:REPRESENTATIVE_FACES]
    inputs = network_input(faces.images[some])
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: ([face[None]] for face in inputs)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
        content: bytes = converter.convert()
    return content


def describe(run: Path, model: keras.Model, weights: Path, data: Fer2013, command: str) -> ModelCard:
    """The card of `weights`, temperature and confidence limit fitted on PublicTest."""
    config, faces = TrainingConfig.read(run / CONFIG), data.publictest
    logits, one_way = int8_logits(weights, faces), int8_logits_one_way(weights, faces)
    temperature = scores.fit_temperature(logits, faces.labels)
    limit = scores.choose_limit(probabilities(logits, temperature), faces.labels, WANTED_ACCURACY)
    return ModelCard(
        network=config.network,
        labels=EMOTIONS,
        input_shape=INPUT_SHAPE,
        input_dtype=INPUT_DTYPE,
        crop=CROP_RULE,
        normalisation=NORMALISATION,
        sha256=hashlib.sha256(weights.read_bytes()).hexdigest(),
        temperature=temperature,
        confidence_limit=limit.limit,
        data={
            "training": "FER2013 Training with FER+ votes",
            "faces": len(data.training),
            "left_out": data.dropped,
            "scored_on": "FER2013 PublicTest, also used to choose epoch, temperature and limit",
            "scored_faces": len(faces),
        },
        scores={
            "keras_accuracy_one_way": round(scores.accuracy(keras_logits(model, faces), faces.labels), 4),
            "accuracy_one_way": round(scores.accuracy(one_way, faces.labels), 4),
            **summary(logits, faces.labels, temperature),
            "coverage_above_limit": round(limit.coverage, 4),
            "accuracy_above_limit": round(limit.accuracy, 4),
        },
        command=command,
    )
