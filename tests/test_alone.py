"""Which failures are tried once more, alone."""

import pytest

from tests.alone import CACHE, MOST, to_be_tried

CAMERA = "tests/browser/test_own_camera.py::test_a_camera"
SERVERS = "tests/test_redis_apart.py::test_each_server"
PURE = "tests/emotion/test_window.py::test_a_window"


@pytest.mark.parametrize(
    ("failed", "tried"),
    [
        ([CAMERA], [CAMERA]),
        ([SERVERS, CAMERA], [CAMERA, SERVERS]),
        ([PURE], []),
        ([CAMERA, PURE], []),
        ([f"{CAMERA}[{number}]" for number in range(MOST + 1)], []),
        ([], []),
    ],
)
def test_only_a_few_that_wait_for_servers_are_tried_again(failed, tried):
    assert to_be_tried(failed) == tried


def test_what_failed_is_read_where_pytest_writes_it(pytestconfig):
    assert pytestconfig.rootpath / pytestconfig.getini("cache_dir") == CACHE
