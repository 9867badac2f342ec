"""`explain`: why a face of a picture was read as it was, as a picture and in words."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion.classifier import ExpressionClassifier
from emotion.explain import draw_poster, explain
from emotion.face import Face
from emotion.files import whole
from emotion.labels import EMOTIONS, Emotion
from emotion.pictures.errors import CommandError, SourceError, TargetError
from emotion.pictures.frames import Unreadable
from emotion.pictures.picture_file import PictureFile
from emotion.pictures.reading import face_model
from emotion.pictures.sampling import Wanted
from emotion.pictures.tiles import GroupDetector
from emotion.pipeline import EXPRESSION_FILE
from emotion.terminal import say


class NoFace(CommandError):
    """The picture has no such face."""


def add_command(commands: Any) -> None:
    command = commands.add_parser(
        "explain",
        help="which parts of a face an answer hung on, as a picture and in words",
        description="Hides each part of a face in turn and reads it again. Writes the picture with what that"
        " changed laid over the face, the probabilities and the scale, and prints the same in words.",
    )
    command.add_argument("picture", type=Path, metavar="PICTURE", help="a picture with a face")
    command.add_argument("--to", type=Path, required=True, metavar="OUT.png", help="the picture to write")
    command.add_argument("--label", choices=[str(emotion) for emotion in EMOTIONS], help="(the likeliest)")
    command.add_argument(
        "--face",
        type=int,
        metavar="N",
        help="the Nth face, from 1, row by row from the top left (the largest)",
    )
    command.add_argument("--models", type=Path, default=Path("models"), help="folder of the models (models)")
    command.set_defaults(call=write_explanation)


def write_explanation(options: argparse.Namespace) -> None:
    """Explain the face that the options name; raises CommandError."""
    _check_target(options.to, options.picture)
    image = _opened(options.picture)
    faces = GroupDetector.load(face_model(options.models)).detect(image)
    face = chosen_face(faces, options.face, options.picture)
    classifier = ExpressionClassifier.load(options.models / EXPRESSION_FILE)
    label = Emotion(options.label) if options.label else None
    try:
        explanation = explain(classifier.classify, image, face, label, clear_from=classifier.card.clear_from)
    except ValueError as error:
        raise NoFace(f"the face in {options.picture} cannot be cut out: {error}") from error
    with whole(options.to) as unfinished:
        draw_poster(image, explanation).save(unfinished, "PNG")
    print(explanation.text)


def chosen_face(faces: Sequence[Face], number: int | None, picture: Path) -> Face:
    """Of faces in reading order that of this number, from 1; the largest where it is None. Raises NoFace."""
    if not faces:
        raise NoFace(f"no face was found in {picture}")
    if number is None:
        return max(faces, key=lambda face: face.box.width * face.box.height)
    if not 1 <= number <= len(faces):
        found = "1 face was" if len(faces) == 1 else f"{len(faces)} faces were"
        raise NoFace(f"there is no face {number} in {picture}: {found} found")
    return faces[number - 1]


def _check_target(path: Path, picture: Path) -> None:
    """Before a second is spent on reading."""
    if path.suffix.lower() != ".png":
        raise TargetError(f"{path} does not end in .png, and a PNG file is what is written")
    if path.is_dir():
        raise TargetError(f"{path} is a folder")
    if path.exists() and not path.is_file():
        raise TargetError(f"cannot write {path}: it is no file")
    if path.resolve() == picture.resolve():
        raise TargetError(f"{path} is the picture itself: name another file with --to")
    if not path.parent.is_dir():
        raise TargetError(f"there is no folder {path.parent} to write {path.name} into")


def _opened(path: Path) -> NDArray[np.uint8]:
    """Of several pictures the first, which is said. Raises SourceError."""
    outcomes = PictureFile(str(path), path, Wanted(1)).open()
    frame = next(outcomes)
    if isinstance(frame, Unreadable):
        raise SourceError(f"cannot read {path}: {frame.error}")
    if next(outcomes, None):
        say(f"{path} holds several pictures: the first is explained")
    return frame.image
