"""A student's own lessons one after the other: what stands there, whose it is, and what is kept no more."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from classroom import access, services
from classroom.models import Attendance, Consent, Policy, PulseAnswer, PulseCheck, RollupBin, SelfReport
from classroom.queries.over_time import over_time
from tests.factories import make_classroom, make_consent, make_lesson, make_participant, make_school
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
PAGE = "/my-data/over-time/"
MINUTES = 40


def a_place(**school):
    return make_participant(classroom=make_classroom(school=make_school(**school)))


def took_part(
    place, *, days_ago=1, engaged=0, drifting=0, choice="own_results", said=(), answered=(), **kept
):
    """An ended lesson with so many measured ten seconds of each level, and what was said."""
    started = timezone.now() - timedelta(days=days_ago)
    lesson = make_lesson(classroom=place.classroom, started_at=started, minutes=MINUTES)
    make_consent(lesson=lesson, participant=place, choice=choice)
    Attendance.objects.create(
        lesson=lesson,
        participant=place,
        joined_at=started,
        last_seen_at=started + timedelta(minutes=30),
        left_at=started + timedelta(minutes=30),
    )
    own = {"lesson": lesson, "participant": place}
    for number in range(engaged + drifting):
        level = "engaged" if number < engaged else "drifting"
        at = started + timedelta(seconds=10 * number)
        RollupBin.objects.create(
            **own, school=place.classroom.school, starts_at=at, readings=10, faces=10, **{level: 10}
        )
    for kind in said:
        SelfReport.objects.create(**own, at=started, kind=kind)
    for number, kind in enumerate(answered):
        at = started + timedelta(minutes=number)
        until = at + timedelta(seconds=30)
        pulse = PulseCheck.objects.create(lesson=lesson, at=at, closes_at=until, closed_at=until)
        PulseAnswer.objects.create(**own, pulse=pulse, at=at, kind=kind)
    return lesson


def browser_of(place):
    client = Client()
    name, value = access.guest_cookie(place)
    client.cookies[name] = value
    return client


def shown(place):
    response = browser_of(place).get(PAGE)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def points_of(place, now=None):
    (found,) = over_time([place], now or timezone.now())
    return found


def test_each_lesson_stands_in_words_with_attendance_taps_and_answers():
    place = a_place()
    took_part(place, engaged=90, drifting=10, said=("lost", "lost", "following"), answered=("yes", "partly"))
    (point,) = points_of(place).points
    assert point.there == "30 of 40 min"
    assert point.level == "most of the time"
    assert point.said == "following (once), lost (2 times)"
    assert point.answered == "yes (once), partly (once)"


@pytest.mark.parametrize(
    ("engaged", "drifting", "word"),
    [(75, 25, "most"), (74, 26, "about half"), (26, 74, "about half"), (25, 75, "little")],
)
def test_the_level_is_a_word_and_never_a_figure(engaged, drifting, word):
    place = a_place()
    took_part(place, engaged=engaged, drifting=drifting)
    (point,) = points_of(place).points
    assert point.level == f"{word} of the time"
    assert "%" not in shown(place)


def test_two_lessons_are_drawn_and_one_is_not():
    place = a_place()
    took_part(place, days_ago=8, engaged=60, said=("lost",), answered=("no",))
    assert points_of(place).panels == ()
    assert "Only one lesson so far" in shown(place)
    took_part(place, days_ago=1, drifting=60, answered=("yes",))
    there, level, lost, yes = points_of(place).panels
    assert [y for _x, y in there.dots] == [10.0, 10.0]
    # The oldest on the left: from most of the time down to little, from one tap to none, from no to yes.
    assert [y for _x, y in level.dots] == [4.0, 32.0]
    assert [y for _x, y in lost.dots] == [0.0, 40.0]
    assert [y for _x, y in yes.dots] == [40.0, 0.0]
    assert "Only one lesson so far" not in shown(place)


def test_who_only_says_how_it_goes_has_a_trend_too():
    place = a_place(preset="self_report")
    for days_ago in (8, 1):
        took_part(place, days_ago=days_ago, choice="no_camera", said=("lost",), answered=("yes",))
    found = points_of(place)
    assert [one.title for one in found.panels] == [
        "Time I was there",
        "I said “lost”",
        "I answered “yes” to “With me?”",
    ]
    assert {one.level for one in found.points} == {"not measured"}


def test_from_less_than_three_minutes_no_word_is_made():
    place = a_place()
    took_part(place, engaged=17)
    assert points_of(place).points[0].with_lesson is None
    took_part(place, engaged=18)
    assert points_of(place).points[0].with_lesson is not None


def test_what_time_has_taken_is_said_to_be_kept_no_more():
    place = a_place()
    lesson = took_part(place, days_ago=40, engaged=90, said=("lost",), answered=("yes",))
    delete_past_retention(now=timezone.now())
    (point,) = points_of(place).points
    assert (point.said, point.answered, point.level) == ("not kept", "not kept", "most of the time")
    Policy.objects.update(sums_days=35)
    delete_past_retention(now=timezone.now())
    (point,) = points_of(place).points
    assert point.level == "too little measured, or kept no more"
    Attendance.objects.filter(lesson=lesson).delete()
    assert points_of(place).points[0].there == "not kept"


def test_a_withdrawn_lesson_tells_nothing_but_that():
    place = a_place()
    lesson = took_part(place, engaged=90, said=("lost",), answered=("yes",))
    services.withdraw_consent(lesson_id=lesson.id, participant_id=place.id, now=timezone.now())
    (point,) = points_of(place).points
    assert (point.level, point.said, point.answered) == ("withdrawn", "nothing", "nothing")


def test_nobody_else_is_in_it_and_nothing_from_before_the_place_was_theirs():
    place = a_place()
    other = make_participant(classroom=place.classroom)
    took_part(other, engaged=90)
    assert over_time([place], timezone.now()) == []
    assert "Nothing to show yet" in shown(place)
    took_part(place, engaged=90)
    Consent.objects.filter(participant=place).update(moved_at=timezone.now())
    assert over_time([place], timezone.now()) == []


def test_an_open_lesson_waits_for_its_end():
    place = a_place()
    lesson = took_part(place, engaged=90)
    lesson.ended_at, lesson.report_state = None, "none"
    lesson.save()
    assert over_time([place], timezone.now()) == []


def test_more_lessons_cost_no_more_statements(django_assert_num_queries):
    place = a_place()
    for days_ago in range(1, 25):
        took_part(place, days_ago=days_ago, engaged=20)
    with django_assert_num_queries(6):
        found = points_of(place)
    assert len(found.points) == 20
