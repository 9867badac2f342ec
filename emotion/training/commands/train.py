"""The commands `train` and `distil`: a network learns from labels, or from labels and teachers."""

import argparse
from dataclasses import replace
from pathlib import Path

from emotion.labels import EMOTIONS
from emotion.training.commands.options import Commands, positive, setting, share
from emotion.training.data.faces import Dataset
from emotion.training.data.load import classes_named, load
from emotion.training.networks.registry import NETWORKS
from emotion.training.page.training_page import best_epoch, write_training_page
from emotion.training.run.batches import Teacher
from emotion.training.run.config import PRECISIONS, TEACHERS, Distillation, RunError, TrainingConfig, recipe
from emotion.training.run.history import HISTORY, read_history
from emotion.training.run.teacher import TeacherLogits, answers, asked
from emotion.training.run.train import Run, refuse_second, start

USUAL = Distillation(TEACHERS)


def add_command(commands: Commands) -> None:
    run = _run_options()

    command = commands.add_parser("train", parents=[run], help="train a network")
    command.add_argument(
        "--classes", metavar="NAMES", help="only these labels, as in happy,neutral,sad,surprise"
    )
    command.add_argument("--weights", metavar="FILE", help="weights of a big backbone, learned elsewhere")
    command.set_defaults(call=train)

    command = commands.add_parser("distil", parents=[run], help="train a network on labels and teachers")
    teachers = command.add_mutually_exclusive_group()
    teachers.add_argument("--teachers", type=Path, nargs="+", metavar="RUN", help="folders of finished runs")
    teachers.add_argument("--logits", type=Path, metavar="FILE", help=f"a {TEACHERS} that distil made before")
    teachers.add_argument(
        "--ask",
        type=Path,
        nargs="+",
        metavar="RUN",
        help="ask the mean of these runs in each step of its faces, not yet damaged; again with --resume",
    )
    command.add_argument("--share", type=share, default=USUAL.share, help="of the loss, the teachers'")
    command.add_argument("--temperature", type=positive(float), default=USUAL.temperature)
    command.set_defaults(call=distil)


def train(options: argparse.Namespace) -> None:
    classes = classes_named(options.classes) if options.classes else None
    config = _config(options, classes=classes, trunk_weights=options.weights)
    _fit(config, options, _data(options, config), teacher=None)


def distil(options: argparse.Namespace) -> None:
    refuse_second(options.out, resume=options.resume)
    config = _config(options)
    data = _data(options, config)
    settings = Distillation(None if options.ask else TEACHERS, options.share, options.temperature)
    config = replace(config, distillation=config.distillation or settings)
    if config.asks != bool(options.ask):
        needed = "asks its teachers: name them again with --ask"
        kept = "learns from answers that were kept: leave --ask out"
        raise RunError(f"the run in {options.out} {needed if config.asks else kept}")
    if options.ask:
        _fit(config, options, data, teacher=asked(options.ask, data))
        return
    if options.resume:
        taught = TeacherLogits.read(options.out / TEACHERS, data)
    elif options.logits:
        taught = TeacherLogits.read(options.logits, data)
    elif options.teachers:
        taught = TeacherLogits.mean([answers(folder, data) for folder in options.teachers], data)
    else:
        raise RunError("name the teachers' runs with --teachers, or their logits with --logits")
    options.out.mkdir(parents=True, exist_ok=True)
    taught.write(options.out / TEACHERS)
    _fit(config, options, data, teacher=taught)


def _run_options() -> argparse.ArgumentParser:
    run = argparse.ArgumentParser(add_help=False)
    run.add_argument("--network", choices=sorted(NETWORKS), required=True)
    run.add_argument("--data", type=Path, required=True, help="grids, fer2013.csv or folders of pictures")
    run.add_argument("--out", type=Path, required=True, help="folder for weights, checkpoint and history")
    run.add_argument(
        "--resume", action="store_true", help="go on with the run in --out, as it was configured"
    )
    length = run.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=positive(float))
    length.add_argument(
        "--core-minutes", type=positive(float), help="as many steps as fit this processor time"
    )
    run.add_argument("--batch-size", type=positive(int))
    run.add_argument("--seed", type=int)
    run.add_argument("--precision", choices=PRECISIONS, help="of the multiplications")
    run.add_argument(
        "--patience", type=positive(int), metavar="EPOCHS", help="stop early without a better epoch"
    )
    run.add_argument(
        "--set",
        type=setting,
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="another number of the configuration, as in mixup_alpha=0; may be given again",
    )
    run.add_argument(
        "--start-from",
        nargs="+",
        default=[],
        metavar="WEIGHTS",
        help="weights of the whole network to start from, the mean of them where there are several",
    )
    run.add_argument(
        "--start-network",
        choices=sorted(NETWORKS),
        help="the network that they are of, where it is a narrower one",
    )
    return run


def _config(options: argparse.Namespace, **more: object) -> TrainingConfig:
    if options.resume:
        config = TrainingConfig.read(options.out)
        if config.network != options.network:
            raise RunError(f"{options.out} holds a run of {config.network}, not of {options.network}")
        return config
    if options.start_network and not options.start_from:
        raise RunError("name the weights of --start-network with --start-from")
    names = ("epochs", "core_minutes", "batch_size", "seed", "precision", "patience")
    asked = {name: getattr(options, name) for name in (*names, "start_network")}
    more["start_from"] = tuple(options.start_from)
    config = recipe(options.network).with_settings(dict(options.set))
    if options.epochs:
        config = replace(config, core_minutes=None)
    return config.changed(**asked, **more)


def _data(options: argparse.Namespace, config: TrainingConfig) -> Dataset:
    is_chosen = options.resume or config.classes != EMOTIONS or getattr(options, "classes", None)
    data = load(options.data, classes=config.classes if is_chosen else None)
    print(f"{len(data.training)} faces to train on; left out: {dict(data.dropped)}", flush=True)
    return data


def _fit(
    config: TrainingConfig, options: argparse.Namespace, data: Dataset, *, teacher: Teacher | None
) -> None:
    run = start(config, options.out, data, resume=options.resume, teacher=teacher)
    try:
        run.fit()
    except KeyboardInterrupt:
        print(f"stopped after step {run.progress.step}; --resume goes on from the last checkpoint")
    finally:
        _tell(run)


def _tell(run: Run) -> None:
    if run.progress.best < 0:  # killed before its first epoch at full size
        return
    if best := best_epoch(run.config, read_history(run.folder / HISTORY)):
        print(f"best on {run.data.choosing_name}: {best.scores}, after epoch {best.epoch:g}")
        print(f"curves: {write_training_page(run.folder, split=run.data.choosing_name)}")
