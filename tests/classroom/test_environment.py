"""Settings from the environment: where a secret may come from."""

import os
import subprocess
import sys
from traceback import format_exception

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


@pytest.mark.parametrize(
    "url",
    [
        "localhost:6379",
        "unix:///run/redis.sock",
        "redis+socket:///run/redis.sock",
        "redis:///0",
        "http://redis",
    ],
)
def test_what_no_part_could_reach_redis_by_stops_the_start(given, url):
    given(REDIS_URL=url)
    with pytest.raises(
        ImproperlyConfigured, match="REDIS_URL must be an address such as redis://host:6379/0"
    ):
        read_redis("REDIS_URL")


@pytest.mark.parametrize("password", ["sec/ret", "sec#ret", "sec?ret", "sec[ret"])
@pytest.mark.parametrize(
    ("read", "url"), [(read_redis, "redis://:{}@redis:6379/0"), (read_database, "postgres://a:{}@b:5432/c")]
)
def test_a_password_that_breaks_its_address_stops_the_start_and_is_not_told(given, read, url, password):
    given(AN_URL=url.format(password))
    with pytest.raises(ImproperlyConfigured, match="In a password, write / as %2F") as stopped:
        read("AN_URL")
    assert "sec" not in "".join(format_exception(stopped.value)).partition("ImproperlyConfigured")[2]


def by_settings(asked, **given):
    """What a process prints that reads these variables."""
    known = {"SECRET_KEY": "x" * 40, "DATABASE_URL": "postgres://a:b@localhost/c"}
    done = subprocess.run(
        [sys.executable, "-c", f"from classroom import settings; from classroom.celery import app; {asked}"],
        env={**os.environ, **known, **given, "DJANGO_SETTINGS_MODULE": "classroom.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("url", "looks_at_it"),
    [
        ("redis://redis/0", "no TLS"),
        ("rediss://redis/0", "CERT_REQUIRED"),
        ("rediss://redis/0?ssl_ca_certs=/ca.pem", "CERT_REQUIRED"),
    ],
)
def test_the_brokers_certificate_is_looked_at(url, looks_at_it):
    """Celery takes any where it is told nothing; a client of Redis itself takes none that it cannot trust."""
    asked = (
        "from redis import SSLConnection; ssl = app.connection_for_write().ssl; "
        "print(SSLConnection(**ssl).cert_reqs.name if ssl else 'no TLS')"
    )
    assert by_settings(asked, REDIS_URL=url).splitlines() == [looks_at_it]


def test_installs_that_share_a_redis_hear_nothing_of_each_other():
    """Its databases are apart by number, its messages are not."""
    asked = "print(settings.CHANNEL_LAYERS['default']['CONFIG']['prefix'])"
    url = {"REDIS_URL": "redis://redis/0"}
    prefixes = {by_settings(asked, **url, SECRET_KEY=letter * 40) for letter in "ab"}
    assert len(prefixes) == 2
    assert all("a" * 9 not in prefix and "b" * 9 not in prefix for prefix in prefixes)


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
    issuers = provider["settings"]["openid_configuration_overrides"]["issuer"]
    assert issuers == ["https://login.example.org", "https://login.example.org/"]
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
