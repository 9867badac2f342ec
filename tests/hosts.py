"""Hosts of a network of their own, for tests of many machines: network namespaces of this one, on a bridge.

They need root and iproute2. What a thread starts or opens within `host.inside()` is on that host; processes,
files and sockets in files stay those of this machine. The bridge has a namespace, too: browsers give up what
they load when this machine's own network changes.
"""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

CLONE_NEWNET = 0x40000000
PREFIX = "cphosts-"
NETNS = Path("/run/netns")
# 198.18.0.0/15 is kept for tests of networks.
SUBNET = "198.18.{}.{}"
BRIDGE = "bridge"


class NoHosts(Exception):
    """This machine does not let us make them; the text says why."""


@dataclass(frozen=True, slots=True)
class Host:
    """One of them. Its cable is the bridge's end of its link."""

    number: int  # of the network
    order: int
    name: str

    @property
    def namespace(self) -> str:
        return f"{PREFIX}{self.number}-{self.name}"

    @property
    def address(self) -> str:
        return _address(self.number, self.order)

    @property
    def cable(self) -> str:
        return f"cp{self.number}-{self.order}"

    @contextmanager
    def inside(self) -> Iterator[None]:
        with _inside(self.namespace):
            yield

    def unplug(self) -> None:
        """From now on nothing comes or goes, and nobody is told."""
        _ip("link", "set", self.cable, "down", at=_switch(self.number))

    def plug_in(self) -> None:
        _ip("link", "set", self.cable, "up", at=_switch(self.number))

    def cut_power(self) -> None:
        """All its processes die at once, and no other host hears of it.

        Plugged in again it is the same machine, started anew: it knows no connection of those before.
        """
        self.unplug()
        _ip("link", "del", self.cable, at=_switch(self.number))
        _remove_namespace(self.namespace)
        self.make()

    def make(self) -> None:
        """Not plugged in yet."""
        card = ["name", "eth0", "address", f"02:00:00:00:00:{self.order:02x}", "netns", self.namespace]
        switch = _switch(self.number)
        _ip("netns", "add", self.namespace)
        _ip("link", "add", self.cable, "type", "veth", "peer", *card, at=switch)
        _ip("link", "set", self.cable, "master", BRIDGE, at=switch)
        _ip("address", "add", f"{self.address}/24", "dev", "eth0", at=self.namespace)
        for device in ("eth0", "lo"):
            _ip("link", "set", device, "up", at=self.namespace)


@dataclass(frozen=True, slots=True)
class Network:
    hosts: tuple[Host, ...]
    number: int

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What the calling thread opens reaches each host by its address, and nothing else."""
        with _inside(_switch(self.number)):
            yield


@contextmanager
def network_of(*names: str) -> Iterator[Network]:
    """Hosts of those names. Raises NoHosts.

    In the end all processes that are still on them die.
    """
    if os.getuid() != 0 or shutil.which("ip") is None:
        raise NoHosts("hosts need root and iproute2 (Debian: apt-get install iproute2)")
    _remove_leftovers()
    number = os.getpid()
    try:
        yield _made(number, names)
    finally:
        _remove(number)


def _made(number: int, names: Sequence[str]) -> Network:
    switch = _switch(number)
    try:
        _ip("netns", "add", switch)
        _ip("link", "add", BRIDGE, "type", "bridge", at=switch)
        _ip("address", "add", f"{_address(number, 1)}/24", "dev", BRIDGE, at=switch)
        for device in (BRIDGE, "lo"):
            _ip("link", "set", device, "up", at=switch)
        made = tuple(Host(number, order, name) for order, name in enumerate(names, start=2))
        for host in made:
            host.make()
            host.plug_in()
    except subprocess.CalledProcessError as error:
        raise NoHosts(f"this machine makes no network namespaces: {error.stderr.strip()}") from error
    return Network(made, number)


def _address(number: int, order: int) -> str:
    return SUBNET.format(number % 250, order)


def _switch(number: int) -> str:
    return f"{PREFIX}{number}-"


def _remove_leftovers() -> None:
    """Of tests that were killed; their number is their process."""
    for place in NETNS.glob(f"{PREFIX}*"):
        number = place.name.removeprefix(PREFIX).split("-")[0]
        if number.isdigit() and not Path("/proc", number).exists():
            _remove(int(number))


def _remove(number: int) -> None:
    """Cables and bridge go with their namespaces."""
    for place in NETNS.glob(f"{PREFIX}{number}-*"):
        _remove_namespace(place.name)


def _remove_namespace(name: str) -> None:
    for process in _ip("netns", "pids", name).split():
        with suppress(ProcessLookupError):
            os.kill(int(process), SIGKILL)
    _ip("netns", "del", name)


@contextmanager
def _inside(namespace: str) -> Iterator[None]:
    with Path("/proc/thread-self/ns/net").open() as own, (NETNS / namespace).open() as there:
        _enter(there.fileno())
        try:
            yield
        finally:
            _enter(own.fileno())


def _enter(descriptor: int) -> None:
    """The calling thread alone; `os.setns` came with Python 3.12."""
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str, at: str = "") -> str:
    """`at`: within that namespace."""
    place = ["-netns", at] if at else []
    return subprocess.run(["ip", *place, *words], check=True, capture_output=True, text=True).stdout
