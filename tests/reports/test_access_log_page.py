"""The access log of a school: found by person, lesson, place and day, and as CSV."""

from datetime import timedelta

import pytest

from classroom import services
from classroom.access_log import log_looks
from classroom.models import Participant, User
from classroom.models.reviews import Place
from tests.factories import MONDAY, make_admin, make_classroom, make_participant, make_school, make_teacher
from tests.reports.scenes import make_ended_lesson

pytestmark = pytest.mark.django_db
PAGE, CSV = "/access-log/", "/access-log.csv"


@pytest.fixture
def school():
    return make_school()


@pytest.fixture
def admin(client, school):
    client.user = make_admin(school=school)
    client.force_login(client.user)
    return client


def make_look(school, viewer="Ada", names=("Kim",), *, title="Waves", place=Place.REPORT, at=MONDAY):
    classroom = make_classroom(teacher=make_teacher(school=school, first_name=viewer))
    lesson = make_ended_lesson(classroom=classroom, title=title)
    ids = [make_participant(classroom=classroom, display_name=name).id for name in names]
    log_looks(viewer=classroom.teacher, lesson_id=lesson.id, participant_ids=ids, place=place, now=at)


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_one_look_at_many_students_is_one_entry(admin, school):
    make_look(school, names=("Ada", "Bao", "Cem", "Dov"))
    page = text_of(admin.get(PAGE))
    assert "4 students" in page and "Ada, Bao, Cem and Dov" in page
    assert page.count("<time ") == 1


def test_where_entries_went_with_a_removal_it_does_not_say_that_nobody_looked(admin, school):
    assert "No look at individual results is on record." in text_of(admin.get(PAGE))
    make_look(school, names=("Kim",))
    kim = Participant.objects.get(display_name="Kim")
    services.remove_place(participant_id=kim.id, by=admin.user, now=MONDAY)
    page = text_of(admin.get(PAGE))
    assert "1 entry of the log went with it" in page
    assert "No look is on record now. Entries that went with a removal are counted below." in page


def test_looks_of_another_school_are_on_no_page_and_in_no_file(admin):
    make_look(make_school(), viewer="Xaver", names=("Yana",))
    for address in (PAGE, CSV):
        shown = text_of(admin.get(address))
        assert "Xaver" not in shown and "Yana" not in shown


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"person": "grace"}, {"Grace"}),
        ({"person": "kim"}, {"Ada"}),
        ({"lesson": "opt"}, {"Grace"}),
        ({"place": "csv"}, {"Grace"}),
        ({"since": "2026-09-08"}, {"Grace"}),
        ({"until": "2026-09-07"}, {"Ada"}),
        ({"since": "2026-09-07", "until": "2026-09-08"}, {"Ada", "Grace"}),
        ({"person": "grace", "lesson": "waves"}, set()),
        ({"place": "nowhere", "person": "grace"}, {"Grace"}),
        ({"since": "yesterday"}, {"Ada", "Grace"}),
    ],
)
def test_the_page_and_the_file_hold_what_was_asked_for(admin, school, asked, found):
    make_look(school, "Ada", ["Kim"])
    tuesday = MONDAY + timedelta(days=1)
    make_look(school, "Grace", ["Lee"], title="Optics", place=Place.CSV, at=tuesday)
    for address in (PAGE, CSV):
        shown = text_of(admin.get(address, asked)).replace('value="', "")
        assert {name for name in ("Ada", "Grace") if name in shown} == found


def test_days_are_those_of_the_administrators_clock(admin, school):
    make_look(school, at=MONDAY.replace(hour=22, minute=30))
    assert "Ada" in text_of(admin.get(CSV, {"until": "2026-09-07"}))
    User.objects.filter(id=admin.user.id).update(time_zone="Europe/Berlin")
    assert "Ada" not in text_of(admin.get(CSV, {"until": "2026-09-07"}))


def test_the_file_has_a_line_for_each_student_and_nothing_that_a_spreadsheet_would_run(admin, school):
    make_look(school, "=HYPERLINK(1)", ["Kim", "+Lee"])
    lines = admin.get(CSV).content.decode("utf-8-sig").split("\r\n")
    assert lines[1] == "when,who looked,at whom,classroom,lesson,where"
    assert {line.split(",")[2] for line in lines[2:4]} == {"Kim", "'+Lee"}
    assert all(line.split(",")[1] == "'=HYPERLINK(1)" for line in lines[2:4])


def test_a_long_log_comes_in_pages_that_keep_the_question(admin, school):
    for hour in range(30):
        make_look(school, at=MONDAY + timedelta(hours=hour))
    page = text_of(admin.get(PAGE, {"person": "ada"}))
    assert page.count("<time ") == 25 and "?person=ada&amp;page=2" in page
    assert text_of(admin.get(PAGE, {"person": "ada", "page": 2})).count("<time ") == 5


def test_what_was_removed_from_the_log_by_hand_is_told_of_the_own_school_alone(admin, school):
    make_look(school, viewer="Noor", names=("Kim",))
    make_look(make_school(), viewer="Xaver", names=("Yana",))
    for student in Participant.objects.all():
        teacher = student.classroom.teacher
        services.remove_place(participant_id=student.id, by=teacher, now=MONDAY)
    for asked in ({}, {"person": "nobody of this name"}):
        shown = text_of(admin.get(PAGE, asked))
        assert "<strong>Noor</strong> removed a participant" in shown
        assert "1 entry of the log went with it" in shown
        assert "Xaver" not in shown and "Kim" not in shown
        text = admin.get(CSV, asked).content.decode()
        assert "Noor,removed a participant," in text and "Xaver" not in text
