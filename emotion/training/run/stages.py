"""The runs that make the shipped networks, in their order: what `reproduce` does again."""

from dataclasses import dataclass, replace
from typing import Any, Self

from emotion.training.run.augment import Augmentation
from emotion.training.run.config import TEACHERS, Distillation, TrainingConfig, recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One run in a folder of its own; `teachers` and `starts_from` name the folders of earlier ones."""

    folder: str
    config: TrainingConfig
    teachers: tuple[str, ...] = ()
    starts_from: tuple[str, ...] = ()

    def changed(self, **values: Any) -> Self:
        """With the values of its configuration that are not None in place of its own."""
        return replace(self, config=self.config.changed(**values))


TAUGHT = Distillation(TEACHERS, share=0.4, temperature=2.0)

FIRST = Stage(folder="first", config=recipe("flagship_narrow"))
SECOND = Stage(
    folder="second",
    config=replace(
        recipe("flagship_narrow"),
        epochs=40,
        seed=3,
        peak_rate=0.05,
        votes_weight=1.0,
        unmixed_share=0.6,
        distillation=TAUGHT,
    ),
    teachers=("first",),
    starts_from=("first",),
)
TEACHER = Stage(
    folder="teacher",
    config=replace(
        recipe("flagship"),
        epochs=26,
        seed=4,
        votes_weight=1.0,
        mixup_alpha=0.0,
        distillation=Distillation(TEACHERS, share=0.5, temperature=2.0),
    ),
    teachers=("first",),
)
LIGHTER = Augmentation(rotation=10, scale=0.1, shift=0.07, erase_chance=0.1, degrade_chance=0.06)
# No faces are mixed any more and they are changed less: on votes the first runs still learned too little.
THIRD = Stage(
    folder="third",
    config=replace(
        recipe("flagship_narrow"),
        epochs=30,
        seed=5,
        peak_rate=0.04,
        votes_weight=1.5,
        mixup_alpha=0.0,
        calm_share=0.35,
        distillation=TAUGHT,
        augmentation=LIGHTER,
    ),
    teachers=("second", "teacher"),
    starts_from=("second",),
)

# Wider from here on, from the same answers.
WIDENED = Stage(
    folder="widened",
    config=replace(
        THIRD.config,
        network="flagship",
        epochs=12,
        seed=6,
        peak_rate=0.06,
        votes_weight=2.0,
        calm_share=0.25,
        start_network="flagship_narrow",
    ),
    teachers=("third", "teacher"),
    starts_from=("third",),
)
# Two ways from one point, and two more from the middle of where they ended.
WAY_1 = Stage(
    folder="way_1",
    config=replace(WIDENED.config, epochs=20, seed=7, peak_rate=0.05, calm_share=0.35, start_network=None),
    teachers=("third", "teacher"),
    starts_from=("widened",),
)
WAY_2 = replace(WAY_1, folder="way_2", config=replace(WAY_1.config, seed=8))
WAY_3 = Stage(
    folder="way_3",
    config=replace(
        WAY_1.config,
        epochs=13,
        seed=9,
        peak_rate=0.03,
        calm_share=0.5,
        augmentation=replace(LIGHTER, erase_chance=0.05, degrade_chance=0.04),
    ),
    teachers=("way_1", "way_2"),
    starts_from=("way_1", "way_2"),
)
WAY_4 = replace(WAY_3, folder="way_4", config=replace(WAY_3.config, seed=10))
CALM_1 = Stage(
    folder="calm_1",
    config=replace(WAY_3.config, epochs=8, seed=11, peak_rate=0.015, calm_share=0.99),
    teachers=("way_1", "way_2"),
    starts_from=("way_3", "way_4"),
)
CALM_2 = replace(
    CALM_1,
    folder="calm_2",
    config=replace(CALM_1.config, epochs=5, seed=12, peak_rate=0.012),
    starts_from=("calm_1",),
)

EDGE_FIRST = Stage(
    folder="edge_first",
    config=replace(
        recipe("edge_narrow"),
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
        recipe("edge_narrow"),
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
    starts_from=("edge_first",),
)
EDGE_THIRD = Stage(
    folder="edge_third",
    config=replace(
        EDGE_SECOND.config,
        epochs=26,
        seed=3,
        peak_rate=0.05,
        distillation=Distillation(TEACHERS, share=0.6, temperature=2.0),
    ),
    teachers=("third", "teacher"),
    starts_from=("edge_second",),
)

EDGE_WIDENED = Stage(
    folder="edge_widened",
    config=replace(
        EDGE_SECOND.config,
        network="edge",
        seed=4,
        votes_weight=2.0,
        start_network="edge_narrow",
        distillation=Distillation(TEACHERS, share=0.6, temperature=2.0),
    ),
    teachers=("third", "teacher"),
    starts_from=("edge_third",),
)
EDGE_FOURTH = Stage(
    folder="edge_fourth",
    config=replace(
        EDGE_WIDENED.config,
        epochs=30,
        seed=5,
        peak_rate=0.05,
        calm_share=0.5,
        start_network=None,
        augmentation=replace(EDGE_SECOND.config.augmentation, erase_chance=0.03, degrade_chance=0.04),
    ),
    teachers=("way_1", "way_2"),
    starts_from=("edge_widened",),
)
EDGE_FIFTH = Stage(
    folder="edge_fifth",
    config=replace(EDGE_FOURTH.config, epochs=9, seed=6, peak_rate=0.015, calm_share=0.99),
    teachers=("way_1", "way_2"),
    starts_from=("edge_fourth",),
)
EDGE_LAST = Stage(
    folder="edge_last",
    config=replace(EDGE_FOURTH.config, epochs=16, seed=8, peak_rate=0.03, votes_weight=3.0, calm_share=0.6),
    teachers=("calm_1", "way_2"),
    starts_from=("edge_fifth",),
)

# Damaged faces, and what the served flagship says of the whole ones: learned from the answers that there are.
EDGE_STEADY = Stage(
    folder="edge_steady",
    config=replace(
        recipe("edge"),
        epochs=351,
        seed=1,
        batch_size=512,
        peak_rate=0.03,
        warm_up_epochs=21.0,
        weight_decay=1e-3,
        averaging=0.9985,
        label_smoothing=0.05,
        votes_weight=2.0,
        mixup_alpha=0.1,
        unmixed_share=0.35,
        calm_share=0.25,
        sizes=((0.0, 48),),
        distillation=Distillation(None, share=0.9, temperature=2.0),
        augmentation=Augmentation(
            rotation=10,
            scale=0.1,
            shift=0.07,
            erase_chance=0.03,
            degrade_chance=0.05,
            noise_chance=0.2,
            few_pixels_chance=0.12,
            dim_chance=0.05,
        ),
    ),
    teachers=("calm_1", "calm_2"),
    starts_from=("edge_last",),
)

FLAGSHIP = (FIRST, SECOND, TEACHER, THIRD, WIDENED, WAY_1, WAY_2, WAY_3, WAY_4, CALM_1, CALM_2)
EDGE = (
    *FLAGSHIP,
    *(EDGE_FIRST, EDGE_SECOND, EDGE_THIRD, EDGE_WIDENED, EDGE_FOURTH, EDGE_FIFTH, EDGE_LAST, EDGE_STEADY),
)
STAGES = {"flagship": FLAGSHIP, "edge": EDGE}
# The runs that are served: of several the mean of their weights.
SERVED = {"flagship": (CALM_1, CALM_2), "edge": (EDGE_STEADY,)}
# Those whose statistics are counted anew before they are exported.
RECOUNTED = ("edge",)
