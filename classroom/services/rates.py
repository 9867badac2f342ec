"""How often something was done within a minute or an hour, counted in Redis."""

from django.core.cache import cache


def counted(key: str, window_s: int) -> int:
    """Once more under a key that names its window; answers how often that makes."""
    cache.add(key, 0, timeout=2 * window_s)
    return int(cache.incr(key))
