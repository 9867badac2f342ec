"""How well a network reads the faces that decide, as it is served: what the best of several is chosen by."""

from dataclasses import dataclass
from typing import Self

from emotion.classifier import EXPRESSION, HeadLogits
from emotion.training.data.faces import FaceSet
from emotion.training.data.votes import VOTES, strict_majority
from emotion.training.score import scores


@dataclass(frozen=True, slots=True)
class ChoiceScores:
    """Shares read right: labels one way, labels and clear votes with the mirror image."""

    accuracy: float
    accuracy_tta: float
    ferplus_strict_tta: float | None

    @classmethod
    def of(cls, plain: HeadLogits, mirrored: HeadLogits, faces: FaceSet) -> Self:
        """From the logits of each head, (n, classes), for `faces` and for their mirror images."""
        both = {head: plain[head] + mirrored[head] for head in plain}
        votes = None
        if VOTES in both and faces.votes is not None:
            agreed = strict_majority(faces.votes)
            votes = scores.accuracy(both[VOTES][agreed >= 0], agreed[agreed >= 0])
        return cls(
            accuracy=scores.accuracy(plain[EXPRESSION], faces.labels),
            accuracy_tta=scores.accuracy(both[EXPRESSION], faces.labels),
            ferplus_strict_tta=votes,
        )

    @property
    def standing(self) -> float:
        """The higher the better.

        A network with both heads is judged as it is served, both ways, by what it reads right with
        either head on average; one with labels alone by its labels, one way.
        """
        if self.ferplus_strict_tta is None:
            return self.accuracy
        return (self.accuracy_tta + self.ferplus_strict_tta) / 2
