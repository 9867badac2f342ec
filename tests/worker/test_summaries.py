"""Summaries by mail: who gets one, what it says, that there is one, and what happens if it fails."""

import threading
from datetime import timedelta
from email import message_from_bytes

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from classroom import services
from classroom.languages import offered
from classroom.models import Classroom, ClassroomTeacher, Lesson, PulseCheck, SummaryMail, User
from classroom.services import summaries
from reports import mailing
from tests.factories import make_classroom, make_school, make_teacher
from tests.mail_server import mail_server
from tests.other_words import write_words
from tests.reports.class_of import NAMES, make_taught_class
from worker import tasks

pytestmark = pytest.mark.django_db
ADDRESS = "ada@school.example"
ORIGIN = "https://pulse.school.example"


@pytest.fixture
def server(settings):
    with mail_server() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_USE_TLS = False
        settings.DEFAULT_FROM_EMAIL = "ClassPulse <pulse@school.example>"
        yield running


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """Each task is run where it would be sent."""
    monkeypatch.setattr(
        "classroom.services.summaries.send_summary_task", lambda mail_id: tasks.send_summary(mail_id=mail_id)
    )


@pytest.fixture
def teacher():
    return wants_mail(make_teacher(language="en", time_zone="Asia/Tokyo"))


def wants_mail(teacher, address=ADDRESS):
    EmailAddress.objects.create(user=teacher, email=address, verified=True, primary=True)
    services.choose_summaries(user=teacher, origin=ORIGIN)
    return teacher


@pytest.mark.parametrize(("chosen", "server_speaks"), [("de", "en"), ("", "de")])
def test_the_mail_is_in_the_language_of_the_teacher_or_of_the_server(
    server, settings, tmp_path, django_capture_on_commit_callbacks, chosen, server_speaks
):
    write_words(tmp_path, "de", {"The whole report: %(link)s": "Der ganze Bericht: %(link)s"})
    settings.LOCALE_PATHS, settings.LANGUAGES = [tmp_path], offered(tmp_path)
    settings.DEFAULT_LANGUAGE = server_speaks
    written(held(wants_mail(make_teacher(language=chosen))), django_capture_on_commit_callbacks)
    assert "Der ganze Bericht" in server.received[0].get_content()


def held(teacher, **lesson):
    started = timezone.now() - timedelta(hours=1)
    fields = {"started_at": started, "report_state": "pending", **lesson}
    return make_taught_class(classroom=make_classroom(teacher=teacher, name="Physics"), **fields).lesson


def written(lesson, commit):
    with commit(execute=True):
        tasks.build_report(lesson_id=lesson.id)
    lesson.refresh_from_db()
    assert lesson.report_state == "ready"


def test_the_sentences_come_once_in_the_zone_of_the_teacher(
    server, teacher, django_capture_on_commit_callbacks
):
    lesson = held(teacher)
    written(lesson, django_capture_on_commit_callbacks)
    (mail,) = server.received
    assert (mail["To"], mail["From"]) == (ADDRESS, "ClassPulse <pulse@school.example>")
    assert mail["Subject"].startswith("ClassPulse: Physics, ")
    assert "JST" in mail["Subject"]
    text = mail.get_content()
    assert "Worth teaching again" in text or "stands out as worth teaching again" in text
    assert f"{ORIGIN}{reverse('report', args=[lesson.id])}" in text
    assert f"{ORIGIN}{reverse('account')}" in text
    assert SummaryMail.objects.get().state == "sent"


def test_it_has_what_was_answered_to_with_me_as_the_page_has_it(
    server, teacher, django_capture_on_commit_callbacks
):
    lesson = held(teacher)
    at = lesson.started_at + timedelta(minutes=12)
    told = {"group_size": 5, "of": "class", "asked": 8, "yes": 4, "partly": 1, "no": 2}
    PulseCheck.objects.create(
        lesson=lesson, at=at, closes_at=at + timedelta(seconds=30), closed_at=at, told=told
    )
    written(lesson, django_capture_on_commit_callbacks)
    (mail,) = server.received
    words = "“With me?” was asked in minute 12: 4 yes, 1 partly, 2 no, from 8 students asked."
    assert words in " ".join(mail.get_content().split())


def test_it_names_no_student_and_no_key_moment(server, teacher, django_capture_on_commit_callbacks):
    lesson = held(teacher)
    lesson.markers.update(label="Kim presents")
    lesson.markers.create(at=lesson.started_at + timedelta(minutes=20), label="Kim presents")
    written(lesson, django_capture_on_commit_callbacks)
    (mail,) = server.received
    told = mail["Subject"] + mail.get_content()
    assert not [name for name in (*NAMES, "Kim", lesson.title) if name in told]


def test_a_report_that_is_written_again_is_not_mailed_again(
    server, teacher, django_capture_on_commit_callbacks
):
    lesson = held(teacher)
    written(lesson, django_capture_on_commit_callbacks)
    assert services.ask_for_report_again(lesson_id=lesson.id)
    written(lesson, django_capture_on_commit_callbacks)
    tasks.send_summary(mail_id=SummaryMail.objects.get().id)
    assert services.due_summaries(now=timezone.now() + timedelta(days=1)) == []
    assert len(server.received) == 1


def test_an_old_lesson_and_a_demonstration_are_no_news(server, teacher, django_capture_on_commit_callbacks):
    written(held(teacher, started_at=timezone.now() - timedelta(days=2)), django_capture_on_commit_callbacks)
    written(held(teacher, is_simulation=True), django_capture_on_commit_callbacks)
    assert server.received == []
    assert not SummaryMail.objects.exists()


def test_each_teacher_of_the_class_who_asked_gets_it_and_nobody_else(
    server, teacher, django_capture_on_commit_callbacks
):
    lesson, now = held(teacher), timezone.now()
    co, former, silent = (make_teacher(school=teacher.school) for _ in range(3))
    for one, ends_at in ((co, None), (former, now - timedelta(hours=2)), (silent, None)):
        ClassroomTeacher.objects.create(
            classroom=lesson.classroom, teacher=one, given_at=now - timedelta(days=9), ends_at=ends_at
        )
    wants_mail(co, "co@school.example")
    wants_mail(former, "former@school.example")
    wants_mail(make_teacher(school=teacher.school), "colleague@school.example")
    written(lesson, django_capture_on_commit_callbacks)
    assert {mail["To"] for mail in server.received} == {ADDRESS, "co@school.example"}


@pytest.mark.parametrize("change", ["ended", "unverified", "inactive", "without mail", "suspended"])
def test_who_may_or_would_get_none_any_more_gets_none(
    server, teacher, settings, change, django_capture_on_commit_callbacks
):
    lesson = held(teacher)
    match change:
        case "ended":
            services.choose_summaries(user=teacher, origin="")
        case "unverified":
            EmailAddress.objects.update(verified=False)
        case "inactive":
            teacher.is_active = False
            teacher.save()
        case "without mail":
            settings.EMAIL_HOST = ""
        case "suspended":
            teacher.school.suspended_at = timezone.now()
            teacher.school.save()
    written(lesson, django_capture_on_commit_callbacks)
    assert server.received == []


def test_a_server_that_refuses_is_asked_again_a_few_times_and_the_log_says_so(
    server, teacher, caplog, django_capture_on_commit_callbacks
):
    server.refusal = "451 later"
    lesson = held(teacher)
    written(lesson, django_capture_on_commit_callbacks)
    mail = SummaryMail.objects.get()
    assert (mail.state, mail.attempts) == ("waiting", 1)
    assert f"The summary of lesson {lesson.id} was not mailed, attempt 1" in caplog.text
    assert services.due_summaries(now=timezone.now()) == []
    for attempt in range(2, 7):
        SummaryMail.objects.filter(state="waiting").update(due_at=timezone.now())
        tasks.send_summary(mail_id=mail.id)
        mail.refresh_from_db()
        assert mail.attempts == min(attempt, 5)
    assert (mail.state, services.due_summaries(now=timezone.now() + timedelta(days=9))) == ("failed", [])
    assert server.received == []


def ends_the_days(_lesson, _teacher):
    ClassroomTeacher.objects.update(ends_at=timezone.now() - timedelta(seconds=1))


LOSES = {
    "the share": lambda lesson, teacher: services.end_share(
        classroom_id=lesson.classroom_id, teacher_id=teacher.id
    ),
    "the days of a substitute": ends_the_days,
    "the class": lambda _lesson, teacher: Classroom.objects.update(
        teacher=make_teacher(school=teacher.school)
    ),
    "the role": lambda _lesson, teacher: User.objects.filter(id=teacher.id).update(role="admin"),
    "the school": lambda _lesson, teacher: User.objects.filter(id=teacher.id).update(school=make_school()),
    "the lesson": lambda lesson, _teacher: lesson.delete(),
}


@pytest.mark.parametrize("loses", LOSES)
def test_who_loses_the_class_while_the_mail_waits_gets_none(
    server, teacher, loses, django_capture_on_commit_callbacks
):
    owner = (
        teacher if loses in ("the class", "the role", "the school") else make_teacher(school=teacher.school)
    )
    lesson, now = held(owner), timezone.now()
    share = ClassroomTeacher(classroom=lesson.classroom, teacher=teacher, given_at=now - timedelta(days=1))
    if owner != teacher:
        share.ends_at = now + timedelta(hours=1) if loses == "the days of a substitute" else None
        share.save()
    server.refusal = "451 later"
    written(lesson, django_capture_on_commit_callbacks)
    (mail,) = SummaryMail.objects.all()
    assert (mail.teacher, mail.state) == (teacher, "waiting")
    server.refusal = ""
    LOSES[loses](lesson, teacher)
    SummaryMail.objects.update(due_at=now)
    tasks.send_summary(mail_id=mail.id)
    assert server.received == []


@pytest.fixture
def waiting(teacher, django_capture_on_commit_callbacks):
    lesson = held(teacher)
    written(lesson, django_capture_on_commit_callbacks)
    SummaryMail.objects.create(lesson=lesson, teacher=teacher, due_at=timezone.now())
    return SummaryMail.objects.select_related("teacher", "lesson__classroom__school__policy").get()


@pytest.mark.parametrize("goes", ["withdraws", "is erased"])
def test_a_mail_that_waits_goes_once_the_report_is_written_without_who_has_gone(
    server, teacher, goes, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)
    lesson = held(teacher)
    server.refusal = "451 later"
    written(lesson, django_capture_on_commit_callbacks)
    server.refusal = ""
    gone, now = lesson.consents.order_by("id").first().participant, timezone.now()
    if goes == "withdraws":
        services.withdraw_consent(lesson_id=lesson.id, participant_id=gone.id, now=now)
    else:
        services.erase_own_place(participant_id=gone.id, now=now)
    SummaryMail.objects.update(due_at=now)
    (mail,) = SummaryMail.objects.all()
    tasks.send_summary(mail_id=mail.id)
    assert server.received == [], "the report is written again"
    written(lesson, django_capture_on_commit_callbacks)
    SummaryMail.objects.update(due_at=now)
    tasks.send_summary(mail_id=mail.id)
    assert len(server.received) == 1


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=80))
@example("Physics\r\nBcc: eve@elsewhere.example\r\n\r\n<b>")
@example("Physics\u2028Bcc: eve@elsewhere.example")
@example("=?utf-8?q?Bcc:=20eve=40elsewhere.example?=")
@hypothesis_settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_name_of_a_class_adds_a_line_to_the_head_of_the_mail(waiting, settings, mailoutbox, name):
    settings.EMAIL_HOST = "mail.school.example"
    waiting.lesson.classroom.name = name
    assert mailing.send(waiting)
    message = message_from_bytes(mailoutbox[-1].message().as_bytes())
    names = ["Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "MIME-Version"]
    assert sorted(message.keys()) == [*names, "Message-ID", "Subject", "To"]
    assert mailoutbox[-1].recipients() == [ADDRESS]


def test_a_server_that_comes_back_gets_it(server, teacher, django_capture_on_commit_callbacks):
    server.refusal = "451 later"
    written(held(teacher), django_capture_on_commit_callbacks)
    server.refusal = ""
    SummaryMail.objects.update(due_at=timezone.now())
    (mail_id,) = services.due_summaries(now=timezone.now())
    tasks.send_summary(mail_id=mail_id)
    assert len(server.received) == 1


def test_what_a_worker_that_died_had_claimed_is_taken_again_under_the_same_number(
    server, teacher, django_capture_on_commit_callbacks
):
    lesson, now = held(teacher), timezone.now()
    written(lesson, django_capture_on_commit_callbacks)
    mail = SummaryMail.objects.get()
    SummaryMail.objects.update(state="sending", claimed_at=now)
    assert services.claim_summary(mail_id=mail.id, now=now + timedelta(minutes=4)) is None
    SummaryMail.objects.update(claimed_at=now - timedelta(minutes=6))
    tasks.send_summary(mail_id=mail.id)
    first, second = server.received
    assert first["Message-ID"] == second["Message-ID"] == f"<summary-{mail.id}@school.example>"


def test_one_over_which_each_worker_died_has_failed(server, teacher, django_capture_on_commit_callbacks):
    lesson, now = held(teacher), timezone.now()
    written(lesson, django_capture_on_commit_callbacks)
    SummaryMail.objects.update(state="sending", attempts=summaries.ATTEMPTS, claimed_at=now)
    left = now + summaries.CLAIM_LASTS
    assert services.due_summaries(now=left) == []
    assert SummaryMail.objects.get().state == "sending"
    assert services.due_summaries(now=left + timedelta(seconds=1)) == []
    assert SummaryMail.objects.get().state == "failed"


@pytest.mark.django_db(transaction=True)
def test_of_two_tasks_for_one_mail_one_has_it():
    teacher = wants_mail(make_teacher())
    lesson = make_taught_class(classroom=make_classroom(teacher=teacher)).lesson
    now = timezone.now()
    mail = SummaryMail.objects.create(lesson=lesson, teacher=teacher, due_at=now)
    barrier, claimed = threading.Barrier(4), []

    def claim():
        barrier.wait()
        claimed.append(services.claim_summary(mail_id=mail.id, now=now))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one is not None for one in claimed) == 1


# --- the account's page ---

ASKS, ENDS = "Mail me summaries", "Stop mailing me summaries"


def page_of(client):
    return client.get(reverse("account")).content.decode()


def test_a_teacher_asks_for_summaries_and_ends_them(client, server):
    teacher = make_teacher()
    EmailAddress.objects.create(user=teacher, email=ADDRESS, verified=True, primary=True)
    client.force_login(teacher)
    assert ASKS in page_of(client)
    client.post(reverse("mail_summaries"), {"wanted": "yes"})
    teacher.refresh_from_db()
    assert teacher.summary_origin == "http://testserver"
    assert ENDS in page_of(client)
    lesson = Lesson.objects.get(id=held(teacher).id)
    SummaryMail.objects.create(lesson=lesson, teacher=teacher, due_at=timezone.now())
    client.post(reverse("mail_summaries"), {"wanted": "no"})
    teacher.refresh_from_db()
    assert (teacher.summary_origin, SummaryMail.objects.count()) == ("", 0)
    assert ASKS in page_of(client)


def test_without_an_address_it_is_said_what_is_missing(client, server):
    client.force_login(teacher := make_teacher())
    assert "Add an e-mail address first" in page_of(client)
    response = client.post(reverse("mail_summaries"), {"wanted": "yes"})
    assert response["Location"] == reverse("account_email")
    teacher.refresh_from_db()
    assert teacher.summary_origin == ""


def test_nothing_is_offered_where_no_mail_is_sent(client, settings):
    settings.EMAIL_HOST = ""
    client.force_login(wants_mail(make_teacher()))
    assert "Summaries by mail" not in page_of(client)
    assert client.post(reverse("mail_summaries"), {"wanted": "yes"}).status_code == 404
