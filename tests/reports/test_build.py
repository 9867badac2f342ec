"""Writing the report: the same however often, and never over a person's decision."""

from datetime import timedelta

import pytest

from reports.build import build_report
from tests.factories import MONDAY
from tests.reports.class_of import make_taught_class

NOW = MONDAY + timedelta(hours=2)
pytestmark = pytest.mark.django_db


def build(lesson):
    return build_report(lesson_id=lesson.id, now=NOW, progress=lambda percent: None)


def flags(lesson):
    return set(lesson.flags.values_list("participant_id", "kind", "state"))


def test_it_drafts_exactly_the_sad_and_the_disengaged_student():
    taught = make_taught_class()
    build(taught.lesson)
    assert flags(taught.lesson) == {
        (taught.sad.id, "persistently_sad", "draft"),
        (taught.disengaged.id, "persistently_disengaged", "draft"),
    }
