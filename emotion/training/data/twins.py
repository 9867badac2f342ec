"""Finds pictures that stand in the data more than once, pixel by pixel the same."""

import dataclasses
from collections.abc import Mapping
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from emotion.training.data.faces import TRAINING, FaceSet


def picture_numbers(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """A number for each picture of uint8 (n, 48, 48), the same for the same pixels: int64 (n,)."""
    numbers: dict[bytes, int] = {}
    found = (blake2b(image.tobytes(), digest_size=16).digest() for image in images)
    return np.fromiter((numbers.setdefault(digest, len(numbers)) for digest in found), np.int64, len(images))


def mark_twins(splits: Mapping[str, FaceSet]) -> dict[str, FaceSet]:
    """The same splits, with `twins` set by comparing their pictures."""
    numbers = picture_numbers(np.concatenate([faces.images for faces in splits.values()]))
    ends = np.cumsum([len(faces) for faces in splits.values()])
    of_split = dict(zip(splits, np.split(numbers, ends[:-1]), strict=True))
    marked = {}
    for name, faces in splits.items():
        apart = [of_split[other] for other in splits if other != name and TRAINING in (name, other)]
        twins = np.isin(of_split[name], np.concatenate(apart)) if apart else np.zeros(len(faces), bool)
        marked[name] = dataclasses.replace(faces, twins=twins)
    return marked
