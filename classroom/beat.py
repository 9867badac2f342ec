"""When a task is due that comes again and again, where the clock may be set back.

Beat notes on disk when each ran last. Had the clock been a day ahead then, nothing would be due for a day: no
deletion and no upkeep either.
"""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

# What two clocks of one moment may differ by.
SLACK = timedelta(seconds=1)


class Scheduler(PersistentScheduler):  # type: ignore[misc]
    """What ran in the future ran now."""

    max_interval = 15  # so soon a clock that was set back is noticed

    def tick(self, *args: Any, **kwargs: Any) -> float:
        for entry in self.schedule.values():
            now = entry.default_now()
            if entry.last_run_at > now + SLACK:
                entry.last_run_at, self._heap = now, None
        return float(super().tick(*args, **kwargs))
