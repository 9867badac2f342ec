"""The own data over all lessons: whose they are, what they say, and that they go."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, services
from classroom.models import Consent, Participant, Policy, Reading
from classroom.wire.measurement import Measurement
from tests.analyses import NO_FACE, attentive
from tests.factories import make_classroom, make_lesson, make_participant, make_school, make_user

pytestmark = pytest.mark.django_db
PAGE, WITHDRAW, ERASE = "/my-data/", "/my-data/withdraw/", "/my-data/erase/"


def browser_of(*places):
    """With the cookie of each of these guests."""
    client = Client()
    for place in places:
        name, value = access.guest_cookie(place)
        client.cookies[name] = value
    return client


def took_part(place, *analyses, choice="own_results", days_ago=1, title="Waves"):
    """A lesson that has ended, with what was read in it."""
    started = timezone.now() - timedelta(days=days_ago)
    lesson = make_lesson(classroom=place.classroom, started_at=started, title=title)
    make = {"lesson_id": lesson.id, "participant_id": place.id}
    Policy.objects.update(minimum_age=0)
    services.give_consent(**make, choice=choice, now=started, held_since=place.held_since)
    consent = Consent.objects.get(lesson=lesson, participant=place)
    services.record_readings(
        lesson_id=lesson.id,
        measurements=[
            Measurement(place.id, consent.id, started + timedelta(seconds=10 + n), analysis)
            for n, analysis in enumerate(analyses)
        ],
    )
    services.report_self(**make, kind="lost", now=started + timedelta(seconds=30))
    services.end_lesson(lesson_id=lesson.id, now=started + timedelta(minutes=40))
    return lesson


def shown(client, address=PAGE):
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def guest(name="Ada", **classroom):
    return make_participant(classroom=make_classroom(**classroom), display_name=name)


# --- whose they are ---


def test_a_guest_sees_the_lessons_of_every_class_that_this_browser_has_a_cookie_of():
    physics, music = guest(name="Ada", school=make_school()), guest(name="Ada L", school=make_school())
    took_part(physics, attentive(), title="Waves")
    took_part(music, attentive(), title="Fugues")
    page = shown(browser_of(physics, music))
    assert "Waves" in page
    assert "Fugues" in page
    page = shown(browser_of(music))
    assert "Waves" not in page
    assert physics.classroom.name not in page
    assert "Fugues" in page


def test_nobody_sees_a_lesson_of_another_in_the_same_class():
    ada = guest()
    ben = make_participant(classroom=ada.classroom, display_name="Ben")
    took_part(ada, attentive(), title="Waves")
    page = shown(browser_of(ben))
    assert "Waves" not in page
    assert "Ada" not in page
    for ending in ("json", "csv"):
        assert b"Waves" not in browser_of(ben).get(PAGE, {"format": ending}).content


def test_an_account_sees_its_places_in_all_classes_and_no_guests_of_the_browser():
    student, stray = make_user(), guest(name="Stray")
    places = [make_participant(classroom=make_classroom(), user=student) for _ in range(2)]
    for place, title in zip(places, ("Waves", "Fugues"), strict=True):
        took_part(place, attentive(), title=title)
    took_part(stray, attentive(), title="Poems")
    client = browser_of(stray)
    client.force_login(student)
    page = shown(client)
    assert "Waves" in page
    assert "Fugues" in page
    assert "Poems" not in page
    assert "My data" in shown(client, reverse("account"))


def test_a_cookie_under_the_name_of_another_class_opens_nothing():
    ada, elsewhere = guest(), guest()
    took_part(ada, attentive())
    client = Client()
    client.cookies[f"participant-{elsewhere.classroom_id}"] = access.guest_cookie(ada)[1]
    assert "Nothing is known of you here" in shown(client)


@pytest.mark.parametrize("value", ["", "1", "x:y:z", "\xff", "1:1vG2rT:forged"])
def test_a_cookie_that_nobody_signed_opens_nothing(value):
    place = guest()
    client = Client()
    client.cookies[access.guest_cookie(place)[0]] = value
    assert "Nothing is known of you here" in shown(client)
    assert client.post(ERASE).status_code == 200
    assert client.post(WITHDRAW).status_code == 200
    assert Participant.objects.count() == 1


# --- what they say ---


def test_a_lesson_is_told_with_consent_readings_taps_and_period():
    Policy.objects.update(retention_days=8)
    place = guest()
    Policy.objects.update(retention_days=8)
    took_part(place, attentive(), attentive(), NO_FACE)
    page = shown(browser_of(place))
    assert "Show my own results to my teacher too (" in page
    assert "3 readings, 2 with a face" in page
    assert "8 days after the lesson" in page
    assert "lost (once)" in page


def test_a_name_that_holds_markup_is_text():
    place = make_participant(classroom=make_classroom(name="<b>Class</b>"), display_name="<i>Ada</i>")
    took_part(place, title="<script>x</script>")
    page = shown(browser_of(place))
    assert "<script>x" not in page
    assert "<b>Class" not in page
    assert "<i>Ada" not in page


def test_all_of_it_comes_as_json_with_every_reading():
    place = guest()
    took_part(place, attentive(), NO_FACE, title="Waves")
    took_part(place, attentive(), title="Lenses", days_ago=0.5)
    response = browser_of(place).get(PAGE, {"format": "json"})
    assert "attachment" in response["Content-Disposition"]
    (found,) = response.json()["places"]
    assert found["name"] == "Ada"
    assert [one["title"] for one in found["lessons"]] == ["Lenses", "Waves"]
    readings = found["lessons"][1]["readings"]
    assert [row[readings["columns"].index("faces")] for row in readings["rows"]] == [1, 0]
    assert found["lessons"][1]["summary"]["self_reports"][0]["kind"] == "lost"


def test_the_list_comes_as_csv_and_no_cell_of_it_is_a_formula():
    place = make_participant(classroom=make_classroom(name="=1+1"))
    took_part(place, attentive(), NO_FACE, title="@Waves", choice="class_mood")
    text = browser_of(place).get(PAGE, {"format": "csv"}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["class"], row["lesson"]) == ("'=1+1", "'@Waves")
    assert (row["choices"], row["readings"], row["with_face"], row["lost"]) == ("class_mood", "2", "1", "1")


def test_the_statements_of_the_page_do_not_grow_with_the_lessons(django_assert_max_num_queries):
    place = guest()
    for days in range(1, 8):
        took_part(place, attentive(), days_ago=days)
    with django_assert_max_num_queries(14):
        shown(browser_of(place))


def test_every_page_of_a_lesson_leads_to_it():
    place = guest()
    link = f'href="{PAGE}"'
    client = browser_of(place)
    join = reverse("join_classroom", args=[place.classroom.join_token])
    assert link in shown(client, join)  # before the lesson
    lesson = make_lesson(classroom=place.classroom, started_at=timezone.now())
    own = reverse("my_lesson", args=[lesson.id])
    assert link in shown(client, own)  # before the choice
    make_consent_of = {"lesson_id": lesson.id, "participant_id": place.id, "choice": "no_camera"}
    services.give_consent(**make_consent_of, now=timezone.now())
    assert link in shown(client, own)
    assert link in shown(client, reverse("my_data", args=[lesson.id]))
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    assert link in shown(client, own)
    services.block_participant(participant_id=place.id, now=timezone.now())
    assert link in client.get(join).content.decode()


def test_the_front_door_leads_a_student_back_to_the_own_classes():
    place = guest()
    assert reverse("join_classroom", args=[place.classroom.join_token]) in shown(browser_of(place), "/")
    assert "Your classes" not in shown(Client(), "/")


# --- that they go ---


def test_withdrawing_everywhere_deletes_what_was_measured_and_keeps_the_names():
    physics, music, other = guest(), guest(), guest(name="Ben")
    for place in (physics, music, other):
        took_part(place, attentive(), attentive())
    client = browser_of(physics, music)
    assert "Withdraw from all lessons?" in shown(client, WITHDRAW)
    assert Reading.objects.count() == 6
    answer = client.post(WITHDRAW)
    assert set(Reading.objects.values_list("participant", flat=True)) == {other.id}
    assert not Consent.objects.filter(participant__in=(physics, music), was_withdrawn=False).exists()
    assert Participant.objects.count() == 3
    assert 'data-count="readings">4<' in shown(client, answer.url)
    assert "withdrawn" in shown(client)


def test_erasing_everywhere_deletes_each_place_and_the_browser_forgets_them():
    physics, music, other = guest(), guest(), guest(name="Ben")
    for place in (physics, music, other):
        took_part(place, attentive())
    client = browser_of(physics, music)
    assert physics.classroom.name in shown(client, ERASE)
    answer = client.post(ERASE)
    assert set(Participant.objects.all()) == {other}
    for place in (physics, music):
        assert answer.cookies[access.guest_cookie(place)[0]]["max-age"] == 0
    receipt = shown(client, answer.url)
    assert 'data-count="readings">2<' in receipt
    assert "Nothing is known of you here" in shown(client)


def erase_address(place):
    return reverse("erase_my_place", args=[place.id])


def test_a_place_in_a_class_without_any_lesson_is_erased_by_itself():
    physics, music = guest(name="Ada"), guest(name="Ada L")
    client = browser_of(physics, music)
    address = erase_address(physics)
    page = shown(client)
    assert address in page and erase_address(music) in page
    question = shown(client, address)
    assert f"Delete your place in {physics.classroom.name}?" in question and f'href="{PAGE}"' in question
    receipt = client.post(address, follow=True)
    assert receipt.status_code == 200 and physics.classroom.name in receipt.content.decode()
    assert list(Participant.objects.all()) == [music]
    assert not client.cookies[access.guest_cookie(physics)[0]].value
    assert client.cookies[access.guest_cookie(music)[0]].value


def test_an_account_erases_one_of_its_places():
    student = make_user()
    one, other = (
        make_participant(classroom=make_classroom(school=make_school()), user=student) for _ in range(2)
    )
    took_part(one, attentive())
    client = Client()
    client.force_login(student)
    assert client.post(erase_address(one)).status_code == 302
    assert list(Participant.objects.all()) == [other] and not Reading.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_erases_the_place_of_another(method):
    ada = guest()
    ben = make_participant(classroom=ada.classroom, display_name="Ben")
    assert getattr(browser_of(ben), method)(erase_address(ada)).status_code == 404
    assert Participant.objects.count() == 2
