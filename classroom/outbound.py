"""Requests to addresses that a person typed: by TLS to the public internet, quick, small, without redirects.

Whoever may name an address could otherwise have this server ask its own network. A name is resolved once,
each of its addresses is looked at, and the connection goes to what was looked at: a name that answers
otherwise the second time gains nothing.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

import certifi
from django.conf import settings

from classroom.errors import AddressNotAllowed, NoAnswer

SECONDS = 10.0
MOST_BYTES = 1_000_000
# The longest name that the domain name system knows.
LONGEST_HOST = 253
PORTS = {"https": 443, "http": 80}
# NAT64 carries any IPv4 address in an IPv6 one that is global.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# What is handed out of IPv6. Python calls more global, ways of a network of its own to IPv4 among it.
PUBLIC_V6 = ipaddress.IPv6Network("2000::/3")


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_address(url: str) -> None:
    """Raise AddressNotAllowed unless `send` may ask `url`, as far as shows before its name is resolved."""
    parts = _parts_of(url)
    if not _is_private_host(parts):
        try:
            address = ipaddress.ip_address(parts.hostname or "")
        except ValueError:
            return
        if not _is_public(address):
            raise AddressNotAllowed


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    most_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
) -> Answer:
    """What `url` answers, whatever its status; a redirect is an answer too, and is not followed.

    `seconds` bounds the whole of it but the look-up of the name. Raises AddressNotAllowed, and NoAnswer where
    none came in time, or one of more than `most_bytes`.
    """
    parts = _parts_of(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    address = _address_of(host, port, may_be_private=_is_private_host(parts))
    ends_at = time.monotonic() + seconds
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    try:
        with _opened(address, port, host if parts.scheme == "https" else "", ends_at) as opened:
            # Each wait has its limit anyway; this is the limit of all of them.
            end = threading.Timer(ends_at - time.monotonic(), _hang_up, [opened])
            end.start()
            try:
                named = {**(headers or {}), "Host": parts.netloc}
                answer = _exchange(opened, method, target, body, named, most_bytes)
            finally:
                end.cancel()
    except (http.client.HTTPException, OSError, ValueError) as problem:
        raise NoAnswer from problem
    # What was cut off at the limit may look whole.
    if time.monotonic() > ends_at:
        raise NoAnswer
    return answer


def _opened(address: str, port: int, tls_name: str, ends_at: float) -> socket.socket:
    opened = socket.create_connection((address, port), timeout=_left(ends_at))
    if not tls_name:
        return opened
    try:
        opened.settimeout(_left(ends_at))
        return _trusted().wrap_socket(opened, server_hostname=tls_name)
    except BaseException:
        opened.close()
        raise


def _left(ends_at: float) -> float:
    if (left := ends_at - time.monotonic()) > 0:
        return left
    raise TimeoutError


def _exchange(
    opened: socket.socket, method: str, target: str, body: bytes, headers: Mapping[str, str], most_bytes: int
) -> Answer:
    connection = http.client.HTTPConnection(headers["Host"])
    connection.sock = opened
    connection.request(method, target, body or None, {"User-Agent": "ClassPulse", **headers})
    answer = connection.getresponse()
    content = answer.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise NoAnswer
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)


def _hang_up(opened: socket.socket) -> None:
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


@cache
def _trusted() -> ssl.SSLContext:
    """What the machine trusts, where a school's own authority may be, and what browsers trust."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _parts_of(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        names_a_port = parts.port is None or parts.port > 0
    except ValueError as problem:
        raise AddressNotAllowed from problem
    is_plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not (is_plain and parts.hostname and names_a_port) or "@" in parts.netloc:
        raise AddressNotAllowed
    if len(parts.hostname) > LONGEST_HOST:
        raise AddressNotAllowed
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_private_host(parts)):
        raise AddressNotAllowed
    return parts


def _is_private_host(parts: SplitResult) -> bool:
    """Whether whoever runs the server has said that this host may be of its own network, and without TLS."""
    named = settings.OUTBOUND_PRIVATE_HOSTS
    return parts.hostname in named or parts.netloc.lower() in named


def _address_of(host: str, port: int, *, may_be_private: bool) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise NoAnswer from problem
    addresses = [str(entry[4][0]) for entry in found]
    if not may_be_private and not all(_is_public(ipaddress.ip_address(each)) for each in addresses):
        raise AddressNotAllowed
    return addresses[0]


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        carried = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in NAT64:
            carried = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if carried:
            return _is_public(carried)
        if address not in PUBLIC_V6:
            return False
    return address.is_global and not address.is_multicast
