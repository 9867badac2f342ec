"""Strict readers of environment variables: a value that cannot be used stops the start with words."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, quote, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def read_text(name: str, default: str | None = None) -> str:
    """The variable's value, or the content of the file that NAME_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text().strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error}") from error
    if (value := os.environ.get(name, default)) is None:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE to a file that holds it.")
    return value


def read_bool(name: str, default: bool) -> bool:
    value = os.environ.get(name, str(default)).strip().lower()
    if value not in {"true", "false", "1", "0", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be true or false, not {value!r}.")
    return value in {"true", "1", "yes"}


def read_int(name: str, default: int, *, most: int | None = None) -> int:
    """With `most`, from 1 to that."""
    value = os.environ.get(name, str(default)).strip()
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    if most is not None and not 1 <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be from 1 to {most}, not {value}.")
    return int(value)


def read_choice(name: str, choices: tuple[str, ...]) -> str:
    """One of the choices; the first where nothing is set."""
    value = os.environ.get(name, "").strip().lower() or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}, not {value!r}.")
    return value


def read_list(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def read_database(name: str) -> dict[str, object]:
    """Django's settings for a URL postgres://user:password@host:port/name or …/name?host=/socket/folder.

    A password that the URL leaves out comes from DATABASE_PASSWORD.
    """
    url = _parts(name)
    if url.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must start with postgres://, not {url.scheme!r}.")
    query = dict(pair.split("=", 1) for pair in url.query.split("&") if "=" in pair)
    port = _port(name, url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or "") or read_text("DATABASE_PASSWORD", ""),
        "HOST": unquote(query.get("host", url.hostname or "")),
        "PORT": str(query.get("port", port or "")),
    }


def read_identity_provider() -> dict[str, Any] | None:
    """The school's identity provider, for allauth; None where OIDC_ISSUER names none."""
    if not (issuer := read_text("OIDC_ISSUER", "").rstrip("/")):
        return None
    if urlsplit(issuer).scheme not in {"https", "http"}:
        raise ImproperlyConfigured(f"OIDC_ISSUER must start with https://, not {issuer!r}.")
    named = issuer.partition("/.well-known/")[0]
    client_id, secret = read_text("OIDC_CLIENT_ID"), read_text("OIDC_CLIENT_SECRET")
    if not client_id or not secret:
        raise ImproperlyConfigured("Set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET to what OIDC_ISSUER gave you.")
    return {
        "provider_id": "school",
        "name": read_text("OIDC_LABEL", "") or "school account",
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "oauth_pkce_enabled": True,
            # What the metadata call themselves counts for nothing: a token names whom the deployment does.
            # Some providers end their name with a slash.
            "openid_configuration_overrides": {"issuer": [named, f"{named}/"]},
        },
    }


def read_redis(name: str, instead: str | None = None) -> str:
    """A URL redis[s]://:password@host:port/number; that of the variable `instead` where none is set.

    A password that it leaves out comes from REDIS_PASSWORD.
    """
    if instead and not read_text(name, ""):
        return read_redis(instead)
    url = _parts(name)
    _port(name, url)
    if url.scheme not in {"redis", "rediss"} or not url.hostname:
        raise ImproperlyConfigured(f"{name} must be an address such as redis://host:6379/0.")
    password = read_text("REDIS_PASSWORD", "")
    if url.password or not password:
        return url.geturl()
    host = url.netloc.rpartition("@")[2]
    return url._replace(netloc=f"{url.username or ''}:{quote(password, safe='')}@{host}").geturl()


def is_by_tls(url: str) -> bool:
    return urlsplit(url).scheme == "rediss"


def _parts(name: str) -> SplitResult:
    try:
        return urlsplit(read_text(name))
    except ValueError:
        raise _unreadable(name) from None


def _port(name: str, url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:
        raise _unreadable(name) from None


def _unreadable(name: str) -> ImproperlyConfigured:
    """Without the address or what Python says of it: what is taken for a port may be of the password."""
    return ImproperlyConfigured(
        f"{name} has a port that is not a number."
        " In a password, write / as %2F, # as %23, ? as %3F and [ as %5B."
    )
