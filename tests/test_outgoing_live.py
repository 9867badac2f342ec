"""What a running product tells others, by its own workers."""

import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from classroom import services
from classroom.models import Delivery
from tests.factories import make_classroom, make_lesson, make_teacher
from tests.hook_server import hook_server

pytestmark = pytest.mark.slow


def test_workers_tell_a_webhook_of_the_end_of_a_lesson_and_of_its_report(running_product, settings):
    teacher, now = make_teacher(), timezone.now()
    with hook_server() as server:
        settings.OUTBOUND_PRIVATE_HOSTS = [server.host]
        services.make_webhook(
            owner=teacher,
            school=teacher.school,
            name="Diary",
            address=server.url,
            events=["lesson.ended", "report.ready"],
            origin=running_product.url,
            now=now,
        )
        lesson = make_lesson(classroom=make_classroom(teacher=teacher), started_at=now - timedelta(minutes=9))
        services.end_lesson(lesson_id=lesson.id, now=now)
        give_up_at = time.monotonic() + 90
        while Delivery.objects.filter(state="sent").count() < 2 and time.monotonic() < give_up_at:
            time.sleep(0.2)
        assert {json.loads(one.body)["type"] for one in server.received} == {"lesson.ended", "report.ready"}
