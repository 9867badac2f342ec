"""What every test may ask for. The servers themselves are started by tests/servers.py."""

from collections.abc import Iterator

import pytest
import redis

from tests.servers import cache, needs_servers


@pytest.fixture(autouse=True)
def _empty_redis(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keys do not outlive a test; a running product keeps its queues."""
    yield
    if needs_servers(request.node) and "running_product" not in request.fixturenames:
        with redis.Redis.from_url(cache.url) as connection:
            connection.flushall()
