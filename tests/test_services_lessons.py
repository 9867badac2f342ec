"""A lesson from its opening to its end, what the teacher does in it, and the remarks it gives."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from classroom import queries, services
from classroom.errors import (
    BadBreak,
    BadInterval,
    BadSpeed,
    LabelMissing,
    LessonAlreadyOpen,
    LessonClosed,
    MarkerGone,
)
from classroom.models import (
    Attendance,
    Hint,
    Lesson,
    MoodGroup,
    MoodPoint,
    SelfReport,
)
from classroom.services.hints import give_hint
from classroom.wire import keys
from classroom.wire.measurement import Measurement
from classroom.wire.redis import client
from tests.analyses import attentive, turned_away
from tests.factories import (
    MONDAY,
    make_classroom,
    make_lesson,
    make_participant,
    make_teacher,
)

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def announced(monkeypatch):
    """What would have been sent to open sockets, by group, and the report tasks."""
    messages = []

    def note(kind):
        return lambda lesson_id, message: messages.append((kind, message["type"]))

    monkeypatch.setattr("classroom.wire.events.announce_to_teachers", note("teachers"))
    monkeypatch.setattr("classroom.wire.events.announce_to_students", note("students"))
    monkeypatch.setattr("classroom.wire.events.announce_to_revealing", note("revealing"))
    monkeypatch.setattr(
        "classroom.services.reports.send_report_task", lambda lesson_id: messages.append(("beat", lesson_id))
    )
    return messages


# --- opening ---------------------------------------------------------------------------------------------


def test_a_lesson_starts_with_its_classrooms_interval():
    classroom = make_classroom(interval_ms=2000)
    lesson = services.open_lesson(classroom=classroom, title="Waves", now=NOW)
    assert (lesson.interval_ms, lesson.started_at, lesson.is_open) == (2000, NOW, True)


def test_a_classroom_has_one_open_lesson_at_a_time():
    lesson = make_lesson()
    with pytest.raises(LessonAlreadyOpen):
        services.open_lesson(classroom=lesson.classroom, title="Waves", now=NOW)
    services.end_lesson(lesson_id=lesson.id, now=NOW)
    assert services.open_lesson(classroom=lesson.classroom, title="Waves", now=NOW).is_open


@pytest.mark.parametrize("speed", [0, 21, -1])
def test_a_speed_that_is_none_is_refused(speed):
    with pytest.raises(BadSpeed):
        services.open_lesson(classroom=make_classroom(), title="Waves", now=NOW, speed=speed)


@pytest.mark.parametrize("speed", [1, 5, 20])
def test_the_demonstration_asks_a_camera_for_at_most_two_snapshots_a_second(speed):
    teacher = make_teacher()
    lesson = services.start_demo(teacher=teacher, speed=speed, now=NOW)
    assert lesson.is_simulation
    assert lesson.capture_interval_ms >= 500
    assert lesson.classroom.teacher == teacher
    assert lesson.classroom.school == teacher.school
    assert lesson.classroom.is_demo


# --- what the teacher does -------------------------------------------------------------------------------


def test_a_pause_is_one_however_often_it_is_asked_for():
    lesson = make_lesson()
    for _ in range(2):
        services.pause_lesson(lesson_id=lesson.id, now=NOW)
    assert queries.lesson_info(lesson, NOW)["paused"]
    services.resume_lesson(lesson_id=lesson.id, now=NOW + timedelta(minutes=1))
    (pause,) = lesson.pauses.all()
    assert pause.ended_at - pause.started_at == timedelta(minutes=1)
    assert not queries.lesson_info(lesson, NOW)["paused"]


def test_a_key_moment_is_marked_in_lesson_time_and_asks_every_camera(
    announced, django_capture_on_commit_callbacks
):
    lesson = make_lesson(speed=2)
    with django_capture_on_commit_callbacks(execute=True):
        marker = services.add_marker(lesson_id=lesson.id, label="  New \n topic ", now=NOW)
    assert (marker.label, marker.at) == ("New topic", MONDAY + timedelta(minutes=20))
    assert announced == [("teachers", "markers"), ("students", "snap_now")]


def test_a_key_moment_needs_a_name():
    with pytest.raises(LabelMissing):
        services.add_marker(lesson_id=make_lesson().id, label=" \n", now=NOW)
    marker = services.add_marker(lesson_id=make_lesson().id, label="Start", now=NOW)
    with pytest.raises(LabelMissing):
        services.rename_marker(lesson_id=marker.lesson_id, marker_id=marker.id, label=" ")


@pytest.mark.parametrize(
    ("ago_ms", "minute"),
    [(0, 10), (90_000, 8.5), (-60_000, 10), (3_600_000, 0), (10**18, 0)],
    ids=["now", "while typing", "to come", "long ago", "for ever"],
)
def test_a_key_moment_stands_where_its_key_was_pressed_within_ten_minutes(ago_ms, minute):
    marker = services.add_marker(lesson_id=make_lesson().id, label="Start", now=NOW, ago_ms=ago_ms)
    assert marker.at == MONDAY + timedelta(minutes=minute)


def test_a_key_moment_is_renamed_and_removed_and_everybody_is_told(
    announced, django_capture_on_commit_callbacks
):
    lesson = make_lesson()
    marker = services.add_marker(lesson_id=lesson.id, label="Strat", now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        services.rename_marker(lesson_id=lesson.id, marker_id=marker.id, label=" Start ")
        assert [one.label for one in lesson.markers.all()] == ["Start"]
        services.remove_marker(lesson_id=lesson.id, marker_id=marker.id)
        services.remove_marker(lesson_id=lesson.id, marker_id=marker.id)
    assert not lesson.markers.exists()
    assert announced == [("teachers", "markers")] * 2
    with pytest.raises(MarkerGone):
        services.rename_marker(lesson_id=lesson.id, marker_id=marker.id, label="Start")


def test_a_key_moment_of_another_lesson_is_not_reached():
    marker = services.add_marker(lesson_id=make_lesson().id, label="Start", now=NOW)
    other = make_lesson()
    services.remove_marker(lesson_id=other.id, marker_id=marker.id)
    with pytest.raises(MarkerGone):
        services.rename_marker(lesson_id=other.id, marker_id=marker.id, label="End")
    marker.refresh_from_db()
    assert marker.label == "Start"


def test_a_key_moment_that_is_changed_after_the_end_has_the_report_written_again(
    sent, django_capture_on_commit_callbacks
):
    lesson = make_lesson(minutes=45, report_state="ready")
    marker = lesson.markers.create(at=MONDAY, label="Strat")
    with django_capture_on_commit_callbacks(execute=True):
        services.rename_marker(lesson_id=lesson.id, marker_id=marker.id, label="Start")
    lesson.refresh_from_db()
    assert (lesson.report_state, sent) == ("pending", [lesson.id])


def test_a_break_ends_in_lesson_time_and_everybody_is_told(announced, django_capture_on_commit_callbacks):
    lesson = make_lesson()
    with django_capture_on_commit_callbacks(execute=True):
        services.set_break(lesson_id=lesson.id, minutes=5, now=NOW)
    lesson.refresh_from_db()
    assert queries.lesson_info(lesson, NOW)["break_ends_at"] == (NOW + timedelta(minutes=5)).isoformat()
    assert announced == [("teachers", "lesson"), ("students", "lesson")]
    services.set_break(lesson_id=lesson.id, minutes=0, now=NOW)
    lesson.refresh_from_db()
    assert queries.lesson_info(lesson, NOW)["break_ends_at"] is None


@pytest.mark.parametrize("minutes", [-1, 1, 7, 16, 10**9])
def test_a_break_of_another_length_is_refused(minutes):
    with pytest.raises(BadBreak):
        services.set_break(lesson_id=make_lesson().id, minutes=minutes, now=NOW)


@pytest.mark.parametrize("interval_ms", [499, 10_001, 0])
def test_an_interval_outside_its_limits_is_refused(interval_ms):
    with pytest.raises(BadInterval):
        services.set_interval(lesson_id=make_lesson().id, interval_ms=interval_ms, now=NOW)


def test_a_new_interval_reaches_everybody(announced, django_capture_on_commit_callbacks):
    lesson = make_lesson()
    with django_capture_on_commit_callbacks(execute=True):
        services.set_interval(lesson_id=lesson.id, interval_ms=5000, now=NOW)
    assert Lesson.objects.get().interval_ms == 5000
    assert announced == [("teachers", "lesson"), ("students", "lesson")]


def test_ending_closes_what_was_open_and_leaves_a_report_to_be_written(
    announced, django_capture_on_commit_callbacks
):
    lesson = make_lesson(speed=2)
    services.pause_lesson(lesson_id=lesson.id, now=NOW)
    participant = make_participant(lesson=lesson)
    seen = lesson.time_at(NOW)
    Attendance.objects.create(lesson=lesson, participant=participant, joined_at=MONDAY, last_seen_at=seen)
    with django_capture_on_commit_callbacks(execute=True):
        services.end_lesson(lesson_id=lesson.id, now=NOW)
    lesson.refresh_from_db()
    assert (lesson.ended_at, lesson.report_state) == (MONDAY + timedelta(minutes=20), "pending")
    assert lesson.pauses.get().ended_at == lesson.attendances.get().left_at == lesson.ended_at
    assert announced == [("teachers", "lesson"), ("students", "lesson"), ("beat", lesson.id)]


@pytest.mark.parametrize(("seen_s", "ends_s"), [(None, 0), (300, 300)])
def test_a_lesson_can_be_ended_where_the_clock_was_set_back_in_the_middle_of_it(seen_s, ends_s):
    lesson = make_lesson()
    if seen_s is not None:
        Attendance.objects.create(
            lesson=lesson,
            participant=make_participant(lesson=lesson),
            joined_at=MONDAY,
            last_seen_at=MONDAY + timedelta(seconds=seen_s),
        )
    services.end_lesson(lesson_id=lesson.id, now=MONDAY - timedelta(minutes=50))
    lesson.refresh_from_db()
    assert lesson.ended_at == MONDAY + timedelta(seconds=ends_s)


def test_ending_forgets_who_was_counted():
    lesson = make_lesson()
    MoodGroup.objects.create(lesson=lesson, counted=[1, 2, 3], last_counted=[1, 2, 3])
    services.end_lesson(lesson_id=lesson.id, now=NOW)
    assert not MoodGroup.objects.exists()


@pytest.mark.parametrize(("unheard_s", "left_with_the_lesson"), [(9, True), (11, False)])
def test_who_was_not_heard_of_for_long_left_when_last_seen(unheard_s, left_with_the_lesson):
    """Nobody wrote the end of a stay whose web process died."""
    lesson = make_lesson()
    seen = NOW - timedelta(seconds=unheard_s)
    Attendance.objects.create(
        lesson=lesson, participant=make_participant(lesson=lesson), joined_at=MONDAY, last_seen_at=seen
    )
    services.end_lesson(lesson_id=lesson.id, now=NOW)
    assert lesson.attendances.get().left_at == (NOW if left_with_the_lesson else seen)


@pytest.mark.django_db(transaction=True)
def test_the_end_and_a_step_of_the_grid_do_not_wait_for_each_other():
    """A step holds the group's row and then writes a row of the lesson; ending takes the two in turn."""
    lesson = make_lesson()
    MoodGroup.objects.create(lesson=lesson, stepped_at=MONDAY)
    is_held, failures = Event(), []

    def end():
        is_held.wait(5)
        try:
            services.end_lesson(lesson_id=lesson.id, now=NOW)
        except Exception as error:  # noqa: BLE001 - a thread hands its fault on
            failures.append(error)
        finally:
            connection.close()

    ending = Thread(target=end)
    ending.start()
    with transaction.atomic():
        MoodGroup.objects.select_for_update().get(lesson=lesson)
        is_held.set()
        ending.join(0.5)
        MoodPoint.objects.create(lesson=lesson, at=MONDAY)
    ending.join(10)
    assert failures == []
    assert not ending.is_alive()


@pytest.mark.parametrize(
    "act",
    [
        lambda it: services.end_lesson(lesson_id=it, now=NOW),
        lambda it: services.pause_lesson(lesson_id=it, now=NOW),
        lambda it: services.resume_lesson(lesson_id=it, now=NOW),
        lambda it: services.add_marker(lesson_id=it, label="Late", now=NOW),
        lambda it: services.set_interval(lesson_id=it, interval_ms=1000, now=NOW),
        lambda it: services.set_break(lesson_id=it, minutes=5, now=NOW),
    ],
    ids=["end", "pause", "resume", "marker", "interval", "break"],
)
def test_nothing_happens_in_a_lesson_that_has_ended(act):
    with pytest.raises(LessonClosed):
        act(make_lesson(minutes=45).id)


# --- hints -----------------------------------------------------------------------------------------------


def hint(lesson, now=NOW, **told):
    """One look for a remark, as each step of the grid takes it; `told` is what the newest step told."""
    looked = queries.ClassNow.load(lesson, now)
    if told:
        looked = replace(looked, told=MoodGroup(lesson=lesson, stepped_at=now, shared_at=now, **told))
    give_hint(now=looked)


def say(lesson, kind, count, choice="own_results", present=5):
    """`count` of those `present` say so."""
    for index in range(present):
        participant = make_participant(lesson=lesson, choice=choice)
        Attendance.objects.create(
            lesson=lesson, participant=participant, joined_at=NOW, last_seen_at=NOW + timedelta(hours=1)
        )
        if index < count:
            SelfReport.objects.create(lesson=lesson, participant=participant, at=NOW, kind=kind)


@pytest.mark.parametrize(
    ("kind", "count", "remark"),
    [
        ("lost", 3, "several_lost"),
        ("lost", 2, None),
        ("need_a_break", 3, "break_wanted"),
        ("following", 5, None),
    ],
)
def test_what_several_say_becomes_a_remark(kind, count, remark):
    lesson = make_lesson()
    say(lesson, kind, count)
    hint(lesson)
    assert [it.kind for it in Hint.objects.all()] == ([remark] if remark else [])


def test_there_is_at_most_one_remark_a_minute_and_each_kind_waits_longer():
    lesson = make_lesson()
    say(lesson, "lost", 3)
    say(lesson, "need_a_break", 3)
    for after_s in (0, 10, 59, 61, 120, 180):
        hint(lesson, NOW + timedelta(seconds=after_s))
    first, second = Hint.objects.values_list("kind", "at")
    assert (first, second) == (
        ("several_lost", NOW),
        ("break_wanted", NOW + timedelta(seconds=61)),
    )


@pytest.mark.parametrize(("present", "remarks"), [(4, 0), (5, 1)])
def test_what_too_few_say_becomes_none(present, remarks):
    lesson = make_lesson()
    say(lesson, "lost", 4, present=present)
    hint(lesson)
    assert Hint.objects.count() == remarks


@pytest.mark.parametrize(
    ("told", "remarks"),
    [
        ({"words": {"level": "few", "expressions": None}}, 1),
        ({"words": {"level": "half", "expressions": None}}, 0),
        ({"shared": {"counted": 10, "drifting": 2, "away": 2}}, 1),
        ({"shared": {"counted": 100, "drifting": 30, "away": 9}}, 0),
        ({"shared": {"counted": 100, "drifting": 30, "away": 10}}, 1),
    ],
)
def test_a_class_that_drifts_is_remarked_on_by_what_the_teacher_is_told_alone(told, remarks):
    lesson = make_lesson()
    hint(lesson, **told)
    assert Hint.objects.filter(kind="class_drifting").count() == remarks


@pytest.mark.parametrize(("told_before_s", "remarks"), [(0, 1), (10, 0)])
def test_figures_of_an_earlier_step_are_remarked_on_no_more(told_before_s, remarks):
    lesson = make_lesson()
    shared = {"counted": 10, "drifting": 5, "away": 5}
    told = MoodGroup(
        lesson=lesson, stepped_at=NOW, shared=shared, shared_at=NOW - timedelta(seconds=told_before_s)
    )
    give_hint(now=replace(queries.ClassNow.load(lesson, NOW), told=told))
    assert Hint.objects.count() == remarks


@pytest.mark.parametrize(("choice", "remarks"), [("own_results", 1), ("class_mood", 0)])
def test_a_remark_about_one_student_is_made_only_of_those_who_share(choice, remarks):
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice=choice)
    consent = participant.consents.get()
    taken = [MONDAY + timedelta(seconds=second) for second in range(0, 600, 5)]
    measurements = [
        Measurement(
            participant.id,
            consent.id,
            at,
            attentive() if at < MONDAY + timedelta(minutes=1) else turned_away(),
        )
        for at in taken
    ]
    services.record_readings(lesson_id=lesson.id, measurements=measurements)
    hint(lesson)
    about_one = Hint.objects.filter(kind="persistently_disengaged", participant=participant)
    assert about_one.count() == remarks
    about_one.update(at=NOW - timedelta(minutes=30))
    hint(lesson)
    assert about_one.count() == remarks, "it is said once a lesson"


def turned_away_for(lesson, participant, minutes, since=MONDAY):
    consent = participant.consents.get(ended_at=None)
    taken = [since + timedelta(seconds=second) for second in range(0, 60 * minutes, 5)]
    measurements = [
        Measurement(participant.id, consent.id, at, attentive() if index < 12 else turned_away())
        for index, at in enumerate(taken)
    ]
    services.record_readings(lesson_id=lesson.id, measurements=measurements)


def test_what_was_measured_before_somebody_shared_makes_no_remark():
    lesson = make_lesson()
    participant = make_participant(lesson=lesson, choice="class_mood")
    turned_away_for(lesson, participant, 9)
    services.give_consent(
        lesson_id=lesson.id,
        participant_id=participant.id,
        choice="own_results",
        now=MONDAY + timedelta(minutes=9),
    )
    turned_away_for(lesson, participant, 1, since=MONDAY + timedelta(minutes=9, seconds=1))
    hint(lesson)
    assert not Hint.objects.exists()


def test_a_remark_asks_for_as_much_as_the_classrooms_flags_do():
    lesson = make_lesson()
    lesson.classroom.disengaged_share = 0.99
    lesson.classroom.save()
    turned_away_for(lesson, make_participant(lesson=lesson, choice="own_results"), 10)
    hint(lesson)
    assert not Hint.objects.exists()


def test_a_dismissed_remark_is_not_shown_again(announced):
    lesson = make_lesson()
    say(lesson, "lost", 3)
    hint(lesson)
    given = Hint.objects.get()
    for _ in range(2):
        services.dismiss_hint(lesson_id=lesson.id, hint_id=given.id, now=NOW)
    assert queries.teacher_state(lesson, NOW)["hints"] == []
    assert announced.count(("teachers", "hint_dismissed")) == 1


def test_a_remark_of_another_lesson_cannot_be_dismissed():
    lesson = make_lesson()
    say(lesson, "lost", 3)
    hint(lesson)
    services.dismiss_hint(lesson_id=make_lesson().id, hint_id=Hint.objects.get().id, now=NOW)
    assert Hint.objects.get().dismissed_at is None


def test_two_viewers_cause_one_view_in_a_third_of_a_second(announced):
    lesson = make_lesson()
    for _ in range(3):
        services.tick(lesson_id=lesson.id, now=NOW)
    assert announced == [("teachers", "view")]
    client().delete(keys.of("tick", lesson.id))
    services.tick(lesson_id=lesson.id, now=NOW)
    assert announced == [("teachers", "view")] * 2
    assert MoodGroup.objects.get().stepped_at == NOW
