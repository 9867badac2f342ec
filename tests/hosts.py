"""Hosts of a network of their own, for tests of many machines: network namespaces of this one, on a bridge.

They need root and iproute2. What a thread starts or opens within `host.inside()` is on that host; processes,
files and sockets in files stay those of this machine.
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
        with Path("/proc/thread-self/ns/net").open() as own, (NETNS / self.namespace).open() as there:
            _enter(there.fileno())
            try:
                yield
            finally:
                _enter(own.fileno())

    def unplug(self) -> None:
        """From now on nothing comes or goes, and nobody is told."""
        _ip("link", "set", self.cable, "down")

    def plug_in(self) -> None:
        _ip("link", "set", self.cable, "up")

    def cut_power(self) -> None:
        """All its processes die at once, and no other host hears of it.

        Plugged in again it is the same machine, started anew: it knows no connection of those before.
        """
        self.unplug()
        _ip("link", "del", self.cable)
        _remove_namespace(self.namespace)
        self.make()

    def make(self) -> None:
        """Not plugged in yet."""
        card = ["name", "eth0", "address", f"02:00:00:00:00:{self.order:02x}", "netns", self.namespace]
        _ip("netns", "add", self.namespace)
        _ip("link", "add", self.cable, "type", "veth", "peer", *card)
        _ip("link", "set", self.cable, "master", _bridge(self.number))
        _ip("-netns", self.namespace, "address", "add", f"{self.address}/24", "dev", "eth0")
        for device in ("eth0", "lo"):
            _ip("-netns", self.namespace, "link", "set", device, "up")


@contextmanager
def hosts(*names: str) -> Iterator[list[Host]]:
    """Those, in a network; the calling process reaches each by its address. Raises NoHosts.

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


def _made(number: int, names: Sequence[str]) -> list[Host]:
    bridge = _bridge(number)
    try:
        _ip("link", "add", bridge, "type", "bridge")
        _ip("address", "add", f"{_address(number, 1)}/24", "dev", bridge)
        _ip("link", "set", bridge, "up")
        made = [Host(number, order, name) for order, name in enumerate(names, start=2)]
        for host in made:
            host.make()
            host.plug_in()
    except subprocess.CalledProcessError as error:
        raise NoHosts(f"this machine makes no network namespaces: {error.stderr.strip()}") from error
    return made


def _address(number: int, order: int) -> str:
    return SUBNET.format(number % 250, order)


def _bridge(number: int) -> str:
    return f"cpbr{number}"


def _remove_leftovers() -> None:
    """Of tests that were killed; their number is their process."""
    for place in NETNS.glob(f"{PREFIX}*"):
        number = place.name.removeprefix(PREFIX).split("-")[0]
        if number.isdigit() and not Path("/proc", number).exists():
            _remove(int(number))


def _remove(number: int) -> None:
    for place in NETNS.glob(f"{PREFIX}{number}-*"):
        _remove_namespace(place.name)
    for device in Path("/sys/class/net").glob("cp*"):
        if device.name == _bridge(number) or device.name.startswith(f"cp{number}-"):
            with suppress(subprocess.CalledProcessError):  # it may go just now with its namespace
                _ip("link", "del", device.name)


def _remove_namespace(name: str) -> None:
    for process in _ip("netns", "pids", name).split():
        with suppress(ProcessLookupError):
            os.kill(int(process), SIGKILL)
    _ip("netns", "del", name)


def _enter(descriptor: int) -> None:
    """The calling thread alone; `os.setns` came with Python 3.12."""
    if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout
