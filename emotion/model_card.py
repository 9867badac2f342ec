"""What stands beside each weights file: what it reads, how, and how well."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import msgspec

from emotion import preprocess
from emotion.files import whole
from emotion.judgement.clarity import CAREFUL_CLEAR_FROM
from emotion.labels import EMOTIONS

FORMAT_VERSION = 2
INPUT_SHAPE = (preprocess.CROP_SIZE, preprocess.CROP_SIZE, 1)
INPUT_DTYPES = ("int8", "float32")

# The eighth emotion that FER+ asked for (Barsoum et al., 2016). This program shows seven.
CONTEMPT = "contempt"


class IncompatibleModel(Exception):
    """A whole model, but made for another version of this program: train or fetch a matching one."""


class DamagedModel(Exception):
    """The card or its weights are missing, cut off or changed: fetch them again."""


class ContemptRule(StrEnum):
    """What becomes of the probability of contempt where seven labels are shown.

    Left out, the other seven share it by their own probabilities.
    """

    LEFT_OUT = "left_out"
    TO_NEUTRAL = "to_neutral"


class Reads(StrEnum):
    """Whether a face is read once, or as it is and as its mirror image shows it, and the mean taken."""

    ONE_WAY = "one way"
    BOTH_WAYS = "both ways"


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What was measured of the file with this checksum where nobody of this project trained or chose.

    `when` is in words, `scores` are named like those of a card. The file need not be the one that the
    card describes: where that took its place since, the figures stay with the checksum that they are of.
    """

    sha256: str
    when: str
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ModelCard:
    """The description of one weights file; `load` gives it only where it can be used as it stands.

    `heads` names the outputs of the network and the label of each of their logits. The head
    `shown_head` is what a user gets to see; where it tells contempt too, `contempt` is the rule
    that folds its labels to seven, else None. `temperature` divides the logits of that head
    before the softmax. A reading whose highest probability is below `confidence_limit` is
    uncertain; one that reaches `clear_from` is told as clear. `crop` and `normalisation` are the
    rules of `emotion.preprocess` that the network learned with. `parameters` and `multiply_adds`
    are counts, the latter a face read once.
    `data` says what it learned from and what the `scores` were measured on; what was measured
    elsewhere is told apart from those.
    """

    network: str
    parameters: int
    multiply_adds: int
    heads: Mapping[str, tuple[str, ...]]
    shown_head: str
    contempt: ContemptRule | None
    reads: Reads
    temperature: float
    confidence_limit: float
    clear_from: float = CAREFUL_CLEAR_FROM
    input_shape: tuple[int, ...]
    input_dtype: str
    crop: Mapping[str, Any]
    normalisation: Mapping[str, Any]
    sha256: str
    data: Mapping[str, Any]
    scores: Mapping[str, float]
    command: str
    measured_elsewhere: tuple[Elsewhere, ...] = ()
    format_version: int = FORMAT_VERSION

    @property
    def shown_labels(self) -> tuple[str, ...]:
        """The labels of the head that is shown: the seven in any order, with or without contempt."""
        return self.heads[self.shown_head]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the card `path` (.json) and check the weights (.tflite) beside it against it.

        Raises:
            DamagedModel: a file is missing or is not what it was when the card was written.
            IncompatibleModel: format version, labels, input or preprocessing are not this program's.
        """
        card = cls._parsed(path, _read_json(path))
        card._check_fit(path)
        weights = path.with_suffix(".tflite")
        if card.sha256 != checksum(weights):
            raise DamagedModel(
                f"{weights} does not have the checksum that {path.name} gives: card and weights are not of"
                " one export, so fetch both anew"
            )
        return card

    def write(self, path: Path) -> None:
        with whole(path) as unfinished:
            unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def _parsed(cls, path: Path, values: dict[str, Any]) -> Self:
        version = values.get("format_version")
        if version != FORMAT_VERSION:
            raise IncompatibleModel(
                f"{path} has format version {version}, this program reads {FORMAT_VERSION}: "
                "export the network anew, or fetch the weights that belong to this program"
            )
        try:
            return msgspec.convert(values, cls)
        except msgspec.ValidationError as error:
            raise DamagedModel(
                f"{path} is not a whole model card: {error}. Fetch it again with its weights, or export anew"
            ) from error

    def _check_fit(self, path: Path) -> None:
        wanted = {
            "input_shape": INPUT_SHAPE,
            "crop": preprocess.CROP_RULE,
            "normalisation": preprocess.NORMALISATION,
        }
        for name, value in wanted.items():
            if getattr(self, name) != value:
                raise IncompatibleModel(f"{path} has {name} {getattr(self, name)}, this program {value}")
        if self.input_dtype not in INPUT_DTYPES:
            raise IncompatibleModel(
                f"{path} has input_dtype {self.input_dtype}, this program {' or '.join(INPUT_DTYPES)}"
            )
        if self.shown_head not in self.heads:
            raise DamagedModel(
                f"{path} shows the head {self.shown_head} and has only {', '.join(self.heads)}"
            )
        labels = [label for label in self.shown_labels if label != CONTEMPT]
        if sorted(labels) != sorted(EMOTIONS):
            raise IncompatibleModel(f"{path} shows the labels {labels}, this program {list(EMOTIONS)}")
        if (CONTEMPT in self.shown_labels) != (self.contempt is not None):
            raise DamagedModel(
                f"{path} has a rule for contempt without the label, or the label without a rule"
            )


def checksum(path: Path) -> str:
    """SHA-256 of a file as the card gives it; raise DamagedModel where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DamagedModel(f"cannot read the weights {path}: {error}") from error


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise DamagedModel(f"cannot read the model card {path}: {error}") from error
