"""The roster of a course, and what of it stands in the class."""

import hashlib

import pytest
from django.utils import timezone

from classroom import services
from classroom.errors import ClassroomArchived
from classroom.lti.roster import members
from classroom.models import (
    Classroom,
    ErasedMember,
    GuardianLink,
    Participant,
    PlatformAccount,
    PlatformClass,
    User,
)
from tests.factories import make_classroom, make_participant
from tests.lti.conftest import launch, teach, visitor
from tests.lti.simulator import STUDENT, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(simulator, platform, school):
    teach(simulator, school)
    return PlatformClass.objects.select_related("platform", "classroom").get()


def read(course):
    services.read_course_roster(course_id=course.id, now=timezone.now())


def names(course):
    return sorted(
        Participant.objects.filter(classroom=course.classroom).values_list("display_name", flat=True)
    )


def test_each_student_of_the_course_has_a_place_that_waits(simulator, course):
    """Page by page; who is inactive is left out, and a teacher is no student."""
    read(course)
    assert names(course) == ["Ada Lovelace", "Kim Okafor"]
    assert all(Participant.objects.values_list("is_expected", flat=True))
    assert simulator.asked.count("GET /members") == 2
    assert PlatformClass.objects.get().synced_at is not None
    read(course)
    assert names(course) == ["Ada Lovelace", "Kim Okafor"]


def test_of_a_roster_nothing_is_kept_but_names_and_numbers_until_the_place_is_taken(
    simulator, school, course
):
    read(course)
    assert PlatformAccount.objects.count() == User.objects.exclude(role="admin").count() == 1
    launch(visitor(), simulator, school, "s1")
    ada = Participant.objects.get(display_name="Ada Lovelace")
    assert (ada.is_expected, ada.platform_subject, ada.user.first_name) == (False, "", "Ada Lovelace")
    assert ada.came_at is not None


def test_what_a_guardian_answered_for_a_place_that_waits_goes_with_the_account_that_comes(
    simulator, school, course
):
    """Else a guardian who withdraws by the own link would withdraw from nothing."""
    read(course)
    ada = Participant.objects.get(display_name="Ada Lovelace")
    child = GuardianLink.child(ada, school.id)
    GuardianLink.objects.create(**child, token_digest="x", is_own=True, made_at=timezone.now())
    launch(visitor(), simulator, school, "s1")
    ada.refresh_from_db()
    assert GuardianLink.objects.get().user == ada.user


def test_two_of_one_name_have_each_the_own_place(simulator, school, course):
    simulator.people["s4"] = Person("s4", "Ada", "Lovelace", STUDENT)
    read(course)
    assert names(course) == ["Ada Lovelace", "Ada Lovelace (2)", "Kim Okafor"]
    waiting = dict(Participant.objects.values_list("platform_subject", "display_name"))
    launch(visitor(), simulator, school, "s4")
    launch(visitor(), simulator, school, "s1")
    came = dict(
        Participant.objects.exclude(user=None).values_list("user__platform_accounts__subject", "display_name")
    )
    assert came == {one: waiting[one] for one in ("s1", "s4")}


def test_who_leaves_the_course_leaves_the_roster_but_a_place_that_is_taken_stays(simulator, school, course):
    read(course)
    launch(visitor(), simulator, school, "s1")
    simulator.people["s1"].status = "Deleted"
    del simulator.people["s2"]
    read(course)
    assert names(course) == ["Ada Lovelace"]


def test_names_that_a_teacher_added_stay(simulator, course):
    make_participant(classroom=course.classroom, display_name="Guest", is_expected=True)
    read(course)
    assert "Guest" in names(course)


@pytest.mark.parametrize(("taken", "shown"), [("first", ["Ada", "Kim"]), ("none", [])])
def test_of_names_no_more_is_taken_than_the_school_says(taken, shown, course):
    type(course.platform).objects.update(names=taken)
    read(course)
    assert names(course) == shown


def test_the_token_goes_to_no_other_server(simulator, course):
    """A next page elsewhere would be asked with it."""
    simulator.next_members = "https://evil.example/members?from=2"
    read(course)
    assert names(course) == []
    assert "does not give what was asked for" in PlatformClass.objects.get().sync_problem


def test_a_roster_without_end_is_none(simulator, course):
    simulator.next_members = f"{simulator.url}/members?from=0"
    read(course)
    assert names(course) == []
    assert simulator.asked.count("GET /members") == 50


@pytest.mark.parametrize("what", ["token", "services"])
def test_what_the_platform_refuses_is_told_to_the_teacher(what, simulator, school, course):
    simulator.refuses.add(what)
    read(course)
    client = visitor()
    launch(client, simulator, school, "t1")
    page = client.get(f"/classrooms/{course.classroom_id}/").content.decode()
    assert "The roster could not be read" in page
    simulator.refuses.clear()
    read(course)
    assert (
        "The roster could not be read"
        not in client.get(f"/classrooms/{course.classroom_id}/").content.decode()
    )
    assert names(course) == ["Ada Lovelace", "Kim Okafor"]


def test_an_access_token_is_asked_for_once_while_it_lasts(simulator, course):
    read(course)
    read(course)
    assert simulator.asked.count("POST /token") == 1


def test_an_archived_class_takes_nobody_in(course):
    services.archive_classroom(classroom_id=course.classroom_id, now=timezone.now())
    read(course)
    assert names(course) == []
    with pytest.raises(ClassroomArchived):
        services.keep_roster(course=course, found=[])


def test_the_roster_of_a_suspended_school_is_not_read(simulator, school, course):
    type(school).objects.update(suspended_at=timezone.now())
    read(course)
    assert "GET /members" not in simulator.asked


def test_a_row_that_is_no_member_is_left_out(simulator, course, monkeypatch):
    pages = [[{"user_id": 7}, {"user_id": "s9", "roles": "Learner"}, {"user_id": "s8", "roles": ["Learner"]}]]
    monkeypatch.setattr("classroom.lti.roster._pages", lambda *asked: iter(pages))
    endpoints = services.endpoints_of(course.platform)
    now = timezone.now()
    found = members(endpoints, course.members_url, services.tool_key(now=now), now=now)
    assert [one.subject for one in found] == ["s8"]


def test_each_launch_of_a_teacher_has_the_roster_read(
    simulator, platform, school, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr("classroom.services.launches.send_roster_task", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        client = teach(simulator, school)
    assert sent == [PlatformClass.objects.get().id]
    monkeypatch.setattr("classroom.services.send_roster_task", sent.append)
    client.post(f"/classrooms/{Classroom.objects.get().id}/platform/roster/")
    assert len(sent) == 2


def place_of(subject):
    return Participant.objects.get(user__platform_accounts__subject=subject)


def test_no_roster_brings_the_name_back_of_who_erased_the_own_place_before_they_come_again(
    simulator, school, course
):
    read(course)
    launch(visitor(), simulator, school, "s1")
    services.erase_own_place(participant_id=place_of("s1").id, now=timezone.now())
    read(course)
    assert names(course) == ["Kim Okafor"]
    launch(visitor(), simulator, school, "s1")
    assert names(course) == ["Ada Lovelace", "Kim Okafor"]
    assert not ErasedMember.objects.exists()
    remove(place_of("s1"))
    read(course)
    assert names(course) == ["Ada Lovelace", "Kim Okafor"], "a teacher's removal is another's word"


def remove(place):
    by = place.classroom.teacher
    services.remove_place(participant_id=place.id, by=by, now=timezone.now())


def test_of_who_erased_the_own_place_neither_name_nor_number_is_kept(simulator, school, course):
    launch(visitor(), simulator, school, "s1")
    services.erase_own_place(participant_id=place_of("s1").id, now=timezone.now())
    row = ErasedMember.objects.values().get()
    assert set(row) == {"id", "platform_class_id", "digest"}
    guesses = ("s1", f"{course.id} s1", f"{course.platform_id} s1")
    assert row["digest"] not in [hashlib.sha256(one.encode()).hexdigest() for one in guesses]


def test_what_is_kept_of_who_erased_the_place_goes_with_the_platform(simulator, school, course, admin):
    launch(visitor(), simulator, school, "s1")
    services.erase_own_place(participant_id=place_of("s1").id, now=timezone.now())
    assert ErasedMember.objects.exists()
    services.remove_platform(platform_id=course.platform_id, actor=admin, now=timezone.now())
    assert not ErasedMember.objects.exists()


def test_a_guest_who_took_the_name_of_the_roster_and_erased_it_is_not_put_back(course):
    read(course)
    guest = services.join_classroom(
        classroom=course.classroom, display_name="Ada Lovelace", now=timezone.now()
    )
    services.erase_own_place(participant_id=guest.id, now=timezone.now())
    read(course)
    assert names(course) == ["Kim Okafor"]


def test_a_place_of_a_class_that_is_no_course_leaves_nothing(course):
    place = make_participant(classroom=make_classroom(school=course.platform.school))
    services.erase_own_place(participant_id=place.id, now=timezone.now())
    assert not ErasedMember.objects.exists()
