"""Which tests stay together where pytest runs in three processes, as `make test` has it.

What needs the running product is two parts, cameras at work and pages: in each one product is started, and
no two tests that wait for it run side by side. What starts servers of its own is the third: such tests wait
most of the time, and two of them at once would be late. Whoever is done takes from all other files, each as
a whole.
"""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

WITH_CAMERAS = (
    "tests/browser/test_browser_way.py",
    "tests/browser/test_camera.py",
    "tests/browser/test_camera_memory.py",
    "tests/browser/test_firefox.py",
    "tests/browser/test_hidden_tab.py",
    "tests/browser/test_lesson_both_ways.py",
    "tests/browser/test_own_camera.py",
    "tests/browser/test_reader.py",
    "tests/browser/test_reading_parity.py",
    "tests/browser/test_student.py",
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
WITH_PAGES = ("tests/browser/",)  # all others there
WITH_PRODUCT = WITH_CAMERAS + WITH_PAGES
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
PARTS = {WITH_CAMERAS: "cameras", WITH_PAGES: "pages", WITH_OWN_SERVERS: "servers"}


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
