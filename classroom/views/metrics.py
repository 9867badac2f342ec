"""What Prometheus reads, for whoever holds the token."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from classroom.queries.gauges import Gauges, gauges

Value = TypeVar("Value")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without the deployment's token: a stranger does not even learn that there is something."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(token, settings.METRICS_TOKEN):
        raise Http404
    registry = CollectorRegistry()
    registry.register(_Collector(gauges(timezone.now())))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Collector(Collector):
    def __init__(self, now: Gauges) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        now = self.now
        yield _gauge("classpulse_lessons_open", "Lessons that are open.", now.open_lessons)
        yield _gauge("classpulse_simulations_open", "Demonstrations among them.", now.simulations)
        yield _gauge("classpulse_students_present", "Students who are in an open lesson.", now.present)
        yield _gauge(
            "classpulse_sockets", "Their sockets; one student may have several windows.", now.sockets
        )
        yield _gauge("classpulse_ghosts", "Stays that should have ended and have not; always 0.", now.ghosts)
        yield from _flows(now)
        yield _by(
            "classpulse_newest_reading_age_seconds",
            "Age of the newest reading.",
            "lesson",
            _by_lesson(now.reading_ages_s),
        )
        yield _by("classpulse_queue_length", "Tasks that no worker has taken.", "queue", now.queues)
        yield _gauge("classpulse_reports_waiting", "Reports that are not written yet.", now.reports_waiting)
        yield _gauge(
            "classpulse_oldest_report_seconds", "Since when the oldest of them waits.", now.oldest_report_s
        )
        yield _gauge("classpulse_reports_failed", "Reports that could not be written.", now.reports_failed)
        if now.report_s is not None:
            yield _gauge(
                "classpulse_report_seconds",
                "From a lesson's end to its report: the last hour's slowest.",
                now.report_s,
            )
        yield _gauge(
            "classpulse_deletion_age_seconds",
            "Since what is past its period was deleted.",
            now.deletion_age_s,
        )
        yield _gauge("classpulse_database_bytes", "Size of the database.", now.database_bytes)
        yield _gauge(
            "classpulse_disk_free_bytes", "Free on the disk that the product lies on.", now.free_bytes
        )


def _flows(now: Gauges) -> tuple[Metric, ...]:
    posted = CounterMetricFamily(
        "classpulse_posted", "Snapshots and readings that came in.", labels=["lesson"]
    )
    taken = CounterMetricFamily("classpulse_taken", "Those of them that a worker took.", labels=["lesson"])
    flows = _by_lesson(now.flows)
    for lesson, flow in flows.items():
        posted.add_metric([lesson], flow.posted)
        taken.add_metric([lesson], flow.taken)
    due = {lesson: flow.oldest_due_s for lesson, flow in flows.items()}
    oldest = _by("classpulse_oldest_due_seconds", "Age of the oldest that waits for a worker.", "lesson", due)
    return posted, taken, oldest


def _by_lesson(values: Mapping[int, Value]) -> dict[str, Value]:
    """Under a name that stands on no page: a graph is seen by more people than may see a lesson."""
    return {
        salted_hmac("classroom.metrics", str(lesson_id)).hexdigest()[:10]: value
        for lesson_id, value in values.items()
    }


def _by(name: str, help_text: str, label: str, values: Mapping[Any, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=value)
