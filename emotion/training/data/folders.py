"""Reads pictures that lie in one folder an emotion, in `train/` and, if there are such, further splits."""

import os
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

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
PICTURES = frozenset(
    {
        ".avif",
        ".bmp",
        ".dib",
        ".gif",
        ".jfif",
        ".jp2",
        ".jpe",
        ".jpeg",
        ".jpg",
        ".pam",
        ".pbm",
        ".pgm",
        ".png",
    }
    | {".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


def find_splits(path: Path) -> dict[str, Path]:
    """The folder of each split in `path`, Training first; `path` itself where it holds emotions at once."""
    found: dict[str, Path] = {}
    for folder in folders_in(path):
        split = SPLITS.get(_plain(folder))
        if split in found:
            raise DataError(f"{found[split]} and {folder} are the same split twice: put them together")
        if split:
            found[split] = folder
    if not found and any(_plain(folder) in SPELLINGS for folder in folders_in(path)):
        return {TRAINING: path}
    return {split: found[split] for split in dict.fromkeys(SPLITS.values()) if split in found}


def read(path: Path, passed_over: Counter[str], *, leaving_out: bool = False) -> dict[str, FaceSet]:
    """The splits in `path`; labels are positions in `EMOTIONS`, and a face's row is its place when sorted.

    Whatever hides behind a dot is no part of it.

    Args:
        passed_over: counts the files that are no pictures, by the ends of their names, and the folders.
        leaving_out: pass over folders of other names than those of the emotions, too.

    Raises:
        DataError: a folder is no emotion, or a picture is damaged or not 48 x 48.
    """
    found = find_splits(path)
    others = [each for each in folders_in(path) if path not in found.values() and each not in found.values()]
    passed_over.update(f"folder {each.name} with {_counted(each)}" for each in others)
    if path not in found.values():
        _count_beside(path, passed_over)
    return mark_twins({name: _read_split(folder, passed_over, leaving_out) for name, folder in found.items()})


def _read_split(folder: Path, passed_over: Counter[str], leaving_out: bool) -> FaceSet:
    pictures = []
    _count_beside(folder, passed_over)
    for each in folders_in(folder):
        if leaving_out and _plain(each) not in SPELLINGS:
            passed_over[f"folder {each.relative_to(folder.parent)} with {_counted(each)}"] += 1
            continue
        label = EMOTIONS.index(_emotion(each))
        pictures += [(label, file) for file in _files(each, passed_over)]
    if not pictures:
        raise DataError(f"{folder} holds no pictures: it needs one folder an emotion, with PNG or JPEG files")
    pictures.sort()
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
        raise DataError(
            f"the folder {folder} is none of the emotions {', '.join(EMOTIONS)}; name the classes to keep"
            " with --classes to leave it out"
        ) from None


def _read_picture(file: Path) -> NDArray[np.uint8]:
    """uint8 (48, 48), gray whatever the file is."""
    try:
        content = file.read_bytes()
        # OpenCV would fill up the missing rest of a JPEG with gray.
        whole = not content.startswith(_JPEG_START) or content.rstrip(b"\0").endswith(_JPEG_END)
        picture = _gray(np.frombuffer(content, np.uint8)) if whole else None
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
    return np.asarray(picture, np.uint8)


def _gray(content: NDArray[np.uint8]) -> Any:
    """What a viewer shows, in gray: upright, with eight bits, on white where it is transparent."""
    picture = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE)
    whole = cv2.imdecode(content, cv2.IMREAD_UNCHANGED)
    if picture is None or whole is None or whole.ndim < 3 or whole.shape[2] != 4:
        return picture
    alpha = whole[..., 3].astype(np.float64) / (255 if whole.dtype == np.uint8 else 65_535)
    if alpha.shape != picture.shape:  # turned by its metadata, which this reading leaves alone
        return picture
    return np.round(picture * alpha + 255 * (1 - alpha)).astype(np.uint8)


def folders_in(path: Path) -> list[Path]:
    return sorted(each for each in path.iterdir() if each.is_dir() and not each.name.startswith("."))


def _files(folder: Path, passed_over: Counter[str]) -> list[Path]:
    """The pictures of a folder and those within it; links are not followed, as one may lead back."""
    found = []
    for place, folders, files in os.walk(folder, onerror=_refuse):
        folders[:] = [each for each in folders if not each.startswith(".")]
        passed_over["links to folders"] += sum(Path(place, each).is_symlink() for each in folders)
        for file in (Path(place, each) for each in files if not each.startswith(".")):
            if not file.is_file():  # opening a pipe would wait for ever
                passed_over["neither files nor folders"] += 1
            elif file.suffix.casefold() in PICTURES:
                found.append(file)
            else:
                passed_over[file.suffix.casefold() or "files without a kind in their names"] += 1
    return found


def _refuse(error: OSError) -> NoReturn:
    raise DataError(f"cannot open the folder {error.filename}: {error.strerror}") from error


def _count_beside(folder: Path, passed_over: Counter[str]) -> None:
    """Files that lie in no folder of an emotion."""
    beside = [each for each in folder.iterdir() if not each.is_dir() and not each.name.startswith(".")]
    passed_over[f"files beside the folders in {folder.name}"] += len(beside)


def _counted(folder: Path) -> str:
    count = sum(each.is_file() for each in folder.rglob("*"))
    return "1 file" if count == 1 else f"{count} files"


def _plain(folder: Path) -> str:
    return folder.name.strip().casefold().replace("_", "").replace("-", "")
