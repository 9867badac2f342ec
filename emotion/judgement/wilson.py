"""How far a share that was seen a few times could be from the true one (Wilson, 1927)."""

import math


def wilson(share: float, n: float, z: float) -> tuple[float, float]:
    """The bounds of a share seen in `n` independent looks, n above 0; `z` is the normal quantile of each.

    Unlike share ± error they stay within [0, 1] and are right for small n.
    """
    z2 = z**2
    centre = share + z2 / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low, high = (centre - spread) / (1 + z2 / n), (centre + spread) / (1 + z2 / n)
    return max(0.0, low), min(high, 1.0)
