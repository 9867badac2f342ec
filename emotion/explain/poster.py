"""An explanation as one picture to look at: the face with its map, scale and scores."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from emotion.explain.explanation import LIMITS, METHOD, Explanation, percent, times
from emotion.explain.overlay import footprint, overlay, scale_of, tinted
from emotion.labels import EMOTIONS

WIDTH, MARGIN, GAP = 1240, 40, 30
PANEL = 380
INK, PALE, PAPER, GROUND = (25, 25, 25), (150, 150, 150), (255, 255, 255), (128, 128, 128)
TITLE, TEXT, SMALL = 30, 20, 17
LINE = 1.4
BAR, BAR_STEP = 20, 34
SCALE_SIZE = (380, 22)
AROUND_FACE = 0.15


def draw_poster(image: NDArray[np.uint8], explanation: Explanation) -> Image.Image:
    """The explanation of a face in `image`, uint8 RGB (height, width, 3), as an RGB picture."""
    height, width = image.shape[:2]
    views = [View.of(image, (0, 0, width, height)), View.of(image, _around_face(image, explanation))]
    panels = [Image.fromarray(view.explained(explanation)) for view in views]
    sheet = _Sheet()
    sheet.write(explanation.title, TITLE)
    sheet.write(explanation.certainty, TEXT)
    sheet.skip(GAP // 2)
    top = sheet.y
    for column, (panel, caption) in enumerate(zip(panels, ("The picture", "Closer"), strict=True)):
        left = MARGIN + column * (PANEL + GAP)
        sheet.paste(panel, left, top)
        sheet.label(caption, left, top + panel.height + 4, SMALL)
    right = MARGIN + 2 * (PANEL + GAP)
    _draw_scores(sheet, explanation, right, top)
    sheet.y = top + max(*(panel.height for panel in panels), BAR_STEP * (len(EMOTIONS) + 1)) + GAP + SMALL
    _draw_scale(sheet, explanation)
    for paragraph in (explanation.findings, METHOD, LIMITS):
        sheet.write(paragraph, TEXT if paragraph is explanation.findings else SMALL)
        sheet.skip(6)
    return sheet.finished()


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A part of a picture at the size of a panel, and how its pixels lie in the whole."""

    image: NDArray[np.uint8]
    to_picture: NDArray[np.float64]

    @classmethod
    def of(cls, image: NDArray[np.uint8], part: tuple[int, int, int, int]) -> "View":
        """The rectangle (left, top, right, bottom) of the picture, as large as fits into a panel."""
        left, top, right, bottom = part
        cut = image[top:bottom, left:right]
        scale = PANEL / max(cut.shape[:2])
        size = max(round(cut.shape[1] * scale), 1), max(round(cut.shape[0] * scale), 1)
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        # Pixels have their centres at whole numbers, before and after.
        step_x, step_y = cut.shape[1] / size[0], cut.shape[0] / size[1]
        to_picture = np.array(
            [[step_x, 0, left + (step_x - 1) / 2], [0, step_y, top + (step_y - 1) / 2], [0, 0, 1]]
        )
        return cls(cv2.resize(cut, size, interpolation=how).astype(np.uint8), to_picture)

    def explained(self, explanation: Explanation) -> NDArray[np.uint8]:
        return overlay(self.image, explanation.hidden.heat, explanation.to_crop @ self.to_picture)


class _Sheet:
    """A white page that grows downwards; `y` is where the next line goes."""

    def __init__(self) -> None:
        self._page = Image.new("RGB", (WIDTH, 2 * WIDTH), PAPER)
        self._draw = ImageDraw.Draw(self._page)
        self.y = MARGIN

    def write(self, text: str, size: int) -> None:
        """Text over the whole width, broken into lines between words."""
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if line and _font(size).getlength(longer) > WIDTH - 2 * MARGIN:
                self._write_line(line, size)
                longer = word
            line = longer
        self._write_line(line, size)

    def label(self, text: str, x: float, y: float, size: int, anchor: str = "la") -> None:
        self._draw.text((x, y), text, INK, _font(size), anchor=anchor)

    def bar(self, x: float, y: float, length: float, colour: tuple[int, int, int]) -> None:
        self._draw.rectangle((x, y, x + max(length, 1), y + BAR), fill=colour)

    def paste(self, picture: Image.Image, x: int, y: int) -> None:
        self._page.paste(picture, (x, y))

    def skip(self, pixels: int) -> None:
        self.y += pixels

    def finished(self) -> Image.Image:
        return self._page.crop((0, 0, WIDTH, self.y + MARGIN))

    def _write_line(self, line: str, size: int) -> None:
        self.label(line, MARGIN, self.y, size)
        self.y += round(LINE * size)


def _draw_scores(sheet: _Sheet, explanation: Explanation, left: int, top: int) -> None:
    names, figures = 90, 90
    room = WIDTH - MARGIN - left - names - figures
    sheet.label("Probabilities", left, top, SMALL)
    each = zip(EMOTIONS, explanation.scores.probabilities, strict=True)
    for row, (emotion, probability) in enumerate(each, start=1):
        y = top + row * BAR_STEP
        length = room * probability
        sheet.label(emotion, left + names - 10, y + BAR / 2, SMALL, "rm")
        sheet.bar(left + names, y, length, INK if emotion is explanation.label else PALE)
        sheet.label(percent(probability), left + names + length + 6, y + BAR / 2, SMALL, "lm")


def _draw_scale(sheet: _Sheet, explanation: Explanation) -> None:
    """The colours from the strongest raise to the strongest drop, with how many times the odds change."""
    width, height = SCALE_SIZE
    values = np.broadcast_to(np.linspace(-1, 1, width), (height, width))
    strip = tinted(np.full((height, width, 3), GROUND, np.float64), values)
    most = times(scale_of(explanation.hidden.heat))
    sheet.label(f'What hiding a part does to the odds of "{explanation.label}"', MARGIN, sheet.y, SMALL)
    sheet.skip(round(LINE * SMALL) + 4)
    sheet.paste(Image.fromarray(strip), MARGIN, sheet.y)
    sheet.label(
        "blue raises them, orange lowers them (the part spoke for it);",
        MARGIN + width + GAP,
        sheet.y - 6,
        SMALL,
    )
    sheet.label(
        "a line surrounds half of the strongest change and more", MARGIN + width + GAP, sheet.y + 16, SMALL
    )
    sheet.skip(height + 4)
    for x, text, anchor in (
        (0, f"times {most}", "la"),
        (width / 2, "the same", "ma"),
        (width, f"divided by {most}", "ra"),
    ):
        sheet.label(text, MARGIN + x, sheet.y, SMALL, anchor)
    sheet.skip(GAP + SMALL)


def _around_face(image: NDArray[np.uint8], explanation: Explanation) -> tuple[int, int, int, int]:
    """The part of the picture that the crop was cut from, with a little around it."""
    corners = footprint(explanation.to_crop)
    low, high = corners.min(axis=0), corners.max(axis=0)
    border = AROUND_FACE * (high - low)
    height, width = image.shape[:2]
    left, top = np.clip(np.floor(low - border), 0, (width - 1, height - 1)).astype(int).tolist()
    right, bottom = np.clip(np.ceil(high + border), (left + 1, top + 1), (width, height)).astype(int).tolist()
    return left, top, right, bottom


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
