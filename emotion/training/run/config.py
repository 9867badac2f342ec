"""Everything that decides how a training run goes; written beside its weights."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Self

import msgspec

from emotion.files import whole
from emotion.labels import EMOTIONS, Emotion
from emotion.training.data.errors import TrainingError
from emotion.training.run.augment import Augmentation

CONFIG = "config.json"
# What a run that learns from teachers keeps of their answers.
TEACHERS = "teachers.npz"
# Half precision doubles the pace of a processor that multiplies it (AVX512-BF16, AMX) and slows others.
PRECISIONS = ("float32", "mixed_bfloat16")


class RunError(TrainingError):
    """The folder of a run cannot be used as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Distillation:
    """Learn from teachers' logits too (Hinton et al., 2015).

    `share` of the loss is the teachers', the rest the labels'. Both sides are softened by `temperature`.
    `logits` is the file of what they said of the faces as they are; with None they are asked in each step,
    of its faces as they are turned and lit, and not yet damaged.
    """

    logits: str | None
    share: float = 0.7
    temperature: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingConfig:
    """One run. Shares are of the whole run, between 0 and 1.

    `core_minutes` asks for as many steps as fit that much processor time: the pace is measured
    once, and `steps` then holds the length that was found. `sizes` lists from which share of the
    run on the faces have which side in pixels: small faces are cheap and teach the coarse things.
    `precision` is one of PRECISIONS; weights, statistics and heads are float32 in both.
    A run starts from the mean of the weights `start_from`: runs that began at one point and went
    different ways read better in their middle (Wortsman et al., 2022). They are of `start_network`
    where that is a narrower one.
    """

    network: str
    classes: tuple[Emotion, ...] = EMOTIONS
    epochs: float = 50
    core_minutes: float | None = None
    steps: int | None = None
    patience: int | None = None
    seed: int = 1
    batch_size: int = 128
    precision: str = "float32"
    optimizer: str = "sgd"
    peak_rate: float = 0.1
    warm_up_epochs: float = 1.0
    momentum: float = 0.9
    # Keras subtracts the decay outside the momentum: ten times what an L2 term would be.
    weight_decay: float = 5e-3
    averaging: float = 0.999
    label_smoothing: float = 0.1
    votes_weight: float = 0.7
    mixup_alpha: float = 0.2
    # The last faces are not mixed, and the very last are changed half as much: what is learned
    # there is nearer to what is read in service.
    unmixed_share: float = 0.24
    calm_share: float = 0.16
    sizes: tuple[tuple[float, int], ...] = ((0.0, 48),)
    distillation: Distillation | None = None
    start_from: tuple[str, ...] = ()
    start_network: str | None = None
    trunk_weights: str | None = None
    augmentation: Augmentation = field(default_factory=Augmentation)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The configuration of the run in `folder`; raises RunError where there is none."""
        path = folder / CONFIG
        try:
            values = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
            # One name, or none, stood here before it was a list.
            if not isinstance(before := values.get("start_from"), list):
                values["start_from"] = [before] if before else []
            return msgspec.convert(values, cls)
        except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
            raise RunError(f"{path} is not the configuration of a run: {error}") from error

    def write(self, folder: Path) -> None:
        with whole(folder / CONFIG) as unfinished:
            unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    def changed(self, **values: Any) -> Self:
        """With the values that are not None in place of its own."""
        return replace(self, **{name: value for name, value in values.items() if value is not None})

    @property
    def asks(self) -> bool:
        """Whether teachers are asked in each step, and not once before."""
        return self.distillation is not None and self.distillation.logits is None

    def settings(self) -> dict[str, float]:
        """Every number but the run's length, counts and the seed; those of the augmentation behind a dot."""
        numbers = [each.name for each in fields(self) if each.type is float and each.name != "epochs"]
        own = {name: getattr(self, name) for name in numbers}
        changes = asdict(self.augmentation)
        return own | {f"augmentation.{name}": value for name, value in changes.items()}

    def spelled(self) -> dict[str, str]:
        """Everything as text by name, what stands within another behind a dot."""
        return dict(_spelled(asdict(self)))

    def with_settings(self, wanted: Mapping[str, float]) -> Self:
        """With other numbers, named as in `settings`; raises RunError for a name that is not there."""
        unknown = sorted(wanted.keys() - self.settings().keys())
        if unknown:
            known = ", ".join(self.settings())
            raise RunError(f"a run has no number {', '.join(unknown)}; it has {known}")
        changes: dict[str, Any] = {name: value for name, value in wanted.items() if "." not in name}
        augmentation = {name.split(".")[1]: value for name, value in wanted.items() if "." in name}
        return replace(self, **changes, augmentation=replace(self.augmentation, **augmentation))


def _spelled(values: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _spelled(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value if isinstance(value, str) else json.dumps(value)


# About .69 of the multiply-adds of a run at full size: .4 x (32/48)² + .28 x (40/48)² + .32.
GROWING = ((0.0, 32), (0.4, 40), (0.68, 48))

# Ours: stochastic gradient descent finds flatter minima, and the longer run pays for it.
FLAGSHIP = TrainingConfig(
    network="flagship",
    epochs=80,
    precision="mixed_bfloat16",
    label_smoothing=0.05,
    unmixed_share=0.3,
    calm_share=0.2,
    augmentation=Augmentation(erase_chance=0.2),
)
EDGE = TrainingConfig(
    network="edge", epochs=120, precision="mixed_bfloat16", sizes=GROWING, weight_decay=2e-3
)
RECIPES = {
    "flagship": FLAGSHIP,
    "flagship_narrow": replace(FLAGSHIP, network="flagship_narrow"),
    "fine_stem": replace(
        FLAGSHIP, network="fine_stem", epochs=40, votes_weight=2.0, sizes=((0.0, 32), (0.3, 40), (0.6, 48))
    ),
    "edge": EDGE,
    "edge_narrow": replace(EDGE, network="edge_narrow"),
}

LIGHT = Augmentation(
    rotation=8,
    scale=0.08,
    shift=0.06,
    contrast=0.2,
    brightness=20,
    gamma=0.2,
    erase_chance=0,
    degrade_chance=0,
)


def recipe(network: str) -> TrainingConfig:
    """The recipe of our own networks; for those of the papers one protocol, the same for all.

    AdamW, since some of them have no normalisation and do not start under plain descent. The rest
    is made for a short run: faces changed lightly, and an average that follows the weights soon.
    """
    protocol = TrainingConfig(
        network=network,
        core_minutes=15,
        batch_size=64,
        optimizer="adamw",
        peak_rate=5e-4,
        weight_decay=5e-2,
        averaging=0.99,
        label_smoothing=0.05,
        mixup_alpha=0.0,
        augmentation=LIGHT,
    )
    return RECIPES.get(network, protocol)
