"""The way into a classroom: code, link, name, waiting room."""

import pytest
from django.urls import reverse
from django.utils import timezone

from classroom.models import Participant
from classroom.services.joining import GUESSES_A_MINUTE
from tests.factories import make_classroom, make_lesson, make_participant, make_school, make_user

pytestmark = pytest.mark.django_db


def link(classroom):
    return reverse("join_classroom", kwargs={"token": classroom.join_token})


def join_as(client, classroom, name="Ada"):
    return client.post(link(classroom), {"display_name": name})


@pytest.mark.parametrize("typed", ["ABC234", "abc234", " abc 234 ", "a-b-c 2-3-4"])
def test_a_code_is_taken_however_it_is_typed(client, typed):
    classroom = make_classroom(join_code="ABC234")
    response = client.post(reverse("join"), {"code": typed})
    assert response.status_code == 302
    assert response.url == link(classroom)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type the six characters"),
        ("ABC", "has 6 letters and digits; this has 3"),
        ("ABC235", "No class has this code"),
    ],
)
def test_a_code_that_leads_nowhere_says_why(client, typed, words):
    make_classroom(join_code="ABC234")
    response = client.post(reverse("join"), {"code": typed})
    assert words in response.content.decode()


def test_too_many_guesses_are_stopped_with_words_even_if_the_last_one_is_right(client):
    make_classroom(join_code="ABC234")
    for _ in range(GUESSES_A_MINUTE * 2 + 1):
        last = client.post(reverse("join"), {"code": "ABC235"})
    assert last.status_code == 429
    right = client.post(reverse("join"), {"code": "ABC234"})
    assert right.status_code == 429
    assert "Too many codes were tried" in right.content.decode()


def test_a_whole_class_behind_one_address_joins_by_its_code_within_a_minute(client):
    classroom = make_classroom(join_code="ABC234")
    for _ in range(GUESSES_A_MINUTE * 4):
        assert client.post(reverse("join"), {"code": "ABC234"}).url == link(classroom)


def test_an_unfinished_code_is_no_guess(client):
    classroom = make_classroom(join_code="ABC234")
    for _ in range(GUESSES_A_MINUTE * 3):
        client.post(reverse("join"), {"code": "ABC"})
    assert client.post(reverse("join"), {"code": "ABC234"}).url == link(classroom)


def test_an_unknown_link_is_not_found(client):
    assert client.get(reverse("join_classroom", kwargs={"token": "nowhere"})).status_code == 404


def test_a_guest_gives_a_name_and_keeps_the_place_by_a_signed_cookie(client):
    classroom = make_classroom()
    response = join_as(client, classroom, "  Ada   Lovelace ")
    participant = Participant.objects.get(classroom=classroom)
    cookie = response.cookies[f"participant-{classroom.id}"]
    assert participant.display_name == "Ada Lovelace"
    assert participant.user is None
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "Your name" not in client.get(link(classroom)).content.decode()
    assert Participant.objects.count() == 1


def test_a_forged_cookie_keeps_no_place(client):
    classroom = make_classroom()
    join_as(client, classroom)
    client.cookies[f"participant-{classroom.id}"] = str(Participant.objects.get().id)
    assert "Your name" in client.get(link(classroom)).content.decode()


def test_an_empty_name_is_asked_for_again(client):
    classroom = make_classroom()
    assert "Type the name" in join_as(client, classroom, "   ").content.decode()
    assert not Participant.objects.exists()


def test_an_account_joins_under_its_own_name_and_only_once(client):
    student = make_user(username="grace", first_name="Grace", last_name="Hopper")
    classroom = make_classroom()
    client.force_login(student)
    assert 'value="Grace Hopper"' in client.get(link(classroom)).content.decode()
    join_as(client, classroom, "Grace")
    join_as(client, classroom, "Grace again")
    participant = Participant.objects.get(classroom=classroom)
    assert participant.user == student
    assert participant.display_name == "Grace"


def test_without_an_open_lesson_the_page_waits_and_says_so(client):
    classroom = make_classroom()
    join_as(client, classroom)
    page = client.get(link(classroom)).content.decode()
    assert "has not started yet" in page
    assert "looks again by itself" in page
    assert 'http-equiv="refresh"' in page


def test_an_open_lesson_takes_the_participant_in(client):
    lesson = make_lesson()
    join_as(client, lesson.classroom)
    response = client.get(link(lesson.classroom))
    assert response.url == reverse("my_lesson", kwargs={"lesson_id": lesson.id})


def test_a_guest_on_a_shared_computer_can_join_under_another_name(client):
    classroom = make_classroom()
    join_as(client, classroom, "Ada")
    assert "Your name" in client.get(link(classroom) + "?new").content.decode()
    join_as(client, classroom, "Ben")
    assert "Ben" in client.get(link(classroom)).content.decode()


def test_without_a_policy_the_reason_is_said(client):
    lesson = make_lesson(classroom=make_classroom(school=make_school(preset=None)))
    join_as(client, lesson.classroom)
    page = client.get(link(lesson.classroom), follow=True).content.decode()
    assert "your school has not decided what may be computed" in page
    assert "Join this way" not in page


def test_a_simulation_is_labelled_before_anybody_joins_it(client):
    lesson = make_lesson(is_simulation=True, started_at=timezone.now())
    assert "Simulation." in client.get(link(lesson.classroom)).content.decode()


def test_a_place_in_one_classroom_is_none_in_another(client):
    make_participant()
    join_as(client, make_classroom())
    other = make_lesson()
    assert client.get(reverse("my_lesson", kwargs={"lesson_id": other.id})).status_code == 404
