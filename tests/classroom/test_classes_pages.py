"""The pages on which a teacher runs a class over the year, and an administrator's list of owners."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from classroom import access, services
from classroom.addresses import is_loopback
from classroom.models import Attendance, Classroom, ClassroomTeacher, Participant
from classroom.receipts import Receipt
from classroom.roster import Entry
from tests.dump import rows_about
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_teacher,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def classroom(client):
    classroom = make_classroom(name="Physics 10a")
    client.force_login(classroom.teacher)
    return classroom


def page(name, classroom, **more):
    return reverse(name, kwargs={"classroom_id": classroom.id, **more})


def text_of(response):
    return " ".join(response.content.decode().split())


def guest_of(participant):
    client = Client()
    name, value = access.guest_cookie(participant)
    client.cookies[name] = value
    return client


def attend(participant, started_at):
    attend_to(make_lesson(classroom=participant.classroom, started_at=started_at, minutes=45), participant)


def attend_to(lesson, participant):
    at = lesson.started_at
    Attendance.objects.create(lesson=lesson, participant=participant, joined_at=at, last_seen_at=at)


# Roster


def upload(client, classroom, data, name="list.csv"):
    return client.post(page("roster", classroom), {"file": SimpleUploadedFile(name, data)})


def confirm(client, classroom, preview):
    return client.post(page("add_to_roster", classroom), {"list": preview.context["list"]}, follow=True)


def test_a_list_is_shown_before_anything_is_stored_and_stored_once_confirmed(client, classroom):
    preview = upload(
        client, classroom, "Name;Note;Mail\nZo\u00eb;window;z@example.org\nKim;;\nKim;;\n".encode("latin-1")
    )
    text = text_of(preview)
    assert "Not kept: Mail" in text
    assert "Line 4, <strong>Kim</strong>: This name is also in line 3" in text
    assert "Add 2 names" in text
    assert not Participant.objects.exists()
    assert "2 names were added" in text_of(confirm(client, classroom, preview))
    assert dict(Participant.objects.values_list("display_name", "note")) == {"Kim": "", "Zo\u00eb": "window"}
    assert "z@example.org" not in text


def test_names_can_be_pasted(client, classroom):
    preview = client.post(page("roster", classroom), {"names": "Ada\nKim"})
    confirm(client, classroom, preview)
    assert Participant.objects.filter(is_expected=True).count() == 2


def test_confirming_twice_adds_nobody_twice(client, classroom):
    preview = client.post(page("roster", classroom), {"names": "Ada"})
    confirm(client, classroom, preview)
    assert "0 names were added" in text_of(confirm(client, classroom, preview))


@pytest.mark.parametrize("data", [b"", b"a" * 200_001, b"\xff\xfe\x00\xd8\x00"])
def test_a_file_that_cannot_be_read_comes_back_with_the_reason(data, client, classroom):
    response = upload(client, classroom, data)
    assert response.status_code == 200
    assert response.context["form"].errors


def test_a_form_without_names_says_so(client, classroom):
    assert "Choose a file or paste some names" in text_of(client.post(page("roster", classroom)))


@pytest.mark.parametrize("whose", ["another class", "changed", "nothing"])
def test_a_list_that_was_not_shown_for_this_class_is_not_stored(whose, client, classroom):
    other = make_classroom(teacher=classroom.teacher)
    preview = client.post(page("roster", other), {"names": "Ada"})
    listed = {
        "another class": preview.context["list"],
        "changed": preview.context["list"] + "x",
        "nothing": "",
    }
    client.post(page("add_to_roster", classroom), {"list": listed[whose]})
    assert not Participant.objects.exists()


def test_a_name_that_looks_like_markup_stays_text(client, classroom):
    preview = client.post(page("roster", classroom), {"names": "<img src=x>\n"})
    assert "<img src=x>" not in preview.content.decode()
    assert "<img src=x>" not in confirm(client, classroom, preview).content.decode()


def test_the_join_page_names_nobody_of_the_roster(classroom):
    services.add_to_roster(classroom_id=classroom.id, entries=[Entry("Quetzal")])
    assert "Quetzal" not in text_of(Client().get(reverse("join_classroom", args=[classroom.join_token])))


# Participants


def test_the_list_says_when_somebody_was_seen_and_who_shares_a_name(client, classroom):
    ada = make_participant(classroom=classroom, display_name="Ada", note="window")
    make_participant(classroom=classroom, display_name="Ada (2)")
    make_participant(classroom=classroom, display_name="Kim", is_expected=True)
    for days in (0, 7, 14):
        attend(ada, MONDAY + timedelta(days=days))
    response = client.get(page("participants", classroom))
    text = text_of(response)
    assert "2026-09-07" in text and "2026-09-21" in text and "2026-09-14" not in text
    assert text.count("one name, several places") == 2
    assert "window" in text and "on the roster" in text


def test_the_list_costs_as_many_queries_for_thirty_as_for_one(client, classroom):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(page("participants", classroom))
        return len(captured)

    make_participant(classroom=classroom)
    few = queries()
    for _ in range(30):
        make_participant(classroom=classroom)
    assert queries() == few


def test_a_place_is_renamed_and_a_taken_name_is_refused_with_words(client, classroom):
    ada, kim = (make_participant(classroom=classroom, display_name=name) for name in ("Ada", "Kim"))
    where = page("participant", classroom, participant_id=ada.id)
    assert client.post(where, {"display_name": " Ada  L ", "note": "window"}).status_code == 302
    ada.refresh_from_db()
    assert (ada.display_name, ada.note) == ("Ada L", "window")
    assert "Somebody else in this class" in text_of(client.post(where, {"display_name": kim.display_name}))


def test_two_places_are_looked_at_before_they_become_one(client, classroom):
    ada, again = (make_participant(classroom=classroom, display_name=name) for name in ("Ada", "Ada (2)"))
    where = page("merge_participants", classroom, participant_id=again.id)
    asked = client.post(where, {"other": ada.id})
    assert "Are these the same student?" in text_of(asked)
    assert Participant.objects.count() == 2
    client.post(where, {"other": ada.id, "name_of": ada.id})
    assert Participant.objects.get().display_name == "Ada"


def test_only_what_can_be_made_one_is_offered_and_of_the_rest_the_reason_stands_there(client, classroom):
    lesson = make_lesson(classroom=classroom, minutes=45, title="Waves")
    ada, kim, other = (
        make_participant(lesson=lesson if name != "Ada (2)" else None, classroom=classroom, display_name=name)
        for name in ("Ada", "Kim", "Ada (2)")
    )
    for one in (ada, kim):
        attend_to(lesson, one)
    where = page("participant", classroom, participant_id=ada.id)
    form = client.get(where).context["merge_form"]
    assert list(form.fields["other"].queryset) == [other]
    assert "<strong>Kim</strong>: Both were in the lesson" in text_of(client.get(where))
    merge = page("merge_participants", classroom, participant_id=ada.id)
    assert "Both were in the lesson" in text_of(client.post(merge, {"other": kim.id}))
    other.delete()
    assert "No other place of this class can be merged" in text_of(client.get(where))
    assert "Both were in the lesson" in text_of(client.post(merge, {"other": kim.id, "name_of": ada.id}))
    assert Participant.objects.count() == 2


def test_the_places_that_can_be_made_one_cost_as_many_queries_for_thirty_as_for_two(client, classroom):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(page("participant", classroom, participant_id=ada.id))
        return len(captured)

    ada = make_participant(classroom=classroom)
    for n in range(2):
        attend(make_participant(classroom=classroom), MONDAY + timedelta(days=n))
    attend(ada, MONDAY - timedelta(days=1))
    few = queries()
    for n in range(30):
        attend(make_participant(classroom=classroom), MONDAY + timedelta(days=n + 2))
    assert queries() == few


def test_a_place_of_another_class_is_out_of_reach(client, classroom):
    stranger = make_participant()
    own = make_participant(classroom=classroom)
    for name in ("participant", "remove_participant"):
        assert client.get(page(name, classroom, participant_id=stranger.id)).status_code == 404
    for name in ("participant", "remove_participant", "block_participant", "merge_participants"):
        assert client.post(page(name, classroom, participant_id=stranger.id)).status_code == 404
    where = page("merge_participants", classroom, participant_id=own.id)
    assert client.post(where, {"other": stranger.id, "name_of": own.id}).status_code == 200
    assert Participant.objects.count() == 2


def test_a_removed_place_leaves_a_receipt_that_does_not_say_who_was_measured(client, classroom):
    student = make_participant(classroom=classroom)
    response = client.post(page("remove_participant", classroom, participant_id=student.id))
    receipt = Receipt.read(response.url.rstrip("/").rpartition("/")[2])
    assert set(receipt.deleted) == {"stays", "looks"}
    assert "A teacher of the class or an administrator of the school removed it." in text_of(
        client.get(response.url)
    )
    assert "removal by a teacher" in client.get(response.url, {"format": "txt"}).content.decode()
    assert not Participant.objects.exists()


def test_a_blocked_guest_is_told_so_and_still_gets_at_what_is_stored(client, classroom):
    lesson = make_lesson(classroom=classroom, started_at=timezone.now())
    student = make_participant(lesson=lesson, choice="no_camera")
    client.post(page("block_participant", classroom, participant_id=student.id))
    guest = guest_of(student)
    join = reverse("join_classroom", args=[classroom.join_token])
    for response in (
        guest.get(join),
        guest.get(f"{join}?new"),
        guest.post(join, {"display_name": "Other"}),
        guest.get(reverse("my_lesson", args=[lesson.id])),
    ):
        assert response.status_code == 403
        assert "blocked this place" in text_of(response)
    assert guest.get(reverse("my_data", args=[lesson.id])).status_code == 200
    assert guest.post(reverse("erase_place", args=[lesson.id])).status_code == 302
    assert not Participant.objects.exists()


def test_a_blocked_account_stays_out_when_it_has_erased_its_place(client, classroom):
    lesson, kim = make_lesson(classroom=classroom), make_user(school=classroom.school)
    place = make_participant(lesson=lesson, user=kim, choice="no_camera", display_name="Kim")
    services.block_participant(participant_id=place.id, now=timezone.now())
    student, join = Client(), reverse("join_classroom", args=[classroom.join_token])
    student.force_login(kim)
    student.post(reverse("erase_everywhere"))
    bare = Participant.objects.get()
    assert (bare.display_name, bare.user, bare.is_left_behind) == ("Name deleted", kim, True)
    assert bare.id != place.id and not rows_about(place.id)
    for answer in (student.get(join), student.post(join, {"display_name": "Kim"})):
        assert answer.status_code == 403
    assert "you blocked the account" in text_of(
        client.get(page("participant", classroom, participant_id=bare.id))
    )
    client.post(page("unblock_participant", classroom, participant_id=bare.id))
    assert student.post(join, {"display_name": "Kim"}).status_code == 302
    assert Participant.objects.get().display_name == "Kim"


def test_the_student_can_read_the_note(client, classroom):
    lesson = make_lesson(classroom=classroom)
    student = make_participant(lesson=lesson, choice="no_camera", note="by the window")
    data = guest_of(student).get(reverse("my_data", args=[lesson.id]), {"format": "json"})
    assert data.json()["participant"]["note"] == "by the window"
    assert "by the window" in text_of(guest_of(student).get(reverse("my_data", args=[lesson.id])))


# Teachers, archive, end


def test_a_page_names_the_last_day_as_it_was_typed(client, classroom):
    colleague = make_teacher(school=classroom.school)
    day = (timezone.localdate() + timedelta(days=3)).isoformat()
    client.post(page("class_teachers", classroom), {"teacher": colleague.id, "last_day": day})
    shown = f'<time datetime="{day}" data-local="day">{date_format(date.fromisoformat(day), "j M Y")}</time>'
    assert f"until the end of {shown}" in text_of(client.get(page("class_teachers", classroom)))


def test_who_hands_over_is_told_what_went_to_whom(client, classroom):
    colleague = make_teacher(school=classroom.school, first_name="Noor")
    form = {"new_owner": colleague.id, "owner": classroom.teacher_id}
    answer = client.post(page("hand_over", classroom), form, follow=True)
    assert "Physics 10a now belongs to Noor." in text_of(answer)


def test_a_class_is_shared_until_the_end_of_the_last_day(client, classroom):
    colleague = make_teacher(school=classroom.school)
    today = timezone.localdate()
    client.post(page("class_teachers", classroom), {"teacher": colleague.id, "last_day": today.isoformat()})
    ends_at = timezone.localtime(ClassroomTeacher.objects.get().ends_at)
    assert (ends_at.date(), ends_at.hour) == (today + timedelta(days=1), 0)


def test_a_day_that_is_over_shares_nothing(client, classroom):
    colleague = make_teacher(school=classroom.school)
    yesterday = timezone.localdate() - timedelta(days=1)
    form = {"teacher": colleague.id, "last_day": yesterday.isoformat()}
    assert "must be today or later" in text_of(client.post(page("class_teachers", classroom), form))
    assert not ClassroomTeacher.objects.exists()


def test_a_teacher_of_another_school_cannot_be_chosen(client, classroom):
    stranger = make_teacher()
    client.post(page("class_teachers", classroom), {"teacher": stranger.id})
    client.post(page("hand_over", classroom), {"new_owner": stranger.id, "owner": classroom.teacher_id})
    assert not ClassroomTeacher.objects.exists()
    assert Classroom.objects.get(id=classroom.id).teacher == classroom.teacher


def test_who_has_no_colleague_reads_so_and_where_they_come_from(client, classroom):
    admin = Client()
    admin.force_login(make_admin(school=classroom.school))
    pages = ((client, page("class_teachers", classroom)), (admin, f"/classes/?classroom={classroom.id}"))
    for colleagues in (False, True):
        if colleagues:
            make_teacher(school=classroom.school)
        for reader, path in pages:
            told = text_of(reader.get(path))
            assert ("No other teacher has an account at your school yet." in told) is not colleagues
            assert ("Choose a colleague" in told) is colleagues


def test_a_shared_class_and_its_open_lesson_stand_in_the_list_of_a_co_teacher(classroom):
    lesson = make_lesson(classroom=classroom, title="Waves today")
    colleague, client = make_teacher(school=classroom.school), Client()
    classroom.shares.create(teacher=colleague, given_at=MONDAY)
    client.force_login(colleague)
    text = text_of(client.get(reverse("classrooms")))
    assert "Physics 10a" in text and "shared" in text and lesson.title in text
    one = text_of(client.get(page("classroom", classroom)))
    assert "Participants" in one and "Teachers and hand-over" not in one and "Save settings" in one


def test_a_substitute_sees_no_settings_and_no_roster(classroom):
    colleague, client = make_teacher(school=classroom.school), Client()
    classroom.shares.create(teacher=colleague, given_at=MONDAY, ends_at=timezone.now() + timedelta(hours=1))
    client.force_login(colleague)
    text = text_of(client.get(page("classroom", classroom)))
    assert "Start lesson" in text and "Save settings" not in text and "Add a roster" not in text


def test_neither_archive_nor_deletion_is_offered_while_a_lesson_is_open(client, classroom):
    archive, delete = page("archive_classroom", classroom), page("delete_classroom", classroom)
    own = page("classroom", classroom)
    offered = text_of(client.get(own))
    assert archive in offered and delete in offered and "end it first" not in offered
    assert "Delete for good" in text_of(client.get(delete))
    lesson = make_lesson(classroom=classroom)
    while_open = text_of(client.get(own))
    assert archive not in while_open and delete not in while_open
    assert "A lesson is open. To archive or delete the class, end it first." in while_open
    question = text_of(client.get(delete))
    assert "A lesson of this class is open. End it first." in question
    assert "Delete for good" not in question and reverse("lesson", args=[lesson.id]) in question
    refused = client.post(delete, {"name": classroom.name})
    assert "A lesson of this class is open. End it first." in text_of(refused)
    assert Classroom.objects.filter(id=classroom.id).exists()


def test_an_archived_class_keeps_its_reports_and_takes_nobody_in(client, classroom):
    lesson = make_lesson(classroom=classroom, minutes=45)
    client.post(page("archive_classroom", classroom))
    text = text_of(client.get(page("classroom", classroom)))
    assert "Start lesson" not in text and reverse("report", args=[lesson.id]) in text
    assert "Add a roster" not in text + text_of(client.get(page("participants", classroom)))
    roster = text_of(client.get(page("roster", classroom)))
    assert "no names can be added to it" in roster and "Look at the list" not in roster
    assert client.get(reverse("report", args=[lesson.id])).status_code == 200
    join = reverse("join_classroom", args=[classroom.join_token])
    for response in (Client().get(join), Client().post(join, {"display_name": "Ada"})):
        assert response.status_code == 403
        assert "is archived" in text_of(response)
    assert not Participant.objects.exists()
    client.post(page("unarchive_classroom", classroom))
    assert Client().get(join).status_code == 200


def test_a_class_is_deleted_by_its_typed_name_alone(client, classroom):
    make_participant(classroom=classroom)
    make_lesson(classroom=classroom, minutes=45)
    where = page("delete_classroom", classroom)
    text = text_of(client.get(where))
    assert "1 lesson with" in text and "1 participant," in text and "0 reports" in text
    assert "not the name of the class" in text_of(client.post(where, {"name": "physics"}))
    assert Classroom.objects.filter(id=classroom.id).exists()
    assert client.post(where, {"name": " Physics  10a "}).url == reverse("classrooms")
    assert not Classroom.objects.filter(id=classroom.id).exists()


def test_a_demonstration_has_no_roster_no_co_teacher_and_no_archive(client, classroom):
    demo = make_classroom(teacher=classroom.teacher, is_demo=True)
    assert client.get(page("classroom", demo)).status_code == 200
    for name in ("roster", "participants", "class_teachers", "delete_classroom"):
        assert client.get(page(name, demo)).status_code == 404
    for name in ("archive_classroom", "hand_over"):
        assert client.post(page(name, demo)).status_code == 404


def test_an_administrator_hands_over_the_class_of_somebody_who_left(client):
    admin = make_admin()
    left, stays = (make_teacher(school=admin.school) for _ in range(2))
    classroom = make_classroom(teacher=left, name="Physics 10a")
    student = make_participant(classroom=classroom, display_name="Zinnober")
    left.is_active = False
    left.save()
    client.force_login(admin)
    text = text_of(client.get(reverse("school_classes"), {"classroom": classroom.id}))
    assert "no longer teaches here" in text and "Hand over Physics 10a" in text
    assert student.display_name not in text
    form = {"new_owner": stays.id, "owner": left.id, "stays": "on"}
    assert client.post(reverse("hand_over_class", args=[classroom.id]), form).status_code == 302
    classroom.refresh_from_db()
    assert classroom.teacher == stays
    assert not ClassroomTeacher.objects.in_force().exists()


@pytest.mark.parametrize("said", ["before", "", "x", "9" * 30, "\u00b2"])
def test_a_page_that_shows_an_earlier_owner_hands_nothing_over(client, said):
    """It was decided about another one."""
    admin = make_admin()
    before, now, chosen = (make_teacher(school=admin.school) for _ in range(3))
    classroom = make_classroom(teacher=now, name="Physics 10a")
    client.force_login(admin)
    form = {"new_owner": chosen.id, "owner": before.id if said == "before" else said}
    answer = client.post(reverse("hand_over_class", args=[classroom.id]), form)
    assert "Somebody else has become the owner of this class" in text_of(answer)
    assert f'name="owner" value="{now.id}"' in answer.content.decode()
    classroom.refresh_from_db()
    assert classroom.teacher == now


@pytest.mark.parametrize("asked", ["x", "", "9" * 30, "\u00b2"])
def test_a_class_that_is_not_one_is_no_fault(asked, client):
    client.force_login(make_admin())
    assert client.get(reverse("school_classes"), {"classroom": asked}).status_code == 200


@pytest.mark.parametrize("host", ["[::1]:8000", "app.localhost", "127.1.2.3"])
def test_names_of_the_machine_itself_are_known(host):
    assert is_loopback(host) and not is_loopback("school.example:8000") and not is_loopback("192.168.0.7")


def test_the_way_in_is_shown_as_link_code_and_text(client, classroom):
    for name in ("classroom", "join_sheet"):
        text = text_of(client.get(page(name, classroom)))
        assert "<svg" in text and classroom.join_code[:3] in text
    assert "Text for the call" in text_of(client.get(page("classroom", classroom)))


@pytest.mark.parametrize(
    ("host", "is_here_alone"),
    [("localhost:8000", True), ("127.0.0.1:8000", True), ("testserver", False)],
)
def test_a_teacher_at_localhost_is_told_that_other_devices_cannot_follow(
    client, classroom, host, is_here_alone
):
    for name in ("classroom", "join_sheet"):
        text = text_of(client.get(page(name, classroom), headers={"host": host}))
        assert ("Other devices cannot open this address" in text) is is_here_alone
    assert "Scan this" in text
