"""The own account: password, e-mail, second factor, logins."""

import re
import sys
import time
from base64 import b64decode
from contextlib import contextmanager

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import services
from classroom.admin import PRIVATE
from classroom.wire import events
from tests.factories import MONDAY, make_admin, make_teacher, make_user
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
PASSWORD, ANOTHER = "correct horse battery", "staple of a better kind"
ADDRESS = "kim@school.example"


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def teacher():
    return make_teacher(username="kim", password=PASSWORD)


@pytest.fixture
def mail(settings, mailoutbox):
    settings.EMAIL_HOST = "mail.school.example"
    return mailoutbox


@pytest.fixture
def ended(monkeypatch):
    """The groups of sockets that were closed, with the code."""
    closed = []
    monkeypatch.setattr(events, "end_all", lambda group, *, code: closed.append((group, code)))
    return closed


def log_in(username="kim", password=PASSWORD, **options):
    client = Client(**options)
    response = client.post(reverse("login"), {"username": username, "password": password})
    return client, response


def is_in(client):
    return client.get(reverse("account")).status_code == 200


def code_of(secret, *, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def set_up_app(client):
    """Sets up an authenticator app as its page says; answers the app's secret."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = re.search(r"account-secret\">(\w+)<", page)[1]
    response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert response.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret


def give_app(user):
    Authenticator.objects.create(user=user, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    return "JBSWY3DPEHPK3PXP"


# --- login and password ---


def test_a_login_leads_to_where_somebody_wanted_to_go(teacher):
    response = Client().post(
        f"{reverse('login')}?next=/account/", {"username": "kim", "password": PASSWORD, "next": "/account/"}
    )
    assert response.status_code == 302 and response.headers["Location"] == "/account/"
    away = {"username": "kim", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert Client().post(reverse("login"), away).headers["Location"] == reverse("home")


def test_a_closed_account_does_not_get_in(teacher):
    teacher.is_active = False
    teacher.save()
    client, response = log_in()
    assert response.status_code == 200 and not is_in(client)


def test_a_login_begins_a_session_of_its_own(teacher):
    keys = set()
    client = Client()
    for _ in range(2):
        client.post(reverse("login"), {"username": "kim", "password": PASSWORD})
        keys.add(client.session.session_key)
        client.post(reverse("logout"))
    planted = str(keys.pop())
    client.cookies["sessionid"] = planted
    client.post(reverse("login"), {"username": "kim", "password": PASSWORD})
    assert client.session.session_key not in {planted, *keys} and len(keys) == 1


def with_new_password(password):
    client = log_in()[0]
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    return client.post(reverse("account_change_password"), form)


@pytest.mark.parametrize("password", ["ten chars.", "zehn große", 100 * "x y ", "0987612345X", " spaces   "])
def test_a_password_of_ten_characters_of_any_kind_is_taken_as_it_was_typed(teacher, password):
    assert with_new_password(password).status_code == 302
    teacher.refresh_from_db()
    assert teacher.check_password(password)
    assert not teacher.check_password(password.swapcase()) and not teacher.check_password(password[:-1])


@pytest.mark.parametrize("password", ["nine char", "1q2w3e4r5t", "qwertyuiop", "basketball"])
def test_a_password_that_is_short_or_common_is_not_taken(teacher, password):
    assert with_new_password(password).status_code == 200
    teacher.refresh_from_db()
    assert teacher.check_password(PASSWORD)


def test_changing_the_password_ends_the_other_logins_and_not_this_one(teacher):
    here, there = log_in()[0], log_in()[0]
    form = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    assert here.post(reverse("account_change_password"), form).headers["Location"] == reverse("account")
    assert is_in(here) and not is_in(there)
    assert is_in(log_in(password=ANOTHER)[0]) and not is_in(log_in()[0])


@pytest.mark.parametrize(
    ("page", "field"), [("account_change_password", "oldpassword"), ("account_reauthenticate", "password")]
)
def test_wrong_passwords_wait_inside_as_they_do_at_the_door(teacher, page, field, now):
    client = log_in()[0]
    form = {field: "wrong", "password1": ANOTHER, "password2": ANOTHER}
    pages = [client.post(reverse(page), form).content.decode() for _ in range(7)]
    assert ["Too many logins went wrong." in one for one in pages] == [False] * 6 + [True]
    client.cookies.pop("sessionid")
    same_browser = client.post(reverse("login"), {"username": "kim", "password": PASSWORD})
    assert same_browser.status_code == 429


def test_the_administration_has_no_door_and_no_password_page_of_its_own(teacher):
    assert 'name="username"' in Client().get(reverse("admin:login")).content.decode()
    client = Client()
    client.force_login(make_admin(is_staff=True))
    assert client.get(reverse("admin:password_change")).headers["Location"] == reverse(
        "account_change_password"
    )
    assert client.get(reverse("admin:login")).headers["Location"] == reverse("home")
    assert log_in()[0].get(reverse("admin:login")).status_code == 404


def test_what_is_private_about_a_login_is_on_no_page_of_the_administration():
    assert [model for model in PRIVATE if admin.site.is_registered(model)] == []


# --- a forgotten password ---


def test_without_mail_the_page_says_whom_to_ask_and_sends_nothing(teacher, mailoutbox):
    teacher.email = ADDRESS
    teacher.save()
    for answer in (
        Client().get(reverse("account_reset_password")),
        Client().post(reverse("account_reset_password"), {"email": ADDRESS}),
    ):
        page = answer.content.decode()
        assert "Ask an administrator of your school for a link" in page
        assert "Are you an administrator yourself? Ask another one, or whoever runs this server" in page
    assert mailoutbox == []


def test_a_reset_answers_alike_whether_or_not_the_address_is_known(teacher, mail):
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    answers = [
        Client().post(reverse("account_reset_password"), {"email": one})
        for one in (ADDRESS, "nobody@school.example")
    ]
    assert [(one.status_code, one.headers["Location"], one.content) for one in answers] == [
        (302, reverse("account_reset_password_done"), b"")
    ] * 2
    assert [one.to for one in mail] == [[ADDRESS], ["nobody@school.example"]]
    assert "/reset/" in mail[0].body and "/reset/" not in mail[1].body


@pytest.mark.parametrize("known", ["typed by somebody", "not answered"])
def test_no_reset_link_goes_to_an_address_that_nobody_confirmed(teacher, mail, known):
    teacher.email = ADDRESS
    teacher.save()
    if known == "not answered":
        EmailAddress.objects.create(user=teacher, email=ADDRESS, verified=False, primary=True)
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    assert [one.to for one in mail] == [[ADDRESS]] and "/reset/" not in mail[0].body


def test_no_reset_link_goes_to_a_closed_account(teacher, mail):
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    teacher.is_active = False
    teacher.save()
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    assert "/reset/" not in mail[0].body


def test_the_link_in_the_mail_sets_a_password_once_and_ends_every_login(teacher, mail):
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    there = log_in()[0]
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    link = re.search(r"http://testserver(/reset/\S+)", mail[0].body)[1]
    client = Client()
    page = client.get(link, follow=True)
    form = {"password1": ANOTHER, "password2": ANOTHER}
    assert client.post(page.request["PATH_INFO"], form).headers["Location"] == reverse(
        "account_reset_password_from_key_done"
    )
    assert is_in(log_in(password=ANOTHER)[0]) and not is_in(there) and not is_in(log_in()[0])
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_a_link_made_by_an_administrator_works_without_mail(teacher):
    link = services.password_reset_link(account_id=teacher.id, actor=make_admin(), now=timezone.now())
    client = Client()
    page = client.get(link, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": ANOTHER, "password2": ANOTHER})
    assert is_in(log_in(password=ANOTHER)[0])


@pytest.mark.parametrize("host", ["", "mail.school.example"])
def test_a_link_that_has_ended_leads_on_and_not_round_in_a_circle(teacher, settings, host):
    settings.EMAIL_HOST = host
    link = services.password_reset_link(account_id=teacher.id, actor=make_admin(), now=timezone.now())
    change_password(teacher)
    page = " ".join(Client().get(link, follow=True).content.decode().split())
    assert "This link no longer works" in page and "an administrator of your school" in page
    assert (f'href="{reverse("account_reset_password")}"' in page) is bool(host)


def test_a_mail_server_that_is_away_breaks_no_page(teacher, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    response = Client().post(reverse("account_reset_password"), {"email": ADDRESS}, follow=True)
    assert response.status_code == 200
    assert "mail server does not answer" in response.content.decode()


def test_many_resets_of_one_address_are_refused_and_a_school_behind_one_address_is_not(teacher, mail):
    def ask(email):
        return Client().post(reverse("account_reset_password"), {"email": email}).status_code

    assert [ask(ADDRESS) for _ in range(7)] == [302] * 5 + [429] * 2
    assert {ask(f"kim{number}@school.example") for number in range(40)} == {302}


# --- e-mail ---


def test_an_address_counts_once_the_mail_to_it_was_answered(teacher, mail):
    client = log_in()[0]
    client.post(reverse("account_email"), {"email": ADDRESS, "action_add": ""})
    teacher.refresh_from_db()
    assert teacher.email == ""
    link = re.search(r"http://testserver(/account/email/\S+)", mail[0].body)[1]
    assert Client().get(link).status_code == 200
    teacher.refresh_from_db()
    assert teacher.email == "", "looking at the page, as mail scanners do, confirms nothing"
    Client().post(link)
    teacher.refresh_from_db()
    assert teacher.email == ADDRESS
    assert EmailAddress.objects.get().verified


def test_without_mail_no_address_is_taken(teacher, mailoutbox):
    client = log_in()[0]
    answer = client.post(reverse("account_email"), {"email": ADDRESS, "action_add": ""})
    assert "sends no mail" in answer.content.decode()
    assert not EmailAddress.objects.exists() and mailoutbox == []


def test_an_address_that_an_invitation_confirmed_replaces_the_old_one(teacher):
    services.note_confirmed_email(user=teacher, email="old@school.example")
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    teacher.refresh_from_db()
    assert teacher.email == ADDRESS
    assert [(one.email, one.verified) for one in EmailAddress.objects.all()] == [(ADDRESS, True)]


def test_a_change_of_the_account_is_told_by_mail(teacher, mail):
    services.note_confirmed_email(user=teacher, email=ADDRESS)
    form = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    log_in()[0].post(reverse("account_change_password"), form)
    assert [one.to for one in mail] == [[ADDRESS]]
    assert "If that was not you, tell an administrator" in mail[0].body


# --- logins and devices ---


def test_the_list_shows_each_login_and_ends_one(teacher, ended):
    here, there = log_in(HTTP_USER_AGENT="Linux Firefox/1")[0], log_in(HTTP_USER_AGENT="iPhone")[0]
    key = there.session.session_key
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "Firefox, Linux" in page and "iPhone" in page and "127.0.0.1" in page
    here.post(reverse("end_login", args=[UserSession.objects.get(user_agent="iPhone").id]))
    assert is_in(here) and not is_in(there)
    assert ended == [(events.login_of(key), events.RIGHTS_LOST_CODE)]
    assert "iPhone" not in here.get(reverse("usersessions_list")).content.decode()


def test_all_other_logins_end_at_once(teacher, ended):
    here, *others = (log_in()[0] for _ in range(3))
    keys = {one.session.session_key for one in others}
    here.post(reverse("end_other_logins"))
    assert is_in(here) and not any(map(is_in, others))
    assert {group for group, _code in ended} == set(map(events.login_of, keys))


def test_nobody_ends_the_login_of_somebody_else(teacher, ended):
    there = log_in()[0]
    make_teacher(username="sam", password=PASSWORD)
    stranger = log_in("sam")[0]
    login_id = UserSession.objects.get(user=teacher).id
    assert stranger.post(reverse("end_login", args=[login_id])).status_code == 404
    stranger.post(reverse("end_other_logins"))
    assert is_in(there) and ended == []


def test_the_row_of_a_login_goes_with_it(teacher):
    out, over, on = (log_in()[0] for _ in range(3))
    key = on.session.session_key
    out.post(reverse("logout"))
    Session.objects.filter(session_key=over.session.session_key).update(expire_date=MONDAY)
    delete_past_retention(now=timezone.now())
    assert [one.session_key for one in UserSession.objects.all()] == [key]
    assert not Session.objects.filter(expire_date__lt=timezone.now()).exists()


# --- second factor ---


def test_an_app_is_set_up_and_asked_for_from_then_on(teacher):
    secret = set_up_app(log_in()[0])
    client, response = log_in()
    assert response.headers["Location"] == reverse("mfa_authenticate") and not is_in(client)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode() and not is_in(client)
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret, steps=1)}).headers[
        "Location"
    ] == reverse("home")
    assert is_in(client)


def test_the_page_that_asks_for_a_code_says_what_to_do_without_one(teacher):
    set_up_app(log_in()[0])
    page = " ".join(log_in()[0].get(reverse("mfa_authenticate")).content.decode().split())
    assert "Type one of the recovery codes" in page
    assert "Ask an administrator of your school to remove your second factor" in page
    assert "If you are an administrator yourself, ask another one" in page


def test_the_app_scans_the_key_from_a_picture_that_this_server_has_drawn(teacher, monkeypatch):
    monkeypatch.setitem(sys.modules, "qrcode", None)
    page = log_in()[0].get(reverse("mfa_activate_totp"))
    drawn = b64decode(page.context["totp_svg_data_uri"].partition("base64,")[2]).decode()
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg"') and "viewBox=" in drawn
    assert page.context["totp_url"].startswith("otpauth://totp/kim?secret=")


def test_a_code_is_taken_once(teacher):
    secret = give_app(teacher)
    code = code_of(secret)
    first, second = log_in()[0], log_in()[0]
    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(first) and not is_in(second)


@contextmanager
def redis_away(settings):
    """Nobody listens at its address."""
    caches = settings.CACHES
    settings.CACHES = {"default": {**caches["default"], "LOCATION": "redis://127.0.0.1:1"}}
    try:
        yield
    finally:
        settings.CACHES = caches


@pytest.mark.parametrize("kind", ["of an app", "to recover"])
def test_without_redis_the_second_factor_says_so_and_lets_nobody_in(teacher, settings, kind):
    secret = give_app(teacher)
    codes = RecoveryCodes.activate(teacher).get_unused_codes()
    form = {"code": code_of(secret) if kind == "of an app" else codes[0]}
    half = log_in()[0]
    with redis_away(settings):
        answer = half.post(reverse("mfa_authenticate"), form)
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "cannot be checked at the moment" in answer.content.decode() and not is_in(half)
    half.post(reverse("mfa_authenticate"), form)
    assert is_in(half), "what was refused so is not used up"


def test_a_used_code_is_not_taken_again_because_redis_is_away(teacher, settings):
    secret = give_app(teacher)
    code = code_of(secret)
    first, second = log_in()[0], log_in()[0]
    first.post(reverse("mfa_authenticate"), {"code": code})
    with redis_away(settings):
        second.post(reverse("mfa_authenticate"), {"code": code})
        assert not is_in(second)
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert not is_in(second)


@pytest.mark.parametrize("page", ["account_reset_password", "mfa_login_webauthn", "account_change_password"])
def test_without_redis_no_page_where_tries_are_counted_breaks(teacher, mail, settings, page):
    client = Client() if page != "account_change_password" else log_in()[0]
    form = {"email": ADDRESS, "credential": "{}", "oldpassword": PASSWORD}
    with redis_away(settings):
        answer = client.post(reverse(page), form | {"password1": ANOTHER, "password2": ANOTHER})
    assert answer.status_code == 503 and mail == []
    teacher.refresh_from_db()
    assert teacher.check_password(PASSWORD)


def test_codes_cannot_be_guessed(teacher):
    secret = give_app(teacher)
    client = log_in()[0]
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert "Too many failed login attempts" in answer.content.decode() and not is_in(client)


def change_password(user):
    user.set_password(ANOTHER)
    user.save()


def end_all_sessions(user):
    services.sign_out_everywhere(account_id=user.id, actor=make_admin(), now=timezone.now())


def end_own_other_logins(user):
    client = Client()
    client.force_login(user)
    client.post(reverse("end_other_logins"))
    assert is_in(client)


@pytest.mark.parametrize("end", [change_password, end_all_sessions, end_own_other_logins])
def test_a_login_that_waits_for_the_second_factor_ends_like_one_that_is_in(teacher, end):
    secret = give_app(teacher)
    half = log_in()[0]
    assert half.get(reverse("mfa_authenticate")).status_code == 200
    end(teacher)
    answer = half.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer.headers["Location"] == reverse("login") and not is_in(half)
    assert half.get(reverse("mfa_authenticate")).status_code == 302, "the password has to be given again"


def test_a_login_that_waits_is_nobody_elses_to_end(teacher):
    secret = give_app(teacher)
    half = log_in()[0]
    end_all_sessions(make_teacher())
    half.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(half)


def test_a_recovery_code_opens_the_door_once(teacher):
    client = log_in()[0]
    set_up_app(client)
    code = re.search(
        r"<li><code>(\w+)</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode()
    )[1]
    first, second = log_in()[0], log_in()[0]
    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})
    assert is_in(first) and not is_in(second)


@pytest.mark.parametrize("page", ["mfa_activate_totp", "mfa_add_webauthn", "account_email"])
def test_a_browser_left_open_does_not_suffice_to_change_the_ways_in(teacher, mail, monkeypatch, page):
    client = log_in()[0]
    later = time.time() + 600
    monkeypatch.setattr("classroom.accounts.adapters.time.time", lambda: later)
    answer = client.post(reverse(page), {"email": ADDRESS, "action_add": ""})
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert mail == []


def test_the_second_factor_is_asked_for_at_the_administrations_door(settings):
    chief = make_admin(username="chief", password=PASSWORD, is_staff=True, is_superuser=True)
    give_app(chief)
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": "chief", "password": PASSWORD})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302


def test_secrets_go_with_the_account():
    user = make_user(username="kim", password=PASSWORD)
    give_app(user)
    services.note_confirmed_email(user=user, email=ADDRESS)
    log_in()
    user.delete()
    assert not any(model.objects.exists() for model in (Authenticator, EmailAddress))


@pytest.mark.parametrize(
    ("setting", "led"),
    [("none", set()), ("admins", {"admin", "staff"}), ("teachers", {"admin", "staff", "teacher"})],
)
def test_who_has_to_have_a_second_factor_is_led_to_set_one_up(settings, setting, led):
    settings.REQUIRE_SECOND_FACTOR = setting
    people = {
        "student": make_user(),
        "staff": make_user(is_staff=True),
        "teacher": make_teacher(),
        "admin": make_admin(),
    }
    found = set()
    for name, user in people.items():
        client = Client()
        client.force_login(user)
        if client.get(reverse("account")).headers.get("Location") == reverse("mfa_index"):
            found.add(name)
    assert found == led


def test_without_the_second_factor_nothing_else_is_reached(settings):
    settings.REQUIRE_SECOND_FACTOR = "admins"
    make_admin(username="chief", password=PASSWORD, is_staff=True, is_superuser=True)
    client = log_in("chief")[0]
    for page in ("home", "overview", "choose_policy", "account_change_password", "admin:index"):
        assert client.get(reverse(page)).headers["Location"] == reverse("mfa_index")
    assert client.post(reverse("choose_policy"), {"preset": "full"}).headers["Location"] == reverse(
        "mfa_index"
    )
    assert "Your school asks for a second factor" in client.get(reverse("mfa_index")).content.decode()
    set_up_app(client)
    assert client.get(reverse("overview")).status_code == 200
    assert client.get(reverse("admin:index")).status_code == 200


def test_the_last_factor_stays_where_one_is_asked_for(settings):
    settings.REQUIRE_SECOND_FACTOR = "admins"
    chief = make_admin(username="chief", password=PASSWORD)
    client = log_in("chief")[0]
    set_up_app(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=chief, type="totp").exists()
    settings.REQUIRE_SECOND_FACTOR = "none"
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=chief).exists()


def give_passkey(user):
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone", "credential": {}})


def test_the_last_passkey_stays_where_a_second_factor_is_asked_for(settings):
    settings.REQUIRE_SECOND_FACTOR = "admins"
    chief = make_admin(username="chief", password=PASSWORD)
    client = log_in("chief")[0]
    first, last = give_passkey(chief), give_passkey(chief)
    for key in (first, last):
        answer = client.post(reverse("mfa_remove_webauthn", args=[key.id]), follow=True)
    assert list(Authenticator.objects.all()) == [last]
    assert "Set up another one before you remove this one." in answer.content.decode()
    settings.REQUIRE_SECOND_FACTOR = "none"
    client.post(reverse("mfa_remove_webauthn", args=[last.id]))
    assert not Authenticator.objects.exists()


def test_the_page_of_the_code_offers_a_passkey_to_those_who_have_one(teacher, monkeypatch):
    give_app(teacher)
    client = log_in()[0]
    page = client.get(reverse("mfa_authenticate")).content.decode()
    assert 'name="code"' in page and "Use a passkey or key" not in page
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    give_passkey(teacher)
    assert "Use a passkey or key" in client.get(reverse("mfa_authenticate")).content.decode()


@pytest.mark.parametrize("page", ["login", "invitation"])
def test_the_name_to_log_in_with_is_called_by_one_word(page):
    admin = make_admin()
    _row, token = services.invite(school=admin.school, role="teacher", actor=admin, now=timezone.now())
    address = reverse(page, args=[token] if page == "invitation" else [])
    for answer in (
        Client().get(address),
        Client().post(address, {"username": admin.username, "password": "x"}),
    ):
        text = re.sub(r"<[^>]*>", " ", answer.content.decode())
        assert "User name" in text and not re.search("username", text, re.IGNORECASE)


def test_passkeys_are_asked_for_under_the_own_name_of_the_server(teacher):
    page = log_in(SERVER_NAME="localhost")[0].get(reverse("mfa_add_webauthn"), SERVER_NAME="localhost")
    assert page.context["js_data"]["creation_options"]["publicKey"]["rp"]["id"] == "localhost"


CREDENTIAL_LIKE = [
    *("0", "5", "false", "[]", "{}", "null", "9" * 5000, "[" * 5000, "x"),
    *('{"id": 1}', '{"id": "a", "response": 1}', '{"id": "a", "response": {}}'),
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {"userHandle": "a", "clientDataJSON": "a"}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "MQ", "signature": "YQ"}}',
]


@pytest.mark.parametrize("credential", CREDENTIAL_LIKE)
def test_what_no_browser_sends_is_no_passkey_and_opens_nothing(teacher, credential):
    client = log_in()[0]
    client.get(reverse("mfa_add_webauthn"))
    client.post(reverse("mfa_add_webauthn"), {"credential": credential, "name": "It"})
    assert not Authenticator.objects.exists()
    client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": credential})
    give_app(teacher)
    half = log_in()[0]
    for page in ("mfa_authenticate", "mfa_login_webauthn"):
        half.get(reverse(page), headers={"accept": "application/json"})
        half.post(reverse(page), {"credential": credential})
    assert not is_in(half)


@pytest.mark.parametrize(
    "path",
    ["/reset/zzzzzzzzzzzzz-abc/", "/reset/1-set-password/", "/account/email/zz:zz:z/"],
)
def test_links_that_nobody_sent_do_nothing(path):
    assert "no longer works" in Client().get(path).content.decode()
    assert Client().post(path).status_code in (200, 404)
