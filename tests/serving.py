"""A server of somebody else that answers in a thread of the test's own, and ends as soon as it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer

# Python's own looks twice a second whether it is to end, and whoever ends it waits for that.
LOOKS_EVERY_S = 0.02


def serve(server: BaseServer) -> threading.Thread:
    """Until its `shutdown`."""
    thread = threading.Thread(target=server.serve_forever, args=(LOOKS_EVERY_S,), daemon=True)
    thread.start()
    return thread


@contextmanager
def served(server: BaseServer) -> Iterator[None]:
    """Closed afterwards, whatever became of the test."""
    thread = serve(server)
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
