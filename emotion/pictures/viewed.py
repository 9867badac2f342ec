"""A picture as a viewer shows it: upright, in sRGB, on white where it is transparent, with eight bits.

Pillow opens pictures here, not OpenCV: it knows colour profiles, transparency, animations and pages, has a
decoder of HEIC as a plugin, and is there for the sake of legible text anyway.
"""

import io
from contextlib import suppress
from functools import cache
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageCms

WHITE = (255, 255, 255)
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_WIDER = {"L;2": 85, "L;4": 17}
_OF_SIXTEEN = "RGB;16B"
_WHITE_IS_NOUGHT = 0


def as_viewed(picture: Image.Image) -> NDArray[np.uint8]:
    """uint8 RGB (height, width, 3). Raises what Pillow raises where the picture is damaged."""
    loaded = _loaded(picture)
    # Profiles are looked up where they were read: a copy in another mode may have lost them.
    rgb = on_white(in_srgb(loaded, picture.info.get("icc_profile")))
    return np.ascontiguousarray(upright(rgb, orientation_of(picture)), dtype=np.uint8)


def in_rgba(picture: Image.Image) -> Image.Image:
    """With eight bits, in its own colours, neither on white nor turned. Raises what `as_viewed` raises."""
    return _loaded(picture).convert("RGBA")


def _loaded(picture: Image.Image) -> Image.Image:
    _fit_transparency(picture)
    picture.load()
    return eight_bits(picture)


def _fit_transparency(picture: Image.Image) -> None:
    """Pillow brings colours to eight bits, but not the one that is transparent."""
    clear, tiles = picture.info.get("transparency"), getattr(picture, "tile", [])
    if isinstance(clear, int) and tiles:
        picture.info["transparency"] = clear * _WIDER.get(tiles[0].args, 1)
    elif isinstance(clear, tuple) and tiles and tiles[0].args == _OF_SIXTEEN:
        picture.info["transparency"] = tuple(part >> 8 for part in clear)


def orientation_of(picture: Image.Image) -> int:
    """As its metadata says; 1, which is upright, where those are damaged: viewers show it all the same."""
    with suppress(Exception):
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def eight_bits(picture: Image.Image) -> Image.Image:
    """Grays of 16 and 32 bits with the darkness that they have, and the one that is transparent."""
    if picture.mode.startswith("I"):
        values = np.asarray(picture.convert("I"))
        # Pillow gives 16 bits this mode too, where the file says nothing of a sign.
        gray = np.clip(values >> 8, 0, 255).astype(np.uint8)
        tags = getattr(picture, "tag_v2", {})
        if tags.get(ExifTags.Base.PhotometricInterpretation) == _WHITE_IS_NOUGHT:
            gray = 255 - gray
        eight = Image.fromarray(gray)
        if isinstance(clear := picture.info.get("transparency"), int):
            eight.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
        return eight
    if picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture))
        scale = 255 if values.size and values.max() <= 1 else 1
        return Image.fromarray(np.clip(values * scale, 0, 255).astype(np.uint8))
    return picture


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB, or RGBA where the picture is transparent; a profile that does not fit is none, as in viewers."""
    alpha = picture.convert("RGBA").getchannel("A") if picture.has_transparency_data else None
    colours = _opaque(picture)
    rgb = _converted(colours, profile) or colours.convert("RGB")
    if alpha:
        rgb.putalpha(alpha)
    return rgb


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGBA", picture.size, (*WHITE, 255))
    return Image.alpha_composite(paper, picture).convert("RGB")


def _opaque(picture: Image.Image) -> Image.Image:
    """Its colours alone, in a mode that a profile may be of."""
    if picture.mode in {"1", "LA", "La"}:
        return picture.convert("L")
    if picture.mode in {"L", "RGB", "CMYK", "LAB"}:
        return picture
    return (picture.convert("RGBA") if picture.mode == "RGBa" else picture).convert("RGB")


def _converted(picture: Image.Image, profile: bytes | None) -> Image.Image | None:
    """The picture by its profile; None where there is none, or none is needed."""
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        if picture.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif profile:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "srgb" in ImageCms.getProfileDescription(source).casefold():
                return None
        else:
            return None
        converted = ImageCms.profileToProfile(picture, source, _srgb(), outputMode="RGB")
        return cast(Image.Image, converted)
    return None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
