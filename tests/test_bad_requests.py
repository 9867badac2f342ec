"""What is no request, no text or no socket of ours is refused, and leaves no traceback in the log."""

import gc
from socket import create_connection

import pytest
from channels.testing import HttpCommunicator
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from classroom.asgi import application
from tests.waiting import PATIENCE_S, Socket

pytestmark = pytest.mark.usefixtures("no_traceback")
UNREAD = pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def _collected():
    """What nobody read is given back in the test that sent it, and not in whichever comes later."""
    yield
    gc.collect()


@pytest.mark.parametrize("charset", ["rot13", "unicode_escape", "UTF-7", "utf-16", "zlib", "nonsense"])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
@UNREAD
@pytest.mark.usefixtures("_collected")
@pytest.mark.django_db(transaction=True)
async def test_text_in_another_encoding_is_a_bad_request(kind, charset):
    headers = [(b"host", b"testserver"), (b"content-type", f"{kind}; charset={charset}".encode())]
    body = b"code=%5Cud800%5Cx00"
    answer = await HttpCommunicator(application, "POST", "/join/?x=%5Cud800", body, headers).get_response(
        PATIENCE_S
    )
    assert answer["status"] == 400
    assert "could not be understood" in answer["body"].decode()


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
@UNREAD
@pytest.mark.usefixtures("_collected")
@pytest.mark.django_db(transaction=True)
async def test_a_form_that_says_it_is_in_utf_8_is_read(charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    headers = [(b"host", b"testserver"), (b"content-type", kind.encode())]
    answer = await HttpCommunicator(application, "POST", "/join/", b"code=x", headers).get_response(
        PATIENCE_S
    )
    assert answer["status"] == 403  # read, and refused for want of the token


SOCKETS = [
    "/",
    "/ws/",
    "/ws/lessons/1/",
    "/ws/lessons/x/student/",
    f"/ws/lessons/{'9' * 5000}/teacher/",
    "/\0",
]


@pytest.mark.parametrize("path", [*SOCKETS, f"/ws/lessons/{'9' * 19}/student/", "/ws/lessons/1/student/more"])
@pytest.mark.django_db(transaction=True)
async def test_a_socket_that_leads_nowhere_is_refused_like_every_other(path):
    assert await knock(path) == await knock("/ws/lessons/999999/student/") == (False, 1000)


@pytest.mark.django_db(transaction=True)
async def test_a_nul_in_the_cookie_of_a_socket_is_refused():
    path = "/ws/lessons/1/student/"
    assert await knock(path, (b"cookie", b'sessionid="aaaaaaaa\\000"')) == (False, 1000)


async def knock(path, *more):
    headers = [(b"origin", b"http://testserver"), (b"host", b"testserver"), *more]
    connection = Socket(application, path, headers=headers)
    answer = await connection.connect()
    await connection.disconnect()
    return answer


RAW = [
    b"GET /join/%00/ HTTP/1.1\r\n\r\n",
    b"POST /join/ HTTP/1.1\r\ncontent-type: text/plain; charset=rot13\r\ncontent-length: 1\r\n\r\nx",
    b'GET / HTTP/1.1\r\ncookie: sessionid="aaaaaaaa\\000"\r\n\r\n',
    b"GET /lessons/" + b"9" * 5000 + b"/me/ HTTP/1.1\r\n\r\n",
    b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
    b"nonsense\r\n\r\n",
]


SEAT = "/ws/lessons/1/student/"


KNOCKS = [("/ws/nowhere/", "http://127.0.0.1:{port}"), (SEAT, "http://localhost:9999"), (SEAT, "null")]


@pytest.mark.slow
def test_the_web_process_answers_what_is_no_request_without_a_traceback(running_product):
    port, ending = running_product.port, b"HTTP/1.1\r\n"
    for raw in RAW:
        with create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(raw.replace(ending, ending + b"host: 127.0.0.1\r\nconnection: close\r\n"))
            assert line.recv(10) == b"HTTP/1.1 4", raw[:40]
    for path, origin in KNOCKS:
        with pytest.raises(InvalidStatus) as refused:
            connect(f"ws://127.0.0.1:{port}{path}", origin=Origin(origin.format(port=port)))
        assert refused.value.response.status_code == 403
    log = running_product.log("web").read_text()
    assert "Traceback" not in log and "ERROR" not in log
