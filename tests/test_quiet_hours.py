"""Quiet hours of a school: no camera is read in them, no lesson starts with one, and summaries wait."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse

from classroom import access, queries, services
from classroom.errors import QuietHours
from classroom.models import Reading, SummaryMail
from classroom.services.attendance import keep_seats
from classroom.timetable import write_hours
from classroom.wire.measurement import Measurement
from emotion.values import Signal
from tests.analyses import attentive
from tests.factories import make_classroom, make_consent, make_lesson, make_participant, make_school

pytestmark = pytest.mark.django_db
# In summer Berlin is two hours ahead of UTC, and 7 September 2026 is a Monday.
OPENS, CLOSES = datetime(2026, 9, 7, 5, 30, tzinfo=UTC), datetime(2026, 9, 7, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NEVER = write_hours([(0, time(0), time(0, 1))])


@pytest.fixture
def school():
    hours = write_hours([(0, time(7, 30), time(17))])
    return make_school(time_zone="Europe/Berlin", open_hours=hours)


@pytest.fixture
def lesson(school):
    return make_lesson(classroom=make_classroom(school=school), started_at=OPENS)


@pytest.fixture
def consent(lesson):
    return make_consent(lesson=lesson, participant=make_participant(lesson=lesson))


def enter(consent, now):
    name, value = access.guest_cookie(consent.participant)
    lesson = consent.lesson
    return services.enter_lesson(user=None or Nobody(), cookies={name: value}, lesson_id=lesson.id, now=now)


class Nobody:
    is_authenticated = False


@pytest.mark.parametrize("now", [OPENS - SECOND, CLOSES, CLOSES + timedelta(days=2)])
def test_no_lesson_starts_with_cameras_in_quiet_hours_and_one_without_does(school, now):
    classroom = make_classroom(school=school)
    with pytest.raises(QuietHours):
        services.open_lesson(classroom=classroom, title="Waves", now=now)
    assert services.open_lesson(classroom=classroom, title="Waves", now=now, is_without_cameras=True).is_open


@pytest.mark.parametrize("now", [OPENS, CLOSES - SECOND])
def test_a_lesson_starts_with_cameras_in_the_hours_that_are_open(school, now):
    assert services.open_lesson(classroom=make_classroom(school=school), title="Waves", now=now).is_open


def test_a_school_that_asks_for_no_camera_has_nothing_to_keep_quiet():
    classroom = make_classroom(school=make_school(preset="self_report", open_hours=NEVER))
    assert services.open_lesson(classroom=classroom, title="Waves", now=OPENS).is_open


def test_a_demonstration_runs_at_any_time(school):
    teacher = make_classroom(school=school).teacher
    assert services.start_demo(teacher=teacher, speed=20, now=CLOSES).is_open


def test_the_teacher_reads_why_and_can_go_on_without_cameras(client):
    classroom = make_classroom(school=make_school(open_hours=NEVER))
    client.force_login(classroom.teacher)
    start = reverse("start_lesson", args=[classroom.id])
    assert "quiet hours of your school" in client.post(start, {"title": "Waves"}).content.decode()
    assert not classroom.lessons.exists()
    client.post(start, {"title": "Waves", "is_without_cameras": "on"})
    assert classroom.lessons.get().is_without_cameras


@pytest.mark.parametrize(("now", "signals"), [(CLOSES - SECOND, set(Signal)), (CLOSES, set())])
def test_a_worker_computes_nothing_from_a_picture_in_quiet_hours(consent, now, signals):
    assert queries.allowed_signals(consent.lesson_id, [consent.id], now) == {consent.id: signals}


@pytest.mark.parametrize(("taken_at", "rows"), [(CLOSES - SECOND, 1), (CLOSES, 0), (CLOSES + SECOND, 0)])
def test_what_was_measured_in_quiet_hours_becomes_no_row(consent, taken_at, rows):
    """Whoever measured it, and however late it comes."""
    measured = [Measurement(consent.participant_id, consent.id, taken_at, attentive())]
    assert services.record_readings(lesson_id=consent.lesson_id, measurements=measured) == rows
    assert Reading.objects.count() == rows


def test_a_simulated_student_has_no_quiet_hours(school):
    lesson = make_lesson(
        classroom=make_classroom(school=school, is_demo=True), is_simulation=True, started_at=CLOSES
    )
    consent = make_consent(lesson=lesson, participant=make_participant(lesson=lesson, is_simulated=True))
    measured = [Measurement(consent.participant_id, consent.id, CLOSES, attentive())]
    assert queries.allowed_signals(lesson.id, [consent.id], CLOSES) == {consent.id: set(Signal)}
    assert services.record_readings(lesson_id=lesson.id, measurements=measured) == 1


def test_a_seat_is_told_when_its_camera_falls_quiet_and_begins_anew_as_it_does(consent):
    seat = enter(consent, CLOSES - timedelta(minutes=4))
    assert (seat.refusal, seat.quiet_from) == (None, CLOSES)
    (standing,) = keep_seats(seats=[seat], now=CLOSES - SECOND).values()
    assert (standing.refusal, standing.code, standing.quiet_from) == (None, None, CLOSES)
    (standing,) = keep_seats(seats=[seat], now=CLOSES).values()
    assert standing.refusal == "quiet_hours" and standing.code is not None


def test_who_comes_in_quiet_hours_is_told_that_no_camera_is_wanted(consent):
    seat = enter(consent, CLOSES)
    assert seat.state["camera"] is False and seat.state["camera_refused"] == "quiet_hours"


def test_both_sides_are_told_before_and_when_it_is_quiet(consent, client):
    """The page has the moment, and its script shows the words five minutes before."""
    lesson = consent.lesson
    client.force_login(lesson.classroom.teacher)
    teachers = client.get(reverse("lesson", args=[lesson.id])).content.decode()
    client.logout()
    name, value = access.guest_cookie(consent.participant)
    client.cookies[name] = value
    students = client.get(reverse("my_lesson", args=[lesson.id])).content.decode()
    for shown in (teachers, students):
        assert "<quiet-hours data-from=" in shown


def test_without_quiet_hours_no_page_speaks_of_them(client):
    lesson = make_lesson()
    client.force_login(lesson.classroom.teacher)
    assert "quiet-hours data-from" not in client.get(reverse("lesson", args=[lesson.id])).content.decode()


def test_a_summary_waits_until_the_quiet_hours_are_over(lesson):
    mail = SummaryMail.objects.create(lesson=lesson, teacher=lesson.classroom.teacher, due_at=OPENS)
    assert services.claim_summary(mail_id=mail.id, now=CLOSES) is None
    opens_again = OPENS + timedelta(days=7)
    mail.refresh_from_db()
    assert (mail.state, mail.due_at, mail.attempts) == (SummaryMail.State.WAITING, opens_again, 0)
    assert services.due_summaries(now=opens_again - SECOND) == []
    assert services.due_summaries(now=opens_again) == [mail.id]
    assert services.claim_summary(mail_id=mail.id, now=opens_again) == mail
