"""What can be asked of a rendered picture: pose, expression, light, framing and the looks of the person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pose:
    """Head pose in degrees against the line of sight, with the signs of `emotion.values.Attention`.

    Yaw is positive towards the person's own left, pitch upwards, roll towards the own left shoulder.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0


@dataclass(frozen=True, slots=True)
class Expression:
    """How far each part of the face moves; all zero is a relaxed face with closed lips.

    Values are in [0, 1] and `corners` in [-1, 1] unless a caricature is wanted.
    """

    smile: float = 0.0  # 1 is the photograph's own smile, teeth shown
    corners: float = 0.0  # mouth corners up (positive) or down
    mouth_open: float = 0.0  # the jaw drops
    teeth: bool = False  # whether an open mouth shows the upper teeth
    pucker: float = 0.0  # the mouth narrows
    lip_press: float = 0.0  # the lips thin
    pout: float = 0.0  # the lower lip and the chin push up
    brow_inner_up: float = 0.0
    brow_lower: float = 0.0
    brow_raise: float = 0.0
    eyelids: float = 0.0  # 1 is closed
    eye_wide: float = 0.0
    squint: float = 0.0  # the lower lids and cheeks rise
    nose_wrinkle: float = 0.0
    furrow: float = 0.0  # darker brows and the lines that grief and anger draw
    gaze_x: float = 0.0  # to the own left
    gaze_y: float = 0.0  # upwards


@dataclass(frozen=True, slots=True)
class Light:
    """Light on the whole picture; `side` in [-1, 1] lights the face from the own left (positive) or right."""

    gain: float = 1.0
    gamma: float = 1.0
    side: float = 0.0
    warmth: float = 0.0
    noise: float = 1.5  # standard deviation of the sensor's noise, in levels of 255


@dataclass(frozen=True, slots=True)
class Framing:
    """Where the person sits: shifts are fractions of the picture, positive right and down.

    A shift of 1 or more leaves the picture.
    """

    shift_x: float = 0.0
    shift_y: float = 0.0
    zoom: float = 1.0


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one simulated student from another: colours, room, seat. RGB colours are in [0, 255]."""

    mirrored: bool = False
    hair: tuple[float, float, float] = (1.0, 1.0, 1.0)  # gain of each channel
    skin: tuple[float, float, float] = (1.0, 1.0, 1.0)
    suit_hue: int = 0  # degrees around the colour circle
    wall: tuple[int, int, int] = (196, 190, 182)
    room_seed: int = 0
    width: float = 1.0  # of the head against its height
    framing: Framing = Framing()
    light: Light = Light()


FRONTAL, RELAXED = Pose(), Expression()
