"""A server of somebody else that keeps what it is asked, and answers as it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.serving import served


@dataclass(frozen=True, slots=True)
class Asked:
    """`headers` by lower-case name."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class HookServer(ThreadingHTTPServer):
    """`host` is where it listens; `answers` are the next ones, and the last of them stays."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.host = f"127.0.0.1:{self.server_address[1]}"
        self.received: list[Asked] = []
        self.answers = [200]
        self.location = ""

    @property
    def url(self) -> str:
        return f"http://{self.host}/hook"


class _Talk(BaseHTTPRequestHandler):
    server: HookServer

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.received.append(Asked(self.command, self.path, headers, body))
        answers = self.server.answers
        self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def hook_server() -> Iterator[HookServer]:
    server = HookServer()
    with served(server):
        yield server
