"""What the papers claim for their own networks, as they print it; none of it was measured here.

The authors trained longer or shorter, on other splits, some on four classes, some without saying
how they chose: a claim stands beside our figure and is never ranked against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """A share of faces read right, between 0 and 1; `up_to` where the paper gives a range."""

    split: str
    accuracy: float
    up_to: float | None = None
    faces: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One network in its paper. `parameters` are rounded where the paper rounds, None where it is silent.

    `pretrained`: the authors started from weights learned on ImageNet.
    """

    paper: str
    scores: tuple[Score, ...]
    classes: int = 7
    parameters: int | None = None
    pretrained: bool = False


KARAN = 'Karan, "Face Emotion Recognition"'
JAIN = 'Jain & Acharya (2019), "Real Time Facial Expression Recognition"'
DANISH = 'Danish, "Capstone Project 5"'
SALEEM = "Saleem (2024), table of seven models"
MONYOK = 'Monyok (2021), "Batch Processing Facial Emotion Recognition Predictions"'


def _saleem(validation: float, test: float, parameters: int, *, pretrained: bool = False) -> Claim:
    scores = Score("test", test, faces=128), Score("validation", validation, faces=4977)
    return Claim(SALEEM, scores, classes=4, parameters=parameters, pretrained=pretrained)


CLAIMS: Mapping[str, Claim] = {
    "karan_cnn": Claim(KARAN, (Score("test", 0.68, faces=3589), Score("validation", 0.6643))),
    "jain_cnn": Claim(JAIN, (Score("test", 0.572, up_to=0.60),)),
    "jain_vgg19": Claim(JAIN, (Score("test", 0.58),)),
    "jain_resnet32": Claim(JAIN, (Score("test", 0.62, up_to=0.63),)),
    "danish_cnn": Claim(DANISH, (Score("validation", 0.6614),)),
    "saleem_gray_cnn": _saleem(0.76, 0.76, 684_036),
    "saleem_complex_cnn": _saleem(0.76, 0.80, 1_839_876),
    "saleem_complex_cnn_2": _saleem(0.74, 0.74, 3_412_100),
    "vgg16": _saleem(0.54, 0.48, 14_700_000, pretrained=True),
    "resnet50v2": _saleem(0.58, 0.58, 25_700_000, pretrained=True),
    "efficientnetv2b2": _saleem(0.37, 0.36, 10_300_000, pretrained=True),
    "monyok_cnn": Claim(MONYOK, (Score("validation", 0.484),)),
}
