"""What was measured of one student who shares own results: pure values and their summary."""

from dataclasses import dataclass

from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BLOCK_S
from emotion.labels import EMOTIONS, Emotion
from reports.blocks import JUDGED, Blocks, Truths

ABSENT_BELOW = 0.2
"""A face in fewer of the readings than this is absence, not disengagement."""
ABSENT_AFTER_BLOCKS = 10


@dataclass(frozen=True, slots=True)
class Individual:
    """One student's lesson. Shares of levels are of `measured_minutes`, those of expressions of theirs.

    `coverage` is the share of the lesson outside pauses with readings, `face_share` the share of
    readings with a face. `clear_shares` are that part of `expression_shares` which was clear. `absent`
    says that the camera was on and hardly ever saw a face.
    """

    participant_id: int
    blocks: Blocks
    coverage: float
    camera_minutes: float
    face_share: float
    absent: bool
    measured_minutes: float
    level_shares: dict[Level, float]
    expression_minutes: float
    expression_shares: dict[Emotion, float]
    clear_shares: dict[Emotion, float]
    uncertain_share: float

    def between(self, first_s: float, last_s: float) -> "Individual":
        """The same of a stretch, whose length its coverage is of."""
        return individual(self.participant_id, self.blocks.between(first_s, last_s), int(last_s - first_s))

    @property
    def commonest_expression(self) -> Emotion | None:
        return next(iter(self.expression_shares), None)


def individual(participant_id: int, blocks: Blocks, taught_s: int) -> Individual:
    """`taught_s` is the length of the lesson outside pauses."""
    seen = blocks.where(blocks.of("readings") > 0)
    read = seen.of("expressions") > 0
    readings = int(seen.of("readings").sum())
    face_share = int(seen.of("faces").sum()) / readings if readings else 0.0
    return Individual(
        participant_id=participant_id,
        blocks=seen,
        coverage=min(1.0, len(seen) * BLOCK_S / taught_s) if taught_s else 0.0,
        camera_minutes=_minutes(len(seen)),
        face_share=face_share,
        absent=len(seen) >= ABSENT_AFTER_BLOCKS and face_share < ABSENT_BELOW,
        measured_minutes=_minutes(int((seen.judged > 0).sum())),
        level_shares=_level_shares(seen),
        expression_minutes=_minutes(int(read.sum())),
        expression_shares=_expression_shares(seen, read),
        clear_shares=_expression_shares(seen, read, of=seen.are_clear),
        uncertain_share=float(seen.are_uncertain[read].mean()) if read.any() else 0.0,
    )


def _minutes(blocks: int) -> float:
    return blocks * BLOCK_S / 60


def _level_shares(blocks: Blocks) -> dict[Level, float]:
    judged = int(blocks.judged.sum())
    return {Level(name): int(blocks.of(name).sum()) / judged for name in JUDGED} if judged else {}


def _expression_shares(blocks: Blocks, read: Truths, of: Truths | None = None) -> dict[Emotion, float]:
    """Of the blocks that were read the share that are those `of` each expression, the commonest first."""
    counts = dict(zip(EMOTIONS, blocks.named(of).tolist(), strict=True))
    total = int(read.sum())
    commonest = sorted(EMOTIONS, key=counts.__getitem__, reverse=True)
    return {one: counts[one] / total for one in commonest if counts[one]}
