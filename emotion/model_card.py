"""What stands beside each weights file: what it reads, how, and how well."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from emotion import preprocess
from emotion.labels import EMOTIONS, Emotion

FORMAT_VERSION = 1
INPUT_SHAPE = (preprocess.CROP_SIZE, preprocess.CROP_SIZE, 1)
INPUT_DTYPE = "int8"


class IncompatibleModel(Exception):
    """A whole model, but made for another version of this program: train or fetch a matching one."""


class DamagedModel(Exception):
    """The card or its weights are missing, cut off or changed: fetch them again."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ModelCard:
    """The description of one weights file; `load` gives it only where it can be used as it stands.

    `temperature` divides the logits before the softmax. A reading whose highest probability is
    below `confidence_limit` is uncertain. `crop` and `normalisation` are the rules of
    `emotion.preprocess` that the network learned with. `scores` were measured on PublicTest.
    """

    network: str
    labels: tuple[Emotion, ...]
    input_shape: tuple[int, ...]
    input_dtype: str
    crop: Mapping[str, Any]
    normalisation: Mapping[str, Any]
    sha256: str
    temperature: float
    confidence_limit: float
    data: Mapping[str, Any]
    scores: Mapping[str, float]
    command: str
    format_version: int = FORMAT_VERSION

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
        if card.sha256 != _checksum(weights):
            raise DamagedModel(f"{weights} does not have the checksum that {path.name} gives")
        return card

    def write(self, path: Path) -> None:
        unfinished = path.with_name(f"unfinished-{path.name}")
        unfinished.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)

    @classmethod
    def _parsed(cls, path: Path, values: dict[str, Any]) -> Self:
        version = values.get("format_version")
        if version != FORMAT_VERSION:
            raise IncompatibleModel(
                f"{path} has format version {version}, this program reads {FORMAT_VERSION}"
            )
        labels = tuple(values.get("labels", ()))
        if labels != EMOTIONS:
            raise IncompatibleModel(f"{path} names the labels {labels}, this program {tuple(EMOTIONS)}")
        shape = tuple(values.get("input_shape", ()))
        try:
            return cls(**{**values, "labels": EMOTIONS, "input_shape": shape})
        except TypeError as error:
            raise DamagedModel(f"{path} is not a whole model card: {error}") from error

    def _check_fit(self, path: Path) -> None:
        wanted = {
            "input_shape": INPUT_SHAPE,
            "input_dtype": INPUT_DTYPE,
            "crop": preprocess.CROP_RULE,
            "normalisation": preprocess.NORMALISATION,
        }
        for name, value in wanted.items():
            if getattr(self, name) != value:
                raise IncompatibleModel(f"{path} has {name} {getattr(self, name)}, this program {value}")


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedModel(f"cannot read the model card {path}: {error}") from error
    if not isinstance(values, dict):
        raise DamagedModel(f"the model card {path} is not a JSON object")
    return values


def _checksum(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DamagedModel(f"cannot read the weights {path}: {error}") from error
