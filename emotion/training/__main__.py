"""Train, score and export the expression network; each command explains itself with --help."""

import argparse
import dataclasses
import os
import sys
from pathlib import Path

# TensorFlow reads this when it is first imported, and greets at length without it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from emotion.model_card import DamagedModel, IncompatibleModel, ModelCard
from emotion.training.data import DataError, load_fer2013
from emotion.training.evaluate import best_model, int8_logits, keras_logits, milliseconds_a_face, report
from emotion.training.export import export
from emotion.training.networks import NETWORKS
from emotion.training.train import CONFIG, RunError, TrainingConfig, start

CHOICES = ("network", "epochs", "seed", "batch_size")


def train(options: argparse.Namespace) -> None:
    config = TrainingConfig.read(options.out / CONFIG) if options.resume else TrainingConfig()
    asked = {name: getattr(options, name) for name in CHOICES if getattr(options, name) is not None}
    data = load_fer2013(options.data)
    print(f"{len(data.training)} faces to train on; left out: {data.dropped}", flush=True)
    start(dataclasses.replace(config, **asked), options.out, resume=options.resume).fit(data)


def evaluate(options: argparse.Namespace) -> None:
    faces = load_fer2013(options.data).publictest
    if options.run:
        print(report(keras_logits(best_model(options.run), faces), faces.labels, 1.0))
        return
    card = ModelCard.load(options.weights.with_suffix(".json"))
    print(report(int8_logits(options.weights, faces), faces.labels, card.temperature))
    print(f"\n{milliseconds_a_face(options.weights, faces):.2f} ms a face on one thread")


def write_export(options: argparse.Namespace) -> None:
    config = TrainingConfig.read(options.run / CONFIG)
    data = load_fer2013(options.data)
    command = (
        f"python -m emotion.training train --network {config.network} --epochs {config.epochs}"
        f" --seed {config.seed} --batch-size {config.batch_size} --data DATA --out RUN"
        " && python -m emotion.training export --data DATA --run RUN --to WEIGHTS"
    )
    card = export(options.run, data, options.to, command)
    for name, value in card.scores.items():
        print(f"{name:28}{value:.4f}")
    print(f"temperature {card.temperature}, uncertain below {card.confidence_limit}")


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="python -m emotion.training", description=__doc__)
    commands = root.add_subparsers(required=True, metavar="COMMAND")
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument("--data", type=Path, required=True, help="folder with labels.csv and the two grids")

    command = commands.add_parser("train", parents=[data], help="train a network")
    command.add_argument("--out", type=Path, required=True, help="folder for weights, checkpoint and history")
    command.add_argument("--network", choices=sorted(NETWORKS))
    command.add_argument("--epochs", type=_positive)
    command.add_argument("--seed", type=int)
    command.add_argument("--batch-size", type=_positive)
    command.add_argument("--resume", action="store_true", help="go on after the last epoch in --out")
    command.set_defaults(call=train)

    command = commands.add_parser("evaluate", parents=[data], help="score a network on PublicTest")
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--run", type=Path, help="folder of a run: its best weights, in Keras")
    which.add_argument("--weights", type=Path, help="an exported file, as it is served")
    command.set_defaults(call=evaluate)

    command = commands.add_parser("export", parents=[data], help="write the int8 file and its card")
    command.add_argument("--run", type=Path, required=True, help="folder of a run")
    command.add_argument("--to", type=Path, required=True, help="the .tflite to write, its card beside it")
    command.set_defaults(call=write_export)
    return root


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        options.call(options)
    except (DataError, RunError, DamagedModel, IncompatibleModel) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a positive whole number")
    return number


if __name__ == "__main__":
    sys.exit(main())
