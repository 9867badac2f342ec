"""The command `reproduce`: the runs that make a shipped network, one after another."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from emotion.training.commands.options import Commands
from emotion.training.data.faces import Dataset
from emotion.training.data.load import load
from emotion.training.page.training_page import write_training_page
from emotion.training.run.batches import Teacher
from emotion.training.run.config import CONFIG, PRECISIONS, TEACHERS, RunError, TrainingConfig
from emotion.training.run.saved import BEST
from emotion.training.run.stages import RECOUNTED, SERVED, STAGES, Stage
from emotion.training.run.teacher import TeacherLogits, answers, asked
from emotion.training.run.train import start


def add_command(commands: Commands) -> None:
    command = commands.add_parser(
        "reproduce", help="train a shipped network as it was trained; called again, it goes on where it was"
    )
    command.add_argument("--network", choices=sorted(STAGES), required=True)
    command.add_argument("--data", type=Path, required=True, help="grids, fer2013.csv or folders of pictures")
    command.add_argument("--out", type=Path, required=True, help="folder for a folder of each run")
    command.add_argument(
        "--precision", choices=PRECISIONS, help="float32 where the processor multiplies no bfloat16"
    )
    command.set_defaults(call=call)


def call(options: argparse.Namespace) -> None:
    stages = [each.changed(precision=options.precision) for each in STAGES[options.network]]
    try:
        out = reproduce(stages, load(options.data), options.out)
    except KeyboardInterrupt:
        raise RunError("stopped; the same command goes on from the last checkpoint") from None
    runs = " ".join(str(out / stage.folder) for stage in SERVED[options.network])
    recount = " --recount" if options.network in RECOUNTED else ""
    command = (
        f"python -m emotion.training export --run {runs}{recount} --data {options.data} --to FILE.tflite"
    )
    print(f"now export it: {command}")


def reproduce(stages: Sequence[Stage], data: Dataset, out: Path) -> Path:
    """Bring every run to its end; return the folder with a folder of each.

    Raises:
        RunError: a folder holds a run that was configured in another way.
    """
    out = out.resolve()  # the same folder, however it is named the next time
    for number, stage in enumerate(stages, 1):
        print(f"run {number} of {len(stages)}: {stage.folder}", flush=True)
        _finish(stage, data, out)
    return out


def _finish(stage: Stage, data: Dataset, out: Path) -> None:
    folder, config = out / stage.folder, stage.config
    config = replace(config, start_from=tuple(str(out / each / BEST) for each in stage.starts_from))
    if (folder / CONFIG).exists() and TrainingConfig.read(folder) != config:
        raise RunError(f"{folder} holds a run that was configured in another way: name another folder")
    run = start(config, folder, data, resume=True, teacher=_taught(stage, data, out))
    run.fit()
    write_training_page(folder, split=data.choosing_name)


def _taught(stage: Stage, data: Dataset, out: Path) -> Teacher | None:
    if not stage.teachers:
        return None
    if stage.config.asks:
        return asked([out / each for each in stage.teachers], data)
    path = out / stage.folder / TEACHERS
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        TeacherLogits.mean([answers(out / each, data) for each in stage.teachers], data).write(path)
    return TeacherLogits.read(path, data)
