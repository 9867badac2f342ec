"""From a picture with a face to what the expression network reads; shared by training and inference."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]

CROP_SIZE = 48

# Where the face stands in a FER2013 picture: medians over 3,270 training faces found by the
# MediaPipe landmarker. Eyes are midpoints of the eye corners, the mouth is the midpoint of
# its corners. The midpoint of the eyes, in pixels of the crop:
EYES_X, EYES_Y = 23.5, 18.6
# The face's size in the crop, in pixels. Size is the distance of the eyes, or this multiple of
# the distance from the eyes to the mouth where that is more. A turning head brings the eyes
# together and a nodding one the mouth nearer; the larger of the two hardly changes. Of seven
# rules tried it varied least over the faces (17.5%; eye distance alone 20.9%).
FACE_SIZE = 18.4
EYES_TO_MOUTH = 0.956

# A face this many times larger than in the crop fills a 4K picture.
MAXIMUM_REDUCTION = 32

# A face in almost even light (a fogged lens, a dark room) is not blown up into noise.
MINIMUM_CONTRAST = 8.0
INPUT_LIMIT = 4.0

# The same rules as a model card tells them: a network learned with one set serves with no other.
CROP_RULE = {"eyes": [EYES_X, EYES_Y], "face_size": FACE_SIZE, "eyes_to_mouth": EYES_TO_MOUTH}
NORMALISATION = {"by": "crop", "minimum_contrast": MINIMUM_CONTRAST, "limit": INPUT_LIMIT}


def face_crop(image: NDArray[np.uint8], right_eye: Point, left_eye: Point, mouth: Point) -> NDArray[np.uint8]:
    """Cut a face out upright, at the place and size that faces have in FER2013.

    What lies outside the picture repeats its border, so a face at the edge still has a crop.

    Args:
        image: uint8 (height, width, 3), RGB.
        right_eye: midpoint of the corners of the person's own right eye, (x, y) in pixels:
            the one further left in an unmirrored picture.
        left_eye: the same of the own left eye.
        mouth: midpoint of the corners of the mouth.

    Returns:
        uint8 (48, 48), gray.

    Raises:
        ValueError: the three points fall together, or one is not finite.
    """
    eyes, roll, size = _seat(right_eye, left_eye, mouth)
    # Warped at a whole multiple and then averaged down: a large face keeps no jagged edges.
    reduction = min(math.ceil(size / FACE_SIZE), MAXIMUM_REDUCTION)
    warp = _upright(eyes, roll, FACE_SIZE * reduction / size, reduction)
    side = CROP_SIZE * reduction
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    face = cv2.warpAffine(gray, warp, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cv2.resize(face, (CROP_SIZE, CROP_SIZE), interpolation=cv2.INTER_AREA).astype(np.uint8)


def crop_map(right_eye: Point, left_eye: Point, mouth: Point) -> NDArray[np.float64]:
    """Where each point of the picture comes to lie in the crop that `face_crop` makes of these points.

    Returns:
        float64 (2, 3), an affine map from pixels (x, y) of the picture to pixels of the crop; whole
        numbers are the centres of pixels in both.

    Raises:
        ValueError: as `face_crop`.
    """
    eyes, roll, size = _seat(right_eye, left_eye, mouth)
    return _upright(eyes, roll, FACE_SIZE / size, 1)


def network_input(crops: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Standardise each gray crop by its own mean and spread, so that the lamp matters little.

    Args:
        crops: uint8 (..., 48, 48).

    Returns:
        float32 (..., 48, 48, 1), mean 0 and standard deviation 1 a crop, within ±4.
    """
    values = crops.astype(np.float32)
    mean = values.mean(axis=(-2, -1), keepdims=True)
    spread = np.maximum(values.std(axis=(-2, -1), keepdims=True), MINIMUM_CONTRAST)
    standard: NDArray[np.float32] = np.clip((values - mean) / spread, -INPUT_LIMIT, INPUT_LIMIT)
    return standard[..., None]


def _seat(right_eye: Point, left_eye: Point, mouth: Point) -> tuple[Point, float, float]:
    """The midpoint of the eyes, the head's roll in radians, and the face's size in pixels."""
    eyes = (right_eye[0] + left_eye[0]) / 2, (right_eye[1] + left_eye[1]) / 2
    size = max(math.dist(right_eye, left_eye), EYES_TO_MOUTH * math.dist(eyes, mouth))
    if not 0 < size < math.inf:
        raise ValueError(f"no face fits the eyes {right_eye}, {left_eye} and the mouth {mouth}")
    return eyes, math.atan2(left_eye[1] - right_eye[1], left_eye[0] - right_eye[0]), size


def _upright(eyes: Point, roll: float, scale: float, reduction: int) -> NDArray[np.float64]:
    """The affine map that turns by -roll, scales, and puts the eyes where FER2013 has them."""
    cosine, sine = scale * math.cos(roll), scale * math.sin(roll)
    target_x, target_y = ((place + 0.5) * reduction - 0.5 for place in (EYES_X, EYES_Y))
    return np.array(
        [
            [cosine, sine, target_x - cosine * eyes[0] - sine * eyes[1]],
            [-sine, cosine, target_y + sine * eyes[0] - cosine * eyes[1]],
        ]
    )
