"""One face's answer, the map behind it, and both in words."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotion.explain.occlusion import OcclusionMap, Read, occlusion_map
from emotion.explain.overlay import FAINTEST
from emotion.explain.regions import Share, region_masks, shares
from emotion.face import Face
from emotion.judgement.clarity import CAREFUL_CLEAR_FROM, clarity
from emotion.labels import EMOTIONS, Emotion
from emotion.preprocess import crop_map, face_crop
from emotion.values import Clarity, EmotionScores

METHOD = (
    "Made by hiding small squares of the face in turn, each under its mean tone, and reading the face again"
    " (an occlusion map: Zeiler and Fergus, 2014). The odds of a label are its probability divided by that of"
    " all the others together; they still move where the probability, near 0% or 100%, no longer does."
)
LIMITS = (
    "Such a map says which parts of this picture this network's answer hung on. It does not say what the"
    " person feels, whether the answer is right, or how other pictures would be read; parts that replace"
    " each other, such as two eyes, can each seem to count for little."
)


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why a face was read as a label.

    Attributes:
        label: whose odds the map follows; the likeliest one unless asked for another.
        scores: of the whole face.
        hidden: what hiding each part did to the label.
        to_crop: float64 (2, 3), as `crop_map` gives it.
        shares: of each region in what hiding took from the log-odds, the largest first.
        clear_from: of the network's card.
    """

    label: Emotion
    scores: EmotionScores
    hidden: OcclusionMap
    to_crop: NDArray[np.float64]
    shares: tuple[Share, ...]
    clear_from: float = CAREFUL_CLEAR_FROM

    @property
    def probability(self) -> float:
        return self.scores.probabilities[EMOTIONS.index(self.label)]

    @property
    def title(self) -> str:
        """What was explained, in one line."""
        told, top = clarity(self.scores, self.clear_from), f'"{self.scores.top}"'
        is_sure = told is not Clarity.NOT_SURE
        if self.label is self.scores.top:
            return f"This face {told} resembles {top}" if is_sure else f"Not sure; the likeliest is {top}"
        rather = f"it {told} resembles {top}" if is_sure else f"not sure; the likeliest is {top}"
        return f'How far this face resembles "{self.label}" ({rather})'

    @property
    def certainty(self) -> str:
        if self.scores.uncertain:
            return "No expression is likely enough for this reading to name one."
        return f'Likely enough for this reading to name an expression: "{self.scores.top}".'

    @property
    def findings(self) -> str:
        """Which regions mattered, in a few sentences."""
        lowest, highest = float(self.hidden.heat.min()), float(self.hidden.heat.max())
        sentences = []
        if max(-lowest, highest) < FAINTEST:
            sentences.append(
                f"Hiding no part of the face divided or multiplied the odds of {self._name} by even"
                f" {times(FAINTEST)} on average."
            )
        if highest >= FAINTEST:
            each = ", ".join(
                f"{share.region} {share.effect:.0%}" for share in self.shares if share.effect >= 0.005
            )
            first = self.shares[0]
            sentences.append(
                f"Hiding the place that counts most divided the odds of {self._name} by {times(highest)} on"
                f" average. Of all the lowering on the map: {each}"
                f" ({first.region}: on {first.area:.0%} of the area)."
            )
        if lowest <= -FAINTEST:
            sentences.append(
                f"Hiding the place that speaks most against {self._name} multiplied its odds by"
                f" {times(-lowest)} on average."
            )
        return " ".join([*sentences, self._fall])

    @property
    def text(self) -> str:
        """All that the picture of an explanation says, in one paragraph, for those who do not see it."""
        each = zip(EMOTIONS, self.scores.probabilities, strict=True)
        probabilities = ", ".join(f"{emotion} {percent(probability)}" for emotion, probability in each)
        return f"{self.title}. {self.certainty} {probabilities}. {self.findings} {METHOD} {LIMITS}"

    @property
    def _name(self) -> str:
        return f'"{self.label}"'

    @property
    def _fall(self) -> str:
        """What that came to in the probability itself, which may be next to nothing."""
        whole, least = percent(self.probability), percent(self.hidden.lowest)
        if whole == least:
            return f"No single square lowered the probability, {whole}, by even a tenth of a point."
        return f"The one square that lowered the probability most brought it from {whole} to {least}."


def explain(
    read: Read,
    image: NDArray[np.uint8],
    face: Face,
    label: Emotion | None = None,
    *,
    clear_from: float = CAREFUL_CLEAR_FROM,
) -> Explanation:
    """Read a face of a picture, and find which of its parts the answer hung on.

    Args:
        read: from a crop to its scores, as `ExpressionClassifier.classify`.
        image: uint8 (height, width, 3), RGB.
        face: of this picture.
        label: to be explained; None is the likeliest.
        clear_from: of the network's card.
    """
    points = face.crop_points()
    crop, to_crop = face_crop(image, *points), crop_map(*points)
    scores = read(crop)
    label = label or scores.top
    hidden = occlusion_map(read, crop, label)
    regions = shares(hidden.heat, region_masks(face, to_crop))
    return Explanation(label, scores, hidden, to_crop, regions, clear_from)


def percent(probability: float) -> str:
    """To a tenth; what is not certain is never rounded to certainty."""
    if probability < 0.001:
        return "under 0.1%"
    return "over 99.9%" if probability > 0.999 else f"{probability:.1%}"


def times(log_odds: float) -> str:
    """How many times the odds change when their logarithm changes by this."""
    factor = math.exp(log_odds)
    return f"{factor:.1f}" if factor < 10 else f"{factor:,.0f}"
