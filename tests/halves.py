"""Which tests stay together where pytest runs in two processes, as `make test` has it.

What needs the running product is one half: one product is started, and no two tests that wait for it run
side by side. The other half are all other files, each as a whole.
"""

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


class Halves(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return "product" if nodeid.startswith(WITH_PRODUCT) else nodeid.partition("::")[0]
