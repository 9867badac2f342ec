"""What comes out of a file of pictures: what a viewer shows, upright, or an error."""

import io
import re
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from emotion.pictures.frames import MAX_PIXELS, Frame, Unreadable
from emotion.pictures.picture_file import DAMAGED, NO_PICTURE, PictureFile
from emotion.pictures.sampling import Wanted
from tests.heic import heic

RED, BLUE = (250, 10, 10), (10, 10, 250)


@pytest.fixture(scope="module")
def red_heic() -> bytes:
    return heic(np.full((64, 64, 3), RED, np.uint8))


def outcomes(path: Path, *moments_ms: int, every_ms: int = 1000, skip: int = 0) -> list[Frame | Unreadable]:
    return list(PictureFile("a", path, Wanted(every_ms, moments_ms), skip).open())


def only(path: Path) -> Frame | Unreadable:
    (outcome,) = outcomes(path)
    return outcome


def make_picture(path: Path, *, width: int = 60, height: int = 40) -> Path:
    """Red above, blue below."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[: height // 2], picture[height // 2 :] = RED, BLUE
    Image.fromarray(picture).save(path)
    return path


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "tiff", "webp"])
def test_a_picture_is_rgb(tmp_path: Path, suffix: str) -> None:
    frame = only(make_picture(tmp_path / f"a.{suffix}"))
    assert isinstance(frame, Frame)
    assert (frame.image.shape, frame.image.dtype, frame.at_ms) == ((40, 60, 3), np.uint8, None)
    assert np.abs(frame.image[5, 5].astype(int) - RED).max() < 40
    assert np.abs(frame.image[35, 5].astype(int) - BLUE).max() < 40


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_colour_becomes_rgb(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (60, 40)).save(tmp_path / "a.png")
    frame = only(tmp_path / "a.png")
    assert isinstance(frame, Frame)
    assert (frame.image.shape, frame.image.dtype) == ((40, 60, 3), np.uint8)


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_a_picture_that_was_held_sideways_stands_upright(tmp_path: Path, suffix: str) -> None:
    upright = Image.open(make_picture(tmp_path / "a.png", width=40, height=60))
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was turned to the left: show it turned to the right
    upright.transpose(Image.Transpose.ROTATE_90).save(tmp_path / f"turned.{suffix}", exif=turned)

    frame = only(tmp_path / f"turned.{suffix}")

    assert isinstance(frame, Frame)
    assert frame.image.shape == (60, 40, 3)
    assert np.abs(frame.image[5, 20].astype(int) - RED).max() < 60
    assert np.abs(frame.image[55, 20].astype(int) - BLUE).max() < 60


@pytest.mark.parametrize("suffix", ["jpg", "png", "bmp", "tiff", "webp"])
def test_a_picture_that_is_cut_off_is_an_error_and_not_half_a_picture(tmp_path: Path, suffix: str) -> None:
    path = make_picture(tmp_path / f"a.{suffix}", width=300, height=200)
    content = path.read_bytes()
    for length in (1, 20, len(content) // 2):
        path.write_bytes(content[:length])
        outcome = only(path)
        assert isinstance(outcome, Unreadable)
        assert "damaged" in outcome.error


def test_a_small_file_that_unfolds_to_a_huge_picture_is_not_decoded(tmp_path: Path) -> None:
    side = 30_000
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunk = (
        struct.pack(">I", len(header)) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IDAT")
    assert side * side > MAX_PIXELS

    outcome = only(tmp_path / "bomb.png")

    assert isinstance(outcome, Unreadable)
    assert "too large" in outcome.error


def test_a_file_that_went_away_is_an_error(tmp_path: Path) -> None:
    outcome = only(tmp_path / "gone.jpg")
    assert outcome == Unreadable("a", None, "the file cannot be opened: No such file or directory")


def colour(outcome: Frame | Unreadable, x: int = 5, y: int = 5) -> list[int]:
    assert isinstance(outcome, Frame)
    return outcome.image[y, x].tolist()


def grays(found: list[Frame | Unreadable]) -> list[int]:
    """Of pictures of one gray, in steps of 40."""
    return [round(float(frame.image.mean()) / 40) for frame in found if isinstance(frame, Frame)]


def make_animation(path: Path, *durations_ms: int, **options: object) -> Path:
    """Picture n is gray of brightness 40n."""
    frames = [Image.new("L", (64, 48), 40 * number) for number in range(len(durations_ms))]
    if path.suffix == ".gif":
        frames = [frame.convert("P") for frame in frames]
    if path.suffix in {".webp", ".avif"}:
        frames, options = [frame.convert("RGB") for frame in frames], {"lossless": True, **options}
    first, *others = frames
    first.save(path, save_all=True, append_images=others, duration=list(durations_ms), **options)
    return path


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "avif"])
def test_an_animation_is_read_like_a_recording(tmp_path: Path, suffix: str) -> None:
    path = make_animation(tmp_path / f"a.{suffix}", 300, 2500, 100, 100, 900, 500)
    found = outcomes(path)
    assert [frame.at_ms for frame in found] == [0, 2800, 3000]
    assert grays(found) == [0, 2, 4]
    assert [frame.at_ms for frame in outcomes(path, skip=2)] == [3000]
    *within, beyond = outcomes(path, 200, 300, 2799, 3950, 5000)
    assert grays(within) == [0, 1, 1, 5]
    assert beyond == Unreadable("a", 5000, "the recording ends at 00:00:04.400")


def test_an_animation_that_asks_for_more_pictures_than_a_screen_shows_is_slowed_as_by_browsers(
    tmp_path: Path,
) -> None:
    path = make_animation(tmp_path / "a.gif", 10, 10, 10)
    assert [frame.at_ms for frame in outcomes(path, every_ms=1)] == [0, 100, 200]


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "avif"])
def test_what_does_not_move_is_a_picture(tmp_path: Path, suffix: str) -> None:
    frame = only(make_animation(tmp_path / f"a.{suffix}", 100))
    assert isinstance(frame, Frame)
    assert (frame.at_ms, frame.page) == (None, None)


def test_a_picture_of_a_gif_stays_where_the_one_before_it_was_to_go(tmp_path: Path) -> None:
    plain = Image.new("RGB", (60, 40), RED)
    above, both = plain.copy(), plain.copy()
    for picture, places in ((above, [0]), (both, [0, 30])):
        for place in places:
            picture.paste(BLUE, (place, 0, place + 20, 20))
    path = tmp_path / "a.gif"
    plain.save(path, save_all=True, append_images=[above, both], duration=1000, disposal=1)
    content = bytearray(path.read_bytes())
    for number, found in enumerate(re.finditer(rb"!\xf9\x04", bytes(content))):
        content[found.end()] = content[found.end()] & 1 | (0 if number else 2 << 2)
    path.write_bytes(content)

    *_, last = outcomes(path)
    assert (colour(last), colour(last, 35)) == ([*BLUE], [*BLUE])


def test_the_still_of_an_animated_png_is_none_of_its_pictures(tmp_path: Path) -> None:
    path = make_animation(tmp_path / "a.png", 500, 500, 500, default_image=True)
    found = outcomes(path, every_ms=1)
    assert ([frame.at_ms for frame in found], grays(found)) == ([0, 500], [1, 2])


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_an_animation_that_is_cut_off_ends_in_an_error(tmp_path: Path, suffix: str) -> None:
    path = make_animation(tmp_path / f"a.{suffix}", *[500] * 6)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    *found, last = outcomes(path)
    assert isinstance(last, Unreadable)
    assert "damaged" in last.error
    assert all(isinstance(frame, Frame) for frame in found)


def test_every_page_of_a_document_is_read(tmp_path: Path) -> None:
    pages = [Image.new("L", (64, 48), 40 * number) for number in range(3)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    found = outcomes(tmp_path / "a.tif")
    assert [(frame.at_ms, frame.page) for frame in found] == [(None, 1), (None, 2), (None, 3)]
    assert grays(found) == [0, 1, 2]
    assert [frame.page for frame in outcomes(tmp_path / "a.tif", skip=2)] == [3]


def test_a_smaller_copy_of_a_page_is_no_page(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        writer.write(np.full((48, 64), 80, np.uint8))
        writer.write(np.full((24, 32), 80, np.uint8), subfiletype=1)
    frame = only(tmp_path / "a.tif")
    assert isinstance(frame, Frame)
    assert (frame.image.shape, frame.page) == ((48, 64, 3), None)


def test_a_page_that_is_damaged_leaves_the_others_readable(tmp_path: Path) -> None:
    pages = [np.random.default_rng(page).integers(0, 255, (48, 64), np.uint8) for page in range(3)]
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in pages:
            writer.write(page, compression="zlib", metadata=None)
    with tifffile.TiffFile(tmp_path / "a.tif") as document:
        at = document.pages[1].dataoffsets[0]
    content = bytearray((tmp_path / "a.tif").read_bytes())
    content[at : at + 40] = b"\xff" * 40
    (tmp_path / "a.tif").write_bytes(content)
    first, second, third = outcomes(tmp_path / "a.tif")
    assert second == Unreadable("a", None, DAMAGED, 2)
    assert (isinstance(first, Frame), isinstance(third, Frame)) == (True, True)


def test_a_page_that_cannot_be_read_leaves_those_after_it_readable(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        first, odd, last = np.full((48, 64), 40, np.uint8), np.ones((48, 64)), np.full((48, 64), 80, np.uint8)
        for page in (first, odd, odd, last):
            writer.write(page, metadata=None)
        writer.write(np.ones((48, 64), bool), subfiletype=4, metadata=None)
    found = outcomes(tmp_path / "a.tif")
    assert grays(found) == [1, 2]
    assert [found[1], found[2]] == [Unreadable("a", None, DAMAGED, page) for page in (2, 3)]
    assert len(found) == 4


@pytest.mark.parametrize("share", [0.6, 0.3])
def test_a_document_that_is_cut_off_ends_in_an_error(tmp_path: Path, share: float) -> None:
    pages = [Image.fromarray(np.full((48, 64), 40 * page, np.uint8)) for page in range(4)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    (tmp_path / "a.tif").write_bytes((tmp_path / "a.tif").read_bytes()[: int(15_000 * share)])
    found = outcomes(tmp_path / "a.tif")
    whole = grays(found)
    assert whole == list(range(len(whole)))
    assert whole
    assert found[len(whole)] == Unreadable("a", None, DAMAGED, len(whole) + 1)


def test_damaged_metadata_cost_no_picture(tmp_path: Path) -> None:
    odd = Image.Exif()
    odd[ExifTags.Base.Orientation] = 3
    odd[ExifTags.Base.XResolution] = 72
    content = odd.tobytes().replace(struct.pack("<HHI", 0x011A, 5, 1), struct.pack("<HHI", 0x011A, 2, 4))
    turned = Image.open(make_picture(tmp_path / "a.png")).transpose(Image.Transpose.ROTATE_180)
    turned.save(tmp_path / "a.jpg", exif=content, quality=95)
    assert colour(only(tmp_path / "a.jpg")) == pytest.approx(RED, abs=30)

    Image.open(tmp_path / "a.png").save(tmp_path / "b.png", exif=b"no metadata at all")
    assert colour(only(tmp_path / "b.png")) == [*RED]


def test_a_picture_that_says_much_is_read(tmp_path: Path) -> None:
    drawing = PngImagePlugin.PngInfo()
    drawing.add_text("drawing", "line " * 1_000_000, zip=True)
    Image.new("RGB", (60, 40), RED).save(tmp_path / "a.png", pnginfo=drawing)
    assert colour(only(tmp_path / "a.png")) == [*RED]


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff", "avif"])
def test_what_is_transparent_is_white(tmp_path: Path, suffix: str) -> None:
    picture = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 30, 40))
    picture.paste((0, 0, 0, 128), (30, 0, 40, 40))
    options = {"lossless": True} if suffix == "webp" else {"quality": 100} if suffix == "avif" else {}
    picture.save(tmp_path / f"a.{suffix}", **options)
    frame = only(tmp_path / f"a.{suffix}")
    assert colour(frame, 10) == pytest.approx(RED, abs=12)
    assert colour(frame, 35) == pytest.approx([127] * 3, abs=3)
    assert colour(frame, 55) == pytest.approx([255] * 3, abs=3)


@pytest.mark.parametrize("mode", ["LA", "P", "RGB", "L", "I;16"])
def test_every_way_to_be_transparent_is_white(tmp_path: Path, mode: str) -> None:
    if mode == "LA":
        Image.new("LA", (60, 40), (20, 0)).save(tmp_path / "a.png")
    else:
        ground = {"P": 0, "RGB": (1, 2, 3), "L": 7, "I;16": 7000}[mode]
        Image.new(mode, (60, 40), ground).save(tmp_path / "a.png", transparency=ground)
    assert colour(only(tmp_path / "a.png")) == [255] * 3


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


@pytest.mark.parametrize("bits", [1, 2, 4])
def test_a_gray_of_few_bits_that_is_transparent_is_white(tmp_path: Path, bits: int) -> None:
    line = b"\0" + np.packbits(np.tile([0] * (bits - 1) + [1], 64)).tobytes()
    for clear, shown in ((1, [255] * 3), (0, [255 // (2**bits - 1)] * 3)):
        (tmp_path / "a.png").write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 40, bits, 0, 0, 0, 0))
            + chunk(b"tRNS", struct.pack(">H", clear))
            + chunk(b"IDAT", zlib.compress(line * 40))
            + chunk(b"IEND", b"")
        )
        assert colour(only(tmp_path / "a.png")) == shown


def test_a_colour_of_sixteen_bits_that_is_transparent_is_white(tmp_path: Path) -> None:
    shade = struct.pack(">HHH", 7000, 8000, 9000)
    for clear, shown in ((shade, [255] * 3), (struct.pack(">HHH", 27, 31, 35), [27, 31, 35])):
        (tmp_path / "a.png").write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 40, 16, 2, 0, 0, 0))
            + chunk(b"tRNS", clear)
            + chunk(b"IDAT", zlib.compress((b"\0" + shade * 64) * 40))
            + chunk(b"IEND", b"")
        )
        assert colour(only(tmp_path / "a.png")) == shown


def test_the_pictures_of_an_animation_stand_on_white_too(tmp_path: Path) -> None:
    first, second = Image.new("RGBA", (60, 40)), Image.new("RGBA", (60, 40))
    second.paste((*RED, 255), (0, 0, 30, 40))
    first.save(tmp_path / "a.webp", save_all=True, append_images=[second], duration=1000, lossless=True)
    nothing, half = outcomes(tmp_path / "a.webp")
    assert colour(nothing) == [255] * 3
    assert (colour(half), colour(half, 50)) == ([*RED], [255] * 3)


def profile_with_swapped_colours() -> bytes:
    """A profile by which red is shown as blue."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    names = [content.index(name) for name in (b"rXYZ", b"bXYZ")]
    red, blue = (content[at + 4 : at + 12] for at in names)
    for at, place in zip(names, (blue, red), strict=True):
        content[at + 4 : at + 12] = place
    return bytes(content.replace("sRGB".encode("utf-16-be"), "Swap".encode("utf-16-be")))


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "avif"])
def test_a_picture_of_another_colour_space_has_the_colours_that_a_viewer_shows(
    tmp_path: Path, suffix: str
) -> None:
    picture = Image.new("RGB", (60, 40), RED)
    picture.save(tmp_path / f"a.{suffix}", icc_profile=profile_with_swapped_colours(), quality=95)
    assert colour(only(tmp_path / f"a.{suffix}")) == pytest.approx(BLUE, abs=25)
    damaged = profile_with_swapped_colours()[:200]
    picture.save(tmp_path / f"b.{suffix}", icc_profile=damaged, quality=95)
    assert colour(only(tmp_path / f"b.{suffix}")) == pytest.approx(RED, abs=25)


def test_a_profile_counts_where_a_picture_is_transparent_too(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (60, 40), (*RED, 255))
    picture.putpixel((50, 5), (*RED, 0))
    picture.save(tmp_path / "a.png", icc_profile=profile_with_swapped_colours())
    frame = only(tmp_path / "a.png")
    assert colour(frame) == pytest.approx(BLUE, abs=25)
    assert colour(frame, 50) == [255] * 3


def test_cmyk_and_lab_become_rgb(tmp_path: Path) -> None:
    Image.new("CMYK", (60, 40), (0, 250, 250, 5)).save(tmp_path / "a.jpg")
    assert colour(only(tmp_path / "a.jpg")) == pytest.approx([250, 5, 5], abs=30)
    lab = ImageCms.profileToProfile(
        Image.new("RGB", (60, 40), RED),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    lab.save(tmp_path / "a.tiff")
    assert colour(only(tmp_path / "a.tiff")) == pytest.approx(RED, abs=12)


@pytest.mark.parametrize("suffix", ["png", "tiff", "pgm"])
def test_sixteen_bits_are_as_bright_as_eight(tmp_path: Path, suffix: str) -> None:
    picture = np.full((40, 60), 200 * 257, np.uint16)
    picture[:, 30:] = 50 * 257
    cv2.imwrite(str(tmp_path / f"a.{suffix}"), picture)
    frame = only(tmp_path / f"a.{suffix}")
    assert (colour(frame), colour(frame, 50)) == ([200] * 3, [50] * 3)


def test_sixteen_bits_whose_white_is_nought_are_no_negative(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.full((40, 60), 55 * 257, np.uint16), photometric="miniswhite")
    assert colour(only(tmp_path / "a.tif")) == [200] * 3


def test_sixteen_bits_of_each_colour_are_as_bright_as_eight(tmp_path: Path) -> None:
    for suffix in ("png", "tiff"):
        cv2.imwrite(str(tmp_path / f"a.{suffix}"), np.full((40, 60, 3), RED[::-1], np.uint16) * 257)
        assert colour(only(tmp_path / f"a.{suffix}")) == [*RED]


def deep_psd(picture: np.ndarray, mode: int, compression: int) -> bytes:
    """uint16 (channels, height, width), as Photoshop writes it: as it is, or each row by its repeats."""
    channels, height, width = picture.shape
    rows = picture.astype(">u2").reshape(-1, width).view(np.uint8)
    data = rows.tobytes()
    if compression:
        packed = [b"".join(b"\0" + bytes([value]) for value in row) for row in rows]
        data = b"".join(struct.pack(">H", len(row)) for row in packed) + b"".join(packed)
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, channels, height, width, 16, mode)
    return header + bytes(12) + struct.pack(">H", compression) + data


@pytest.mark.parametrize("compression", [0, 1])
def test_a_photoshop_file_with_sixteen_bits_is_read(tmp_path: Path, compression: int) -> None:
    low = np.random.default_rng(1).integers(0, 256, (3, 40, 60), np.uint16)
    picture = low + 256 * np.array([[RED, BLUE]], np.uint16).reshape(2, 3).repeat([30, 30], 0).T[:, None, :]
    (tmp_path / "a.psd").write_bytes(deep_psd(picture, 3, compression))
    frame = only(tmp_path / "a.psd")
    assert isinstance(frame, Frame)
    assert frame.image.shape == (40, 60, 3)
    assert (colour(frame, 29, 39), colour(frame, 30, 0)) == ([*RED], [*BLUE])
    (tmp_path / "a.psd").write_bytes(deep_psd(np.full((1, 40, 60), 0x64FF, np.uint16), 1, compression))
    assert colour(only(tmp_path / "a.psd"), 59, 39) == [0x64] * 3


def test_an_iphone_s_picture_is_read_whatever_it_is_called(tmp_path: Path, red_heic: bytes) -> None:
    (tmp_path / "a.heic").write_bytes(red_heic)
    (tmp_path / "b.jpg").write_bytes(red_heic)
    for name in ("a.heic", "b.jpg"):
        frame = only(tmp_path / name)
        assert isinstance(frame, Frame)
        assert frame.image.shape == (64, 64, 3)
        assert colour(frame, 10, 10) == pytest.approx(RED, abs=12)


def test_of_a_camera_s_two_pictures_the_first_is_read(tmp_path: Path) -> None:
    first, second = Image.new("L", (64, 48), 120), Image.new("L", (64, 48), 10)
    first.save(tmp_path / "a.mpo", save_all=True, append_images=[second])
    assert grays([only(tmp_path / "a.mpo")]) == [3]


def test_a_page_description_that_would_run_a_program_is_not_opened(tmp_path: Path) -> None:
    Image.new("RGB", (60, 40)).save(tmp_path / "a.eps")
    (tmp_path / "a.eps").rename(tmp_path / "a.jpg")
    assert only(tmp_path / "a.jpg") == Unreadable("a", None, NO_PICTURE)


def test_what_is_no_picture_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("<html>not found</html>")
    assert only(tmp_path / "a.jpg") == Unreadable("a", None, NO_PICTURE)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "webp", "tiff", "avif", "bmp", "heic"])
def test_no_damage_is_more_than_an_error(tmp_path: Path, suffix: str, seed: int, red_heic: bytes) -> None:
    path = tmp_path / f"a.{suffix}"
    if suffix == "heic":
        path.write_bytes(red_heic)
    else:
        make_animation(path, 500, 500, 500) if suffix in {"gif", "webp", "png", "avif"} else make_picture(
            path
        )
    chance = np.random.default_rng(seed)
    content = bytearray(path.read_bytes())
    for at in chance.integers(0, len(content), 1 + len(content) // 60):
        content[at] = chance.integers(256)
    path.write_bytes(content)
    assert outcomes(path)


def test_a_page_of_too_many_layers_is_damaged_and_told_nowhere_else(tmp_path, caplog):
    content = io.BytesIO()
    Image.new("RGB", (64, 48)).save(content, "TIFF")
    layers = b"\x15\x01\x03\x00\x01\x00\x00\x00\x03\x00"  # how many samples a pixel has
    assert layers in content.getvalue()
    place = tmp_path / "layers.tif"
    place.write_bytes(content.getvalue().replace(layers, layers[:-2] + b"\x03\x01"))
    (told,) = PictureFile("layers.tif", place, Wanted(1000)).open()
    assert isinstance(told, Unreadable)
    assert not caplog.records
