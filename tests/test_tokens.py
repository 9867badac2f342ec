"""Tokens of programs: shown once, listed with their last use, worth no more than their owners, logged."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from classroom import services
from classroom.errors import TokenExpired, TooManyRequests, UnknownToken
from classroom.models import AccountChange, ApiToken
from classroom.services import tokens
from tests.factories import MONDAY, make_admin, make_school, make_teacher, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def owner():
    return make_teacher(first_name="Grace")


def made(owner, scopes=("lessons",), now=MONDAY):
    return services.make_token(owner=owner, school=owner.school, name="Diary", scopes=scopes, now=now)


def used(token, now=MONDAY, address="192.0.2.1"):
    return services.use_token(token=token, address=address, now=now)


def page_of(owner):
    client = Client()
    client.force_login(owner)
    return client


def posted(client, **fields):
    return client.post(
        reverse("tokens"), {"name": "Diary", "scopes": ["lessons", "class"], "days": 90, **fields}
    )


def just_logged_in(owner):
    owner.set_password("correct horse battery")
    owner.save()
    client = Client()
    client.post(reverse("login"), {"username": owner.username, "password": "correct horse battery"})
    return client


def test_the_token_stands_in_no_row(owner):
    token = made(owner)
    assert token not in str(ApiToken.objects.values().get())
    assert len(token) > 40


def test_it_is_shown_once_on_the_answer_to_the_button(owner):
    client = just_logged_in(owner)
    answer = posted(client).content.decode()
    token = ApiToken.objects.get()
    assert (token.name, token.scopes, token.owner) == ("Diary", ["class", "lessons"], owner)
    shown = answer.partition('data-text="')[2].partition('"')[0]
    assert token.expires_at == token.made_at + timedelta(days=90)
    assert used(shown, token.made_at) == token
    again = client.get(reverse("tokens")).content.decode()
    assert "Diary" in again and "last used" in again and shown not in again


def test_who_logged_in_long_ago_shows_who_it_is_before_one_is_made(owner):
    answer = posted(page_of(owner))
    assert answer.status_code == 302 and answer.url.startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{"name": ""}, {"name": "\u202e"}, {"scopes": []}, {"scopes": ["all"]}, {"days": 31}, {"days": 0}],
)
def test_one_without_a_name_or_a_right_is_not_made(owner, fields):
    client = just_logged_in(owner)
    assert posted(client, **fields).status_code == 200
    assert not ApiToken.objects.exists()


def test_its_owner_alone_sees_and_revokes_it(owner):
    token = made(owner)
    colleague = page_of(make_teacher(school=owner.school))
    row = ApiToken.objects.get()
    assert "Diary" not in colleague.get(reverse("tokens")).content.decode()
    colleague.post(reverse("revoke_token", args=[row.id]))
    assert used(token) == row
    page_of(owner).post(reverse("revoke_token", args=[row.id]))
    with pytest.raises(UnknownToken):
        used(token)


def test_a_token_of_another_school_stays_whoever_names_it(owner):
    token, elsewhere = made(owner), make_admin()
    row = ApiToken.objects.get()
    for school, is_left in ((elsewhere.school, True), (owner.school, False)):
        services.revoke_token_of_school(token_id=row.id, actor=elsewhere, school=school, now=MONDAY)
        assert ApiToken.objects.exists() is is_left
    with pytest.raises(UnknownToken):
        used(token)


def test_administrators_read_that_it_was_made_and_revoked(owner):
    made(owner)
    row = ApiToken.objects.get()
    services.revoke_token(token_id=row.id, owner=owner, school=owner.school, now=MONDAY)
    services.revoke_token(token_id=row.id, owner=owner, school=owner.school, now=MONDAY)
    told = list(AccountChange.objects.order_by("id").values_list("kind", "actor_name", "detail"))
    assert told == [("token_made", "Grace", "Diary"), ("token_ended", "Grace", "Diary")]
    client = page_of(make_admin(school=owner.school))
    assert "made a token for a program" in client.get(reverse("people")).content.decode()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "student"}])
def test_it_opens_nothing_once_its_owner_may_not_come_in(owner, change):
    token = made(owner)
    assert used(token)
    for name, value in change.items():
        setattr(owner, name, value)
    owner.save()
    with pytest.raises(UnknownToken):
        used(token)


def test_it_opens_nothing_while_the_school_is_suspended(owner):
    token = made(owner)
    owner.school.suspended_at = MONDAY
    owner.school.save()
    with pytest.raises(UnknownToken):
        used(token)


def test_an_administrator_who_ends_all_sessions_ends_the_tokens_too(owner):
    token, admin = made(owner), make_admin(school=owner.school)
    services.sign_out_everywhere(account_id=owner.id, actor=admin, now=MONDAY)
    with pytest.raises(UnknownToken):
        used(token)


def test_it_opens_nothing_once_it_has_expired_and_says_so(owner):
    token = made(owner)
    last = MONDAY + timedelta(days=365)
    assert used(token, last - timedelta(seconds=1))
    with pytest.raises(TokenExpired):
        used(token, last)
    ApiToken.objects.update(expires_at=MONDAY)
    assert "expired" in page_of(owner).get(reverse("tokens")).content.decode()


def test_an_administrator_alone_may_make_one_without_an_end():
    client = just_logged_in(admin := make_admin())
    posted(client, days=0)
    assert ApiToken.objects.get().expires_at is None
    assert services.use_token(token=made(admin), address="192.0.2.1", now=MONDAY)


def test_a_token_of_before_has_no_end(owner):
    token = made(owner)
    ApiToken.objects.update(expires_at=None)
    assert used(token, MONDAY + timedelta(days=4000))


def test_its_last_use_is_noted_once_a_minute(owner):
    token = made(owner)
    for seconds, noted in ((10, 10), (40, 10), (80, 80)):
        used(token, MONDAY + timedelta(seconds=seconds))
        assert ApiToken.objects.get().last_used_at == MONDAY + timedelta(seconds=noted)


def test_it_may_ask_so_often_in_a_minute(owner, monkeypatch):
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 2)
    token, other = made(owner), made(owner)
    used(token), used(token)
    with pytest.raises(TooManyRequests):
        used(token)
    assert used(other)
    assert used(token, MONDAY + timedelta(minutes=1))


def test_unknown_tokens_are_tried_so_often_from_one_network(monkeypatch):
    monkeypatch.setattr(tokens, "UNKNOWN_A_MINUTE", 2)
    for refused in (UnknownToken, UnknownToken, TooManyRequests):
        with pytest.raises(refused):
            used("classpulse_none")
    with pytest.raises(UnknownToken):
        used("classpulse_none", address="192.0.2.2")


@pytest.mark.parametrize("who", [{"role": "student"}, {"role": "teacher", "school": None}])
def test_the_page_is_for_teachers_and_administrators_of_a_school(who):
    user = make_user(**{"school": make_school()} | who)
    assert page_of(user).get(reverse("tokens")).status_code == 404
