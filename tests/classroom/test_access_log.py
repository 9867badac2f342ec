"""Each look is written once, where and by whom, in words that the student understands."""

from datetime import timedelta

import pytest

from classroom.access_log import ONE_LOOK, log_looks
from classroom.models import AccessLogEntry
from classroom.models.reviews import Place
from classroom.queries.own import own_data
from tests.factories import MONDAY, make_lesson, make_participant, make_teacher

pytestmark = pytest.mark.django_db


@pytest.fixture
def lesson():
    return make_lesson()


@pytest.fixture
def student(lesson):
    return make_participant(lesson=lesson, choice="own_results")


def look(lesson, *students, place=Place.DASHBOARD, now=MONDAY, viewer=None):
    ids = [student.id for student in students]
    viewer = viewer or lesson.classroom.teacher
    log_looks(viewer=viewer, lesson_id=lesson.id, participant_ids=ids, place=place, now=now)


def test_a_look_that_goes_on_is_one_entry_in_ten_minutes(lesson, student):
    for seconds in (0, 1, 599):
        look(lesson, student, now=MONDAY + timedelta(seconds=seconds))
    assert AccessLogEntry.objects.count() == 1
    look(lesson, student, now=MONDAY + ONE_LOOK)
    assert AccessLogEntry.objects.count() == 2


def test_another_student_place_viewer_or_lesson_is_another_look(lesson, student):
    look(lesson, student)
    look(lesson, student, make_participant(lesson=lesson, choice="own_results"))
    look(lesson, student, place=Place.CSV)
    look(lesson, student, viewer=make_teacher())
    look(make_lesson(), student)
    assert AccessLogEntry.objects.count() == 5


@pytest.mark.parametrize("place", Place)
def test_the_student_reads_every_place_in_words(lesson, student, place):
    look(lesson, student, place=place)
    (entry,) = own_data(lesson, student).looks
    assert entry.place == str(place.label)
    assert entry.place != place.value and "_" not in entry.place
