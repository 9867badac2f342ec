"""What one worker process keeps: its Analyser, built on first use."""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from classroom import queries
from worker.cores import keep_to_one_core

if TYPE_CHECKING:
    from emotion.pipeline import Analyser


@cache
def network() -> str:
    """What reads expressions here, as a reading notes it."""
    return queries.expression_network()


@cache
def analyser() -> "Analyser":
    # Celery imports task modules in the parent before it forks, and MediaPipe does not survive a fork.
    from emotion.pipeline import Analyser  # noqa: PLC0415

    keep_to_one_core()
    return Analyser.load(settings.MODELS_DIR)
