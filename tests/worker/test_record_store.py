"""The school's record store: what is told of whom, under which consent, in batches, and never twice."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, queries, services
from classroom.models import Attendance, Consent, Delivery, Policy, RecordStore, SelfReport
from classroom.terms import Sending, Sent
from tests.factories import (
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)
from tests.hook_server import hook_server
from worker import tasks

pytestmark = pytest.mark.django_db
ORIGIN = "https://pulse.school.example"
ALL = ("lesson", "key_moment", "attendance", "self_report")
VERBS = "http://adlnet.gov/expapi/verbs/"


@pytest.fixture
def server(settings):
    with hook_server() as running:
        settings.OUTBOUND_PRIVATE_HOSTS = [running.host]
        yield running


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr("classroom.services.outbox.send_outgoing_task", tasks.send_outgoing)
    monkeypatch.setattr("classroom.services.reports.send_report_task", lambda lesson_id: None)


@pytest.fixture
def school():
    return make_school(preset="full")


def stored(school, server, told=ALL):
    return services.set_store(
        school=school,
        actor=make_admin(school=school),
        address=f"http://{server.host}/xAPI",
        key="school",
        secret="correct horse",
        told=told,
        origin=ORIGIN,
        now=timezone.now(),
    )


def opened(school, **fields):
    classroom = make_classroom(teacher=make_teacher(school=school))
    return make_lesson(classroom=classroom, started_at=timezone.now() - timedelta(hours=1), **fields)


def agreed(lesson, choice="own_results", read=True, **fields):
    """Somebody who is there, and chose a way on the page as it was then."""
    one = make_participant(classroom=lesson.classroom, **fields)
    terms = queries.school_policy(access.any_lesson(lesson.id)).terms
    services.give_consent(
        lesson_id=lesson.id,
        participant_id=one.id,
        choice=choice,
        read=terms if read else None,
        now=lesson.started_at + timedelta(minutes=1),
    )
    now = timezone.now()
    Attendance.objects.create(lesson=lesson, participant=one, joined_at=lesson.started_at, last_seen_at=now)
    return one


def tapped(lesson, participant, kind="lost", minute=5):
    SelfReport.objects.create(
        lesson=lesson, participant=participant, at=lesson.started_at + timedelta(minutes=minute), kind=kind
    )


def ended(lesson, commit):
    with commit(execute=True):
        services.end_lesson(lesson_id=lesson.id, now=timezone.now())


def received(server):
    return [each for one in server.received for each in json.loads(one.body)]


def verbs(server):
    return [one["verb"]["id"].removeprefix(VERBS) for one in received(server)]


def test_a_lesson_its_moments_who_was_there_and_taps_are_told(
    server, school, django_capture_on_commit_callbacks
):
    stored(school, server)
    lesson = opened(school)
    tapped(lesson, agreed(lesson))
    lesson.markers.create(at=lesson.started_at + timedelta(minutes=9), label="Kim presents")
    ended(lesson, django_capture_on_commit_callbacks)
    (asked,) = server.received
    assert (asked.method, asked.path) == ("POST", "/xAPI/statements")
    assert asked.headers["x-experience-api-version"] == "1.0.3"
    assert asked.headers["authorization"] == f"Basic {b64encode(b'school:correct horse').decode()}"
    assert sorted(verbs(server)) == [
        "attended",
        "http://id.tincanapi.com/verb/bookmarked",
        "initialized",
        "responded",
        "terminated",
    ]
    assert Delivery.objects.get().state == "sent"


def test_it_names_nobody_and_tells_no_label_and_no_title(server, school, django_capture_on_commit_callbacks):
    stored(school, server)
    lesson = opened(school, title="Kim's birthday")
    tapped(lesson, one := agreed(lesson, display_name="Noor"))
    lesson.markers.create(at=lesson.started_at + timedelta(minutes=9), label="Kim presents")
    ended(lesson, django_capture_on_commit_callbacks)
    told = server.received[0].body.decode()
    teacher = lesson.classroom.teacher
    names = ("Kim", "Noor", lesson.classroom.name, teacher.username, school.name)
    assert [name for name in names if name in told] == []
    assert f'"{one.id}"' not in told


def test_a_made_up_name_is_one_persons_in_one_school(server, django_capture_on_commit_callbacks):
    names = []
    student = make_user()
    for school in (make_school(), make_school()):
        stored(school, server)
        for _ in range(2):
            lesson = opened(school)
            agreed(lesson, user=student)
            ended(lesson, django_capture_on_commit_callbacks)
            attended = [one for one in received(server) if one["verb"]["id"].endswith("attended")]
            names.append(attended[-1]["actor"]["account"]["name"])
    first, again, elsewhere, elsewhere_again = names
    assert first == again != elsewhere == elsewhere_again


@pytest.mark.parametrize("choice", ["no_camera", "class_mood", "own_results"])
def test_that_somebody_was_there_is_told_whatever_the_way_and_taps_of_who_shows_results(
    server, school, choice, django_capture_on_commit_callbacks
):
    stored(school, server, told=["attendance", "self_report"])
    lesson = opened(school)
    tapped(lesson, agreed(lesson, choice))
    ended(lesson, django_capture_on_commit_callbacks)
    taps = ["responded"] if choice == "own_results" else []
    assert sorted(verbs(server)) == ["attended", *taps]


@pytest.mark.parametrize("told", ["attendance", "self_report", "lesson", "key_moment"])
def test_only_what_the_school_chose_is_told(server, school, told, django_capture_on_commit_callbacks):
    stored(school, server, told=[told])
    lesson = opened(school)
    tapped(lesson, agreed(lesson))
    lesson.markers.create(at=lesson.started_at, label="Start")
    ended(lesson, django_capture_on_commit_callbacks)
    kinds = {"attendance": 1, "self_report": 1, "lesson": 2, "key_moment": 1}
    assert len(received(server)) == kinds[told]


def test_of_who_joined_before_the_store_was_set_up_nothing_is_told_until_they_are_asked_again(
    server, school, django_capture_on_commit_callbacks
):
    lesson = opened(school)
    before, asked_again = agreed(lesson), agreed(lesson)
    for one in (before, asked_again):
        tapped(lesson, one)
    stored(school, server, told=["attendance", "self_report"])
    lesson.refresh_from_db()
    assert is_asked_again(before)
    services.give_consent(
        lesson_id=lesson.id, participant_id=asked_again.id, choice="own_results", now=timezone.now()
    )
    tapped(lesson, asked_again, minute=61)
    ended(lesson, django_capture_on_commit_callbacks)
    assert sorted(verbs(server)) == ["attended", "responded"], "no tap of before either"


def is_asked_again(participant):
    consent = Consent.objects.active().get(participant=participant)
    return queries.camera_under(access.any_lesson(consent.lesson_id), consent).asks_again


def test_whoever_has_no_camera_is_asked_again_too(server, school):
    lesson = opened(school)
    one = agreed(lesson, "no_camera")
    assert not is_asked_again(one)
    stored(school, server)
    assert is_asked_again(one)


@pytest.mark.parametrize("preset", ["full", "self_report"])
@pytest.mark.parametrize("since", ["before", "after the choice"])
def test_of_who_needs_a_guardian_nothing_is_told_or_asked(
    server, since, preset, django_capture_on_commit_callbacks
):
    """No guardian is asked for that."""
    school = make_school(preset=preset)
    stored(school, server, told=["attendance", "self_report"])
    lesson, needs = opened(school), Policy.objects.filter(school=school)
    if since == "before":
        needs.update(requires_guardian_consent=True)
    one = agreed(lesson, "no_camera")
    needs.update(requires_guardian_consent=True)
    assert bool(Consent.objects.get().sendings) is (since == "after the choice")
    assert not is_asked_again(one)
    ended(lesson, django_capture_on_commit_callbacks)
    assert server.received == []


@pytest.mark.parametrize(
    ("law", "is_told"),
    [
        ({"jurisdiction": "us", "ages": ["under_13"]}, False),
        ({"jurisdiction": "eu", "ages": ["13_to_15", "adult"]}, False),
        ({"jurisdiction": "", "ages": []}, False),
        ({"jurisdiction": "us", "ages": ["13_to_15"]}, True),
        ({"jurisdiction": "uk", "ages": ["16_to_17"]}, True),
        ({"jurisdiction": "", "ages": [], "precedes_rules": True}, True),
    ],
)
def test_of_whom_a_guardian_would_have_to_agree_for_nothing_is_told_without_cameras_either(
    server, law, is_told, django_capture_on_commit_callbacks
):
    school = make_school(preset="self_report")
    stored(school, server, told=["attendance"])
    Policy.objects.filter(school=school).update(**law)
    lesson = opened(school)
    assert is_asked_again(agreed(lesson, "no_camera")) is False
    assert bool(Consent.objects.get().sendings) is is_told
    ended(lesson, django_capture_on_commit_callbacks)
    assert verbs(server) == (["attended"] if is_told else [])


def test_what_was_agreed_to_before_a_school_said_that_it_teaches_children_is_sent_no_more(
    server, django_capture_on_commit_callbacks
):
    school = make_school(preset="self_report")
    stored(school, server, told=["attendance"])
    lesson = opened(school)
    agreed(lesson, "no_camera")
    Policy.objects.filter(school=school).update(ages=["under_13"])
    assert Consent.objects.get().sendings
    ended(lesson, django_capture_on_commit_callbacks)
    assert server.received == []


@pytest.mark.parametrize("ages", [["under_13"], ["adult"]])
def test_an_administrator_reads_whether_anything_of_students_goes_there(server, school, ages):
    Policy.objects.filter(school=school).update(ages=ages, preset="self_report", allows_presence=False)
    client = Client()
    client.force_login(make_admin(school=school))
    page = client.get(reverse("record_store")).content.decode()
    assert ("no guardian is asked about this" in page) is (ages == ["under_13"])


def test_another_host_is_something_else_to_agree_to(
    server, school, settings, django_capture_on_commit_callbacks
):
    stored(school, server)
    lesson = opened(school)
    agreed(lesson)
    with hook_server() as other:
        settings.OUTBOUND_PRIVATE_HOSTS.append(other.host)
        stored(school, other, told=["attendance"])
        ended(lesson, django_capture_on_commit_callbacks)
        assert (other.received, server.received) == ([], [])


def gone(lesson, one):
    services.withdraw_consent(lesson_id=lesson.id, participant_id=one.id, now=timezone.now())


def erased(_lesson, one):
    services.erase_own_place(participant_id=one.id, now=timezone.now())


@pytest.mark.parametrize("goes", [gone, erased])
@pytest.mark.parametrize("when", ["before the end", "while it waits"])
def test_of_who_has_gone_nothing_is_told(server, school, goes, when, django_capture_on_commit_callbacks):
    stored(school, server, told=["attendance", "self_report"])
    lesson = opened(school)
    tapped(lesson, one := agreed(lesson))
    agreed(lesson)
    server.answers = [503, 200]
    if when == "before the end":
        goes(lesson, one)
    ended(lesson, django_capture_on_commit_callbacks)
    if when == "while it waits":
        goes(lesson, one)
    server.received.clear()
    Delivery.objects.update(due_at=timezone.now())
    tasks.send_outgoing()
    assert verbs(server) == ["attended"]


def test_nobody_who_tries_it_out_is_told_of_and_no_simulated_lesson(
    server, school, django_capture_on_commit_callbacks
):
    stored(school, server)
    lesson = opened(school)
    agreed(lesson, is_trial=True, choice="no_camera")
    ended(lesson, django_capture_on_commit_callbacks)
    assert sorted(verbs(server)) == ["initialized", "terminated"]
    demo = make_classroom(teacher=lesson.classroom.teacher, is_demo=True)
    simulated = make_lesson(classroom=demo, is_simulation=True, started_at=timezone.now())
    ended(simulated, django_capture_on_commit_callbacks)
    assert len(server.received) == 1


def test_a_policy_that_allows_it_no_more_holds_at_once(server, school, django_capture_on_commit_callbacks):
    stored(school, server)
    lesson = opened(school)
    tapped(lesson, agreed(lesson))
    stored(school, server, told=["lesson"])
    ended(lesson, django_capture_on_commit_callbacks)
    assert sorted(verbs(server)) == ["initialized", "terminated"]


def test_more_than_fifty_go_in_batches_one_after_the_other(
    server, school, django_capture_on_commit_callbacks
):
    stored(school, server, told=["attendance"])
    lesson = opened(school)
    for _ in range(103):
        agreed(lesson, "no_camera")
    ended(lesson, django_capture_on_commit_callbacks)
    assert [len(json.loads(one.body)) for one in server.received] == [50, 50, 3]
    assert len({one["id"] for one in received(server)}) == 103
    assert Delivery.objects.get().state == "sent"


def test_a_batch_that_fails_is_sent_again_and_those_before_it_are_not(
    server, school, django_capture_on_commit_callbacks
):
    stored(school, server, told=["attendance"])
    lesson = opened(school)
    for _ in range(60):
        agreed(lesson, "no_camera")
    server.answers = [200, 503, 200]
    ended(lesson, django_capture_on_commit_callbacks)
    assert Delivery.objects.get().state == "waiting"
    Delivery.objects.update(due_at=timezone.now())
    tasks.send_outgoing()
    first, failed, again = (one.body for one in server.received)
    assert failed == again != first
    assert Delivery.objects.get().state == "sent"


def test_what_the_store_has_already_counts_as_delivered_and_keeps_nothing_else_out(
    server, school, django_capture_on_commit_callbacks
):
    stored(school, server, told=["lesson"])
    server.answers = [409, 409, 200]
    ended(opened(school), django_capture_on_commit_callbacks)
    assert [len(json.loads(one.body)) for one in server.received] == [2, 1, 1]
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize("state", ["paused", "suspended", "removed"])
def test_nothing_is_sent_to_a_store_that_is(server, school, state, django_capture_on_commit_callbacks):
    store = stored(school, server)
    lesson = opened(school)
    match state:
        case "paused":
            services.pause_store(store=store, now=timezone.now())
        case "suspended":
            school.suspended_at = timezone.now()
            school.save()
        case "removed":
            services.remove_store(store=store, actor=make_admin(school=school), now=timezone.now())
    ended(lesson, django_capture_on_commit_callbacks)
    assert server.received == []


def test_no_other_school_hears_of_a_lesson(server, school, django_capture_on_commit_callbacks):
    stored(make_school(), server)
    ended(opened(school), django_capture_on_commit_callbacks)
    assert server.received == []


def test_a_test_asks_the_store_and_leaves_nothing_there(server, school, django_capture_on_commit_callbacks):
    store = stored(school, server)
    with django_capture_on_commit_callbacks(execute=True):
        services.try_store(store=store, now=timezone.now())
    (asked,) = server.received
    assert (asked.method, asked.path, asked.body) == ("GET", "/xAPI/statements?limit=1", b"")
    assert Delivery.objects.get().state == "sent"


# --- what students are told, and agree to ---


def guest_of(lesson):
    one = make_participant(classroom=lesson.classroom)
    client = Client()
    name, value = access.guest_cookie(one)
    client.cookies[name] = value
    return client, one


def chosen(client, lesson, **fields):
    page = client.get(reverse("my_lesson", args=[lesson.id])).content.decode()
    read = page.partition('name="read" value="')[2].partition('"')[0]
    answer = {"choice": "no_camera", "read": read, **fields}
    assert client.post(reverse("give_consent", args=[lesson.id]), answer).status_code == 302
    return page


def test_who_needs_a_guardian_is_told_of_no_store(server, school):
    stored(school, server)
    Policy.objects.filter(school=school).update(requires_guardian_consent=True)
    lesson = opened(school)
    assert "record store" not in chosen(guest_of(lesson)[0], lesson)
    assert Consent.objects.get().sendings == []


def test_students_are_told_before_they_choose_and_it_is_written_down_with_the_choice(server, school):
    stored(school, server, told=["attendance", "self_report"])
    lesson = opened(school)
    client, _ = guest_of(lesson)
    page = chosen(client, lesson)
    assert server.host in page and "What goes to your school's record store" in page.replace("&#x27;", "'")
    consent = Consent.objects.get()
    assert consent.terms.sendings == {Sending(what, server.host) for what in Sent}
    mine = client.get(reverse("my_data", args=[lesson.id])).content.decode()
    assert "record store at" in mine and server.host in mine
    document = client.get(reverse("my_data", args=[lesson.id]), {"format": "json"}).json()
    assert f"attendance@{server.host}" in document["summary"]["consents"][0]["sendings"]


@pytest.mark.parametrize("told", [(), ("lesson", "key_moment")])
def test_where_nothing_of_students_goes_to_a_store_none_is_spoken_of(server, school, told):
    if told:
        stored(school, server, told=told)
    lesson = opened(school)
    page = chosen(guest_of(lesson)[0], lesson)
    assert "record store" not in page
    assert Consent.objects.get().sendings == []


@pytest.mark.parametrize("read", ["", "of another day"])
def test_nobody_agrees_to_a_store_that_was_set_up_after_the_page_was_read(server, school, read):
    stored(school, server)
    lesson = opened(school)
    chosen(guest_of(lesson)[0], lesson, read=read)
    assert Consent.objects.get().sendings == []


def test_a_policy_that_is_chosen_anew_keeps_what_is_sent(server):
    school = make_school(preset=None)
    stored(school, server)
    for _ in range(2):
        services.choose_policy(school=school, preset="self_report", now=timezone.now())
        assert len(Policy.objects.get(school=school).sendings) == 2
    services.remove_store(
        store=RecordStore.objects.get(), actor=make_admin(school=school), now=timezone.now()
    )
    assert Policy.objects.get(school=school).sendings == []
