"""From which pages a socket may be opened: scheme, host and port are compared, not the host alone."""

import pytest

from classroom.sockets.origins import may_open

# scheme of the socket, its Host header, its Origin header, whether it opens
TABLE = """
ws   testserver            http://testserver             yes
ws   testserver:8000       http://testserver:8000        yes
ws   testserver:80         http://testserver             yes
wss  testserver            https://testserver            yes
wss  testserver:443        https://testserver            yes
ws   TESTSERVER            http://testserver             yes
ws   127.0.0.1:8000        http://127.0.0.1:8000         yes
ws   [::1]:8000            http://[::1]:8000             yes
ws   localhost:8000        http://localhost:9999         no
ws   localhost:8000        http://localhost              no
ws   localhost:8000        https://localhost:8000        no
wss  localhost             http://localhost              no
ws   127.0.0.1:8000        https://127.0.0.1             no
ws   127.0.0.1:8000        http://localhost:8000         no
ws   testserver            http://evil.example           no
ws   testserver            http://testserver.evil.example no
ws   testserver            http://testserver@evil.example no
ws   testserver            null                          no
ws   testserver            file://                       no
ws   testserver            http://testserver:port        no
ws   testserver            http://testserver:99999       no
ws   testserver            http://[                      no
ws   testserver            -                             no
ws   -                     http://testserver             no
ws   evil.example          http://evil.example           no
ws   web:8000              https://pulse.example.org     yes
wss  pulse.example.org     https://pulse.example.org     yes
ws   web:8000              https://pulse.example.org:8443 no
ws   web:8000              http://pulse.example.org      no
ws   web:8000              https://a.school.example      yes
ws   web:8000              https://school.example.evil   no
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


def scope(scheme, host, origin, *more):
    headers = [(b"host", host.encode()), (b"origin", origin.encode())]
    return {"scheme": scheme, "headers": [each for each in headers if each[1] != b"-"] + list(more)}


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1", "[::1]", "pulse.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://pulse.example.org", "https://*.school.example"]


@pytest.mark.parametrize(("scheme", "host", "origin", "opens"), ROWS, ids=map(" ".join, ROWS))
def test_a_socket_opens_from_its_own_origin_and_trusted_ones(scheme, host, origin, opens):
    assert may_open(scope(scheme, host, origin)) == (opens == "yes")


def test_two_origins_are_none():
    assert not may_open(scope("ws", "testserver", "http://testserver", (b"origin", b"http://testserver")))


def test_only_the_web_server_says_that_a_proxy_did_tls():
    """It reads the header of the proxies that it was told to believe; a visitor's own counts for nothing."""
    claimed = (b"x-forwarded-proto", b"https")
    assert not may_open(scope("ws", "testserver", "https://testserver", claimed))
    assert may_open(scope("wss", "testserver", "https://testserver"))
