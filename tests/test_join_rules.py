"""Whom a school lets into its classes: held where a place is made, whatever page or program asks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classroom import access, services
from classroom.errors import AccountNeeded, ClassFull, CodeExpired, NotOnRoster
from classroom.models import AccountChange, Classroom, Participant, School
from tests.factories import (
    MONDAY,
    make_classroom,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)

pytestmark = pytest.mark.django_db


def room(**rules):
    return make_classroom(school=make_school(**rules), code_made_at=MONDAY)


def join(classroom, name="Kim Lee", *, now=MONDAY, **how):
    return services.join_classroom(classroom=classroom, display_name=name, now=now, **how)


def test_anybody_joins_where_the_school_says_nothing():
    assert join(room()).display_name == "Kim Lee"


@pytest.mark.parametrize("joins", ["anybody", "roster", "accounts"])
def test_accounts_of_the_school_or_of_its_own_login_join_under_each_rule(joins):
    classroom = room(joins=joins)
    for user in (make_user(school=classroom.school), make_user()):
        assert join(classroom, user=user).user == user


@pytest.mark.parametrize(("joins", "error"), [("roster", NotOnRoster), ("accounts", AccountNeeded)])
def test_an_account_of_another_school_is_no_better_than_a_guest(joins, error):
    with pytest.raises(error):
        join(room(joins=joins), user=make_user(school=make_school()))


@pytest.mark.parametrize(("joins", "error"), [("roster", NotOnRoster), ("accounts", AccountNeeded)])
def test_nor_is_a_teacher_of_another_school(joins, error):
    classroom = room(joins=joins)
    make_participant(classroom=classroom, display_name="Kim Lee", is_expected=True)
    with pytest.raises(error):
        join(classroom, user=make_teacher(school=make_school()))


def test_a_link_that_is_over_lets_no_teacher_of_another_school_in():
    classroom = room(code_days=1)
    with pytest.raises(CodeExpired):
        join(classroom, user=make_teacher(school=make_school()), now=MONDAY + timedelta(days=2))


def test_where_accounts_are_asked_for_no_guest_joins_not_even_from_the_roster():
    classroom = room(joins="accounts")
    make_participant(classroom=classroom, display_name="Kim Lee", is_expected=True)
    with pytest.raises(AccountNeeded):
        join(classroom)
    assert not Participant.objects.filter(is_expected=False).exists()


def test_where_the_roster_is_asked_for_a_guest_joins_under_a_name_that_waits_there_once():
    classroom = room(joins="roster")
    waiting = make_participant(classroom=classroom, display_name="Kim Lee", is_expected=True)
    assert join(classroom, "kim lee").id == waiting.id
    for name in ("Kim Lee", "Ada"):
        with pytest.raises(NotOnRoster):
            join(classroom, name)


def test_a_place_has_the_first_name_alone_where_the_school_wants_it():
    classroom = room(names="first")
    assert [join(classroom, "Kim Lee").display_name for _time in range(2)] == ["Kim", "Kim (2)"]


def test_a_name_of_the_roster_stays_as_the_teacher_wrote_it():
    classroom = room(names="first")
    make_participant(classroom=classroom, display_name="Kim Lee", is_expected=True)
    assert join(classroom, "Kim Lee").display_name == "Kim Lee"


def test_a_class_takes_as_many_as_the_school_says_and_those_who_are_in_it_stay():
    classroom = room(most_places=2)
    pupil = make_user(school=classroom.school)
    join(classroom, user=pupil)
    make_participant(classroom=classroom, is_expected=True)
    make_participant(classroom=classroom, is_trial=True)
    join(classroom)
    with pytest.raises(ClassFull):
        join(classroom)
    assert join(classroom, user=pupil).user == pupil


@pytest.mark.parametrize(
    ("after", "joins"), [(timedelta(days=7) - timedelta(seconds=1), True), (timedelta(days=7), False)]
)
def test_code_and_link_last_as_long_as_the_school_says(after, joins):
    classroom = room(code_days=7)
    pupil = make_user(school=classroom.school)
    join(classroom, user=pupil)
    if joins:
        assert join(classroom, now=MONDAY + after)
    else:
        with pytest.raises(CodeExpired):
            join(classroom, now=MONDAY + after)
    assert join(classroom, user=pupil, now=MONDAY + after).user == pupil


def test_a_new_code_ends_the_one_before_lasts_anew_and_is_written_down():
    classroom = room(code_days=7)
    before = (classroom.join_code, classroom.join_token)
    services.renew_code(classroom_id=classroom.id, actor=classroom.teacher, now=MONDAY + timedelta(days=9))
    now = Classroom.objects.get(id=classroom.id)
    assert now.join_code != before[0] and now.join_token != before[1]
    assert services.find_classroom(code=before[0]) is None
    assert join(now, now=MONDAY + timedelta(days=10))
    assert AccountChange.objects.get(kind="code").detail == classroom.name


def test_rules_hold_that_were_set_after_the_class_was_read():
    classroom = room()
    School.objects.update(joins="accounts")
    with pytest.raises(AccountNeeded):
        join(classroom)


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"joins": "accounts"}, "Log in first"),
        ({"code_days": 1}, "has run out"),
        ({"most_places": 2}, "This class is full"),
    ],
)
def test_a_page_says_at_once_why_nobody_new_comes_in(client, rules, said):
    classroom = room(**rules)
    for _time in range(2):
        make_participant(classroom=classroom)
    address = reverse("join_classroom", args=[classroom.join_token])
    answers = [client.get(address), client.post(address, {"display_name": "Kim"})]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert all(said in answer.content.decode() for answer in answers)
    assert classroom.participants.count() == 2


def test_who_has_a_place_is_led_on_under_stricter_rules(client):
    classroom = room(joins="accounts", code_days=1, most_places=2)
    name, value = access.guest_cookie(make_participant(classroom=classroom))
    client.cookies[name] = value
    assert client.get(reverse("join_classroom", args=[classroom.join_token])).status_code == 200


def test_a_name_that_is_not_on_the_roster_is_asked_for_again(client):
    classroom = room(joins="roster")
    address = reverse("join_classroom", args=[classroom.join_token])
    told = client.post(address, {"display_name": "Kim"}).content.decode()
    assert "nobody waits there under this name" in told and 'value="Kim"' in told
    assert not classroom.participants.exists()


def test_a_teacher_makes_a_new_code_and_reads_how_long_it_lasts(client):
    classroom = make_classroom(school=make_school(code_days=30))
    client.force_login(classroom.teacher)
    page = reverse("classroom", args=[classroom.id])
    assert "Your school lets code and link last until" in client.get(page).content.decode()
    before = timezone.now()
    client.post(reverse("renew_code", args=[classroom.id]))
    assert Classroom.objects.get(id=classroom.id).code_made_at > before


def test_a_teacher_tries_a_class_whatever_the_rules():
    classroom = room(joins="roster", most_places=2, code_days=1)
    teacher = make_teacher(school=classroom.school)
    assert join(classroom, user=teacher, now=MONDAY + timedelta(days=9)).is_trial
