"""Webhooks: what is told to whom, how it is signed, and what happens to what does not arrive."""

import json
import re
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from classroom import outbound, services
from classroom.errors import AddressNotAllowed, TooManyRequests, TooManyWebhooks
from classroom.models import AccountChange, ClassroomTeacher, Delivery, School, User, Webhook
from classroom.services import outbox, webhooks
from tests.factories import make_admin, make_classroom, make_lesson, make_school, make_teacher, make_user
from tests.hook_server import hook_server
from tests.upkeep import delete_past_retention
from worker import tasks

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
ORIGIN = "https://pulse.school.example"
EVENTS = ("lesson.ended", "report.ready")
DAY = timedelta(days=1)


@pytest.fixture
def server(settings):
    with hook_server() as running:
        settings.OUTBOUND_PRIVATE_HOSTS = [running.host]
        yield running


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """What is to be sent is sent where the task would be; no report is built."""
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", tasks.send_outgoing)
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)


@pytest.fixture
def teacher():
    return make_teacher(first_name="Grace")


def hooked(owner, server, events=EVENTS):
    return services.make_webhook(
        owner=owner,
        school=owner.school,
        name="Diary",
        address=server.url,
        events=events,
        origin=ORIGIN,
        now=timezone.now(),
    )


def ended(teacher, commit, **lesson):
    """A lesson of the teacher's that has just ended."""
    classroom = lesson.pop("classroom", None) or make_classroom(
        teacher=teacher, is_demo=bool(lesson.get("is_simulation"))
    )
    held = make_lesson(classroom=classroom, started_at=timezone.now() - timedelta(hours=1), **lesson)
    with commit(execute=True):
        services.end_lesson(lesson_id=held.id, now=timezone.now())
    held.refresh_from_db()
    return held


def ready(lesson, commit):
    now = timezone.now()
    assert services.claim_report(lesson_id=lesson.id, now=now)
    with commit(execute=True):
        services.finish_report(lesson_id=lesson.id, claimed_at=now, state="ready")


def tried_again(count=1):
    for _ in range(count):
        Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
        tasks.send_outgoing()


def verify_of_the_docs():
    """The example that docs/webhooks.md prints, as it stands there."""
    text = (ROOT / "docs" / "webhooks.md").read_text()
    (source,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    named: dict[str, object] = {}
    exec(source, named)  # noqa: S102
    return named["verify"]


def test_the_end_of_a_lesson_and_its_report_are_told_with_where_to_read_more(
    server, teacher, django_capture_on_commit_callbacks
):
    hooked(teacher, server)
    lesson = ended(teacher, django_capture_on_commit_callbacks)
    ready(lesson, django_capture_on_commit_callbacks)
    first, second = (json.loads(one.body) for one in server.received)
    assert first.keys() == second.keys() == {"type", "timestamp", "data"}
    told = {
        "lesson_id": lesson.id,
        "classroom_id": lesson.classroom_id,
        "lesson": f"{ORIGIN}/api/v1/lessons/{lesson.id}",
    }
    assert (first["type"], first["data"]) == ("lesson.ended", told)
    report = told | {"report": f"{ORIGIN}/api/v1/lessons/{lesson.id}/report"}
    assert (second["type"], second["data"]) == ("report.ready", report)
    assert set(Delivery.objects.values_list("state", "status")) == {("sent", 200)}


def test_it_names_nobody(server, teacher, django_capture_on_commit_callbacks):
    hooked(teacher, server)
    lesson = ended(teacher, django_capture_on_commit_callbacks)
    told = server.received[0].body.decode()
    names = ("Grace", lesson.title, lesson.classroom.name, teacher.username, teacher.school.name)
    assert not [one for one in names if one in told]


def test_the_example_of_the_docs_verifies_what_arrives_and_nothing_that_was_changed(
    server, teacher, django_capture_on_commit_callbacks
):
    verify = verify_of_the_docs()
    _, secret = hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    (asked,) = server.received
    assert verify(secret, asked.headers, asked.body)["type"] == "lesson.ended"
    other = services.renew_secret(webhook=Webhook.objects.get(), now=timezone.now())
    long_ago = str(int(asked.headers["webhook-timestamp"]) - 900)
    forged = [
        (secret, asked.headers, asked.body + b" "),
        (other, asked.headers, asked.body),
        (secret, asked.headers | {"webhook-id": "msg_another"}, asked.body),
        (secret, asked.headers | {"webhook-timestamp": long_ago}, asked.body),
        (secret, asked.headers | {"webhook-signature": "v1,"}, asked.body),
    ]
    for each in forged:
        with pytest.raises(ValueError, match="not from ClassPulse"):
            verify(*each)


def test_the_docs_print_an_example_of_ten_lines():
    (source,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "webhooks.md").read_text(), re.DOTALL)
    assert len([line for line in source.splitlines() if line.strip()]) <= 12


def test_for_a_day_the_former_secret_signs_too(server, teacher, django_capture_on_commit_callbacks):
    verify = verify_of_the_docs()
    webhook, former = hooked(teacher, server)
    secret = services.renew_secret(webhook=webhook, now=timezone.now())
    assert secret != former
    ended(teacher, django_capture_on_commit_callbacks)
    both = server.received[-1]
    assert verify(former, both.headers, both.body) and verify(secret, both.headers, both.body)
    Webhook.objects.update(former_until=timezone.now())
    ended(teacher, django_capture_on_commit_callbacks)
    one = server.received[-1]
    assert verify(secret, one.headers, one.body)
    with pytest.raises(ValueError, match="not from ClassPulse"):
        verify(former, one.headers, one.body)


def test_what_is_told_twice_has_one_number_and_a_time_of_its_own(
    server, teacher, django_capture_on_commit_callbacks
):
    server.answers = [500, 200]
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    tried_again()
    first, second = server.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert Delivery.objects.get().state == "sent"


def test_a_report_that_is_written_again_is_told_once(server, teacher, django_capture_on_commit_callbacks):
    hooked(teacher, server, events=["report.ready"])
    lesson = ended(teacher, django_capture_on_commit_callbacks)
    ready(lesson, django_capture_on_commit_callbacks)
    assert services.ask_for_report_again(lesson_id=lesson.id)
    ready(lesson, django_capture_on_commit_callbacks)
    assert len(server.received) == 1


def test_each_hears_of_the_events_that_it_chose(server, teacher, django_capture_on_commit_callbacks):
    hooked(teacher, server, events=["report.ready"])
    lesson = ended(teacher, django_capture_on_commit_callbacks)
    assert server.received == []
    ready(lesson, django_capture_on_commit_callbacks)
    assert len(server.received) == 1


def test_who_hears_of_a_lesson_is_who_may_read_it(server, teacher, django_capture_on_commit_callbacks):
    classroom, now = make_classroom(teacher=teacher), timezone.now()
    co, substitute, former, colleague = (make_teacher(school=teacher.school) for _ in range(4))
    for one, ends_at in ((co, None), (substitute, now + DAY), (former, now - DAY)):
        ClassroomTeacher.objects.create(
            classroom=classroom, teacher=one, given_at=now - 2 * DAY, ends_at=ends_at
        )
    others = (make_admin(), make_teacher())
    admin = make_admin(school=teacher.school)
    for one in (teacher, co, substitute, former, colleague, admin, *others):
        hooked(one, server)
    ended(teacher, django_capture_on_commit_callbacks, classroom=classroom)
    heard = Delivery.objects.values_list("webhook__owner", flat=True)
    assert set(heard) == {one.id for one in (teacher, co, substitute, admin)}


def test_a_simulated_lesson_tells_nobody_anything(server, teacher, django_capture_on_commit_callbacks):
    hooked(teacher, server)
    lesson = ended(teacher, django_capture_on_commit_callbacks, is_simulation=True)
    ready(lesson, django_capture_on_commit_callbacks)
    assert server.received == [] and not Delivery.objects.exists()


def test_what_is_not_ended_is_not_told(server, teacher, django_capture_on_commit_callbacks, monkeypatch):
    """The delivery is written with the end of the lesson, or neither is."""
    hooked(teacher, server)
    lesson = make_lesson(classroom=make_classroom(teacher=teacher))

    def fails(**_told):
        raise RuntimeError

    monkeypatch.setattr("classroom.services.lessons.announce", fails)
    with pytest.raises(RuntimeError):
        services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    lesson.refresh_from_db()
    assert lesson.is_open and not Delivery.objects.exists()


def test_a_broker_that_is_away_keeps_no_lesson_from_ending(
    server, teacher, django_capture_on_commit_callbacks, monkeypatch
):
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", lambda: None)
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    assert server.received == []
    tasks.send_outgoing()
    assert len(server.received) == 1


LOSES = {
    "left the school": lambda owner: User.objects.filter(id=owner.id).update(school=make_school()),
    "was deactivated": lambda owner: User.objects.filter(id=owner.id).update(is_active=False),
    "became a student": lambda owner: User.objects.filter(id=owner.id).update(role="student"),
    "is of a suspended school": lambda owner: School.objects.update(suspended_at=timezone.now()),
    "lost the class": lambda owner: owner.classrooms.update(teacher=make_teacher(school=owner.school)),
    "paused it": lambda owner: Webhook.objects.update(paused_at=timezone.now()),
}


@pytest.mark.parametrize("why", LOSES)
@pytest.mark.parametrize("when", ["before", "while it waits"])
def test_nothing_is_sent_once_the_owner(server, teacher, why, when, django_capture_on_commit_callbacks):
    hooked(teacher, server)
    classroom = make_classroom(teacher=teacher)
    if when == "before":
        LOSES[why](teacher)
        ended(teacher, django_capture_on_commit_callbacks, classroom=classroom)
        assert not Delivery.objects.exists()
    else:
        server.answers = [503, 200]
        ended(teacher, django_capture_on_commit_callbacks, classroom=classroom)
        LOSES[why](teacher)
        tried_again()
        assert Delivery.objects.get().state == "dropped"
        assert len(server.received) == 1


def test_nothing_is_sent_while_a_second_factor_that_is_asked_for_is_missing(
    server, teacher, settings, django_capture_on_commit_callbacks
):
    settings.REQUIRE_SECOND_FACTOR = "teachers"
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    assert server.received == []


@pytest.mark.parametrize("status", [301, 400, 404, 500])
def test_what_is_refused_is_tried_after_growing_waits_and_given_up(
    server, teacher, status, django_capture_on_commit_callbacks
):
    server.answers, server.location = [status], server.url
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    waits = []
    for _ in range(outbox.ATTEMPTS):
        one = Delivery.objects.get()
        waits.append(round((one.due_at - one.tried_at) / timedelta(minutes=1)))
        tried_again()
    assert waits[:5] == [1, 10, 60, 360, 1440]
    one = Delivery.objects.get()
    assert (one.state, one.status, one.attempts) == ("failed", status, 6)
    assert len(server.received) == 6, "no redirect was followed"


def test_an_address_that_is_gone_is_asked_no_more(server, teacher, django_capture_on_commit_callbacks):
    server.answers = [410]
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    ended(teacher, django_capture_on_commit_callbacks)
    webhook = Webhook.objects.get()
    assert (webhook.ended_because, len(server.received)) == ("gone", 1)
    server.answers = [200]
    services.resume_webhook(webhook=webhook)
    ended(teacher, django_capture_on_commit_callbacks)
    assert len(server.received) == 2


@pytest.mark.parametrize(("days", "is_ended"), [(4, False), (5, True)])
def test_one_that_fails_for_days_ends_and_one_answer_begins_the_count_anew(
    server, teacher, days, is_ended, django_capture_on_commit_callbacks
):
    server.answers = [500]
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    Webhook.objects.update(failing_since=timezone.now() - days * DAY)
    ended(teacher, django_capture_on_commit_callbacks)
    webhook = Webhook.objects.get()
    assert bool(webhook.ended_at) is is_ended
    if not is_ended:
        server.answers = [200]
        tried_again()
        webhook.refresh_from_db()
        assert webhook.failing_since is None


def test_who_does_not_answer_is_left_alone_for_that_round(
    server, teacher, django_capture_on_commit_callbacks, monkeypatch
):
    """So that ten lessons do not wait for it ten times, and others get theirs."""
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", lambda: None)
    hooked(teacher, server)
    for _ in range(3):
        ended(teacher, django_capture_on_commit_callbacks)
    server.answers = [500]
    tasks.send_outgoing()
    assert len(server.received) == 1


def test_a_round_ends_after_some_seconds_and_the_rest_is_asked_for(
    server, teacher, django_capture_on_commit_callbacks, monkeypatch
):
    asked = []
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", lambda: None)
    monkeypatch.setattr(tasks, "send_outgoing_task", lambda: asked.append(True))
    monkeypatch.setattr(tasks, "OUTGOING_S", 0)
    hooked(teacher, server)
    for _ in range(3):
        ended(teacher, django_capture_on_commit_callbacks)
    tasks.send_outgoing()
    assert (len(server.received), asked) == (1, [True])


def test_no_more_than_so_many_wait_for_one(server, teacher, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_WAITING", 2)
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", lambda: None)
    hooked(teacher, server)
    for _ in range(4):
        ended(teacher, django_capture_on_commit_callbacks)
    assert Delivery.objects.count() == 2


def test_what_a_worker_that_died_had_claimed_is_sent_again_under_the_same_number(
    server, teacher, django_capture_on_commit_callbacks
):
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    now = timezone.now()
    Delivery.objects.update(state="sending", claimed_at=now)
    one = Delivery.objects.get()
    assert services.claim_delivery(delivery_id=one.id, now=now + timedelta(minutes=4)) is None
    Delivery.objects.update(claimed_at=now - timedelta(minutes=6))
    tasks.send_outgoing()
    first, second = server.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_one_over_which_each_worker_died_has_failed_and_its_target_is_not_blamed(
    server, teacher, django_capture_on_commit_callbacks
):
    webhook, _ = hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    now = timezone.now()
    Delivery.objects.update(state="sending", attempts=outbox.ATTEMPTS, claimed_at=now)
    left = now + outbox.CLAIM_LASTS
    assert services.due_deliveries(now=left) == []
    assert Delivery.objects.get().state == "sending"
    assert services.due_deliveries(now=left + timedelta(seconds=1)) == []
    assert Delivery.objects.get().state == "failed"
    webhook.refresh_from_db()
    assert webhook.failing_since is None and webhook.ended_at is None


@pytest.mark.django_db(transaction=True)
def test_of_two_tasks_for_one_delivery_one_has_it(server):
    teacher = make_teacher()
    webhook, _ = hooked(teacher, server)
    now = timezone.now()
    one = Delivery.objects.create(webhook=webhook, event="test", made_at=now, due_at=now)
    barrier, claimed = threading.Barrier(4), []

    def claim():
        barrier.wait()
        claimed.append(services.claim_delivery(delivery_id=one.id, now=now))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(each is not None for each in claimed) == 1


def test_a_test_is_tried_once_and_says_nothing(server, teacher, django_capture_on_commit_callbacks):
    server.answers = [500]
    webhook, _ = hooked(teacher, server)
    with django_capture_on_commit_callbacks(execute=True):
        services.try_webhook(webhook=webhook, now=timezone.now())
    tried_again(2)
    (asked,) = server.received
    told = json.loads(asked.body)
    assert (told["type"], told["data"]) == ("test", {})
    webhook.refresh_from_db()
    assert (Delivery.objects.get().state, webhook.failing_since) == ("failed", None)


def test_tests_are_sent_so_often_a_minute(server, teacher):
    webhook, _ = hooked(teacher, server)
    now = timezone.now()
    for _ in range(webhooks.TESTS_A_MINUTE):
        services.try_webhook(webhook=webhook, now=now)
    with pytest.raises(TooManyRequests):
        services.try_webhook(webhook=webhook, now=now)


def test_deliveries_are_listed_for_thirty_days(server, teacher, django_capture_on_commit_callbacks):
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    for days, left in ((29, 1), (31, 0)):
        delete_past_retention(now=timezone.now() + days * DAY)
        assert Delivery.objects.count() == left


@pytest.mark.parametrize(
    "address", ["http://example.org/", "https://127.0.0.1/", "https://10.1.2.3/", "ftp://example.org/", "x"]
)
def test_an_address_that_this_server_may_not_ask_is_not_taken(teacher, address):
    with pytest.raises(AddressNotAllowed):
        services.make_webhook(
            owner=teacher,
            school=teacher.school,
            name="Diary",
            address=address,
            events=EVENTS,
            origin=ORIGIN,
            now=timezone.now(),
        )


def test_an_address_that_was_allowed_once_is_looked_at_again_each_time(
    server, teacher, settings, django_capture_on_commit_callbacks
):
    hooked(teacher, server)
    settings.OUTBOUND_PRIVATE_HOSTS = []
    ended(teacher, django_capture_on_commit_callbacks)
    assert server.received == []
    assert Delivery.objects.get().trouble == "address"


def test_one_person_has_ten_webhooks_at_most(server, teacher):
    for _ in range(webhooks.MOST_WEBHOOKS):
        hooked(teacher, server)
    with pytest.raises(TooManyWebhooks):
        hooked(teacher, server)
    assert hooked(make_teacher(school=teacher.school), server)


def test_the_secret_stands_in_no_row_and_in_no_log(
    server, teacher, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level("DEBUG")
    server.answers = [500]
    webhook, secret = hooked(teacher, server)
    newer = services.renew_secret(webhook=webhook, now=timezone.now())
    ended(teacher, django_capture_on_commit_callbacks)
    stored = str([*Webhook.objects.values(), *Delivery.objects.values(), *AccountChange.objects.values()])
    for one in (secret, newer):
        assert one not in stored and one not in caplog.text
        assert one.removeprefix("whsec_") not in stored


def test_under_another_secret_key_nothing_is_sent_and_the_list_says_why(
    server, teacher, settings, django_capture_on_commit_callbacks
):
    hooked(teacher, server)
    settings.SECRET_KEY = "x" * 50
    ended(teacher, django_capture_on_commit_callbacks)
    assert server.received == []
    assert Delivery.objects.get().trouble == "secret"


def test_an_administrator_who_ends_all_sessions_ends_the_webhooks_too(server, teacher):
    hooked(teacher, server)
    services.sign_out_everywhere(
        account_id=teacher.id, actor=make_admin(school=teacher.school), now=timezone.now()
    )
    assert not Webhook.objects.exists()


def test_it_waits_no_longer_than_seconds_for_an_answer(
    server, teacher, monkeypatch, django_capture_on_commit_callbacks
):
    seconds = []
    send = outbound.send

    def noted(*what, **how):
        seconds.append(how["seconds"])
        return send(*what, **how)

    monkeypatch.setattr("classroom.outbound.send", noted)
    hooked(teacher, server)
    ended(teacher, django_capture_on_commit_callbacks)
    assert seconds == [5.0]


def test_a_student_has_no_webhook(server):
    student = make_user(school=make_school())
    hooked(student, server)
    assert not outbox.may_be_told().exists()
