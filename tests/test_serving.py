"""Nobody waits for a test's server to end, and what all tests need of one is made once."""

from pathlib import Path

import pytest
import redis

from tests.servers import cache, crash_cache, empty_cache, start_cache

ROOT = Path(__file__).resolve().parents[1]
ONLY = ROOT / "tests" / "serving.py"


def test_no_test_has_a_server_of_its_own_look_twice_a_second_whether_it_is_to_end():
    asks = ".serve" + "_forever"
    assert asks in ONLY.read_text()
    others = (path for path in (ROOT / "tests").rglob("*.py") if path != ONLY)
    assert [str(path.relative_to(ROOT)) for path in others if asks in path.read_text()] == []


def connections(client):
    return client.info("stats")["total_connections_received"]


@pytest.mark.servers
def test_redis_is_emptied_over_one_connection():
    empty_cache()
    with redis.Redis.from_url(cache.url) as client:
        before = connections(client)
        client.set("left", "over")
        empty_cache()
        assert (connections(client), client.dbsize()) == (before, 0)


@pytest.mark.servers
def test_redis_is_emptied_after_a_crash_too():
    empty_cache()
    crash_cache()
    start_cache()
    empty_cache()
