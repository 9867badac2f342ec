"""Which tests stay together where pytest runs in three processes, as `make test` has it.

What needs the running product is one part: one product is started, and no two tests that wait for it run
side by side. What starts servers of its own is another: such tests wait most of the time, and two of them at
once would be late. The third is all other files, each as a whole; whoever is done earlier takes from them.
"""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

WITH_PRODUCT = (
    "tests/browser/",
    "tests/classroom/test_log_lines.py",
    "tests/classroom/test_quiet.py",
    "tests/hostile/test_crowd.py",
    "tests/test_bad_requests.py",
    "tests/test_outgoing_live.py",
    "tests/test_privacy_canary.py",
    "tests/test_restarts.py",
    "tests/test_whole_lesson.py",
    "tests/worker/test_busy_demonstration.py",
    "tests/worker/test_simulator.py",
)
WITH_OWN_SERVERS = (
    "tests/local/test_embedded_servers.py",
    "tests/local/test_full_disk.py",
    "tests/local/test_restore.py",
    "tests/local/test_run.py",
    "tests/test_crowd.py",
    "tests/test_drain.py",
    "tests/test_pgbouncer.py",
    "tests/test_redis_apart.py",
    "tests/test_soak.py",
    "tests/test_three_hosts.py",
    "tests/test_web_processes.py",
)
PARTS = {WITH_PRODUCT: "product", WITH_OWN_SERVERS: "servers"}


def part_of(nodeid: str) -> str:
    file = nodeid.partition("::")[0]
    return next((part for places, part in PARTS.items() if file.startswith(places)), file)


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Parts are taken in the order of their first tests: files would keep a process from a long part."""
    order = list(PARTS.values())
    return sorted(items, key=lambda item: [*order, part_of(item.nodeid)].index(part_of(item.nodeid)))


class Parts(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return part_of(nodeid)
