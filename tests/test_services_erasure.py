"""Deleted is deleted: after a withdrawal, an erasure and the end of a period everything is searched."""

from dataclasses import asdict
from datetime import timedelta

import pytest

from classroom import disclosure, services
from classroom.models import (
    Attendance,
    Classroom,
    Consent,
    Lesson,
    MoodGroup,
    Participant,
    Policy,
    Reading,
    Report,
)
from tests.dump import rows_about, tables_with
from tests.factories import MONDAY, make_consent, make_lesson, make_participant, make_school
from tests.scenes import ended, fill, measured_lesson
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)
CANARY = "Zinnober Quetzal"


@pytest.fixture
def sent(monkeypatch):
    """Report tasks are caught where they leave for the broker."""
    lessons = []
    monkeypatch.setattr("classroom.services.reports.send_report_task", lessons.append)
    return lessons


@pytest.fixture
def canary(sent):
    """A student in an open and an ended lesson of one class, in every table, beside five others."""
    earlier = ended(measured_lesson(make_school(), started_at=MONDAY - timedelta(days=1), students=5))
    lesson = measured_lesson(earlier.classroom.school, started_at=MONDAY, students=5)
    Classroom.objects.filter(id=lesson.classroom_id).update(name="Of today")
    earlier.classroom = lesson.classroom
    earlier.save()
    # Numbers far from every other row's, so that finding one is no accident.
    participant = make_participant(id=987_654_321, classroom=lesson.classroom, display_name=CANARY)
    for one in (earlier, lesson):
        make_consent(lesson=one, participant=participant)
        fill(one, participant)
    MoodGroup.objects.update(counted=[participant.id, 1, 2, 3, 4], last_counted=[participant.id, 1, 2, 3, 4])
    return participant


def about(participant_id):
    """Tables that name the student, or hold the number in a column or a list."""
    return set(tables_with(CANARY, str(participant_id))) | rows_about(participant_id)


WHO_WAS_HERE = {
    "classroom_participant",
    "classroom_attendance",
    "classroom_consent",
    "classroom_accesslogentry",
}


def test_the_search_finds_the_student_everywhere_before(canary):
    measured = {
        "reading",
        "participantstate",
        "rollupbin",
        "selfreport",
        "pulseanswer",
        "question",
        "questionvote",
        "hint",
        "strike",
        "flag",
        "moodgroup",
    }
    everywhere = WHO_WAS_HERE | {f"classroom_{name}" for name in measured} | {"django_admin_log"}
    assert about(canary.id) == everywhere


def test_after_a_withdrawal_only_who_was_here_and_agreed_is_left(canary):
    for lesson in Lesson.objects.all():
        services.withdraw_consent(lesson_id=lesson.id, participant_id=canary.id, now=NOW)
    assert about(canary.id) == WHO_WAS_HERE


def test_after_an_erasure_nothing_is_left(canary, sent, django_capture_on_commit_callbacks):
    others = Reading.objects.exclude(participant=canary.id).count()
    with django_capture_on_commit_callbacks(execute=True):
        erasure = services.erase_own_place(participant_id=canary.id, now=NOW)
    assert about(canary.id) == set()
    assert (erasure.readings, erasure.bins, erasure.self_reports, erasure.answers) == (14, 4, 2, 2)
    assert (erasure.questions, erasure.votes) == (2, 2)
    assert (erasure.flags, erasure.stays, erasure.consents, erasure.looks) == (4, 2, 2, 2)
    assert (erasure.classroom, erasure.lessons, erasure.at) == ("Of today", 2, NOW)
    assert CANARY not in str(asdict(erasure))
    assert Reading.objects.count() == others
    (earlier,) = Lesson.objects.filter(ended_at__isnull=False)
    assert sent == [earlier.id]
    assert not Report.objects.filter(lesson=earlier).exists()


def test_after_the_period_of_names_nothing_is_left(canary):
    lesson = Lesson.objects.get(ended_at=None)
    ended(lesson)
    Participant.objects.update(created_at=MONDAY)
    delete_past_retention(now=MONDAY + timedelta(days=401))
    assert about(canary.id) == set()
    assert not Attendance.objects.exists()
    assert not Consent.objects.exists()


def test_a_place_that_never_agreed_to_anything_can_be_erased():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson)
    assert services.erase_own_place(participant_id=participant.id, now=NOW).lessons == 0
    assert not Participant.objects.exists()


@pytest.mark.parametrize("since", ["came_at", "held_since"])
def test_who_was_new_in_a_lesson_is_so_in_the_place_that_is_left_behind(since):
    """A place that was made long ago, and taken over today."""
    lesson = make_lesson(started_at=MONDAY)
    place = make_participant(classroom=lesson.classroom)
    Participant.objects.update(created_at=MONDAY - timedelta(days=9), **{since: MONDAY})
    make_consent(lesson=lesson, participant=Participant.objects.get(), choice="no_camera", moved_at=MONDAY)
    services.erase_own_place(participant_id=place.id, now=MONDAY)
    assert Consent.objects.get().standing == "new"
    assert disclosure.counting(Consent.objects.all(), Policy(counted="known")) == []
