"""Settings from the environment: where a secret may come from."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from classroom.environment import (
    read_choice,
    read_database,
    read_identity_provider,
    read_int,
    read_redis,
    read_text,
)


@pytest.fixture
def given(monkeypatch, tmp_path):
    """`given(NAME=text)` sets variables; a name that ends in _FILE gets the path of a file with the text."""
    for name in ("DATABASE_URL", "DATABASE_PASSWORD", "REDIS_URL", "REDIS_PASSWORD", "OIDC_ISSUER"):
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
    given(REDIS_URL="redis://localhost/0", BROKER_URL="")
    assert read_redis("BROKER_URL", instead="REDIS_URL") == "redis://localhost/0"
    assert read_redis("REDIS_URL") == "redis://localhost/0"


def test_a_whole_number_is_one(given):
    assert read_int("A_PORT", 587) == 587
    given(A_PORT=" 25 ")
    assert read_int("A_PORT", 587) == 25
    given(A_PORT="-1")
    with pytest.raises(ImproperlyConfigured, match="A_PORT must be a whole number, not '-1'"):
        read_int("A_PORT", 587)


@pytest.mark.parametrize("value", ["0", "9"])
def test_a_number_that_has_an_end_is_within_it(given, value):
    given(HOW_MANY=value)
    with pytest.raises(ImproperlyConfigured, match=f"HOW_MANY must be from 1 to 8, not {value}"):
        read_int("HOW_MANY", 1, most=8)
    given(HOW_MANY="8")
    assert read_int("HOW_MANY", 1, most=8) == 8


def test_a_choice_is_one_of_those_that_there_are(given):
    assert read_choice("WHO", ("none", "admins")) == "none"
    given(WHO="Admins")
    assert read_choice("WHO", ("none", "admins")) == "admins"
    given(WHO="everybody")
    with pytest.raises(ImproperlyConfigured, match="WHO must be one of none, admins, not 'everybody'"):
        read_choice("WHO", ("none", "admins"))


def test_an_identity_provider_comes_with_its_secret_from_a_file(given):
    assert read_identity_provider() is None
    given(
        OIDC_ISSUER="https://login.example.org/",
        OIDC_CLIENT_ID="classpulse",
        OIDC_CLIENT_SECRET_FILE="hidden",
    )
    provider = read_identity_provider()
    assert provider["settings"]["server_url"] == "https://login.example.org"
    assert (provider["client_id"], provider["secret"]) == ("classpulse", "hidden")
    assert provider["name"] == "school account"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"OIDC_ISSUER": "login.example.org"}, "must start with https://"),
        ({"OIDC_ISSUER": "https://login.example.org"}, "Set OIDC_CLIENT_ID"),
        (
            {"OIDC_ISSUER": "https://a.example", "OIDC_CLIENT_ID": "", "OIDC_CLIENT_SECRET": "b"},
            "Set OIDC_CLIENT_ID and",
        ),
    ],
)
def test_half_an_identity_provider_stops_the_start(given, values, words):
    given(**values)
    with pytest.raises(ImproperlyConfigured, match=words):
        read_identity_provider()
