"""What this server asks where a person named the address: not its own network, nothing slow or large."""

import socket
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from classroom.errors import AddressNotAllowed, NoAnswer
from classroom.outbound import check_address, send
from tests.serving import served

# Of a tenth of a second each: nobody who waits for the last one gives up by himself.
DRIPS = 300


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path
        if path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
        elif path == "/drip-heads":
            for _ in range(DRIPS):
                self.wfile.write(b"HTTP/1.0 200 OK\r\n" if _ == 0 else b"X: y\r\n")
                time.sleep(0.1)
        elif path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(DRIPS):
                self.wfile.write(b"x")
                time.sleep(0.1)
        elif path == "/large":
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"x" * 2000)
        else:
            self.send_response(404)
            self.send_header("X-Said", self.headers["Host"])
            self.end_headers()
            self.wfile.write(path.encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body + self.headers["X-Mine"].encode())

    def log_message(self, *_):
        pass

    def handle(self):
        with suppress(BrokenPipeError, ConnectionResetError):
            super().handle()


@pytest.fixture
def server(settings):
    one = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.daemon_threads = True
    settings.OUTBOUND_PRIVATE_HOSTS = [f"127.0.0.1:{one.server_port}"]
    with served(one):
        yield f"http://127.0.0.1:{one.server_port}"


def test_any_status_is_an_answer_with_its_headers_and_body(server):
    answer = send("GET", f"{server}/there?a=b")
    assert (answer.status, answer.body) == (404, b"/there?a=b")
    assert answer.headers["x-said"] == server.removeprefix("http://")


def test_a_body_and_headers_are_sent(server):
    assert send("POST", server, headers={"X-Mine": "!"}, body=b"hello").body == b"hello!"


def test_a_redirect_is_not_followed(server):
    assert send("GET", f"{server}/moved").status == 302


@pytest.mark.parametrize("path", ["/drip", "/drip-heads"])
def test_an_answer_that_drips_is_given_up(server, path):
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        send("GET", server + path, seconds=0.4)
    assert time.monotonic() - began < DRIPS * 0.1 / 2


def test_a_connection_that_was_slow_leaves_less_time_for_tls(monkeypatch, settings):
    """One that takes its time for each would hold the worker twice as long."""
    connect, clock, lost = socket.create_connection, time.monotonic, []

    def slowly(*args, **named):
        lost.append(60)
        return connect(*args, **named)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        settings.OUTBOUND_PRIVATE_HOSTS = [host]
        monkeypatch.setattr(socket, "create_connection", slowly)
        monkeypatch.setattr("classroom.outbound.time", SimpleNamespace(monotonic=lambda: clock() + sum(lost)))
        began = clock()
        with pytest.raises(NoAnswer):
            send("GET", f"https://{host}/", seconds=60.5)
        assert clock() - began < 30


def test_a_large_answer_is_given_up(server):
    assert len(send("GET", f"{server}/large", most_bytes=2000).body) == 2000
    with pytest.raises(NoAnswer):
        send("GET", f"{server}/large", most_bytes=1999)


def test_a_header_carries_no_second_one(server):
    with pytest.raises(NoAnswer):
        send("GET", server, headers={"X-Mine": "a\r\nX-Other: b"})


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://someone@example.org/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org\\@127.0.0.1/",
        "https://example.org/\r\nX: y",
        "https://bücher.example/",
        f"https://{'a.' * 125}exam/",
        f"https://{'a' * 290}/",
        "https://127.0.0.1/",
        "https://10.1.2.3/",
        "https://192.168.1.1/",
        "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[::ffff:0:7f00:1]/",
        "https://[::7f00:1]/",
        "https://[fec0::1]/",
        "https://[::]/",
        "not an address",
        "",
    ],
)
def test_what_is_not_on_the_public_internet_is_not_asked(url):
    for ask in (check_address, lambda at: send("GET", at)):
        with pytest.raises(AddressNotAllowed):
            ask(url)


@pytest.mark.parametrize("written", ["https://2130706433/", "https://0x7f.1/", "https://localhost/"])
def test_a_name_that_stands_for_this_machine_is_not_asked(written):
    with pytest.raises(AddressNotAllowed):
        send("GET", written)


@contextmanager
def answering(monkeypatch, *addresses):
    """The look-up of any name finds `addresses`, where nobody answers; where it was tried to connect."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in addresses]
    tried = []

    def connect(where, **_):
        tried.append(where)
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        patch.setattr(socket, "create_connection", connect)
        yield tried


def test_a_name_with_one_private_address_among_public_ones_is_not_asked(monkeypatch):
    with answering(monkeypatch, "93.184.216.34", "10.0.0.1") as tried, pytest.raises(AddressNotAllowed):
        send("GET", "https://example.org/")
    assert tried == []


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch):
    with answering(monkeypatch, "93.184.216.34") as tried, pytest.raises(NoAnswer):
        send("GET", "https://example.org/")
    assert tried == [("93.184.216.34", 443)]


def test_a_private_host_is_asked_only_where_the_deployment_names_it(monkeypatch, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = ["moodle.school.lan"]
    check_address("http://moodle.school.lan/mod")
    with answering(monkeypatch, "10.0.0.1") as tried:
        with pytest.raises(NoAnswer):
            send("GET", "https://moodle.school.lan/mod")
        with pytest.raises(AddressNotAllowed):
            send("GET", "https://other.school.lan/")
    assert tried == [("10.0.0.1", 443)]
