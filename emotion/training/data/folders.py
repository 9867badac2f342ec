"""Reads pictures that lie in one folder an emotion, in `train/` and, if there are such, further splits."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from emotion.labels import EMOTIONS, Emotion
from emotion.preprocess import CROP_SIZE
from emotion.training.data.errors import DataError
from emotion.training.data.faces import TRAINING, FaceSet
from emotion.training.data.twins import mark_twins

SPLITS = {
    "train": TRAINING,
    "training": TRAINING,
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "publictest": "PublicTest",
    "privatetest": "PrivateTest",
}
SPELLINGS = {str(emotion): emotion for emotion in EMOTIONS} | {
    "anger": Emotion.ANGRY,
    "disgusted": Emotion.DISGUST,
    "fearful": Emotion.FEAR,
    "happiness": Emotion.HAPPY,
    "sadness": Emotion.SAD,
    "surprised": Emotion.SURPRISE,
}
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp"})
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


def find_splits(path: Path) -> dict[str, Path]:
    """The folder of each split in `path`, Training first; `path` itself where it holds emotions at once."""
    found: dict[str, Path] = {}
    for folder in _folders(path):
        split = SPLITS.get(_plain(folder))
        if split in found:
            raise DataError(f"{found[split]} and {folder} are the same split twice: put them together")
        if split:
            found[split] = folder
    if not found and any(_plain(folder) in SPELLINGS for folder in _folders(path)):
        return {TRAINING: path}
    return {split: found[split] for split in dict.fromkeys(SPLITS.values()) if split in found}


def read(path: Path) -> dict[str, FaceSet]:
    """The splits in `path`; labels are positions in `EMOTIONS`, and a face's row is its place when sorted.

    Files other than pictures are passed over, and so is whatever hides behind a dot.

    Raises:
        DataError: a folder is no emotion, or a picture is damaged or not 48 x 48.
    """
    splits = {name: _read_split(folder) for name, folder in find_splits(path).items()}
    return mark_twins(splits)


def _read_split(folder: Path) -> FaceSet:
    pictures = sorted(
        (EMOTIONS.index(_emotion(each)), file) for each in _folders(folder) for file in _files(each)
    )
    if not pictures:
        raise DataError(f"{folder} holds no pictures: it needs one folder an emotion, with PNG or JPEG files")
    count = len(pictures)
    return FaceSet(
        images=np.stack([_read_picture(file) for _, file in pictures]),
        labels=np.array([label for label, _ in pictures], np.int64),
        votes=None,
        source_rows=np.arange(count),
        twins=np.zeros(count, bool),
    )


def _emotion(folder: Path) -> Emotion:
    try:
        return SPELLINGS[_plain(folder)]
    except KeyError:
        raise DataError(f"the folder {folder} is none of the emotions {', '.join(EMOTIONS)}") from None


def _read_picture(file: Path) -> NDArray[np.uint8]:
    """uint8 (48, 48), gray whatever the file is."""
    try:
        content = file.read_bytes()
        # OpenCV would fill up the missing rest of a JPEG with gray.
        whole = not content.startswith(_JPEG_START) or content.rstrip(b"\0").endswith(_JPEG_END)
        picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE) if whole else None
    except (OSError, cv2.error) as error:
        raise DataError(f"cannot read the picture {file}: replace it or take it away") from error
    if picture is None:
        raise DataError(f"the picture {file} is damaged: replace it or take it away")
    if picture.shape != (CROP_SIZE, CROP_SIZE):
        height, width = picture.shape
        raise DataError(
            f"the picture {file} measures {width} x {height}: cut the face out and scale it to"
            f" {CROP_SIZE} x {CROP_SIZE}, framed as in FER2013"
        )
    return picture.astype(np.uint8)


def _folders(path: Path) -> list[Path]:
    return sorted(each for each in path.iterdir() if each.is_dir() and not each.name.startswith("."))


def _files(folder: Path) -> list[Path]:
    return [
        file
        for file in folder.iterdir()
        if file.suffix.casefold() in PICTURES and not file.name.startswith(".")
    ]


def _plain(folder: Path) -> str:
    return folder.name.casefold().replace("_", "").replace("-", "")
