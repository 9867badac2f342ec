"""A client that is slow, silent or greedy costs the web server little, and only for a while."""

import asyncio
import contextlib
import logging
import resource

import pytest
import uvicorn
from django.utils.translation import gettext_lazy
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from classroom import bodies, connections
from classroom.bodies import BoundedBodies
from classroom.local.processes import free_port
from tests.waiting import PATIENCE_S, comes_true

pytestmark = pytest.mark.usefixtures("no_traceback")
LARGE = b"x" * 20_000_000


async def pages(scope, receive, send):
    """Reads its body; `/large` answers at length, `/later` after headers would be late; a socket echoes."""
    if scope["type"] == "websocket":
        await sockets(scope, receive, send)
        return
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/later":
        await asyncio.sleep(1)
    body = LARGE if scope["path"] == "/large" else b"here"
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})


async def sockets(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] != "websocket.disconnect":
        with contextlib.suppress(OSError):
            await send({"type": "websocket.send", "text": message.get("text") or "bytes"})


@pytest.fixture
async def server(monkeypatch):
    """As the product's, with limits that a test can wait for."""
    monkeypatch.setattr(connections, "HEADERS_S", 0.4)
    monkeypatch.setattr(connections, "TAKEN_WITHIN_S", 0.4)
    monkeypatch.setattr(bodies, "BODY_S", 1.0)
    monkeypatch.setattr(bodies, "DROPPED_S", 0.5)
    config = uvicorn.Config(
        BoundedBodies(pages),
        port=free_port(),
        http="classroom.connections:Http",
        ws="classroom.connections:Socket",
        ws_max_size=1_048_576,
        ws_per_message_deflate=False,
        ws_ping_interval=0.3,
        ws_ping_timeout=PATIENCE_S,
        lifespan="off",
        log_config=None,
    )
    one = uvicorn.Server(config)
    running = asyncio.ensure_future(one._serve())
    await comes_true(lambda: one.started)
    yield one
    one.should_exit = one.force_exit = True
    await running


@contextlib.asynccontextmanager
async def line_to(server, *, takes=2**16):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port, limit=takes)
    try:
        yield reader, writer
    finally:
        writer.close()


async def answer_of(reader):
    return await asyncio.wait_for(reader.read(), PATIENCE_S)


async def until_nobody_is_there(server):
    await comes_true(lambda: not server.server_state.connections)


async def what_came_is_heard():
    """On a busy machine an end is told at the moment at which more is due: more would lose the answer."""
    for _ in range(20):
        await asyncio.sleep(0)


async def asked(server, head, *rest, pause=0.0):
    async with line_to(server) as (reader, writer):
        writer.write(head)
        answer = asyncio.ensure_future(answer_of(reader))
        for each in rest:
            await asyncio.wait([answer], timeout=pause)
            await what_came_is_heard()
            if answer.done():
                break
            writer.write(each)
        return await answer


async def test_what_is_asked_properly_is_answered_again_and_again(server):
    async with line_to(server) as (reader, writer):
        for _ in range(3):
            writer.write(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc")
            assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.6)  # longer than headers may take: none are begun
    await until_nobody_is_there(server)


async def test_two_requests_at_once_are_answered_in_turn(server):
    twice = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" * 2
    async with line_to(server) as (reader, writer):
        writer.write(twice)
        for _ in range(2):
            assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "drops",
    [
        [],
        [b"GET / HTTP/1.1\r\n", *[b"x: y\r\n"] * 8],
        [b"G", b"E", b"T"],
        [b"\r\n"] * 8,
    ],
    ids=["silent", "headers", "letters", "empty lines"],
)
async def test_headers_that_drip_are_not_waited_for(server, drops):
    answer = await asked(server, b"", *drops, pause=0.15)
    assert answer.startswith(b"HTTP/1.1 408")
    await until_nobody_is_there(server)


async def test_empty_lines_after_an_answer_do_not_keep_a_connection(server):
    drops = [b"\r\n"] * 12
    answer = await asked(server, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n", *drops, pause=0.15)
    assert answer.startswith(b"HTTP/1.1 200")
    await until_nobody_is_there(server)


async def test_what_comes_while_an_answer_is_made_is_no_late_request(server):
    """Some clients send an empty line after a form, and a next request may come in two pieces."""
    head = b"POST /later HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc"
    async with line_to(server) as (reader, writer):
        writer.write(head)
        await asyncio.sleep(0.1)
        writer.write(b"\r\n")
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")


async def test_headers_without_an_end_behind_a_request_do_not_lie_within_its_answer(server):
    head = b"GET /later HTTP/1.1\r\nhost: x\r\n\r\n"
    answer = await asked(server, head, b"GET / HTTP/1.1\r\n" + b"x: y\r\n" * 20_000, pause=0.1)
    assert answer == b""
    await asyncio.sleep(1)  # the answer that nobody waits for any more


@pytest.mark.parametrize(
    "line", [b"x: " + b"y" * 1000 + b"\r\n", b"y" * 1000], ids=["many headers", "one that does not end"]
)
async def test_headers_without_an_end_are_refused_by_size(server, line):
    answer = await asked(server, b"GET / HTTP/1.1\r\nhost: x\r\n", *[line * 40] * 3, pause=0.02)
    assert answer.startswith(b"HTTP/1.1 431")
    await until_nobody_is_there(server)


@pytest.mark.parametrize(
    "head",
    [
        b"content-length: 3\r\ncontent-length: 4\r\n",
        b"content-length: x\r\n",
        b"content-length: 3\r\ntransfer-encoding: chunked\r\n",
    ],
    ids=["two lengths", "no number", "a length and pieces"],
)
async def test_a_request_that_could_end_in_two_places_is_none(server, head):
    answer = await asked(server, b"POST / HTTP/1.1\r\nhost: x\r\n" + head + b"\r\nabc")
    assert answer.startswith(b"HTTP/1.1 400")


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(server):
    head = b"POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1000001\r\n\r\n"
    answer = await asked(server, head)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"at most 1 MB" in answer


@pytest.mark.parametrize("told", [b"content-length: 8000000", b"transfer-encoding: chunked"])
async def test_whoever_sends_too_much_before_reading_anything_reads_why_it_was_refused(
    server, told, monkeypatch
):
    """As a browser sends a file. A connection that is closed with something unread loses the answer."""
    monkeypatch.setattr(bodies, "DROPPED_S", PATIENCE_S)
    head = b"POST / HTTP/1.1\r\nhost: x\r\n" + told + b"\r\n\r\n"
    body = (
        b"x" * 8_000_000
        if b"length" in told
        else (b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n") * 122 + b"0\r\n\r\n"
    )
    async with line_to(server) as (reader, writer):
        writer.write(head + body)
        await writer.drain()
        answer = await answer_of(reader)
    assert answer.startswith(b"HTTP/1.1 413")
    assert answer.endswith(b"at most 1 MB is read.")
    await until_nobody_is_there(server)


async def test_a_body_without_an_end_is_taken_no_longer_than_an_answer_needs(server):
    head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n"
    answer = await asked(server, head, *[b"x" * 1000] * 30, pause=0.1)
    assert answer.startswith(b"HTTP/1.1 413")
    await until_nobody_is_there(server)


async def test_who_is_refused_reads_it_in_the_own_language(server, monkeypatch):
    monkeypatch.setattr(bodies, "WORDS", {413: ("too_large", gettext_lazy("Log in"))})
    head = b"POST / HTTP/1.1\r\nhost: x\r\naccept-language: de-AT\r\ncontent-length: 1000001\r\n\r\n"
    assert (await asked(server, head)).endswith(b"Anmelden")


async def test_a_body_that_is_counted_too_large_is_refused_while_it_comes(server, monkeypatch):
    monkeypatch.setattr(bodies, "BODY_S", PATIENCE_S)
    head = b"POST /api/v1/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    piece = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"
    answer = await asked(server, head, *[piece] * 17, pause=0.03)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'{"error": "too_large"' in answer
    await until_nobody_is_there(server)


async def test_a_body_that_drips_is_not_waited_for(server):
    head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n"
    answer = await asked(server, head, *[b"x"] * 10, pause=0.15)
    assert answer.startswith(b"HTTP/1.1 408")
    await until_nobody_is_there(server)


async def test_many_large_bodies_at_once_take_a_bounded_share_of_the_memory(server, monkeypatch):
    """Each may wait a minute for its last byte. Whoever sends a form meanwhile is served."""
    monkeypatch.setattr(bodies, "MOST_HELD", 150_000)
    monkeypatch.setattr(bodies, "BODY_S", PATIENCE_S)
    large = (
        b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 60001\r\n\r\n" + b"x" * 60_000
    )
    small = b"POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc"
    async with line_to(server) as (first, ends_first), line_to(server) as (_, second):
        for writer in (ends_first, second):
            writer.write(large)
        await comes_true(lambda: server.config.app.held == 120_000)
        answer = await asked(server, large)
        assert answer.startswith(b"HTTP/1.1 503")
        assert b"retry-after: 60" in answer
        assert (await asked(server, small)).startswith(b"HTTP/1.1 200")
        ends_first.write(b"x")
        assert (await first.readuntil(b"here")).startswith(b"HTTP/1.1 200")
        assert (await asked(server, large.replace(b"60001", b"60000"))).startswith(b"HTTP/1.1 200")
    await until_nobody_is_there(server)


async def test_a_compressed_body_is_not_unpacked(server):
    """A kilobyte may stand for a gigabyte."""
    head = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\0"
    async with line_to(server) as (reader, writer):
        writer.write(head)
        assert (await reader.readuntil(b"here")).startswith(b"HTTP/1.1 200")


async def test_who_takes_nothing_of_an_answer_is_let_go(server):
    async with line_to(server, takes=1) as (_reader, writer):
        writer.transport.pause_reading()
        writer.write(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n")
        await comes_true(lambda: server.server_state.connections)
        await until_nobody_is_there(server)


async def test_who_takes_an_answer_slowly_has_all_of_it(server, monkeypatch):
    monkeypatch.setattr(connections, "TAKEN_WITHIN_S", 1.5)
    async with line_to(server) as (reader, writer):
        writer.write(b"GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        taken = 0
        while piece := await reader.read(2_000_000):
            taken += len(piece)
            await asyncio.sleep(0.02)
        assert taken > len(LARGE)


def masked(opcode, data, *, fin=True):
    return Frame(opcode, data, fin=fin).serialize(mask=True, extensions=[])


def address(server):
    return f"ws://127.0.0.1:{server.config.port}/"


async def closed_with(socket):
    with contextlib.suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(socket.recv(), PATIENCE_S)
    return socket.close_code


async def test_a_socket_that_answers_pings_stays(server):
    server.config.ws_ping_timeout = 1.5
    async with connect(address(server)) as socket:
        await asyncio.sleep(2)
        await socket.send("still here")
        assert await socket.recv() == "still here"


async def test_a_socket_that_reads_nothing_is_let_go(server):
    """Neither pings nor what is written for it reach a client that stopped reading."""
    server.config.ws_ping_timeout = 0.3
    async with connect(address(server), close_timeout=0.1) as socket:
        socket.transport.pause_reading()
        assert server.server_state.connections
        await until_nobody_is_there(server)


async def test_a_socket_that_says_much_and_reads_nothing_is_let_go(server):
    async with connect(address(server), close_timeout=0.1, ping_interval=None) as socket:
        socket.transport.pause_reading()
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            async with asyncio.timeout(3):
                while True:
                    await socket.send("x" * 500_000)
        await until_nobody_is_there(server)


async def test_a_socket_that_pings_and_reads_no_answer_is_let_go(server, monkeypatch):
    monkeypatch.setattr(connections.Socket, "start_keepalive", lambda self: None)
    largest = []
    heard = connections.Socket.handle_ping

    def measured(self):
        heard(self)
        largest.append(self.transport.get_write_buffer_size())

    monkeypatch.setattr(connections.Socket, "handle_ping", measured)
    ping = masked(Opcode.PING, b"x" * 125)
    async with connect(address(server), close_timeout=0.1, ping_interval=None) as socket:
        socket.transport.pause_reading()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(8):
                while not socket.transport.is_closing():
                    socket.transport.write(ping * 4000)
                    await asyncio.sleep(0)
                    while socket.transport.get_write_buffer_size():
                        await asyncio.sleep(0.005)
        await until_nobody_is_there(server)
    assert max(largest) < 2_000_000


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (masked(Opcode.TEXT, b"\xff\xfe"), 1007),
        (masked(Opcode.BINARY, b"x" * 1_048_577), 1009),
        (b"\xc1" + masked(Opcode.TEXT, b"x")[1:], 1002),
    ],
    ids=["no text", "larger than a megabyte", "compressed"],
)
async def test_a_frame_that_may_not_be_ends_the_socket_by_its_code(server, sent, code):
    async with connect(address(server)) as socket:
        socket.transport.write(sent)
        assert await closed_with(socket) == code
    await until_nobody_is_there(server)


async def test_a_length_without_a_frame_is_refused_at_once(server):
    async with connect(address(server)) as socket:
        socket.transport.write(b"\x82\xff" + (2**62).to_bytes(8, "big") + b"mask")
        assert await closed_with(socket) == 1009


async def test_fragments_without_an_end_are_refused_by_number(server):
    async with connect(address(server)) as socket:
        start, more = masked(Opcode.TEXT, b"", fin=False), masked(Opcode.CONT, b"", fin=False)
        socket.transport.write(start + more * 2000)
        assert await closed_with(socket) == 1009


async def test_fragments_are_put_together(server):
    async with connect(address(server)) as socket:
        await socket.send(["he", "re"])
        assert await socket.recv() == "here"


async def test_no_compression_is_agreed_on(server):
    """A kilobyte of it could become a megabyte here."""
    async with connect(address(server), compression="deflate") as socket:
        assert socket.protocol.extensions == []


async def test_refusals_are_no_errors_in_the_log(server, caplog):
    async with connect(address(server)) as socket:
        socket.transport.write(masked(Opcode.TEXT, b"\xff"))
        await closed_with(socket)
    await asked(server, b"nonsense\r\n\r\n")
    assert not [
        one for one in caplog.records if one.levelno >= logging.ERROR and one.name.startswith("uvicorn")
    ]


def test_a_web_process_may_have_as_many_connections_as_the_system_lets_it():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        connections.allow_many_connections()
        enough = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert enough == min(connections.MOST_DESCRIPTORS, hard if hard > 0 else connections.MOST_DESCRIPTORS)
