"""Two tables of what was read: one row a face, and one row a picture with what its faces have in common."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from emotion.cells import safe
from emotion.files import whole
from emotion.judgement.clarity import CAREFUL_CLEAR_FROM, clarity
from emotion.labels import EMOTIONS, UNCERTAIN
from emotion.pictures.reading import FaceReading, FrameReading
from emotion.pictures.timestamps import time_stamp
from emotion.pictures.tracks import GAP_MS, Tracks
from emotion.values import FaceBox

Row = list[str]

BOX = ("left", "top", "width", "height")
ATTENTION = ("yaw", "pitch", "roll", "eye_openness")
FACE_COLUMNS = ("file", "time", "page", "face", *BOX, *EMOTIONS, "label", "clarity", *ATTENTION, "error")
CONSENSUS_COLUMNS = (
    *("file", "time", "page", "faces"),
    *(f"{kind}_{emotion}" for kind in ("mean", "spread") for emotion in EMOTIONS),
    "error",
)

NO_FACE = "no face found"


def write_tables(
    readings: Iterable[FrameReading],
    faces: Path,
    consensus: Path,
    *,
    gap_ms: int = GAP_MS,
    clear_from: float = CAREFUL_CLEAR_FROM,
) -> None:
    """Write both tables; each appears whole or, where this is interrupted, not at all.

    Args:
        readings: picture by picture, those of one recording in the order of time.
        faces: for one row a face (`face_rows`).
        consensus: for one row a picture (`consensus_row`).
        gap_ms: how long a face of a recording may be away and keep its number.
        clear_from: of the network's card.
    """
    with _appearing(faces) as face_table, _appearing(consensus) as consensus_table:
        face_table.writerow(FACE_COLUMNS)
        consensus_table.writerow(CONSENSUS_COLUMNS)
        for reading, numbers in numbered(readings, gap_ms):
            face_table.writerows(face_rows(reading, numbers, clear_from))
            consensus_table.writerow(consensus_row(reading))


def numbered(
    readings: Iterable[FrameReading], gap_ms: int = GAP_MS
) -> Iterator[tuple[FrameReading, tuple[int, ...]]]:
    """Each reading with the numbers of its faces: followed in a recording, from 1 in each file or page."""
    place, tracks = None, Tracks()
    for reading in readings:
        if (reading.source, reading.page) != place:
            place, tracks = (reading.source, reading.page), Tracks()
        boxes = [face.box for face in reading.faces]
        tracks, numbers = tracks.follow(boxes, reading.at_ms or 0, gap_ms)
        yield reading, numbers


def face_rows(reading: FrameReading, numbers: tuple[int, ...], clear_from: float) -> list[Row]:
    """One row a face, by number; a picture without any has one row that says so."""
    start = _start(reading)
    if not reading.faces:
        empty = [""] * (len(FACE_COLUMNS) - len(start) - 1)
        return [[*start, *empty, safe(reading.error or NO_FACE)]]
    pairs = sorted(zip(numbers, reading.faces, strict=True), key=lambda pair: pair[0])
    return [
        [*start, str(number), *_pixels(face.box, reading), *_measured(face, clear_from), safe(face.error)]
        for number, face in pairs
    ]


def consensus_row(reading: FrameReading) -> Row:
    """How many faces were read, and mean and standard deviation (of these faces) of each probability.

    Uncertain faces count: their probabilities are calibrated too. Without a face both are empty.
    """
    read = [face.expression.probabilities for face in reading.faces if face.expression]
    shares = [""] * (2 * len(EMOTIONS))
    if read:
        table = np.array(read)
        shares = [f"{value:.4f}" for value in (*table.mean(axis=0), *table.std(axis=0))]
    count = "" if reading.error else str(len(read))
    return [*_start(reading), count, *shares, safe(reading.error)]


def _start(reading: FrameReading) -> Row:
    """Which picture it is of."""
    time = "" if reading.at_ms is None else time_stamp(reading.at_ms)
    return [safe(reading.source), time, str(reading.page or "")]


def _pixels(box: FaceBox, reading: FrameReading) -> Row:
    across, down = (box.left, box.width), (box.top, box.height)
    (left, width), (top, height) = (
        (round(start * side), round((start + size) * side) - round(start * side))
        for (start, size), side in ((across, reading.width), (down, reading.height))
    )
    return [str(value) for value in (left, top, width, height)]


def _measured(face: FaceReading, clear_from: float) -> Row:
    scores, attention = face.expression, face.attention
    expression = [""] * (len(EMOTIONS) + 2)
    if scores:
        label = UNCERTAIN if scores.uncertain else str(scores.top)
        expression = [*(f"{share:.4f}" for share in scores.probabilities), label, clarity(scores, clear_from)]
    # z: an angle that rounds to nothing has no sign.
    pose = [f"{angle:z.1f}" for angle in (attention.yaw, attention.pitch, attention.roll)]
    return [*expression, *pose, f"{attention.eye_openness:.3f}"]


@contextmanager
def _appearing(path: Path) -> Iterator[Any]:
    """A writer of CSV rows as in RFC 4180; the file takes its name when it is complete."""
    with whole(path) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
        yield csv.writer(file)
