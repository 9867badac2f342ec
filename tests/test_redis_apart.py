"""Tasks, the mailbox and the sockets' messages, each on a Redis of its own, die one by one."""

import json
import secrets
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from classroom.local.processes import free_port
from classroom.local.valkey import Cache, server_program
from tests.class_at_work import FLOWING_AGAIN_S, class_at_work
from tests.live import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAMES = {"BROKER_URL": "The broker", "MAILBOX_URL": "The mailbox", "LAYER_URL": "The channel layer"}
PARTS = ("web", "worker-snapshots", "worker-reports")
OUTAGE_S = 6.0


@pytest.fixture
def servers_apart(tmp_path):
    """Each with the process that runs it; its name is the setting's."""
    running = {}
    for name in NAMES:
        folder = tmp_path / name
        folder.mkdir()
        cache = Cache(server_program(), folder, free_port(), secrets.token_hex(16))
        cache.prepare()
        running[name] = (cache, cache.start(folder / "log"))
        cache.wait_until_ready()
    yield running
    for _, process in running.values():
        process.kill()
        process.wait(20)


def test_each_server_that_dies_is_named_in_one_line_and_the_lesson_recovers(servers_apart, start_product):
    product = start_product(**{name: cache.url for name, (cache, _) in servers_apart.items()})
    with class_at_work(product.url) as it:
        for name, words in NAMES.items():
            read_so_far = {part: len(lines_of(product, part)) for part in PARTS}
            cache, process = servers_apart[name]
            process.kill()
            process.wait(20)
            time.sleep(OUTAGE_S)
            assert away_by_readyz(product) == {name.removesuffix("_URL").lower()}
            servers_apart[name] = (cache, cache.start(cache.folder / "log"))
            cache.wait_until_ready()
            back_at = time.monotonic()
            until(lambda back_at=back_at: it.readings_flow(since=back_at), FLOWING_AGAIN_S, words)
            until(lambda words=words: f"{words} answers again" in product.log("web").read_text())
            told = {part: lines_of(product, part)[read_so_far[part] :] for part in PARTS}
            assert sum(f"{words} does not answer" in line for line in told["web"]) == 1, told["web"]
            if name == "BROKER_URL":
                assert any(f"{words} does not answer" in line for line in told["worker-snapshots"])
            for part in PARTS:
                assert sum(f"{words} does not answer" in line for line in told[part]) <= 1, told[part]
                others = [line for line in told[part] if words not in line and " INFO " not in line]
                assert others == [], (words, part)


def lines_of(product, part):
    return product.log(part).read_text().splitlines()


def away_by_readyz(product):
    with pytest.raises(HTTPError) as refused, urlopen(f"{product.url}/readyz", timeout=20):
        pass
    assert refused.value.code == 503
    return {name for name, answers in json.load(refused.value).items() if answers is False}
