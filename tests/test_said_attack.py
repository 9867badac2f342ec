"""A teacher who watches every second learns of nobody what was not said beside a name."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from classroom import queries, services
from classroom.models import Attendance, Consent, Lesson, PulseCheck, SelfReport
from reports.taps import Sharing, heard_minutes
from tests.factories import MONDAY, make_classroom, make_lesson, make_school
from tests.reports.values import FULL
from tests.test_class_view import loaded, seated

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)
N = 3
LASTS_S = int(queries.classnow.SELF_REPORT_LASTS.total_seconds())
WAYS = st.sampled_from(Consent.Choice.values)
PATIENT = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    for name in ("announce_to_teachers", "announce_to_students", "end_seats"):
        monkeypatch.setattr(f"classroom.wire.events.{name}", lambda *given, **more: None)
    monkeypatch.setattr("classroom.wire.events.win_tick", lambda lesson_id: True)


def lesson_of(ways):
    school = make_school(minimum_group_size=N)
    lesson = make_lesson(classroom=make_classroom(school=school))
    return lesson, [seated(lesson, way) for way in ways]


def turn(lesson, student, way, second):
    now = NOW + timedelta(seconds=second)
    services.give_consent(lesson_id=lesson.id, participant_id=student.id, choice=way, now=now)


def view_at(lesson, second):
    now = NOW + timedelta(seconds=second)
    Attendance.objects.filter(lesson=lesson, left_at=None).update(last_seen_at=now)
    return queries.class_view(queries.ClassNow.load(loaded(lesson), now))


def watched(ways, turns, since_s, until_s):
    """Those of whom a teacher read at some second of these what they said, or that it was nothing."""
    found = set()
    for who, way in enumerate(ways):
        steps = [(-1000, way), *((at, new) for at, whose, new in turns if whose == who)]
        ends = [at for at, _way in steps[1:]] + [until_s + 1]
        lasted = zip(steps, ends, strict=True)
        if any(how == "own_results" and end >= since_s and at <= until_s for (at, how), end in lasted):
            found.add(who)
    return found


def turns_of(people, until_s):
    return st.lists(
        st.tuples(st.integers(0, until_s), st.integers(0, people - 1), WAYS),
        max_size=4,
        unique_by=lambda it: it[0],
    ).map(sorted)


@given(st.data())
@PATIENT
def test_taps_less_those_beside_names_are_of_enough_who_were_not_watched(data):
    """Whoever showed results in the last five minutes may have tapped then, or turned away saying nothing."""
    ways = data.draw(st.lists(WAYS, min_size=N, max_size=N + 3))
    turns = data.draw(turns_of(len(ways), LASTS_S + 60))
    lesson, students = lesson_of(ways)
    for second, who, way in turns:
        turn(lesson, students[who], way, second)
    looked_at = data.draw(st.integers(turns[-1][0] if turns else 0, 2 * LASTS_S))
    seen = view_at(lesson, looked_at)
    unwatched = len(ways) - len(watched(ways, turns, looked_at - LASTS_S, looked_at))
    assert (seen["self_reports_of"] == "class") is (unwatched >= N)


def test_who_taps_beside_the_name_and_then_hides_is_none_of_the_others():
    lesson, students = lesson_of(["no_camera"] * (N - 1) + ["own_results"])
    SelfReport.objects.create(lesson=lesson, participant=students[-1], at=NOW, kind="following")
    SelfReport.objects.create(lesson=lesson, participant=students[0], at=NOW, kind="lost")
    turn(lesson, students[-1], "class_mood", 1)
    assert view_at(lesson, 2)["self_reports"] is None
    assert view_at(lesson, LASTS_S + 2)["self_reports"]["lost"] == 0, "by then nothing of before is counted"


def test_in_the_report_too_who_turned_within_a_minute_is_none_of_its_others():
    present = dict.fromkeys((0, 60, 120), range(5))
    turned = {4: Sharing(spans=((0.0, 65.0),), since_s=None)}
    assert list(heard_minutes(Lesson(), present, turned, FULL)) == [120]


@given(
    others=st.integers(N - 1, N + 2),
    way=st.sampled_from(["no_camera", "class_mood"]),
    kind=st.sampled_from(["yes", "partly", "no"]),
    leaves_at=st.integers(11, 29),
)
@PATIENT
def test_whether_somebody_answered_who_left_is_told_by_nothing_but_the_answers(others, way, kind, leaves_at):
    """All else alike: of how many it is told, and of whom."""
    told = []
    for answers in (True, False):
        lesson, students = lesson_of([way] * (others + 1))
        services.ask_pulse_check(lesson_id=lesson.id, now=NOW)
        pulse = PulseCheck.objects.get(lesson=lesson)
        if answers:
            services.answer_pulse_check(
                lesson_id=lesson.id,
                participant_id=students[0].id,
                pulse_id=pulse.id,
                kind=kind,
                now=NOW + timedelta(seconds=10),
            )
        left_at = NOW + timedelta(seconds=leaves_at)
        Attendance.objects.filter(participant=students[0]).update(left_at=left_at, last_seen_at=left_at)
        now = NOW + timedelta(seconds=31)
        Attendance.objects.filter(lesson=lesson, left_at=None).update(last_seen_at=now)
        services.tick(lesson_id=lesson.id, now=now)
        found = PulseCheck.objects.get(lesson=lesson).told
        told.append(found and {"of": found["of"], "asked": found["asked"]})
    assert told[0] == told[1] == {"of": "class", "asked": others + 1}
