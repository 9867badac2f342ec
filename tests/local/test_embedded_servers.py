import pytest
import redis
from django.db import connection

from tests.servers import cache


@pytest.mark.servers
def test_the_database_is_postgresql_with_a_locale_of_its_own(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone() == ("b", "C.UTF-8")


@pytest.mark.servers
def test_redis_refuses_whoever_does_not_know_its_password() -> None:
    with redis.Redis(host="127.0.0.1", port=cache.port) as stranger, pytest.raises(redis.AuthenticationError):
        stranger.ping()


@pytest.mark.servers
def test_redis_keeps_nothing_on_disk() -> None:
    with redis.Redis.from_url(cache.url) as connection:
        assert connection.config_get("save") == {"save": ""}
        assert connection.config_get("appendonly") == {"appendonly": "no"}
        assert connection.config_get("crash-log-enabled") == {"crash-log-enabled": "no"}
