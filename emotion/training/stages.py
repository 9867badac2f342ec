"""The runs that make the shipped networks, in their order: what `reproduce` does again."""

from dataclasses import dataclass, replace
from typing import Any, Self

from emotion.training.augment import Augmentation
from emotion.training.config import Distillation, TrainingConfig, recipe
from emotion.training.train_command import TEACHERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One run in a folder of its own; `teachers` and `starts_from` name the folders of earlier ones."""

    folder: str
    config: TrainingConfig
    teachers: tuple[str, ...] = ()
    starts_from: str | None = None

    def changed(self, **values: Any) -> Self:
        """With the values of its configuration that are not None in place of its own."""
        return replace(self, config=self.config.changed(**values))


FIRST = Stage(folder="first", config=recipe("flagship"))
SECOND = Stage(
    folder="second",
    config=replace(
        recipe("flagship"),
        epochs=40,
        seed=3,
        peak_rate=0.05,
        votes_weight=1.0,
        unmixed_share=0.6,
        distillation=Distillation(TEACHERS, share=0.4, temperature=2.0),
    ),
    teachers=("first",),
    starts_from="first",
)
TEACHER = Stage(
    folder="teacher",
    config=replace(
        recipe("teacher"),
        epochs=26,
        seed=4,
        votes_weight=1.0,
        mixup_alpha=0.0,
        distillation=Distillation(TEACHERS, share=0.5, temperature=2.0),
    ),
    teachers=("first",),
)
# No faces are mixed any more and they are changed less: on votes the first runs still learned too little.
LAST = Stage(
    folder="last",
    config=replace(
        recipe("flagship"),
        epochs=30,
        seed=5,
        peak_rate=0.04,
        votes_weight=1.5,
        mixup_alpha=0.0,
        calm_share=0.35,
        distillation=Distillation(TEACHERS, share=0.4, temperature=2.0),
        augmentation=Augmentation(rotation=10, scale=0.1, shift=0.07, erase_chance=0.1, degrade_chance=0.06),
    ),
    teachers=("second", "teacher"),
    starts_from="second",
)

EDGE_FIRST = Stage(
    folder="edge_first",
    config=replace(
        recipe("edge"),
        epochs=46,
        unmixed_share=0.12,
        distillation=Distillation(TEACHERS),
        augmentation=Augmentation(erase_chance=0.15),
    ),
    teachers=("first",),
)
EDGE_SECOND = Stage(
    folder="edge_second",
    config=replace(
        recipe("edge"),
        epochs=40,
        seed=2,
        peak_rate=0.08,
        votes_weight=1.5,
        mixup_alpha=0.0,
        label_smoothing=0.05,
        calm_share=0.35,
        sizes=((0.0, 48),),
        distillation=Distillation(TEACHERS, share=0.5, temperature=2.0),
        augmentation=Augmentation(rotation=9, scale=0.09, shift=0.06, erase_chance=0.05, degrade_chance=0.05),
    ),
    teachers=("second", "teacher"),
    starts_from="edge_first",
)
EDGE_LAST = Stage(
    folder="edge_last",
    config=replace(
        EDGE_SECOND.config,
        epochs=26,
        seed=3,
        peak_rate=0.05,
        distillation=Distillation(TEACHERS, share=0.6, temperature=2.0),
    ),
    teachers=("last", "teacher"),
    starts_from="edge_second",
)

STAGES = {
    "flagship": (FIRST, SECOND, TEACHER, LAST),
    "edge": (FIRST, SECOND, TEACHER, LAST, EDGE_FIRST, EDGE_SECOND, EDGE_LAST),
}
