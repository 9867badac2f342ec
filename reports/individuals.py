"""What was measured of one student who shares own results: pure values and their summary.

Half-minute blocks are the finest that every interval fills; the rule behind flags judges them too.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from emotion.judgement.clarity import CAREFUL_CLEAR_FROM, clarity
from emotion.judgement.engagement import Level
from emotion.judgement.persistence import BLOCK_S
from emotion.labels import EMOTIONS, Emotion
from emotion.values import Clarity, EmotionScores, Signal

ABSENT_BELOW = 0.2
"""A face in fewer of the readings than this is absence, not disengagement."""
ABSENT_AFTER_BLOCKS = 10
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Block:
    """Half a minute as sums over its readings; `expression_sums` are per mille in the order of the labels.

    Its expression is clear from `clear_from` on, which the network's card states.
    """

    start_s: int
    readings: int
    faces: int
    engaged: int
    drifting: int
    away: int
    engagements: int
    engagement_permille: int
    expressions: int
    certain: int
    expression_sums: tuple[int, ...]
    clear_from: float = CAREFUL_CLEAR_FROM

    def under(self, signals: Collection[Signal]) -> "Block":
        """Without what may not be shown. Before December 2026 an expression raised it: that goes too."""
        block = self
        if Signal.ATTENTION not in signals:
            block = replace(block, engaged=0, drifting=0, away=0, engagements=0, engagement_permille=0)
        if Signal.EXPRESSION not in signals and block.expressions:
            block = replace(block, engagements=0, engagement_permille=0)
            block = replace(block, expressions=0, certain=0, expression_sums=(0,) * len(EMOTIONS))
        return block

    @property
    def judged(self) -> int:
        return self.engaged + self.drifting + self.away

    @property
    def level(self) -> Level:
        """The commonest level, unknown where most readings have none."""
        if self.judged < MOSTLY * self.readings or not self.judged:
            return Level.UNKNOWN
        counts = {Level.ENGAGED: self.engaged, Level.DRIFTING: self.drifting, Level.AWAY: self.away}
        return max(counts, key=counts.__getitem__)

    @property
    def kind(self) -> str:
        """The level, or else whether a face was "seen" or there was "no-face"."""
        if self.level is not Level.UNKNOWN:
            return str(self.level)
        return "seen" if self.has_face else "no-face"

    @property
    def engagement(self) -> float | None:
        return self.engagement_permille / self.engagements / 1000 if self.engagements else None

    @property
    def has_face(self) -> bool:
        return self.faces >= MOSTLY * self.readings and self.faces > 0

    @property
    def is_uncertain(self) -> bool:
        """An expression was read, but most readings name none."""
        return bool(self.expressions) and self.certain < MOSTLY * self.expressions

    @property
    def expression(self) -> Emotion | None:
        """What the expression resembled most; None where none was read or it was uncertain."""
        scores = self._scores
        return scores.top if scores and not scores.uncertain else None

    @property
    def clarity(self) -> Clarity:
        """How clear that was, by the mean of its readings."""
        return clarity(self._scores, self.clear_from) if self._scores else Clarity.NOT_SURE

    @property
    def _scores(self) -> EmotionScores | None:
        total = sum(self.expression_sums)
        if not self.expressions or not total:
            return None
        return EmotionScores(tuple(one / total for one in self.expression_sums), self.is_uncertain)


@dataclass(frozen=True, slots=True)
class Individual:
    """One student's lesson. Shares of levels are of `measured_minutes`, those of expressions of theirs.

    `coverage` is the share of the lesson outside pauses with readings, `face_share` the share of
    readings with a face. `clear_shares` are that part of `expression_shares` which was clear. `absent`
    says that the camera was on and hardly ever saw a face.
    """

    participant_id: int
    blocks: tuple[Block, ...]
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
        within = [one for one in self.blocks if first_s <= one.start_s < last_s]
        return individual(self.participant_id, within, int(last_s - first_s))

    @property
    def commonest_expression(self) -> Emotion | None:
        return next(iter(self.expression_shares), None)


def individual(participant_id: int, blocks: Sequence[Block], taught_s: int) -> Individual:
    """`taught_s` is the length of the lesson outside pauses."""
    seen = [block for block in blocks if block.readings]
    judged = [block for block in seen if block.judged]
    read = [block for block in seen if block.expressions]
    readings = sum(block.readings for block in seen)
    face_share = sum(block.faces for block in seen) / readings if readings else 0.0
    return Individual(
        participant_id=participant_id,
        blocks=tuple(seen),
        coverage=min(1.0, len(seen) * BLOCK_S / taught_s) if taught_s else 0.0,
        camera_minutes=_minutes(seen),
        face_share=face_share,
        absent=len(seen) >= ABSENT_AFTER_BLOCKS and face_share < ABSENT_BELOW,
        measured_minutes=_minutes(judged),
        level_shares=_level_shares(judged),
        expression_minutes=_minutes(read),
        expression_shares=_expression_shares(read, read),
        clear_shares=_expression_shares([one for one in read if one.clarity is Clarity.CLEARLY], read),
        uncertain_share=sum(block.is_uncertain for block in read) / len(read) if read else 0.0,
    )


def _minutes(blocks: Sequence[Block]) -> float:
    return len(blocks) * BLOCK_S / 60


def _level_shares(blocks: Sequence[Block]) -> dict[Level, float]:
    judged = sum(block.judged for block in blocks)
    if not judged:
        return {}
    return {
        Level.ENGAGED: sum(block.engaged for block in blocks) / judged,
        Level.DRIFTING: sum(block.drifting for block in blocks) / judged,
        Level.AWAY: sum(block.away for block in blocks) / judged,
    }


def _expression_shares(blocks: Sequence[Block], read: Sequence[Block]) -> dict[Emotion, float]:
    """Of the blocks that were read the share that are `blocks` of each expression, the commonest first."""
    counts = Counter(block.expression for block in blocks if block.expression)
    return {expression: count / len(read) for expression, count in counts.most_common()}
