"""A small triangle rasteriser: which point of which triangle does each pixel see?"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.intp]


def rasterise(
    points: Floats, triangles: Ints, attributes: Floats, width: int, height: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Interpolate vertex attributes over the pixels that the triangles cover.

    Args:
        points: (N, 2) screen positions in pixels, x right, y down.
        triangles: (T, 3) vertex numbers, **painted in this order**; those whose corners do not run
            clockwise on the screen show their back and are left out.
        attributes: (N, A) values at the vertices.

    Returns:
        (height, width, A) interpolated attributes, 0 where nothing is, and the (height, width) coverage.
    """
    corners = points[triangles]
    first, second, third = corners[:, 0], corners[:, 1], corners[:, 2]
    area = _cross(second - first, third - first)
    low = np.maximum(np.ceil(corners.min(axis=1)), 0).astype(np.intp)
    high = np.minimum(np.floor(corners.max(axis=1)), (width - 1, height - 1)).astype(np.intp)
    sizes = np.maximum(high - low + 1, 0)
    counts = np.where(area > 1e-6, sizes[:, 0] * sizes[:, 1], 0)

    owner = np.repeat(np.arange(len(triangles)), counts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    row, column = np.divmod(step, sizes[owner, 0])
    x, y = low[owner, 0] + column, low[owner, 1] + row
    pixel = np.stack([x, y], axis=1).astype(np.float32)
    weight_2 = _cross(pixel - first[owner], (third - first)[owner]) / area[owner]
    weight_3 = _cross((second - first)[owner], pixel - first[owner]) / area[owner]
    inside = (weight_2 >= -1e-4) & (weight_3 >= -1e-4) & (weight_2 + weight_3 <= 1 + 1e-4)

    newest = np.full(width * height, -1, dtype=np.intp)
    kept = np.flatnonzero(inside)
    newest[(y * width + x)[kept]] = kept  # of repeated pixels the last one painted stays
    seen = np.flatnonzero(newest >= 0)
    top = newest[seen]
    weights = np.stack([1 - weight_2[top] - weight_3[top], weight_2[top], weight_3[top]], axis=1)
    values = np.zeros((width * height, attributes.shape[1]), dtype=np.float32)
    values[seen] = np.einsum("pc,pca->pa", weights, attributes[triangles[owner[top]]])
    return values.reshape(height, width, -1), (newest >= 0).reshape(height, width)


def _cross(a: Floats, b: Floats) -> Floats:
    crossed: Floats = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return crossed
