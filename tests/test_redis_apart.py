"""Tasks, the mailbox and the sockets' messages, each on a Redis of its own, die one by one."""

import json
import secrets
import time
from datetime import datetime, timedelta
from itertools import pairwise
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from classroom.local.processes import free_port
from classroom.local.valkey import Cache, server_program
from tests.class_at_work import FLOWING_AGAIN_S, class_at_work
from tests.live import until as wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NAMES = {"BROKER_URL": "The broker", "MAILBOX_URL": "The mailbox", "LAYER_URL": "The channel layer"}
PARTS = ("web", "worker-snapshots", "worker-reports")
# Who misses it at once; others do when they next have something to say.
MISSED_BY = {"BROKER_URL": PARTS, "MAILBOX_URL": ("web",), "LAYER_URL": ("web",)}
OUTAGE_S = 6.0
QUIET, MISSED = " classroom.quiet: ", "does not answer"


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
            said_so_far = {part: len(lines_of(product, part, MISSED)) for part in PARTS}
            cache, process = servers_apart[name]
            process.kill()
            process.wait(20)
            time.sleep(OUTAGE_S)
            until(lambda name=name: away_by_readyz(product) == {name.removesuffix("_URL").lower()}, words)
            for part in MISSED_BY[name]:
                until(lambda words=words, part=part: lines_of(product, part, f"{words} {MISSED}"), part)
            servers_apart[name] = (cache, cache.start(cache.folder / "log"))
            cache.wait_until_ready()
            back_at = time.monotonic()
            until(lambda back_at=back_at: it.readings_flow(since=back_at), words)
            for part in PARTS:
                until(lambda words=words, part=part: has_heard_the_end(product, part, words), part)
                said = lines_of(product, part, MISSED)[said_so_far[part] :]
                assert [line for line in said if words not in line] == [], (words, part)
    for part in PARTS:
        said = [at for words in NAMES.values() for at in times_of(product, part, f"{words} {MISSED}")]
        assert all(later - earlier > timedelta(seconds=59) for earlier, later in said), said
        assert [line for line in lines_of(product, part) if " INFO " not in line and QUIET not in line] == []


def until(is_so, what):
    wait_until(is_so, FLOWING_AGAIN_S, what)


def has_heard_the_end(product, part, words):
    missed, back = (
        lines_of(product, part, f"{words} {does}") for does in ("does not answer", "answers again")
    )
    return len(missed) == len(back)


def times_of(product, part, words):
    """When it was said, each with the time after it."""
    return list(pairwise(datetime.fromisoformat(line[:23]) for line in lines_of(product, part, words)))


def lines_of(product, part, words=""):
    """Since it was ready."""
    text = product.log(part).read_text()
    return [line for line in (text.partition(" ready.\n")[2] or text).splitlines() if words in line]


def away_by_readyz(product):
    with pytest.raises(HTTPError) as refused, urlopen(f"{product.url}/readyz", timeout=20):
        pass
    assert refused.value.code == 503
    return {name for name, answers in json.load(refused.value).items() if answers is False}
