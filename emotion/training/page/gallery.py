"""Pictures within a page: a montage of many faces, and single faces with words below each."""

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

STYLE = """<style>
.montage { display: block; width: 100%; height: auto; border-radius: 4px; }
.faces { display: grid; grid-template-columns: repeat(auto-fill, minmax(14.5rem, 1fr)); gap: .75rem;
  margin: .75rem 0 0; }
.faces figure { display: flex; gap: .6rem; align-items: flex-start; margin: 0; }
.faces img { width: 64px; height: 64px; border-radius: 4px; border: 1px solid var(--line); flex: none; }
.faces figcaption { font-size: .75rem; line-height: 1.35; color: var(--ink-muted); overflow-wrap: anywhere; }
h3 { font-size: .875rem; margin: 1rem 0 .35rem; }
</style>"""


@dataclass(frozen=True, slots=True)
class Montage:
    """Faces of one kind side by side; faces: uint8 (n, 48, 48)."""

    title: str
    faces: NDArray[np.uint8]

    def html(self, columns: int = 20) -> str:
        title = html.escape(self.title)
        alt = f"{len(self.faces)} faces: {title}"
        return f'<h3>{title}</h3><img class="montage" alt="{alt}" src="{png(tiled(self.faces, columns))}">'


@dataclass(frozen=True, slots=True)
class Captioned:
    """One face, uint8 (48, 48), and lines of words about it."""

    face: NDArray[np.uint8]
    words: Sequence[str]

    def html(self) -> str:
        words = "<br>".join(map(html.escape, self.words))
        return f'<figure><img alt="" src="{png(self.face)}"><figcaption>{words}</figcaption></figure>'


def section(title: str, words: str, shown: Sequence[Montage] | Sequence[Captioned]) -> str:
    """A section of a page with these pictures."""
    pictures = "".join(each.html() for each in shown)
    if shown and isinstance(shown[0], Captioned):
        pictures = f'<div class="faces">{pictures}</div>'
    return f"<section><h2>{html.escape(title)}</h2><p>{html.escape(words)}</p>{pictures}</section>"


def tiled(faces: NDArray[np.uint8], columns: int) -> NDArray[np.uint8]:
    """Faces uint8 (n, h, w) in rows of `columns`, the last row filled up with black."""
    count, height, width = faces.shape
    lines = -(-count // columns)
    filled = np.zeros((lines * columns, height, width), np.uint8)
    filled[:count] = faces
    rows = filled.reshape(lines, columns, height, width).swapaxes(1, 2)
    return rows.reshape(lines * height, columns * width)


def png(picture: NDArray[np.uint8]) -> str:
    """The picture as the address of an image that needs no file."""
    _, encoded = cv2.imencode(".png", picture)
    return f"data:image/png;base64,{base64.b64encode(encoded.tobytes()).decode('ascii')}"
