"""supervisord with logs that cannot end it: a line for which the disk has no room is dropped.

The original prints such a failure to its error output, which is on the same disk, and dies of that.
"""

import sys
from contextlib import suppress
from typing import Any, TextIO

from supervisor import loggers, supervisord


class Log(loggers.RotatingFileHandler):  # type: ignore[misc]
    """Goes on with the next line, whatever became of this one."""

    def emit(self, record: Any) -> None:
        with suppress(OSError, ValueError):
            super().emit(record)
        if self.stream.closed:  # it was to be rotated when there was no room
            with suppress(OSError):
                self.reopen()

    def handleError(self) -> None:
        pass


class Words:
    """What a program prints, as far as there is room for it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def main() -> None:
    loggers.RotatingFileHandler = Log
    sys.stdout, sys.stderr = Words(sys.stdout), Words(sys.stderr)
    supervisord.main()


if __name__ == "__main__":
    main()
