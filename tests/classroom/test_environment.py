"""Settings from the environment: where a secret may come from."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from classroom.environment import read_database, read_redis, read_text


@pytest.fixture
def given(monkeypatch, tmp_path):
    """`given(NAME=text)` sets variables; a name that ends in _FILE gets the path of a file with the text."""
    for name in ("DATABASE_URL", "DATABASE_PASSWORD", "REDIS_URL", "REDIS_PASSWORD"):
        monkeypatch.delenv(name, raising=False)

    def give(**values):
        for name, value in values.items():
            if name.endswith("_FILE"):
                (tmp_path / name).write_text(f"{value}\n")
                monkeypatch.setenv(name, str(tmp_path / name))
            else:
                monkeypatch.setenv(name, value)

    return give


def test_a_secret_may_come_from_a_file(given):
    given(A_SECRET_FILE="hidden")
    assert read_text("A_SECRET") == "hidden"


def test_a_file_that_is_missing_stops_the_start_with_its_name(monkeypatch):
    monkeypatch.setenv("A_SECRET_FILE", "/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match="A_SECRET_FILE names /nowhere/secret"):
        read_text("A_SECRET", "a default")


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgres://classpulse@postgres:5432/classpulse", "from/the file"),
        ("postgres://a:own%20one@b/c", "own one"),
    ],
)
def test_the_password_of_the_database_comes_from_its_url_or_its_file(given, url, password):
    given(DATABASE_URL=url, DATABASE_PASSWORD_FILE="from/the file")
    assert read_database("DATABASE_URL")["PASSWORD"] == password


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("redis://redis:6379/0", "redis://:from%2Fthe%20file@redis:6379/0"),
        ("rediss://reader@redis/0", "rediss://reader:from%2Fthe%20file@redis/0"),
        ("redis://:own@redis/0", "redis://:own@redis/0"),
    ],
)
def test_the_password_of_redis_comes_from_its_url_or_its_file(given, url, whole):
    given(REDIS_URL=url, REDIS_PASSWORD_FILE="from/the file")
    assert read_redis("REDIS_URL") == whole


def test_without_a_password_the_address_of_redis_stays_as_it_is(given):
    given(REDIS_URL="redis://localhost/0")
    assert read_redis("REDIS_URL") == "redis://localhost/0"
