"""A mail server that speaks SMTP and keeps what it is sent, or refuses it."""

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from tests.serving import served

if TYPE_CHECKING:
    from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """`port` is where it listens; with `refusal` that is its answer to every recipient.

    `recipients` are those to whom it was told to send, whatever the heads of the mails say.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.port: int = self.server_address[1]
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refusal = ""


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline().decode().strip():
            match line.partition(" ")[0].upper():
                case "RCPT":
                    self.server.recipients.append(line.partition(":")[2].strip("<>"))
                    self._say(self.server.refusal or "250 ok")
                case "DATA":
                    self._say("354 go on")
                    self._take()
                    self._say("250 ok")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 ok")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.server.received.append(message_from_bytes(b"".join(lines), policy=policy.default))

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    with served(server):
        yield server
