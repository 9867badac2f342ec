"""Each step in gives a browser a new number of its session; those that it had before open nothing."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.factories import make_admin, make_teacher

pytestmark = pytest.mark.django_db
PASSWORD, ANOTHER = "correct horse battery", "staple of a better kind"


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def kim():
    return make_teacher(username="kim", password=PASSWORD)


def with_second_factor(user):
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    return RecoveryCodes.activate(user).get_unused_codes()


def gives_password(client, username, door="login"):
    return client.post(reverse(door), {"username": username, "password": PASSWORD})


def number_of(client):
    return client.cookies["sessionid"].value


def browser_with(number):
    client = Client()
    client.cookies["sessionid"] = number
    return client


def is_in(client):
    return client.get(reverse("account")).status_code == 200


def is_half_in(client):
    return client.get(reverse("mfa_authenticate")).status_code == 200


@pytest.fixture
def planted():
    """A number that its owner knows: of a session that waits for the second factor of another account."""
    with_second_factor(make_teacher(username="mallory", password=PASSWORD))
    own = Client()
    gives_password(own, "mallory")
    assert is_half_in(own)
    return number_of(own)


@pytest.mark.parametrize("door", ["login", "admin:login"])
def test_a_number_that_somebody_planted_is_nobodys_after_a_login(planted, door):
    make_admin(username="principal", password=PASSWORD, is_staff=True)
    client = browser_with(planted)
    gives_password(client, "principal", door)
    assert is_in(client) and number_of(client) != planted
    assert not is_in(browser_with(planted)) and not is_half_in(browser_with(planted))
    assert not Session.objects.filter(session_key=planted).exists()


def test_nor_is_it_while_the_second_factor_is_waited_for_nor_after_that(kim, planted):
    code, client = with_second_factor(kim)[0], browser_with(planted)
    gives_password(client, "kim")
    half = number_of(client)
    assert is_half_in(client) and half != planted
    assert not is_half_in(browser_with(planted))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(client) and number_of(client) not in {planted, half}
    for earlier in (planted, half):
        assert not is_in(browser_with(earlier)) and not is_half_in(browser_with(earlier))


def test_a_new_password_gives_a_new_number(kim):
    client = Client()
    gives_password(client, "kim")
    before = number_of(client)
    form = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    client.post(reverse("account_change_password"), form)
    assert is_in(client) and number_of(client) != before
    assert not is_in(browser_with(before))


def test_a_logout_leaves_nothing_behind_the_number(kim):
    client = Client()
    gives_password(client, "kim")
    before = number_of(client)
    client.post(reverse("logout"))
    assert not is_in(client) and not is_in(browser_with(before))
    assert not Session.objects.exists()
