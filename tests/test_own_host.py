"""No answer leads anywhere else because a request says so, and no link in a page or a mail does."""

import re
from copy import deepcopy
from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.db import transaction
from django.test import Client
from django.urls import reverse

from classroom import services
from tests.factories import make_admin, make_teacher
from tests.test_bad_input import filled, is_at_the_door, make_world, routes, visit

PASSWORD = "correct horse battery"
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "https:evil.example/",
    "https:/evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\t//evil.example/",
    " //evil.example/",
    "\x01//evil.example/",
    "http://testserver@evil.example/",
    "http://testserver.evil.example/",
    "http://localhost/",  # a name of this server too, and for whoever is led there the own machine
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,evil",
]
FOUR_KINDS = [ELSEWHERE[0], ELSEWHERE[1], "/\\evil.example/", "javascript:alert(1)"]
# Whatever a page might be told by where to go on.
NAMES = (
    "next",
    "back",
    "url",
    "to",
    "return",
    "return_to",
    "redirect",
    "redirect_to",
    "redirect_uri",
    "from",
)
LINKS = re.compile(r"(?:href|action|src|formaction|content)=\"([^\"]*)\"")
EVIL = re.compile(r"evil|localhost|alert\(")


def leads_to(address):
    """Scheme and host, as a browser reads it: tabs and line breaks are nothing, a backslash is a slash."""
    plain = re.sub(r"[\t\r\n]", "", address).strip("".join(map(chr, range(33)))).replace("\\", "/")
    there = urlsplit(urljoin("http://testserver/here/", re.sub(r"^//+", "//", plain)))
    return there.scheme, there.netloc


@pytest.mark.parametrize("address", ELSEWHERE)
def test_each_of_these_would_lead_elsewhere(address):
    assert leads_to(address) != ("http", "testserver")
    assert leads_to("/account/") == ("http", "testserver")


def assert_ours(answer):
    if (address := answer.headers.get("Location")) is not None:
        assert leads_to(address) == ("http", "testserver"), address


@pytest.fixture(scope="module")
def _standing_world(django_db_setup, django_db_blocker):
    """Made once, inside a transaction that ends with the module; each test has a savepoint in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_standing_world, db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return deepcopy(_standing_world)


@pytest.mark.parametrize("route", routes())
def test_no_page_leads_to_where_a_field_or_a_header_says(route, world):
    known, (_teacher, keeper, _nobody) = world
    path, there = filled(route, known), Client(raise_request_exception=False)
    there.force_login(keeper)
    for client, method in product((there, Client(raise_request_exception=False)), ("get", "post")):
        if is_at_the_door(visit(client, method, path)):
            continue
        for address in FOUR_KINDS:
            client.defaults["HTTP_REFERER"] = address
            answer = visit(client, method, path, dict.fromkeys(NAMES, address))
            assert_ours(answer)
            assert links_elsewhere(answer) == []


def links_elsewhere(answer):
    links = [] if answer.streaming else LINKS.findall(answer.content.decode(errors="replace"))
    return [one for one in links if EVIL.search("".join(leads_to(one)) + one.partition("?")[0])]


@pytest.fixture
def teacher(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_teacher(username="kim", password=PASSWORD)


def logged_in(teacher):
    client = Client()
    client.force_login(teacher)
    return client


def by_password(teacher, there):
    return Client().post("/login/", {"username": "kim", "password": PASSWORD, "next": there})


def by_recovery_code(teacher, there):
    Authenticator.objects.create(user=teacher, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    codes = RecoveryCodes.activate(teacher).get_unused_codes()
    client = Client()
    client.post("/login/", {"username": "kim", "password": PASSWORD, "next": there})
    return client.post(reverse("mfa_authenticate"), {"code": codes[0], "next": there})


def by_the_administrations_door(teacher, there):
    make_admin(username="head", password=PASSWORD, is_staff=True)
    form = {"username": "head", "password": PASSWORD, "next": there}
    return Client().post("/django-admin/login/", form)


def already_in(teacher, there):
    return logged_in(teacher).get("/login/", {"next": there})


def by_showing_who_it_is(teacher, there):
    form = {"password": PASSWORD, "next": there}
    return logged_in(teacher).post(reverse("account_reauthenticate"), form)


def by_a_logout(teacher, there):
    return logged_in(teacher).post("/logout/", {"next": there})


def by_a_language(teacher, there):
    return Client().post("/language/", {"language": "en", "next": there})


WAYS = [
    by_password,
    by_recovery_code,
    by_the_administrations_door,
    already_in,
    by_showing_who_it_is,
    by_a_logout,
    by_a_language,
]


@pytest.mark.parametrize("way", WAYS)
def test_what_is_done_rightly_leads_on_to_our_own_pages_and_to_no_others(way, teacher):
    for number, address in enumerate(["/help/", *ELSEWHERE]):
        with transaction.atomic():
            answer = way(teacher, address)
            assert answer.status_code == 302, address
            assert_ours(answer)
            assert (answer.headers["Location"] == "/help/") is (number == 0)
            transaction.set_rollback(True)


# --- the name by which the server was asked ---


HOSTS = ["evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80", "[::2]", ""]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.django_db
def test_who_asks_for_another_server_is_answered_by_none_and_mailed_nothing(host, settings, mailoutbox):
    settings.EMAIL_HOST = "mail.school.example"
    services.note_confirmed_email(user=make_teacher(), email="kim@school.example")
    for method, path in (("get", "/"), ("get", "/lti/keys/"), ("post", "/reset/")):
        answer = getattr(Client(), method)(path, {"email": "kim@school.example"}, headers={"Host": host})
        assert answer.status_code == 400 and "Location" not in answer.headers
        assert "evil" not in answer.content.decode()
    assert mailoutbox == []


FORWARDED = {
    "X-Forwarded-Host": "evil.example",
    "X-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Original-Host": "evil.example",
    "X-Original-URL": "//evil.example/",
    "X-Rewrite-URL": "//evil.example/",
    "Forwarded": "host=evil.example;proto=https",
    "X-Forwarded-Port": "81",
    "X-Forwarded-Prefix": "//evil.example",
    "Origin": "http://testserver",
}


@pytest.mark.django_db
def test_no_header_puts_another_server_into_a_link(settings, mailoutbox):
    settings.EMAIL_HOST = "mail.school.example"
    admin = make_admin(username="head")
    services.note_confirmed_email(user=admin, email="head@school.example")
    client = logged_in(admin)
    Client().post("/reset/", {"email": "head@school.example"}, headers=FORWARDED)
    invited = {"role": "teacher", "email": "new@school.example", "by_mail": "on"}
    pages = [client.post("/people/", invited, headers=FORWARDED)]
    pages += [client.get(path, headers=FORWARDED) for path in ("/", "/platforms/", "/account/tokens/")]
    told = [mail.body for mail in mailoutbox] + [page.content.decode() for page in pages]
    assert len(mailoutbox) == 2 and all("http://testserver/" in text for text in told[:3])
    assert not [text for text in told if "evil.example" in text or ":81" in text]
