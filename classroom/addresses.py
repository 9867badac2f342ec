"""Whom a limit counts: what one visitor cannot change at will. And which names no other device finds."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

ONE_HOME = 64  # a home or a school has at least so many bits of its own in IPv6


def is_loopback(host: str) -> bool:
    """Of a host as a browser names it, with its port or without: the machine itself, whoever asks."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def network_of(address: str) -> str:
    """The address itself, or the network of an IPv6 address, whose host takes a new one whenever it likes."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Network((int(known), ONE_HOME), strict=False))
