"""A policy that allows less holds at once for what is stored; one that allows more holds for nobody yet."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from classroom import queries, services
from classroom.models import (
    Attendance,
    Consent,
    Flag,
    Hint,
    Lesson,
    MoodGroup,
    MoodPoint,
    ParticipantState,
    Policy,
    Reading,
    Report,
    RollupBin,
    SelfReport,
)
from classroom.services.narrowing import enforce_policy
from classroom.wire import events
from classroom.wire.measurement import Measurement
from emotion.values import Signal
from reports.build import build_report
from tests.analyses import attentive
from tests.dump import tables_with
from tests.factories import LAWFUL, MONDAY, make_classroom, make_lesson, make_participant, make_school
from tests.scenes import ended, measured_lesson
from worker import tasks

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=1)


def choose(school, preset, **settings):
    services.choose_policy(
        school=school, preset=preset, now=NOW, **{"readers": "server", **LAWFUL, **settings}
    )


def narrow(school, preset, **settings):
    choose(school, preset, **settings)
    return services.apply_policy(school_id=school.id, now=NOW)


def sums(row):
    return {
        name: getattr(row, name) for name in ("expressions", "certain", "sad", "engaged", "drifting", "away")
    }


# --- less: F14 ---


def test_from_full_to_presence_nothing_forbidden_is_left_in_any_row(sent):
    school = make_school()
    now, earlier = (
        measured_lesson(school, started_at=MONDAY - timedelta(days=days), students=5) for days in (0, 1)
    )
    ended(earlier)
    assert tables_with("engaged", "sadness", "persistently", "hardly", "0.4") != {}

    narrow(school, "presence")

    assert Reading.objects.count() == 70
    blank = {"probabilities", "uncertain", "yaw", "pitch", "roll", "eye_openness", "gaze_x", "engagement"}
    assert {value for row in Reading.objects.values(*blank) for value in row.values()} == {None}
    assert set(Reading.objects.values_list("level", "faces")) == {("unknown", 1)}
    for row in RollupBin.objects.all():
        assert row.readings == row.faces > 0
        assert set(sums(row).values()) == {0} == {row.engagements, row.engagement_permille}
        assert set(row.expression_sums) == {0}
    assert not ParticipantState.objects.exists()
    assert not Flag.objects.exists()
    assert set(Hint.objects.values_list("kind", flat=True)) == {"several_lost"}
    assert set(MoodPoint.objects.values_list("words", "shared")) == {(None, None)}
    assert list(MoodGroup.objects.values_list("lesson", "words", "raw_words", "shared")) == [
        (now.id, None, None, None)
    ]
    assert not Report.objects.exists()
    earlier.refresh_from_db()
    assert earlier.report_state == "pending"
    assert SelfReport.objects.count() == 10
    assert set(tables_with("sadness", "persistently", "hardly", "engaged")) <= {"django_content_type"}


def test_what_comes_after_a_policy_narrowed_holds_nothing_that_it_forbids():
    school = make_school()
    lesson = measured_lesson(school, started_at=MONDAY)
    narrow(school, "presence")
    consent = Consent.objects.get()
    later = lesson.started_at + timedelta(minutes=2)
    late = Measurement(consent.participant_id, consent.id, later, attentive())
    assert services.record_readings(lesson_id=lesson.id, measurements=[late]) == 1
    assert Reading.objects.get(taken_at=later).probabilities is None
    assert Reading.objects.get(taken_at=later).yaw is None
    assert enforce_policy(school_id=school.id, now=NOW).total() == 0


def test_without_expression_attention_stays_but_for_what_an_expression_raised():
    school = make_school()
    measured_lesson(school, started_at=MONDAY, students=5)
    narrow(school, "attention")
    reading = Reading.objects.last()
    assert (reading.probabilities, reading.uncertain, reading.engagement) == (None, None, None)
    assert reading.yaw is not None
    assert reading.level == "engaged"
    assert set(Flag.objects.values_list("kind", flat=True)) == {"persistently_disengaged"}
    point = MoodPoint.objects.first()
    assert point.words == {"level": "most", "expressions": None}
    assert (point.shared["engaged"], point.shared["engagement"]) == (5, None)
    assert point.shared["expression_shares"] is None
    row = RollupBin.objects.filter(engaged__gt=0).first()
    assert (row.expressions, row.sad, row.engagement_permille, row.engagements) == (0, 0, 0, 0)
    assert enforce_policy(school_id=school.id, now=NOW).total() == 0


def test_without_any_camera_no_reading_is_left_and_taps_are():
    school = make_school()
    measured_lesson(school, started_at=MONDAY)
    narrow(school, "self_report")
    for model in (Reading, RollupBin, ParticipantState, Flag):
        assert not model.objects.exists(), model
    assert SelfReport.objects.count() == 1


def test_rendered_students_keep_theirs_and_somebody_real_among_them_does_not():
    school = make_school()
    demo = measured_lesson(school, started_at=MONDAY, students=2, is_simulation=True)
    trial = make_participant(lesson=demo, choice="own_results", is_trial=True)
    consent = trial.consents.get()
    real = Measurement(trial.id, consent.id, MONDAY + timedelta(seconds=5), attentive())
    services.record_readings(lesson_id=demo.id, measurements=[real])
    narrow(school, "presence")
    read = Reading.objects.filter(probabilities__isnull=False)
    assert read.count() == 14
    assert not read.filter(participant=trial).exists()
    assert MoodPoint.objects.filter(words__isnull=False).count() == 2
    assert Flag.objects.count() == 4


def test_another_school_keeps_what_it_allows():
    school, other = make_school(), make_school()
    measured_lesson(other, started_at=MONDAY)
    narrow(school, "self_report")
    assert Reading.objects.filter(probabilities__isnull=False).count() == 7


def test_shorter_periods_hold_at_once():
    school = make_school()
    ended(measured_lesson(school, started_at=NOW - timedelta(days=20)))
    narrow(school, "full", retention_days=10)
    assert not Reading.objects.exists()
    assert RollupBin.objects.exists()


def test_figures_of_fewer_than_the_new_smallest_group_are_not_told_any_more():
    school = make_school()
    measured_lesson(school, started_at=MONDAY, students=5)
    narrow(school, "full", minimum_group_size=6)
    assert {point.shared for point in MoodPoint.objects.all()} == {None}


def test_everybody_in_an_open_lesson_is_seated_anew(monkeypatch):
    ended_seats = []
    monkeypatch.setattr(events, "end_seats", lambda *seat, code: ended_seats.append((*seat, code)))
    school = make_school()
    lesson = make_lesson(classroom=make_classroom(school=school))
    here = [make_participant(lesson=lesson, choice=choice) for choice in ("no_camera", "class_mood")]
    make_participant(lesson=make_lesson(), choice="class_mood")
    narrow(school, "presence")
    assert ended_seats == [(lesson.id, one.id, events.RESEATED_CODE) for one in here]


def test_choosing_sends_the_task_that_applies_it(monkeypatch, django_capture_on_commit_callbacks):
    asked = []
    monkeypatch.setattr("classroom.services.policies.send_policy_task", asked.append)
    school = make_school()
    with django_capture_on_commit_callbacks(execute=True):
        choose(school, "presence")
    assert asked == [school.id]


def test_the_tasks_apply_and_look_again(sent):
    school = make_school()
    ended(measured_lesson(school, started_at=NOW - timedelta(days=1)))
    choose(school, "presence")
    Policy.objects.update(chosen_at=NOW + timedelta(days=365))
    enforce_policy(school_id=school.id, now=NOW)
    assert not Reading.objects.filter(probabilities__isnull=False).exists()
    tasks.apply_policy(school_id=school.id)
    assert not Reading.objects.exists(), "its period is over by today"


@pytest.mark.parametrize(
    ("preset", "settings", "narrows"),
    [
        ("attention", {}, False),
        ("full", {}, False),
        ("presence", {}, True),
        ("self_report", {}, True),
        ("attention", {"retention_days": 29}, True),
        ("attention", {"sums_days": 89}, True),
        ("attention", {"log_days": 399}, True),
        ("attention", {"retention_days": 31, "minimum_group_size": 4}, False),
        ("full", {"minimum_group_size": 6}, True),
        ("full", {"readers": "either"}, False),
        ("full", {"readers": "browser"}, True),
    ],
)
def test_what_narrows(preset, settings, narrows):
    school = make_school(preset="attention")
    chosen = services.drawn_up(school=school, preset=preset, now=NOW, **{"readers": "server", **settings})
    assert services.narrows(Policy.objects.get(), chosen) is narrows


def test_the_concern_is_counted_before_anything_is_touched():
    school = make_school()
    ended(measured_lesson(school, started_at=NOW - timedelta(days=20), students=5))
    measured_lesson(school, started_at=MONDAY, students=1)
    chosen = services.drawn_up(school=school, preset="presence", now=NOW, retention_days=10)
    concern = services.concerned(chosen, NOW)
    assert (concern.lessons_read, concern.lessons_summed, concern.flags, concern.reports) == (2, 2, 12, 1)
    assert (concern.past_lessons_read, concern.past_lessons_summed) == (1, 0)
    assert Reading.objects.filter(probabilities__isnull=False).count() == 42


def test_the_concern_does_not_tell_who_has_a_camera():
    found = set()
    for readings in (0, 1, 50):
        school = make_school()
        lesson = make_lesson(classroom=make_classroom(school=school), started_at=NOW)
        student = make_participant(lesson=lesson, choice="class_mood" if readings else "no_camera")
        Attendance.objects.create(lesson=lesson, participant=student, joined_at=NOW, last_seen_at=NOW)
        taken = [NOW + timedelta(seconds=one) for one in range(readings)]
        consent = student.consents.get()
        measured = [Measurement(student.id, consent.id, at, attentive()) for at in taken]
        services.record_readings(lesson_id=lesson.id, measurements=measured)
        for preset in ("self_report", "presence", "attention"):
            chosen = services.drawn_up(school=school, preset=preset, now=NOW, retention_days=1, sums_days=1)
            found.add((preset, services.concerned(chosen, NOW + timedelta(hours=1))))
    assert len(found) == 3


# --- more: F2 ---


def test_a_widened_policy_computes_nothing_more_under_a_consent_that_runs():
    school = make_school(preset="presence")
    lesson = make_lesson(classroom=make_classroom(school=school))
    participant = make_participant(lesson=lesson, choice="own_results")
    consent = participant.consents.get()
    choose(school, "full", minimum_group_size=3, retention_days=365)

    assert queries.allowed_signals(lesson.id, [consent.id], MONDAY) == {consent.id: {Signal.PRESENCE}}
    reading = Measurement(participant.id, consent.id, MONDAY + timedelta(seconds=1), attentive())
    services.record_readings(lesson_id=lesson.id, measurements=[reading])
    stored = Reading.objects.get()
    assert (stored.faces, stored.probabilities, stored.yaw, stored.level) == (1, None, None, "unknown")
    consent.lesson.refresh_from_db()
    state = queries.student_state(queries.active_consent(lesson.id, participant.id).lesson, consent, NOW)
    assert state["asks_again"] is True
    assert state["signals"] == ["presence"]


def test_who_answers_agrees_to_the_wider_terms_and_is_asked_no_more():
    school = make_school(preset="presence")
    lesson = make_lesson(classroom=make_classroom(school=school))
    participant = make_participant(lesson=lesson, choice="own_results")
    choose(school, "full")
    lesson = type(lesson).objects.get(id=lesson.id)
    services.give_consent(lesson_id=lesson.id, participant_id=participant.id, choice="own_results", now=NOW)
    consent = queries.active_consent(lesson.id, participant.id)
    assert queries.allowed_signals(lesson.id, [consent.id], MONDAY) == {consent.id: set(Signal)}
    assert queries.student_state(lesson, consent, NOW)["asks_again"] is False


@pytest.mark.parametrize("choice", ["no_camera"])
def test_who_has_no_camera_is_not_asked_again(choice):
    school = make_school(preset="presence")
    lesson = make_lesson(classroom=make_classroom(school=school))
    participant = make_participant(lesson=lesson, choice=choice)
    choose(school, "full")
    lesson = type(lesson).objects.get(id=lesson.id)
    consent = queries.active_consent(lesson.id, participant.id)
    assert queries.student_state(lesson, consent, NOW)["asks_again"] is False


def downloads(client, lesson):
    """The report as it is stored and as a file, and the page with individuals."""
    build_report(lesson_id=lesson.id, now=NOW, progress=lambda percent: None)
    Lesson.objects.filter(id=lesson.id).update(report_state="ready")
    address = reverse("report", kwargs={"lesson_id": lesson.id})
    table = client.get(reverse("report_json", kwargs={"lesson_id": lesson.id})).content.decode()
    shown = client.get(address, {"individuals": "1"}).content.decode()
    return json.dumps(Report.objects.get(lesson=lesson).summary), table, shown


def test_the_report_and_its_download_say_nothing_of_what_is_forbidden_now(client, sent):
    lesson = ended(measured_lesson(make_school(), started_at=MONDAY - timedelta(days=1), students=5))
    Report.objects.all().delete()
    client.force_login(lesson.classroom.teacher)
    stored, table, _shown = downloads(client, lesson)
    assert '"expression_shares": [0.4' in stored
    assert "neutral" in table
    narrow(lesson.classroom.school, "presence")
    stored, table, shown = downloads(client, lesson)
    assert "0.4" not in stored
    for text in (table, shown.split("<main")[1]):
        for word in ("neutral", "sadness", "happiness", "persistently"):
            assert word not in text
