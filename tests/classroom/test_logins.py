"""Wrong logins wait longer and longer, at the product's door and at the administration's alike."""

import time
from base64 import urlsafe_b64decode
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import services
from classroom.errors import TooManyLogins
from classroom.services import logins
from tests.factories import MONDAY, make_admin

PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.9"
DOORS = ("login", "admin:login")


@pytest.fixture
def admin(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_admin(username="principal", password=PASSWORD, is_staff=True)


@pytest.fixture
def clock(monkeypatch):
    """Seconds since Monday morning on the login's clock."""
    clock = {"s": 0.0}
    monkeypatch.setattr("classroom.doors.timezone.now", lambda: MONDAY + timedelta(seconds=clock["s"]))
    return clock


@pytest.fixture
def small_address(monkeypatch):
    """Thirty free tries behind an address, so that a test need not make three hundred."""
    monkeypatch.setattr(logins, "FREE_BEHIND_AN_ADDRESS", 30)


def log_in(door, password, *, username="principal", address=HERE, browser=None, **fields):
    form = {"username": username, "password": password, **fields}
    return (browser or Client()).post(reverse(door), form, REMOTE_ADDR=address)


def known_browser(username="principal"):
    """In which somebody has logged in before, at home, and is logged in no more."""
    browser = Client()
    assert log_in("login", PASSWORD, username=username, address=ELSEWHERE, browser=browser).status_code == 302
    del browser.cookies["sessionid"]
    return browser


@pytest.mark.parametrize("door", DOORS)
def test_sixty_wrong_passwords_in_a_row_are_stopped_and_the_right_one_after_them_too(admin, clock, door):
    answers = [log_in(door, "wrong").status_code for _ in range(60)]
    assert answers == [200] * 6 + [429] * 54
    assert log_in(door, PASSWORD).status_code == 429


@pytest.mark.parametrize("door", DOORS)
def test_the_right_person_gets_in_from_another_address(admin, clock, door):
    for _ in range(60):
        log_in(door, "wrong")
    assert log_in(door, PASSWORD, address=ELSEWHERE).status_code == 302


@pytest.mark.parametrize("door", DOORS)
def test_the_answer_says_how_long_to_wait_and_keeps_the_name(admin, clock, door):
    for _ in range(7):
        answer = log_in(door, "hunter2", next="/policy/")
    page = answer.content.decode()
    assert answer.headers["Retry-After"] == "1"
    assert "Try again in 1 second." in page
    assert 'value="principal"' in page and 'value="/policy/"' in page and "hunter2" not in page


def test_one_door_counts_what_was_tried_at_the_other(admin, clock):
    for door in DOORS * 3:
        log_in(door, "wrong")
    assert {log_in(door, "wrong").status_code for door in DOORS} == {429}


def waits_of(tries, clock):
    """The wait in seconds after each try that was let through, each made as soon as it may be."""
    waits = []
    for _ in range(tries):
        log_in("login", "wrong")
        told = log_in("login", "wrong").headers.get("Retry-After", "0")
        waits.append(int(told))
        clock["s"] += int(told)
    return waits


def test_the_delay_doubles_up_to_a_quarter_of_an_hour(admin, clock):
    for _ in range(5):
        log_in("login", "wrong")
    assert waits_of(14, clock) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]


def test_the_delay_ends_and_hammering_on_the_door_does_not_prolong_it(admin, clock):
    for _ in range(9):
        log_in("login", "wrong")
        clock["s"] += 4
    log_in("login", "wrong")
    told = int(log_in("login", "wrong").headers["Retry-After"])
    for _ in range(100):
        log_in("login", "wrong")
    clock["s"] += told - 0.5
    assert log_in("login", PASSWORD).status_code == 429
    clock["s"] += 0.5
    assert log_in("login", PASSWORD).status_code == 302


def test_a_right_login_forgets_the_wrong_ones_before_it(admin, clock):
    for _ in range(3):
        for _ in range(4):
            assert log_in("login", "wrong").status_code == 200
        assert log_in("login", PASSWORD).status_code == 302


def test_the_name_is_the_same_in_capitals_and_an_unknown_one_waits_as_long(admin, clock):
    for name in ("principal", "PRINCIPAL", "Principal") * 2:
        log_in("login", "wrong", username=name)
    assert log_in("login", "wrong", username="pRINCIPAL").status_code == 429
    answers = [log_in("login", "wrong", username="nobody").status_code for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2


def test_many_names_from_one_address_are_slowed_down_too(admin, clock, small_address):
    answers = [log_in("login", "wrong", username=f"user{number}").status_code for number in range(60)]
    assert answers == [200] * 31 + [429] * 29
    assert log_in("login", "wrong", username="user99", address=ELSEWHERE).status_code == 200


def test_one_address_never_waits_longer_than_a_minute_for_what_others_there_tried(
    admin, clock, small_address
):
    for number in range(60):
        log_in("login", "wrong", username=f"user{number}")
        clock["s"] += 60
    log_in("login", "wrong", username="last")
    assert int(log_in("login", PASSWORD).headers["Retry-After"]) == 60


def test_a_right_login_gives_its_address_no_new_tries(admin, clock, small_address):
    """Whoever has an account of their own cannot clear the count by logging in with it."""
    for number in range(31):
        log_in("login", "wrong", username=f"user{number}")
    clock["s"] += 1
    assert log_in("login", PASSWORD).status_code == 302
    log_in("login", "wrong", username="next")
    assert log_in("login", "wrong", username="another").status_code == 429


def test_of_a_school_of_1500_behind_one_address_300_may_mistype_within_an_hour(admin, clock):
    for number in range(300):
        services.begin_login(username=f"teacher{number}", address=HERE, now=MONDAY)
    assert log_in("login", PASSWORD).status_code == 302


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("tried", ["principal", "user{}"])
def test_a_browser_that_is_known_waits_for_nothing_that_others_of_its_address_tried(
    admin, clock, small_address, door, tried
):
    browser = known_browser()
    for number in range(32):
        log_in(door, "wrong", username=tried.format(number))
    assert log_in(door, PASSWORD).status_code == 429
    assert log_in(door, PASSWORD, browser=browser).status_code == 302


def test_in_a_known_browser_wrong_passwords_wait_as_long(admin, clock):
    browser = known_browser()
    answers = [log_in("login", "wrong", browser=browser).status_code for _ in range(60)]
    assert answers == [200] * 6 + [429] * 54
    assert log_in("login", PASSWORD, browser=browser).status_code == 429
    assert log_in("login", PASSWORD).status_code == 302  # and nobody else's wait for them


def test_what_a_browser_is_known_by_is_good_for_the_one_name(admin, clock):
    make_admin(username="deputy", password=PASSWORD)
    browser = known_browser("deputy")
    answers = [log_in("login", "wrong", browser=browser).status_code for _ in range(8)]
    assert answers == [200] * 6 + [429] * 2
    assert log_in("login", PASSWORD).status_code == 429  # counted where a stranger's tries are


@pytest.mark.parametrize("forged", ["", "known", "a:b:c"])
def test_nobody_makes_a_browser_known_without_the_password(admin, clock, forged):
    wrong = log_in("login", "wrong")
    assert logins_cookie(wrong) is None
    browser = Client()
    browser.cookies["known-device"] = forged
    answers = [log_in("login", "wrong", browser=browser).status_code for _ in range(7)]
    assert answers == [200] * 5 + [429] * 2


def test_what_a_browser_is_known_by_says_no_name_and_is_kept_from_scripts(admin, clock):
    cookie = logins_cookie(log_in("login", PASSWORD))
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 120 * 24 * 3600)
    told, _, _ = cookie.value.partition(":")
    assert b"principal" not in urlsafe_b64decode(told + "=" * (-len(told) % 4))


def test_a_browser_is_known_for_120_days(admin, clock, monkeypatch):
    browser, later = known_browser(), time.time() + logins.DEVICE_KNOWN_FOR_S + 1
    for _ in range(7):
        log_in("login", "wrong")
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert log_in("login", PASSWORD, browser=browser).status_code == 429


def logins_cookie(answer):
    return answer.cookies.get("known-device")


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_the_same_moment_are_no_way_round():
    now, together, let_in = timezone.now(), Barrier(20), []

    def try_once():
        together.wait()
        try:
            services.begin_login(username="principal", address=HERE, now=now)
        except TooManyLogins:
            return
        let_in.append(1)

    threads = [Thread(target=try_once) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == 6


def test_names_stand_in_no_key(admin, clock):
    log_in("login", "wrong")
    with redis.Redis.from_url(settings.MAILBOX_URL) as connection:
        keys = b" ".join(connection.keys("*"))
    assert b"login" in keys and b"principal" not in keys and HERE.encode() not in keys


def test_without_redis_there_is_no_count_and_whoever_mends_it_gets_in(admin, monkeypatch):
    def is_away(*args, **options):
        raise redis.ConnectionError

    monkeypatch.setattr("classroom.services.logins.cache.get_many", is_away)
    monkeypatch.setattr("classroom.services.logins.cache.delete", is_away)
    assert log_in("login", PASSWORD).status_code == 302


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_who_is_logged_in_and_would_be_led_to_the_login_is_led_home(admin, door, method):
    browser = Client()
    browser.force_login(admin)
    for asked in (reverse(door), f"{reverse(door)}?next={reverse(door)}"):
        answer = getattr(browser, method)(reverse(door), query_params={"next": asked})
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("home"))
