import pytest
import redis
from django.db import IntegrityError, connection, transaction

from tests.servers import cache, log_of_servers


@pytest.mark.servers
def test_the_database_is_postgresql_with_a_locale_of_its_own(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone() == ("b", "C.UTF-8")


@pytest.mark.servers
def test_a_statement_that_fails_leaves_nothing_of_what_it_held_in_the_log(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE taken (name text UNIQUE)")
        cursor.execute("INSERT INTO taken VALUES ('Robin Canary')")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute("INSERT INTO taken VALUES ('Robin Canary')")
    written = log_of_servers().read_text()
    assert "duplicate key value violates unique constraint" in written
    assert "Robin Canary" not in written


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
