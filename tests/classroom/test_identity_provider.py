"""The school's own login, against a provider that runs as a process of its own."""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from html import unescape
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount import app_settings
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from classroom import services
from classroom.environment import read_identity_provider
from classroom.local.processes import free_port
from classroom.models import User
from tests.factories import make_admin, make_teacher

pytestmark = pytest.mark.django_db
ADDRESS = "kim@school.example"
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def issuer():
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        until_it_answers(f"{url}/.well-known/openid-configuration")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=60)


def until_it_answers(url, seconds=120):
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:
            assert time.monotonic() < give_up_at, "the provider did not start"
            time.sleep(0.1)


@pytest.fixture
def provider(issuer, settings, monkeypatch):
    """As OIDC_ISSUER and its neighbours set it."""
    monkeypatch.setenv("OIDC_ISSUER", issuer)
    monkeypatch.setenv("OIDC_CLIENT_ID", "classpulse")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "a-secret")
    monkeypatch.setenv("OIDC_LABEL", "Hill School account")
    settings.IDENTITY_PROVIDER = read_identity_provider()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [settings.IDENTITY_PROVIDER]}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return issuer


@pytest.fixture
def teacher(provider):
    return make_teacher(username="kim", password=PASSWORD)


def known_there(issuer, subject, **claims):
    response = requests.put(f"{issuer}/users/{subject}", json=claims, timeout=5)
    response.raise_for_status()


BUTTON = "/login/with/school/"


def come_in(subject, client=None, **query):
    """Presses the button, logs in at the provider and comes back; answers the browser and the last page."""
    client = client or Client()
    away = client.get(BUTTON, query)
    assert away.status_code == 302
    return come_back(subject, client, away.headers["Location"])


def connect(subject, client):
    """Presses "Connect it" under the own account and goes on."""
    page = client.post(reverse("connect"))
    return come_back(
        subject, client, unescape(re.search(r'id="on" href="([^"]+)"', page.content.decode())[1])
    )


def come_back(subject, client, away):
    assert "code_challenge=" in away
    back = requests.post(away, data={"sub": subject}, allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    assert parts.path == "/login/with/school/callback/"
    return client, client.get(f"{parts.path}?{parts.query}")


def is_in(client):
    return client.get(reverse("account")).status_code == 200


def test_the_login_has_a_button_for_it_only_where_there_is_one(provider, settings):
    page = Client().get(reverse("login")).content.decode()
    assert "Log in with your Hill School account" in page
    settings.IDENTITY_PROVIDER = None
    assert "Log in with your" not in Client().get(reverse("login")).content.decode()


def test_who_has_an_account_comes_in_by_the_confirmed_address_and_later_by_the_number(provider, teacher):
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    known_there(provider, "77", email=ADDRESS, email_verified=True)
    client, answer = come_in("77", next="/account/logins/")
    assert answer.headers["Location"] == "/account/logins/" and is_in(client)
    assert SocialAccount.objects.get().user == teacher
    assert SocialAccount.objects.get().extra_data == {}, "what the provider says of somebody is not kept"
    known_there(provider, "77", email="married@school.example", email_verified=True)
    assert is_in(come_in("77")[0])
    teacher.refresh_from_db()
    assert teacher.check_password(PASSWORD) and (teacher.role, teacher.is_staff) == ("teacher", False)


def test_a_token_of_another_issuer_lets_nobody_in_whatever_the_metadata_say(provider, settings, teacher):
    """The metadata lie at the address that the deployment names, and speak for a server of another name."""
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    known_there(provider, "77", email=ADDRESS, email_verified=True)
    other = provider.replace("127.0.0.1", "localhost")
    settings.IDENTITY_PROVIDER["settings"]["server_url"] = other
    told = requests.get(f"{other}/.well-known/openid-configuration", timeout=5).json()
    assert told["issuer"] == other
    client, answer = come_in("77")
    assert not is_in(client) and not SocialAccount.objects.exists()
    assert answer.status_code == 401


def test_a_stranger_is_refused_with_what_to_do_and_gets_no_account(provider):
    known_there(provider, "12", email="stranger@school.example", email_verified=True, name="A Stranger")
    client, answer = come_in("12")
    assert answer.status_code == 403
    assert "Ask an administrator of your school to invite you." in answer.content.decode()
    assert not is_in(client)
    assert not User.objects.exists() and not SocialAccount.objects.exists()


@pytest.mark.parametrize(("here", "there"), [(True, False), (False, True), (False, False)])
def test_an_address_counts_only_where_both_sides_have_confirmed_it(provider, teacher, here, there):
    teacher.email = ADDRESS
    teacher.save()
    EmailAddress.objects.create(user=teacher, email=ADDRESS, verified=here, primary=True)
    known_there(provider, "78", email=ADDRESS, email_verified=there)
    client, answer = come_in("78")
    assert answer.status_code == 403 and not is_in(client)


def test_a_closed_account_stays_closed(provider, teacher):
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    teacher.is_active = False
    teacher.save()
    known_there(provider, "79", email=ADDRESS, email_verified=True)
    client, answer = come_in("79")
    assert answer.headers["Location"] == reverse("account_inactive") and not is_in(client)


def test_the_second_factor_is_asked_for_here_as_well(provider, teacher):
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    Authenticator.objects.create(user=teacher, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    known_there(provider, "80", email=ADDRESS, email_verified=True)
    client, answer = come_in("80")
    assert answer.headers["Location"] == reverse("mfa_authenticate") and not is_in(client)


def test_somebody_connects_the_two_and_parts_them_again(provider, teacher):
    client = Client()
    client.post(reverse("login"), {"username": "kim", "password": PASSWORD})
    known_there(provider, "81", email="other@elsewhere.example", email_verified=False)
    assert connect("81", client)[1].headers["Location"] == reverse("account")
    assert "Connected: you can log in with it." in client.get(reverse("account")).content.decode()
    assert is_in(come_in("81")[0])
    client.post(reverse("disconnect"))
    assert come_in("81")[1].status_code == 403


@pytest.mark.parametrize("process", ["connect", "redirect", "login", ""])
def test_another_site_cannot_have_an_identity_connected(provider, teacher, process):
    """It can send a browser to an address; a form of its own lacks the token that ours has."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(teacher)
    assert client.get(BUTTON, {"process": process}).status_code == 404
    assert client.post(BUTTON, {"process": process}).status_code == 403
    assert client.get(reverse("connect")).status_code == 405
    assert client.post(reverse("connect")).status_code == 403
    assert not SocialAccount.objects.exists()


def test_who_runs_the_platform_is_not_known_by_an_address(provider):
    platform = make_admin(is_superuser=True)
    services.note_confirmed_email(user=platform, email=ADDRESS)
    known_there(provider, "83", email=ADDRESS, email_verified=True)
    client, answer = come_in("83")
    assert answer.status_code == 403 and not is_in(client)
    SocialAccount.objects.create(user=platform, provider="school", uid="83")
    assert is_in(come_in("83")[0]), "but by what this person has connected"


def test_who_has_no_password_is_not_locked_out_by_parting_them(provider):
    teacher = make_teacher()
    SocialAccount.objects.create(user=teacher, provider="school", uid="82")
    known_there(provider, "82")
    client = come_in("82")[0]
    assert client.post(reverse("disconnect")).headers["Location"] == reverse("account_set_password")
    assert SocialAccount.objects.exists()
    assert client.get(reverse("mfa_activate_totp")).status_code == 200, "a fresh login is enough"


def test_an_answer_that_nobody_asked_for_is_refused(provider):
    client = Client()
    answer = client.get("/login/with/school/callback/", {"code": "stolen", "state": "forged"})
    assert answer.status_code in (200, 401) and not is_in(client)
    assert re.search("That login did not work", answer.content.decode())


def nobody_answers(settings):
    settings.IDENTITY_PROVIDER["settings"]["server_url"] = f"http://127.0.0.1:{free_port()}"


AWAY = "The school's login cannot be reached at the moment"


def says_so(answer):
    assert answer.status_code == 503
    page = unescape(answer.content.decode())
    assert AWAY in page and "user name and password" in page and f'href="{reverse("login")}"' in page


def test_while_the_provider_is_away_the_button_leads_to_a_page_that_says_what_to_do(provider, settings):
    nobody_answers(settings)
    says_so(Client().get(BUTTON))


def test_a_provider_that_never_answers_is_not_waited_for(provider, settings):
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.5
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.IDENTITY_PROVIDER["settings"]["server_url"] = f"http://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        says_so(Client().get(BUTTON))
        assert time.monotonic() - began < 4


def test_whoever_waits_for_the_provider_waits_for_seconds():
    assert 0 < app_settings.REQUESTS_TIMEOUT <= 5


@pytest.mark.parametrize("lost", ["the whole provider", "where the token is"])
def test_a_provider_that_goes_away_during_a_login_is_said_to_be_away(provider, settings, lost):
    known_there(provider, "84")
    client = Client()
    away = client.get(BUTTON).headers["Location"]
    if lost == "the whole provider":
        nobody_answers(settings)
    else:
        gone = {"token_endpoint": f"http://127.0.0.1:{free_port()}/token"}
        settings.IDENTITY_PROVIDER["settings"]["openid_configuration_overrides"] = gone
    says_so(come_back("84", client, away)[1])


def test_who_connects_the_two_while_the_provider_is_away_reads_so_on_the_own_page(
    provider, teacher, settings
):
    client = Client()
    client.force_login(teacher)
    nobody_answers(settings)
    answer = client.post(reverse("connect"), follow=True)
    assert answer.redirect_chain == [(reverse("account"), 302)]
    assert AWAY in unescape(answer.content.decode())
