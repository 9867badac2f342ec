"""The way into a classroom: code, link, name, waiting room."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import services
from classroom.models import Participant
from classroom.models.people import JOIN_CODE_ALPHABET, JOIN_CODE_LENGTH
from classroom.services import guesses
from classroom.services.guesses import BROWSER_A_MINUTE, NETWORK_AN_HOUR
from classroom.services.joining import PLACES_A_MINUTE, PLACES_AN_HOUR
from tests.dump import tables_with
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


def test_typing_a_code_writes_no_row(client):
    classroom = make_classroom(join_code="ABC234")
    before = tables_with("")
    page = client.post(reverse("join"), {"code": "ABC234"}, follow=True)
    assert classroom.name in page.content.decode()
    assert tables_with("") == before


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


def test_too_many_guesses_are_stopped_with_words_even_if_the_last_one_is_right(client, now):
    make_classroom(join_code="ABC234")
    for _ in range(BROWSER_A_MINUTE + 1):
        last = client.post(reverse("join"), {"code": "ABC235"})
    assert last.status_code == 429
    right = client.post(reverse("join"), {"code": "ABC234"})
    assert right.status_code == 429
    assert "Too many wrong codes were tried" in right.content.decode()


def test_one_child_that_guesses_shuts_nobody_else_of_its_school_out(client, now):
    classroom = make_classroom(join_code="ABC234")
    for _ in range(BROWSER_A_MINUTE * 4):
        client.post(reverse("join"), {"code": "ABC235"})
    right = Client().post(reverse("join"), {"code": "ABC234"})
    assert right.headers["Location"] == link(classroom)


def test_what_a_browser_is_refused_uses_up_nothing_of_its_address(client, now, monkeypatch):
    monkeypatch.setattr(guesses, "NETWORK_AN_HOUR", BROWSER_A_MINUTE + 1)
    classroom = make_classroom(join_code="ABC234")
    for _ in range(BROWSER_A_MINUTE * 4):
        client.post(reverse("join"), {"code": "ABC235"})
    right = Client().post(reverse("join"), {"code": "ABC234"})
    assert right.headers["Location"] == link(classroom)


def test_a_program_with_a_new_browser_for_each_guess_is_stopped_by_its_address(now, monkeypatch):
    monkeypatch.setattr(guesses, "NETWORK_AN_HOUR", 20)
    make_classroom(join_code="ABC234")
    answers = [Client().post(reverse("join"), {"code": "ABC235"}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]
    assert Client().post(reverse("join"), {"code": "ABC234"}).status_code == 429
    assert Client().post(reverse("join"), {"code": "ABC234"}, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_nobody_who_has_a_place_or_an_account_is_kept_out_by_a_program_behind_the_address(
    client, now, monkeypatch
):
    monkeypatch.setattr(guesses, "NETWORK_AN_HOUR", 3)
    join_as(client, make_classroom())
    account, classroom = Client(), make_classroom(join_code="ABC234")
    account.force_login(make_user())
    for _ in range(4):
        stranger = Client().post(reverse("join"), {"code": "ABC235"})
    assert stranger.status_code == 429
    for known in (client, account):
        assert known.post(reverse("join"), {"code": "ABC234"}).url == link(classroom)
    assert Client().get(link(classroom)).status_code == 200  # nor whoever has the link


def test_who_was_put_out_of_a_class_is_known_by_it_no_more(client, now, monkeypatch):
    monkeypatch.setattr(guesses, "NETWORK_AN_HOUR", 3)
    join_as(client, make_classroom())
    Participant.objects.update(blocked_at=now)
    for _ in range(4):
        Client().post(reverse("join"), {"code": "ABC235"})
    assert client.post(reverse("join"), {"code": "ABC235"}).status_code == 429


def test_a_number_that_the_product_did_not_write_counts_nobody(client, now):
    for number in range(BROWSER_A_MINUTE * 2):
        client.cookies["tries"] = f"forged{number}"
        client.post(reverse("join"), {"code": "ABC235"})
    written = client.cookies["tries"].value
    for _ in range(BROWSER_A_MINUTE):
        client.cookies["tries"] = written
        last = client.post(reverse("join"), {"code": "ABC235"})
    assert last.status_code == 429


def test_whoever_types_a_right_code_keeps_no_number_and_a_wrong_one_for_an_hour(client):
    make_classroom(join_code="ABC234")
    assert not client.post(reverse("join"), {"code": "ABC234"}).cookies
    cookie = client.post(reverse("join"), {"code": "ABC235"}).cookies["tries"]
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (3600, True, "Lax")


def test_all_guesses_of_a_year_behind_one_address_find_a_class_of_a_large_server_six_times():
    """What `services.guesses` promises of the limits, computed from them and from the codes there are."""
    codes = len(JOIN_CODE_ALPHABET) ** JOIN_CODE_LENGTH
    a_day = 24 * 2 * NETWORK_AN_HOUR
    assert (codes, a_day) == (887_503_681, 14_400)
    assert [int(codes / (classes * a_day)) for classes in (1000, 100)] == [61, 616]
    # A school of 1,500 in which a fifth mistypes within one hour, and a child that guesses by hand all day.
    assert NETWORK_AN_HOUR >= 1500 / 5
    assert guesses.BROWSER_AN_HOUR * 10 <= NETWORK_AN_HOUR


def test_a_whole_class_behind_one_address_joins_by_its_code_within_a_minute(client):
    classroom = make_classroom(join_code="ABC234")
    for _ in range(BROWSER_A_MINUTE * 4):
        assert client.post(reverse("join"), {"code": "ABC234"}).url == link(classroom)


def test_an_unfinished_code_is_no_guess(client):
    classroom = make_classroom(join_code="ABC234")
    for _ in range(BROWSER_A_MINUTE * 3):
        client.post(reverse("join"), {"code": "ABC"})
    assert client.post(reverse("join"), {"code": "ABC234"}).url == link(classroom)


@pytest.mark.parametrize("typed", ["ABC234", "abc234", "abc-234", "aBc 234", "ABC%20234"])
@pytest.mark.parametrize("end", ["/", ""])
def test_a_code_typed_as_an_address_leads_to_the_class_and_is_no_guess(client, typed, end):
    classroom = make_classroom(join_code="ABC234")
    for _ in range(BROWSER_A_MINUTE + 1):
        answer = client.get(f"/join/{typed}{end}", follow=True)
        assert answer.redirect_chain[-1] == (link(classroom), 302)
    assert classroom.name in answer.content.decode() and "tries" not in client.cookies


def test_a_wrong_code_in_an_address_leads_to_the_form_and_counts_as_one_that_is_typed_there(client, now):
    make_classroom(join_code="ABC234")
    for _ in range(BROWSER_A_MINUTE):
        answer = client.get("/join/abc-235/")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "No class has this code" in page and 'value="abc-235"' in page
    for refused in (client.get("/join/ABC234/"), client.post(reverse("join"), {"code": "ABC234"})):
        assert refused.status_code == 429
        assert "Too many wrong codes were tried" in refused.content.decode()


def test_a_page_of_another_site_uses_up_nobodys_guesses_and_finds_nothing_by_itself(client, now):
    classroom = make_classroom(join_code="ABC234")
    for code in ["ABC235"] * (BROWSER_A_MINUTE + 1) + ["ABC234"]:
        answer = client.get(f"/join/{code}/", headers={"Sec-Fetch-Site": "cross-site"})
    page = answer.content.decode()
    assert 'value="ABC234"' in page and f'action="{reverse("join")}"' in page
    assert "tries" not in client.cookies
    assert client.get("/join/ABC234/").url == link(classroom)
    assert client.get(link(classroom), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_wrong_or_old_says_so_and_what_to_do(client, method):
    old = make_classroom()
    address = reverse("join_classroom", kwargs={"token": old.join_token})
    old.delete()
    for tried in (address, reverse("join_classroom", kwargs={"token": "nowhere"})):
        answer = getattr(client, method)(tried, {"display_name": "Ada"})
        page = answer.content.decode()
        assert answer.status_code == 404
        assert "This link leads to no class" in page and "Ask your teacher for the new link" in page
        assert f'action="{reverse("join")}"' in page and 'name="code"' in page and ">Go on</button>" in page
    assert not Participant.objects.exists()


@pytest.mark.parametrize(("path", "title"), [("/", "Join a class</h2>"), ("/join/", "Join a class</h1>")])
def test_help_names_the_form_for_a_code_as_each_page_does(client, path, title):
    """ "Type the code under Join a class and press Go on"."""
    page = client.get(path).content.decode()
    assert title in page and ">Go on</button>" in page


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


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("\u200b\u200b", "nobody can see"),
        ("\u202eKim", "nobody can see"),
        ("\u2800", "nobody can see"),
        ("K" + 59 * "\u0333", "too many accents"),
        ("!!!", "at least one letter"),
    ],
)
def test_a_name_that_nobody_can_read_is_refused_with_the_reason(client, typed, reason):
    classroom = make_classroom()
    assert reason in join_as(client, classroom, typed).content.decode()
    assert not Participant.objects.exists()


def test_two_of_one_name_are_told_apart_in_every_list(client):
    classroom = make_classroom()
    for name in ("Kim", "kim", "K\u00a0im", "Kim"):
        client.cookies.clear()
        join_as(client, classroom, name)
    elsewhere = make_classroom()
    client.cookies.clear()
    join_as(client, elsewhere, "Kim")
    assert [each.display_name for each in classroom.participants.order_by("id")] == [
        "Kim",
        "kim (2)",
        "K im",
        "Kim (3)",
    ]
    assert elsewhere.participants.get().display_name == "Kim"


def test_an_account_that_shares_a_name_with_a_guest_is_told_apart_too_and_keeps_its_name(client):
    classroom = make_classroom()
    join_as(client, classroom, "Kim")
    client.force_login(make_user())
    join_as(client, classroom, "Kim")
    join_as(client, classroom, "Kim")
    assert [each.display_name for each in classroom.participants.order_by("id")] == ["Kim", "Kim (2)"]


def test_a_class_of_fifty_behind_one_address_joins_within_a_minute(client):
    classroom = make_classroom()
    for number in range(50):
        client.cookies.clear()
        assert join_as(client, classroom, f"Student {number}").status_code == 302
    assert classroom.participants.count() == 50


@pytest.fixture
def clock(monkeypatch):
    """The join page's clock, an hour that has just begun; `clock.minute` moves it."""
    clock = SimpleNamespace(minute=0)
    hour = datetime(2026, 9, 7, 9, tzinfo=UTC)
    monkeypatch.setattr(
        "classroom.views.joining.timezone.now", lambda: hour + timedelta(minutes=clock.minute)
    )
    return clock


def crowd(client, classroom, size, **options):
    """The answers to so many new guests from one address."""
    answers = []
    for number in range(size):
        client.cookies.clear()
        answers.append(client.post(link(classroom), {"display_name": f"Guest {number}"}, **options))
    return answers


def test_a_flood_of_guests_is_stopped_and_the_name_that_was_typed_stays(client, clock):
    classroom, other = make_classroom(), make_classroom()
    *_, last = crowd(client, classroom, PLACES_A_MINUTE + 1)
    assert last.status_code == 429
    page = last.content.decode()
    assert "wait a minute and press the button again" in page and f'value="Guest {PLACES_A_MINUTE}"' in page
    assert classroom.participants.count() == PLACES_A_MINUTE
    assert join_as(client, other, "Kim").status_code == 302
    client.cookies.clear()
    elsewhere = client.post(link(classroom), {"display_name": "Kim"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302
    clock.minute = 1
    client.cookies.clear()
    assert join_as(client, classroom, "Ada").status_code == 302


def test_a_flood_that_keeps_to_the_minute_is_stopped_within_the_hour(client, clock):
    classroom = make_classroom()
    for clock.minute in range(11):
        answers = crowd(client, classroom, PLACES_AN_HOUR // 10)
    assert {each.status_code for each in answers} == {429}
    assert classroom.participants.count() == PLACES_AN_HOUR
    clock.minute = 60
    assert join_as(client, classroom, "Ada").status_code == 302


def test_an_account_is_not_held_up_by_guests_beside_it(client, clock):
    classroom = make_classroom()
    crowd(client, classroom, PLACES_A_MINUTE + 1)
    client.force_login(make_user())
    assert join_as(client, classroom, "Ada").status_code == 302


def test_a_name_that_is_refused_takes_no_place_from_the_limit(client, clock):
    classroom = make_classroom()
    for _ in range(PLACES_A_MINUTE + 5):
        join_as(client, classroom, "!!!")
    assert join_as(client, classroom, "Ada").status_code == 302


def test_another_host_of_one_ipv6_network_is_the_same_visitor(client, clock):
    classroom = make_classroom()
    for number in range(PLACES_A_MINUTE):
        crowd(client, classroom, 1, REMOTE_ADDR=f"2001:db8::{number:x}")
    assert crowd(client, classroom, 1, REMOTE_ADDR="2001:db8::ffff")[0].status_code == 429
    assert crowd(client, classroom, 1, REMOTE_ADDR="2001:db8:0:1::1")[0].status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_of_one_name_who_come_at_the_same_moment_are_told_apart():
    classroom, together = make_classroom(), Barrier(6)

    def come():
        together.wait()
        services.join_classroom(now=timezone.now(), classroom=classroom, display_name="Kim")
        connection.close()

    threads = [Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = set(classroom.participants.values_list("display_name", flat=True))
    assert names == {"Kim", *(f"Kim ({number})" for number in range(2, 7))}
