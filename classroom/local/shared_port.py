"""A web process that shares its port with others: it takes the port, then becomes uvicorn.

`python -m classroom.local.shared_port PORT ARGUMENTS`, with uvicorn's arguments. The kernel spreads
connections over the processes that listen; one that dies takes its own with it and no others.
"""

import os
import socket
import sys

from classroom.local.programs import python_module


def listener(port: int) -> socket.socket:
    """Listening on this machine's loopback, beside others of the same user; a child inherits it."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    # Connections inherit it: asyncio does not know that a socket it was handed speaks TCP.
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found.bind(("127.0.0.1", port))
    found.listen(2048)
    found.set_inheritable(True)
    return found


if __name__ == "__main__":
    shared = listener(int(sys.argv[1]))
    command = python_module("uvicorn", *sys.argv[2:], "--fd", str(shared.fileno()))
    os.execv(command[0], command)  # noqa: S606 - it is the supervisor's process that has to be uvicorn
