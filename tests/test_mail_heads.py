"""Whatever somebody typed as a name or an address, a mail has its own heads and goes to one place."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, services
from classroom.models import Classroom, Lesson, Policy, School, SummaryMail
from classroom.services.emails import tell_of_lost_factor
from reports import mailing
from reports.build import build_report
from tests.factories import make_admin, make_classroom, make_lesson, make_participant, make_teacher
from tests.mail_server import mail_server
from tests.reports.class_of import make_taught_class

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
OURS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
}
BREAKS = ["\n", "\r", "\r\n", "\r\n\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
NAMES = [
    *(f"Hill{one}Bcc: evil@evil.example" for one in BREAKS),
    "Hill, <evil@evil.example>",
    '"Hill" <evil@evil.example>, you',
    "Schüle 学校 مدرسة",
    "Hill " * 11,
]
PLAIN = "ada@school.example"
ADDRESSES = [
    PLAIN,
    *(f'"ada{one}Bcc:evil@evil.example"@school.example' for one in BREAKS),
    *(f'"ada{one}{one}Read!this"@school.example' for one in BREAKS),
    *(f"ada@school.example{one}Bcc: evil@evil.example" for one in BREAKS),
    "ada@school.example, evil@evil.example",
    "ada@school.example; evil@evil.example",
    "ada@school.example,evil@evil.example",
    "Ada <ada@school.example>",
    '"evil@evil.example,"@school.example',
    '"evil@evil.example> BODY=8BITMIME"@school.example',
    "evil@evil.example(@school.example",
    "ada@schüle.example",
]


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_USE_TLS = False
        settings.DEFAULT_FROM_EMAIL = "ClassPulse <pulse@school.example>"
        yield running


@pytest.fixture
def admin(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_admin(username="principal", password=PASSWORD)


@pytest.fixture
def place(admin):
    lesson = make_lesson(
        classroom=make_classroom(school=admin.school), started_at=timezone.now() - timedelta(minutes=5)
    )
    Policy.objects.update(minimum_age=0, requires_guardian_consent=True)
    return make_participant(lesson=lesson)


def logged_in(user):
    """By the password: who has just shown who it is may add an address."""
    client = Client(raise_request_exception=False)
    client.post("/login/", {"username": user.username, "password": PASSWORD})
    return client


def guest(place):
    client = Client(raise_request_exception=False)
    name, value = access.guest_cookie(place)
    client.cookies[name] = value
    return client


def assert_its_own(mail, says):
    assert len(mail.keys()) == len(set(mail.keys())) and set(mail.keys()) <= OURS
    assert says in mail.get_content() and "\n" not in mail["Subject"]
    assert len(mail["To"].addresses) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_schools_name_makes_no_second_head(name, server, admin, place):
    logged_in(admin).post(reverse("name_school"), {"name": name})
    assert School.objects.get(id=admin.school_id).name == " ".join(name.split())
    invited = {"role": "teacher", "email": "new@school.example", "by_mail": "on"}
    assert logged_in(admin).post(reverse("people"), invited).status_code == 200
    guest(place).post(reverse("ask_guardian", args=[place.id]), {"address": "ada@school.example"})
    assert server.recipients == ["new@school.example", "ada@school.example"]
    for mail, link in zip(server.received, ("/invitations/", "/guardians/"), strict=True):
        assert_its_own(mail, link)


@pytest.mark.parametrize("name", NAMES)
def test_nor_does_that_of_a_class_or_of_a_person(name, server, admin):
    teacher = make_teacher(school=admin.school, first_name=name[:150], last_name=name[:150])
    EmailAddress.objects.create(user=teacher, email="kim@school.example", verified=True, primary=True)
    services.choose_summaries(user=teacher, origin="https://pulse.school.example")
    lesson = make_taught_class(classroom=make_classroom(teacher=teacher)).lesson
    build_report(lesson_id=lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.update(report_state="ready")
    Classroom.objects.update(name=name)
    lesson.refresh_from_db()
    mail = SummaryMail(id=1, lesson=lesson, teacher=teacher)
    assert mailing.send(mail)
    tell_of_lost_factor(owner=teacher, actor=teacher)
    assert server.recipients == ["kim@school.example"] * 2
    assert_its_own(server.received[0], "https://pulse.school.example/")
    assert_its_own(server.received[1], "second factor")


def invite(address, admin, place):
    form = {"role": "teacher", "email": address, "by_mail": "on"}
    return logged_in(admin).post(reverse("people"), form), "/invitations/"


def ask_a_guardian(address, admin, place):
    return guest(place).post(reverse("ask_guardian", args=[place.id]), {"address": address}), "/guardians/"


def reset(address, admin, place):
    return Client(raise_request_exception=False).post("/reset/", {"email": address}), "password"


def add_an_address(address, admin, place):
    form = {"email": address, "action_add": ""}
    return logged_in(admin).post(reverse("account_email"), form), "/account/email/"


@pytest.mark.parametrize("asks", [invite, ask_a_guardian, reset, add_an_address])
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_one_address_or_none(address, asks, server, admin, place):
    answer, says = asks(address, admin, place)
    assert answer.status_code in {200, 302}
    assert len(server.recipients) == len(server.received) <= 1
    assert server.recipients == [PLAIN] or address != PLAIN
    for mail, recipient in zip(server.received, server.recipients, strict=True):
        assert_its_own(mail, says)
        assert re.fullmatch(r".*@(school|schüle|xn--schle-mva)\.example", recipient, re.DOTALL)
        assert address.isprintable()
