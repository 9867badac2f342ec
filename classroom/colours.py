"""The shades that a school's one colour is shown in, light and dark, so that all of it can be read. Pure."""

from dataclasses import dataclass

Rgb = tuple[int, int, int]
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
# The grounds of static/css/tokens.css on which text stands: the one that leaves least room, light and dark.
SUNK_LIGHT, SUNK_DARK = (0xE9, 0xEE, 0xF0), (0x1D, 0x2C, 0x36)
SURFACE_LIGHT, SURFACE_DARK = (0xFF, 0xFF, 0xFF), (0x15, 0x21, 0x2A)
TEXT, STRONG_TEXT = 4.5, 7.0
"""Contrast of text (WCAG 2.2 AA, 1.4.3) and of what is under the pointer. A control asks for 3 (1.4.11)."""
SOFT_LIGHT, SOFT_DARK = 0.14, 0.24
STEPS = 255


@dataclass(frozen=True, slots=True)
class Shades:
    """Of one colour scheme, each as #rrggbb: text and controls, the same under the pointer, a ground, and
    what is written on a control."""

    accent: str
    strong: str
    soft: str
    on_accent: str


@dataclass(frozen=True, slots=True)
class Palette:
    light: Shades
    dark: Shades


def palette(accent: str) -> Palette:
    """Of a colour #rrggbb, which is darkened or lightened as little as it takes. Raises ValueError."""
    colour = read(accent)
    return Palette(light=_light(colour), dark=_dark(colour))


def read(text: str) -> Rgb:
    """Raises ValueError for anything but #rrggbb."""
    if len(text) != 7 or text[0] != "#" or not all(one in "0123456789abcdefABCDEF" for one in text[1:]):
        raise ValueError(text)
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue


def contrast(one: Rgb, other: Rgb) -> float:
    """From 1 to 21, as WCAG defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _light(colour: Rgb) -> Shades:
    soft = _mixed(SURFACE_LIGHT, colour, SOFT_LIGHT)
    accent = _until(colour, BLACK, TEXT, SUNK_LIGHT, soft)
    strong = _until(accent, BLACK, STRONG_TEXT, SUNK_LIGHT, soft)
    return Shades(_written(accent), _written(strong), _written(soft), _written(WHITE))


def _dark(colour: Rgb) -> Shades:
    soft = _mixed(SURFACE_DARK, _mixed(colour, BLACK, 0.3), SOFT_DARK)
    accent = _until(colour, WHITE, TEXT, SUNK_DARK, soft)
    strong = _until(accent, WHITE, STRONG_TEXT, SUNK_DARK, soft)
    return Shades(_written(accent), _written(strong), _written(soft), _written(_mixed(BLACK, accent, 0.12)))


def _until(colour: Rgb, end: Rgb, wanted: float, *grounds: Rgb) -> Rgb:
    """The first shade on the way to `end` that stands out from all grounds."""
    shades = (_mixed(colour, end, step / STEPS) for step in range(STEPS + 1))
    return next(one for one in shades if all(contrast(one, ground) >= wanted for ground in grounds))


def _mixed(colour: Rgb, other: Rgb, share: float) -> Rgb:
    """`share` of the other one."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    red, green, blue = map(_linear, colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _written(colour: Rgb) -> str:
    return "#" + bytes(colour).hex()
