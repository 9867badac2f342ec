"""Who was there, and whose measurements the teacher may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from classroom.models import Participant, Policy
from classroom.services import withdraw_consent
from classroom.stays import connected_seconds, merged
from emotion.judgement.engagement import Level
from emotion.labels import Emotion
from emotion.values import Signal
from reports.blocks import COUNTED
from reports.conclusions import Attended
from reports.roster import APART, attended, attendees, individuals, names_of_missing
from tests.factories import MONDAY, make_consent, make_participant
from tests.reports.scenes import make_bins, make_ended_lesson, make_pause, make_stay, make_student


def at(minute):
    return MONDAY + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("stays", "minutes"),
    [
        ([], 0),
        ([(0, 45)], 45),
        ([(0, 10), (20, 45)], 35),
        ([(20, 45), (0, 10)], 35),
        ([(0, 30), (10, 20)], 30),
        ([(0, 30), (20, 45)], 45),
        ([(10, 10)], 0),
        ([(10, 5)], 0),
    ],
    ids=["none", "one", "a break", "any order", "inside", "overlap", "empty", "clock went back"],
)
def test_connected_time_counts_each_second_once(stays, minutes):
    assert connected_seconds([(at(start), at(end)) for start, end in stays]) == minutes * 60


def test_stays_that_are_apart_by_less_than_a_minute_are_one():
    """Why a page connects anew is nobody's business."""
    stays = [(at(25), at(45)), (at(0), at(10)), (at(10.9), at(20)), (at(5), at(8))]
    assert merged(stays, APART) == ((at(0), at(20)), (at(25), at(45)))
    assert len(merged(stays)) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "stayed"), [(9, None), (14.9, None), (15, 1), (45, 1)])
def test_who_stayed_is_told_of_lessons_whose_last_minutes_are_not_most_of_them(minutes, stayed):
    lesson = make_ended_lesson(minutes=minutes)
    make_student(lesson, minutes=(0, minutes))
    make_student(lesson, minutes=(0, minutes / 3))
    assert attended(attendees(lesson), lesson) == Attended(2, stayed)


@pytest.mark.django_db
def test_attendance_holds_everybody_who_was_connected_by_name():
    lesson = make_ended_lesson()
    zoe = make_student(lesson, display_name="Zoe", choice="no_camera", minutes=(5, 20))
    make_stay(lesson, zoe, minutes=(30, 44), left=False)
    make_student(lesson, display_name="Ada", minutes=(-3, 60))
    first, second = attendees(lesson)
    assert (first.name, first.joined_at, first.left_at, first.share) == ("Ada", at(0), at(45), 1.0)
    assert (second.name, second.joined_at, second.left_at) == ("Zoe", at(5), at(44))
    assert second.connected_s == 29 * 60


@pytest.mark.django_db
def test_a_trial_is_marked_as_one_in_the_attendance():
    lesson = make_ended_lesson()
    make_student(lesson, display_name="Ada", is_trial=True)
    make_student(lesson, display_name="Bao")
    assert [one.name for one in attendees(lesson)] == ["Ada (trial)", "Bao"]


@pytest.mark.django_db
def test_who_never_connected_is_missing_unless_simulated_a_trial_or_newer():
    lesson = make_ended_lesson(started_at=timezone.now() + timedelta(hours=1))
    make_student(lesson)
    make_participant(lesson=lesson, display_name="Mika")
    make_participant(lesson=lesson, display_name="Robot", is_simulated=True)
    make_participant(lesson=lesson, display_name="Trial", is_trial=True)
    late = make_participant(lesson=lesson, display_name="Late")
    Participant.objects.filter(id=late.id).update(created_at=lesson.ended_at + timedelta(minutes=1))
    assert names_of_missing(lesson) == ("Mika",)


@pytest.mark.django_db
def test_only_those_who_share_and_were_measured_have_individual_data():
    lesson = make_ended_lesson()
    sharing = make_student(lesson)
    make_student(lesson, choice="own_results")
    class_only = make_student(lesson, choice="class_mood")
    make_student(lesson, choice="no_camera")
    for student in (sharing, class_only):
        make_bins(lesson, student, minutes=(0, 45))
    assert set(individuals(lesson, 2700)) == {sharing.id}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("signals", "judged", "read"),
    [
        (["presence", "attention", "expression"], 30, 30),
        (["presence", "attention"], 30, 0),
        (["presence", "expression"], 0, 30),
        (["presence"], 0, 0),
    ],
)
@pytest.mark.parametrize("narrowed", ["policy", "consent"])
def test_only_what_policy_and_consent_allow_now_is_told_of_a_student(signals, judged, read, narrowed):
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 45), expression=Emotion.SAD)
    narrow(student, signals, narrowed)
    blocks = individuals(lesson, 2700)[student.id].blocks
    sums = (blocks.of("readings"), blocks.judged, blocks.of("expressions"), blocks.of("certain"))
    assert [its[0] for its in sums] == [30, judged, read, read]
    block = next(iter(blocks))
    assert (block.expression is Emotion.SAD) is (read > 0)
    assert (block.engagement is not None) is (judged > 0 and read > 0), "a lively expression raised it"


@pytest.mark.django_db
@pytest.mark.parametrize("narrowed", ["policy", "consent"])
def test_where_nothing_is_allowed_any_more_nobody_has_individual_data(narrowed):
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 45))
    narrow(student, [], narrowed)
    assert individuals(lesson, 2700) == {}


def narrow(student, signals, what):
    if what == "consent":
        student.consents.update(signals=signals)
    else:
        Policy.objects.update(**{f"allows_{signal}": signal in signals for signal in Signal})


@pytest.mark.django_db
def test_blocks_are_the_sums_of_their_bins():
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 0.5), expression=Emotion.SAD)
    make_bins(lesson, student, minutes=(1, 1.5), level="away", expression=None)
    make_bins(lesson, student, minutes=(44.5, 45), face=False)
    blocks = individuals(lesson, 2700)[student.id].blocks
    assert (blocks.of("readings").tolist(), blocks.sums[0, len(COUNTED) :].sum()) == ([30] * 3, 30 * 1000)
    first, second, last = blocks
    assert (first.start_s, first.level, first.expression) == (0, Level.ENGAGED, Emotion.SAD)
    assert first.engagement == pytest.approx(0.85)
    assert (second.start_s, second.level, second.is_read) == (60, Level.AWAY, False)
    assert (last.start_s, last.kind, last.level) == (2670, "no-face", Level.UNKNOWN)


@pytest.mark.django_db
def test_coverage_is_of_the_lesson_outside_pauses():
    lesson = make_ended_lesson(minutes=40)
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 15))
    make_pause(lesson, minutes=(15, 25))
    assert individuals(lesson, 30 * 60)[student.id].coverage == pytest.approx(0.5)


@pytest.mark.django_db
def test_what_was_measured_before_somebody_shared_stays_hidden():
    lesson = make_ended_lesson()
    student = make_participant(lesson=lesson)
    make_consent(lesson=lesson, participant=student, choice="class_mood", ended_at=at(10.2))
    make_consent(lesson=lesson, participant=student, choice="own_results", given_at=at(10.2))
    make_bins(lesson, student, minutes=(0, 20))
    blocks = individuals(lesson, 2700)[student.id].blocks
    assert blocks.starts[0] == 10.5 * 60


@pytest.mark.django_db
@pytest.mark.parametrize("choice", ["class_mood", "no_camera"])
def test_a_change_of_mind_hides_everything(choice):
    lesson = make_ended_lesson()
    student = make_participant(lesson=lesson)
    make_consent(lesson=lesson, participant=student, choice="own_results", ended_at=at(10))
    make_consent(lesson=lesson, participant=student, choice=choice, given_at=at(10))
    make_bins(lesson, student, minutes=(0, 20))
    assert individuals(lesson, 2700) == {}


@pytest.mark.django_db
def test_who_withdraws_vanishes_from_the_individuals_but_was_there():
    lesson = make_ended_lesson()
    student = make_student(lesson)
    make_bins(lesson, student, minutes=(0, 45))
    withdraw_consent(lesson_id=lesson.id, participant_id=student.id, now=timezone.now())
    assert individuals(lesson, 2700) == {}
    assert [one.participant_id for one in attendees(lesson)] == [student.id]
