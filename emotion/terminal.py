"""What is told on the standard streams; where nobody reads them any more, work goes on."""

import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn, TextIO

MISTAKE = 2
INTERRUPTED = 128 + signal.SIGINT
UNREAD = 128 + signal.SIGPIPE
"""The exit status of a program that Ctrl-C stopped, and of one whose reader left, as `| head` does."""


def say(text: str) -> None:
    """One line on standard error; what a terminal would obey rather than show is written out."""
    line = "".join(sign if sign.isprintable() else _written_out(sign) for sign in text)
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except OSError:
        _to_nowhere(sys.stderr)


def _written_out(sign: str) -> str:
    """As Python writes it, and a byte of a name that is no text as that byte."""
    number = ord(sign)
    return f"\\x{number & 0xFF:02x}" if 0xDC80 <= number <= 0xDCFF else ascii(sign)[1:-1]


def nothing_is_begun() -> None:
    """Until `run`, Ctrl-C ends the program without a word; one that was told not to hear of it does not."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(main: Callable[[], int]) -> NoReturn:
    """Ends the program with the exit status that `main` gives, or ends with. `main` hears of Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    _open_closed()
    try:
        try:
            status: int | str | None = main()
        except SystemExit as ended:
            status = ended.code
        sys.stdout.flush()
    except BrokenPipeError:
        _to_nowhere(sys.stdout)
        status = UNREAD
    except OSError as error:
        _to_nowhere(sys.stdout)
        say(f"error: {error}")
        status = MISTAKE
    sys.exit(status)


def _open_closed() -> None:
    """The next file that is opened takes a closed stream's number, and what is told goes into that file."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for as long as the program


def _to_nowhere(stream: TextIO) -> None:
    """Else the interpreter tells of what it cannot write when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
