"""One whole lesson through the real processes: ten students' cameras to the teacher's report."""

import json
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
from django.utils import timezone

from classroom import services
from classroom.models import AccessLogEntry, Participant, ParticipantState, Reading
from emotion.labels import EMOTIONS
from tests.faces import EYES_SHUT, NEUTRAL, SMILE, Camera, Scene
from tests.factories import make_classroom, make_school, make_teacher
from tests.live import Student, Teacher, Visitor, until
from worker.simulation.camera.portrait import Pose

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PASSWORD = "a whole lesson 1"
SPEED = 10
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# In lesson time: the first minute teaches the own baseline, the windows are 20 seconds long.
SETTLED, CHANGED = timedelta(seconds=80), timedelta(seconds=60)
TURNED_YAW = 45.0
TURNED = Scene(pose=Pose(yaw=TURNED_YAW))

CLASS = {
    "Smiling": "own_results",
    "Turned": "own_results",
    "Asleep": "own_results",
    "Ada": "own_results",
    "Bo": "own_results",
    "Cy": "own_results",
    "Dee": "class_mood",
    "Eve": "class_mood",
    "Flo": "class_mood",
    "Gil": "no_camera",
}
SHARING = [name for name, choice in CLASS.items() if choice == "own_results"]


def start_lesson():
    school = make_school(minimum_group_size=3)
    make_teacher(school=school, username="t.harris", password=PASSWORD)
    classroom = make_classroom(teacher=school.users.get())
    return services.open_lesson(
        classroom=classroom, title="Waves", now=timezone.now(), speed=SPEED, interval_ms=1000 * SPEED
    )


def join_all(url, lesson):
    """Everybody's socket, opened after joining by link and agreeing over the pages."""
    students = {}
    for look, (name, choice) in enumerate(CLASS.items()):
        visitor = Visitor(url)
        visitor.join(lesson.classroom.join_token, name)
        visitor.agree(lesson.id, choice)
        camera = Camera(look, SMILE if name == "Smiling" else NEUTRAL)
        students[name] = Student(visitor, lesson.id, None if choice == "no_camera" else camera)
    for student in students.values():
        student.start()
    return students


def readings_of(name, since=LONG_AGO):
    return list(Reading.objects.filter(participant__display_name=name, taken_at__gt=since, faces=1))


def newest(name):
    return readings_of(name)[-1].taken_at


def wait_for(name, duration, since=None):
    """Until readings of this student reach over the duration; answers when the newest was taken."""
    since = since or until(lambda: readings_of(name), 20)[0].taken_at
    until(lambda: newest(name) - since >= duration, 40, f"{name} is read for {duration}")
    return newest(name)


def top(reading):
    return EMOTIONS[reading.probabilities.index(max(reading.probabilities))]


def level_of(name):
    return ParticipantState.objects.get(participant__display_name=name).level


def test_ten_students_are_seen_live_and_in_the_report(running_product):
    lesson = start_lesson()
    office = Visitor(running_product.url)
    office.log_in("t.harris", PASSWORD)
    teacher = Teacher(office, lesson.id)
    teacher.start()
    students = join_all(running_product.url, lesson)
    try:
        students["Gil"].say(type="self_report", kind="lost")
        check_the_live_view(teacher)
        check_own_readings(students)
        changed_at = wait_for("Ada", SETTLED)
        students["Turned"].camera.show(TURNED)
        students["Asleep"].camera.show(EYES_SHUT)
        check_a_key_moment(office, lesson, teacher, students)
        wait_for("Ada", CHANGED, changed_at)
        check_what_was_read(since=changed_at + timedelta(seconds=20))
        end(office, lesson, students)
    finally:
        for connection in (teacher, *students.values()):
            connection.leave()
    check_the_report(office, lesson)


def check_the_live_view(teacher):
    """All ten are present, those who share have figures, the class has a word, and one tap is heard."""
    until(lambda: any(view["present"] == 10 for view in teacher.views()), 10, "ten are present")
    until(lambda: len(SHARING) in [its["counted"] for its in told(teacher, "shared")], 20, "six share")
    words = until(lambda: told(teacher, "words"), 30, "the class has words")
    assert words[0]["level"] == "most"
    assert teacher.views()[-1]["self_reports"]["lost"] == 1


def told(teacher, what):
    return [view[what] for view in teacher.views() if view[what]]


def check_own_readings(students):
    for name, student in students.items():
        if name != "Gil":
            until(lambda student=student: student.messages("reading"), 10, f"{name} sees the own reading")
    assert students["Gil"].messages("reading") == []


def check_a_key_moment(office, lesson, teacher, students):
    """The teacher marks it; every camera is asked at once; the names come only when asked for."""
    marked_at = time.monotonic()
    office.post(f"/lessons/{lesson.id}/markers/", label="New topic")
    (marked,) = until(lambda: teacher.messages("markers"), 2)
    assert [marker["label"] for marker in marked["markers"]] == ["New topic"]
    for student in students.values():
        until(lambda student=student: student.messages("snap_now"), 2)
    for name in SHARING:
        until(lambda name=name: students[name].messages("reading", since=marked_at), 3)
    assert "Ada" not in json.dumps([each.message for each in teacher.received])
    teacher.say(type="reveal", on=True)
    state = until(lambda: [it for it in teacher.messages("state") if it["tiles"]], 3)[-1]
    measured = {tile["name"] for tile in state["tiles"] if tile["kind"] == "measured"}
    assert (len(state["tiles"]), measured) == (10, set(SHARING))


def check_what_was_read(since):
    smiling = readings_of("Smiling")
    assert sum(top(each) == "happy" and not each.uncertain for each in smiling) >= 0.9 * len(smiling)
    turned, asleep = readings_of("Turned", since), readings_of("Asleep", since)
    assert median(each.yaw for each in turned) == pytest.approx(TURNED_YAW, abs=8)
    assert median(abs(each.yaw) for each in readings_of("Ada")) < 8
    assert median(each.eye_openness for each in asleep) < 0.2
    assert median(each.eye_openness for each in readings_of("Ada")) > 0.7
    levels = {name: level_of(name) for name in CLASS if name != "Gil"}
    assert levels.pop("Turned") == levels.pop("Asleep") == "away"
    assert set(levels.values()) == {"engaged"}


def end(office, lesson, students):
    office.post(f"/lessons/{lesson.id}/end/")
    for student in students.values():
        until(lambda student=student: any(not m["lesson"]["open"] for m in student.messages("lesson")), 3)


def check_the_report(office, lesson):
    status = f"/lessons/{lesson.id}/report/status.json"
    until(lambda: json.loads(office.get(status))["state"] == "ready", 20, "the report is ready")
    page = office.get(f"/lessons/{lesson.id}/report/")
    assert all(name in page for name in CLASS)
    assert "New topic" in page
    files = json.loads(office.get(f"/lessons/{lesson.id}/report.json"))
    there, measured = ({row["name"]: row for row in files[key]} for key in ("attendance", "students"))
    assert set(there) == set(CLASS) and set(measured) == set(SHARING)
    assert {name for name, row in there.items() if row["individual_data"] == "shared"} == set(SHARING)
    assert measured["Smiling"]["expression"] == "happy"
    assert measured["Turned"]["share_away"] > 0.1 > measured["Ada"]["share_away"]
    assert all(0 < row["share_of_lesson"] <= 1 for row in there.values())
    looked_at = AccessLogEntry.objects.exclude(place="dashboard").values_list("participant", flat=True)
    assert set(looked_at) == set(
        Participant.objects.filter(display_name__in=SHARING).values_list("id", flat=True)
    )
