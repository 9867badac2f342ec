"""Two who press at once, or one who clicks twice: whoever comes second finds nothing, or it done."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, services
from classroom.errors import ClassroomGone, PlaceGone
from classroom.models import Classroom, Participant
from tests.factories import make_classroom, make_lesson, make_participant
from tests.test_services_classes import at_the_same_time

pytestmark = pytest.mark.django_db
NOW = timezone.now()

OF_A_PLACE = {
    "erase_own_place": {"now": NOW},
    "remove_place": {"by": None, "now": NOW},
    "block_participant": {"now": NOW},
    "rename_participant": {"name": "Ada", "note": ""},
    "make_way_back": {"actor": None, "now": NOW},
}
OF_A_CLASS = {
    "archive_classroom": {"now": NOW},
    "delete_classroom": {"by": None, "now": NOW},
    "add_to_roster": {"entries": []},
    "share_classroom": {"teacher_id": 1, "now": NOW},
    "hand_over": {"owner_id": 1, "teacher_id": 2, "stays": False, "actor": None, "now": NOW},
}


@pytest.mark.parametrize("service", OF_A_PLACE)
def test_what_is_asked_of_a_place_that_went_meanwhile_is_refused_as_gone(service):
    place = make_participant(classroom=make_classroom())
    Participant.objects.all().delete()
    with pytest.raises(PlaceGone):
        getattr(services, service)(participant_id=place.id, **OF_A_PLACE[service])


@pytest.mark.parametrize("service", OF_A_CLASS)
def test_what_is_asked_of_a_class_that_went_meanwhile_is_refused_as_gone(service):
    classroom = make_classroom()
    Classroom.objects.all().delete()
    with pytest.raises(ClassroomGone):
        getattr(services, service)(classroom_id=classroom.id, **OF_A_CLASS[service])


@pytest.mark.parametrize("gone", [0, 1])
def test_a_place_that_went_meanwhile_is_merged_with_none(gone):
    classroom = make_classroom()
    one, other = ids = [make_participant(classroom=classroom).id for _ in range(2)]
    Participant.objects.filter(id=ids[gone]).delete()
    with pytest.raises(PlaceGone):
        services.merge_participants(one_id=one, other_id=other, name_of=one, by=classroom.teacher, now=NOW)


def test_a_choice_for_a_place_that_went_meanwhile_is_refused_as_gone():
    place = make_participant(classroom=make_classroom())
    lesson = make_lesson(classroom=place.classroom, started_at=NOW)
    Participant.objects.all().delete()
    with pytest.raises(PlaceGone):
        services.give_consent(lesson_id=lesson.id, participant_id=place.id, choice="no_camera", now=NOW)


def pressed(times, address, enter, data=None):
    """What each of so many presses at once was answered with."""
    answers = []

    def press():
        client = Client(raise_request_exception=False)
        enter(client)
        answers.append(client.post(address, data))

    at_the_same_time(*times * [press])
    return answers


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["erase_everywhere", "erase_place"])
def test_a_double_click_on_the_own_erasure_ends_on_a_page_that_says_it_is_done(page):
    place = make_participant(classroom=make_classroom())
    lesson = make_lesson(classroom=place.classroom, minutes=45)
    name, value = access.guest_cookie(place)
    answers = pressed(
        3,
        reverse(page, args=[lesson.id] if page == "erase_place" else []),
        lambda client: client.cookies.load({name: value}),
    )
    # Whoever comes when all is over finds no place, as a stranger does.
    late = {"erase_everywhere": 200, "erase_place": 404}[page]
    assert {answer.status_code for answer in answers} <= {302, late}
    receipts = [one for one in answers if one.headers.get("Location", "").startswith("/receipts/")]
    assert len(receipts) == 1


@pytest.mark.parametrize("page", ["erase_everywhere", "erase_place"])
def test_an_erasure_that_another_click_was_quicker_with_says_so_and_forgets_the_place(page, monkeypatch):
    place = make_participant(classroom=make_classroom())
    lesson = make_lesson(classroom=place.classroom, minutes=45)
    client = Client()
    name, value = access.guest_cookie(place)
    client.cookies[name] = value

    def gone(**asked):
        raise PlaceGone

    monkeypatch.setattr(services, "erase_own_place", gone)
    address = reverse(page, args=[lesson.id] if page == "erase_place" else [])
    answer = client.post(address, follow=True)
    assert "This is deleted already" in answer.content.decode()
    assert client.cookies[name].value == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["remove_participant", "delete_classroom"])
def test_a_double_click_of_a_teacher_deletes_once_and_finds_nothing_then(page):
    place = make_participant(classroom=make_classroom())
    classroom = place.classroom
    args = [classroom.id, place.id] if page == "remove_participant" else [classroom.id]
    address = reverse(page, args=args)
    answers = pressed(
        3, address, lambda client: client.force_login(classroom.teacher), {"name": classroom.name}
    )
    assert sorted(answer.status_code for answer in answers) == [302, 404, 404]
