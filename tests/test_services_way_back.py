"""A way back to a place whose cookie is lost, and those who would misuse it."""

from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, disclosure, queries, services
from classroom.errors import (
    ClassroomArchived,
    ClassSuspended,
    InOpenLesson,
    NoWayBack,
    PlaceTakenOver,
    WayBackClosed,
)
from classroom.models import AccessLogEntry, AccountChange, Classroom, Consent, Participant, Reading, School
from classroom.receipts import Receipt
from classroom.wire.measurement import Measurement
from tests.analyses import attentive
from tests.factories import make_classroom, make_lesson, make_participant, make_user
from tests.test_services_classes import at_the_same_time
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
BEFORE = NOW = timezone.now()


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    """Pages have a clock of their own, and a whole suite comes to this file long after it was read."""
    now = timezone.now()
    monkeypatch.setattr(f"{__name__}.NOW", now)
    monkeypatch.setattr(f"{__name__}.BEFORE", now - timedelta(days=1))


@pytest.fixture
def ada():
    """A class-only student with a lesson of yesterday, one reading and one tap."""
    place = make_participant(classroom=make_classroom(), display_name="Ada")
    Participant.objects.update(created_at=BEFORE - timedelta(days=30))
    lesson = make_lesson(classroom=place.classroom, started_at=BEFORE, title="Waves")
    consent = agree(place, lesson, "class_mood", at=BEFORE)
    measured = Measurement(place.id, consent.id, BEFORE + timedelta(seconds=10), attentive())
    services.record_readings(lesson_id=lesson.id, measurements=[measured])
    services.report_self(
        lesson_id=lesson.id, participant_id=place.id, kind="lost", now=BEFORE + timedelta(seconds=20)
    )
    services.end_lesson(lesson_id=lesson.id, now=BEFORE + timedelta(minutes=40))
    place.refresh_from_db()
    return place


def agree(place, lesson, choice, *, at=None):
    place.classroom.school.policy.__class__.objects.update(minimum_age=0)
    return services.give_consent(
        lesson_id=lesson.id,
        participant_id=place.id,
        choice=choice,
        now=at or NOW,
        held_since=place.held_since,
    )


def way_back_to(place, now=None):
    return services.make_way_back(participant_id=place.id, actor=place.classroom.teacher, now=now or NOW)


def taken(place):
    return services.take_way_back(code=way_back_to(place), now=NOW)


def browser_of(place):
    client = Client()
    name, value = access.guest_cookie(place)
    client.cookies[name] = value
    return client


def everything_told(client, lesson):
    """All that the pages of a student tell, with what is asked of the old lesson."""
    pages = [client.get("/"), *(client.get("/my-data/", {"format": one}) for one in ("", "json", "csv"))]
    names = ("my_lesson", "my_data", "withdraw", "erase_place")
    pages += [client.get(reverse(name, args=[lesson.id])) for name in names]
    return b"".join(page.content for page in pages).decode(), [page.status_code for page in pages[4:]]


# --- what it is for ---


def test_who_comes_back_goes_on_in_the_class_under_the_name(ada):
    code = way_back_to(ada)
    client = Client()
    assert "Continue as Ada" in client.get(f"/back/{code}/").content.decode()
    answer = client.post(f"/back/{code}/", follow=True)
    assert "You are in the right place, Ada" in answer.content.decode()
    lesson = make_lesson(classroom=ada.classroom, started_at=timezone.now())
    page = client.get(reverse("my_lesson", args=[lesson.id])).content.decode()
    assert "How do you take part?" in page
    assert client.post(reverse("give_consent", args=[lesson.id]), {"choice": "no_camera"}).status_code == 302
    assert Consent.objects.get(lesson=lesson).participant == ada
    assert Participant.objects.count() == 1


@pytest.mark.parametrize("between", ["", " ", " - "])
def test_the_code_may_be_typed_as_it_is_read_out(ada, between):
    code = way_back_to(ada)
    typed = between.join([code[:4], code[4:8], code[8:]]).lower()
    assert Client().post("/back/", {"code": typed}).headers["Location"] == f"/back/{code}/"


def test_who_came_back_sees_what_is_recorded_from_then_on(ada):
    place = taken(ada)
    lesson = make_lesson(classroom=ada.classroom, started_at=NOW, title="Lenses")
    agree(place, lesson, "own_results", at=NOW + timedelta(seconds=1))
    told, _ = everything_told(browser_of(place), lesson)
    assert "Lenses" in told
    assert "Waves" not in told
    assert browser_of(place).get(reverse("my_data", args=[lesson.id])).status_code == 200


# --- a hostile teacher, who opens the link himself; a hostile classmate, who asked in another's name ---


def test_whoever_opens_the_link_is_told_nothing_of_what_came_before(ada):
    lesson = ada.classroom.lessons.get()
    secrets = ("Waves", "Count me in the class mood", "class_mood", "lost (", "1 reading")
    told, _ = everything_told(browser_of(ada), lesson)
    assert [word for word in secrets if word not in told] == []
    told, answers = everything_told(browser_of(taken(ada)), lesson)
    assert [word for word in secrets if word in told] == []
    assert answers == [404, 404, 404, 404]
    assert Reading.objects.filter(lesson=lesson).exists()


@pytest.mark.parametrize("page", ["erase_everywhere", "erase_place"])
def test_an_erasure_by_who_came_back_neither_deletes_nor_counts_what_another_recorded(ada, page):
    """Figures of the class before and after would tell what was deleted, and so would the counts."""
    place = taken(ada)
    lesson = make_lesson(classroom=ada.classroom, started_at=NOW)
    agree(place, lesson, "no_camera", at=NOW + timedelta(seconds=1))
    address = reverse(page, args=[lesson.id] if page == "erase_place" else [])
    receipt = Receipt.read(browser_of(place).post(address).headers["Location"].split("/")[2])
    assert (receipt.deleted["readings"], receipt.deleted["self_reports"], receipt.deleted["consents"]) == (
        0,
        0,
        1,
    )
    assert not Participant.objects.filter(id=ada.id).exists()
    assert Reading.objects.count() == 1


def test_withdrawing_everywhere_leaves_alone_what_another_recorded(ada):
    place = taken(ada)
    browser_of(place).post("/my-data/withdraw/")
    assert Reading.objects.count() == 1
    assert not Consent.objects.filter(was_withdrawn=True).exists()


def test_nobody_takes_over_a_place_in_the_lesson_that_is_open(ada):
    """The word told of the class with and without one student would tell of that one."""
    early = way_back_to(ada)
    agree(ada, make_lesson(classroom=ada.classroom, started_at=NOW), "class_mood")
    with pytest.raises(InOpenLesson):
        way_back_to(ada)
    with pytest.raises(InOpenLesson):
        services.take_way_back(code=early, now=NOW)
    assert browser_of(ada).get("/my-data/").content.count(b"own-lesson") == 2


def test_a_choice_that_was_under_way_does_not_pass_to_who_takes_the_place_over(ada):
    lesson = make_lesson(classroom=ada.classroom, started_at=NOW)
    taken(ada)
    with pytest.raises(PlaceTakenOver):
        agree(ada, lesson, "class_mood")
    assert not Consent.objects.filter(lesson=lesson).exists()


@pytest.mark.django_db(transaction=True)
def test_a_choice_and_a_way_back_at_the_same_moment_never_both_hold(ada):
    lesson, code = make_lesson(classroom=ada.classroom, started_at=NOW), way_back_to(ada)

    at_the_same_time(
        lambda: agree(ada, lesson, "class_mood"),
        lambda: services.take_way_back(code=code, now=NOW),
        refused=(PlaceTakenOver, InOpenLesson),
    )
    was_taken = Participant.objects.get().held_since is not None
    assert was_taken != Consent.objects.filter(lesson=lesson).exists()


def test_a_place_that_was_taken_over_today_was_not_known_yesterday(ada):
    """Else a teacher could fill the smallest group of known students with places of those who are away."""
    lesson = make_lesson(classroom=ada.classroom, started_at=NOW)
    policy = queries.school_policy(lesson)
    policy.counted = "known"
    assert disclosure.counts(disclosure.standing(ada, lesson), policy.counted)
    assert not disclosure.counts(disclosure.standing(taken(ada), lesson), policy.counted)


def test_the_browser_until_then_is_out_and_is_told_why(ada):
    old = browser_of(ada)
    taken(ada)
    assert b"Nothing is known of you here" in old.get("/my-data/").content
    told = old.get(reverse("join_classroom", args=[ada.classroom.join_token])).content.decode()
    assert "Another browser then came by a way back that your teacher made" in told
    lesson = make_lesson(classroom=ada.classroom, started_at=NOW)
    name, value = access.guest_cookie(ada)
    with pytest.raises(Http404):
        services.enter_lesson(user=AnonymousUser(), cookies={name: value}, lesson_id=lesson.id, now=NOW)


def test_the_pages_of_the_browser_that_was_put_out_say_so_and_no_other_browsers_do(ada):
    lesson = make_lesson(classroom=ada.classroom, started_at=NOW)
    old, new = browser_of(ada), browser_of(taken(ada))
    says = "another browser took it over by a way back"
    assert says in old.get("/my-data/").content.decode()
    told = old.get(reverse("my_lesson", args=[lesson.id]), follow=True).content.decode()
    assert "Another browser then came by a way back that your teacher made" in told
    assert [says in one.get("/my-data/").content.decode() for one in (new, Client())] == [False, False]


def test_each_way_back_ends_the_cookies_of_the_one_before(ada):
    first = taken(ada)
    second = services.take_way_back(code=way_back_to(first), now=NOW + timedelta(seconds=1))
    assert b"Nothing is known of you here" in browser_of(first).get("/my-data/").content
    assert b"Nothing is known of you here" not in browser_of(second).get("/my-data/").content


def test_making_one_is_logged_for_the_administrators_and_is_no_look_at_anybody(ada):
    way_back_to(ada)
    entry = AccountChange.objects.get(kind="way_back")
    assert (entry.actor, entry.detail) == (ada.classroom.teacher, ada.classroom.name)
    assert entry.school == ada.classroom.school
    assert not AccessLogEntry.objects.exists()


# --- the code ---


def test_it_works_once(ada):
    code = way_back_to(ada)
    services.take_way_back(code=code, now=NOW)
    with pytest.raises(WayBackClosed):
        services.take_way_back(code=code, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_it_at_the_same_moment_one_gets_it(ada):
    code, got = way_back_to(ada), []
    at_the_same_time(
        *2 * [lambda: got.append(services.take_way_back(code=code, now=NOW))], refused=WayBackClosed
    )
    assert got == [ada]


def test_it_works_for_15_minutes(ada):
    code = way_back_to(ada)
    with pytest.raises(WayBackClosed):
        services.place_behind(code=code, now=NOW + timedelta(minutes=15))
    assert services.place_behind(code=code, now=NOW + timedelta(minutes=14, seconds=59)) == ada


def test_a_newer_one_ends_it(ada):
    code = way_back_to(ada)
    way_back_to(ada)
    with pytest.raises(WayBackClosed):
        services.place_behind(code=code, now=NOW)


def test_the_code_stands_in_no_row(ada):
    code = way_back_to(ada)
    assert code not in str(list(Participant.objects.values()))
    assert code not in str(list(AccountChange.objects.values()))


def test_looking_at_the_link_does_not_use_it_up(ada):
    """Chats look at links in advance."""
    code = way_back_to(ada)
    for _ in range(3):
        assert Client().get(f"/back/{code}/").status_code == 200
    assert services.take_way_back(code=code, now=NOW) == ada


def test_a_mistyped_code_can_be_compared_and_typed_again_where_it_failed(ada):
    code = way_back_to(ada)
    mistyped = code[:-1] + ("A" if code[-1] != "A" else "B")
    answer = Client().post("/back/", {"code": mistyped}, follow=True)
    told = answer.content.decode()
    assert answer.status_code == 404
    assert "may be mistyped" in told
    assert "out of date" in told
    assert f'value="{mistyped}"' in told
    assert 'action="/back/"' in told


def test_guessing_is_stopped_after_ten_a_minute(ada, now):
    codes = [f"/back/{'A' * 11}{letter}/" for letter in "BCDEFGHJKMNP"]
    answers = [Client().get(code).status_code for code in codes]
    assert answers[:10] == [404] * 10
    assert 429 in answers[10:]
    right = f"/back/{way_back_to(ada)}/"
    assert Client().get(right).status_code == 200  # it waits for nobody's guesses


@pytest.mark.parametrize(
    "fields",
    [{"is_trial": True}, {"is_simulated": True}, {"is_expected": True}, {"blocked_at": NOW}, {"user": None}],
)
def test_only_the_place_of_a_guest_who_may_come_in_has_one(fields):
    if "user" in fields:
        fields = {"user": make_user()}
    place = make_participant(**fields)
    with pytest.raises(NoWayBack):
        way_back_to(place)


@pytest.mark.parametrize(
    ("close", "refusal"),
    [
        (lambda: Classroom.objects.update(archived_at=NOW), ClassroomArchived),
        (lambda: School.objects.update(suspended_at=NOW), ClassSuspended),
    ],
)
def test_none_is_made_or_taken_into_a_class_that_is_closed(ada, close, refusal):
    """The old cookie would be dead, and the new one lead nowhere."""
    code = way_back_to(ada)
    close()
    with pytest.raises(refusal):
        way_back_to(ada)
    with pytest.raises(refusal):
        services.take_way_back(code=code, now=NOW)
    answer = Client().post(f"/back/{code}/")
    assert (answer.status_code, str(refusal.sentence) in unescape(answer.content.decode())) == (404, True)
    ada.refresh_from_db()
    assert ada.held_since is None


def test_blocking_closes_a_way_back_that_was_made(ada):
    code = way_back_to(ada)
    services.block_participant(participant_id=ada.id, now=NOW)
    with pytest.raises(NoWayBack):
        services.take_way_back(code=code, now=NOW)


def test_who_is_logged_in_is_asked_to_log_out_and_uses_nothing_up(ada):
    code = way_back_to(ada)
    client = Client()
    client.force_login(ada.classroom.teacher)
    assert "Log out first" in client.post(f"/back/{code}/").content.decode()
    assert services.take_way_back(code=code, now=NOW) == ada


def test_a_browser_with_another_place_is_told_what_it_would_forget(ada):
    again = make_participant(classroom=ada.classroom, display_name="Ada (2)")
    page = browser_of(again).get(f"/back/{way_back_to(ada)}/").content.decode()
    assert "as Ada (2), and forgets it if you continue" in page


def test_a_place_that_was_taken_over_lasts_as_long_as_any(ada):
    Participant.objects.update(created_at=BEFORE - timedelta(days=500))
    Consent.objects.all().delete()
    taken(ada)
    delete_past_retention(now=NOW + timedelta(days=1))
    assert Participant.objects.exists()


def test_the_teacher_gets_link_and_code_once(ada):
    client = Client()
    client.force_login(ada.classroom.teacher)
    address = reverse("make_way_back", args=[ada.classroom_id, ada.id])
    page = client.post(address).content.decode()
    link = page.split('translate="no">')[2].split("<")[0]
    assert Client().get(link.replace("http://testserver", "")).status_code == 200
    assert client.get(address).status_code == 405
