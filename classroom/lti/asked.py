"""Requests to a platform's services: what it does not give is one of two errors."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from classroom.errors import AddressNotAllowed, NoAnswer, PlatformAway, PlatformSaysNo
from classroom.outbound import Answer, send

SECONDS = 8.0
MOST_BYTES = 2_000_000
SERVER_FAULT = 500


def asked(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    most_bytes: int = MOST_BYTES,
) -> Answer:
    """The answer, with any status below 500. Raises PlatformAway."""
    try:
        answer = send(method, url, headers=headers, body=body, most_bytes=most_bytes, seconds=SECONDS)
    except (AddressNotAllowed, NoAnswer) as error:
        raise PlatformAway from error
    if answer.status >= SERVER_FAULT:
        raise PlatformAway
    return answer


def given(answer: Answer) -> Answer:
    """The answer, where it is one of success. Raises PlatformSaysNo; a redirect is no success."""
    if not 200 <= answer.status < 300:
        raise PlatformSaysNo
    return answer


def server_of(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
