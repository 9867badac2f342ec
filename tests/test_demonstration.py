"""A demonstration is no side door: who may be in it, who may see it, and what is read from whom."""

from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import access, queries, services
from classroom.asgi import application
from classroom.errors import (
    ChoiceNotAllowed,
    DemonstrationClosed,
    LessonClosed,
    NoPolicy,
    SchoolLeft,
    SchoolMissing,
    WrongClassroom,
)
from classroom.models import Lesson, Participant, Reading
from classroom.models.policies import DEMO_GROUP_SIZE
from classroom.services.classrooms import demo_classroom
from classroom.wire.measurement import Measurement
from emotion.values import Signal
from reports.build import build_report
from tests.analyses import attentive
from tests.factories import (
    LAWFUL,
    MONDAY,
    make_admin,
    make_classroom,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)
from tests.waiting import Socket

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=10)
ALL = frozenset({Signal.PRESENCE, Signal.ATTENTION, Signal.EXPRESSION})


@pytest.fixture(autouse=True)
def _no_sockets(monkeypatch):
    for announce in ("announce_to_teachers", "announce_to_students", "announce_to_participant"):
        monkeypatch.setattr(f"classroom.wire.events.{announce}", lambda *arguments: None)


def make_demo(preset="presence", **fields):
    """A teacher's open demonstration at a school with this policy."""
    teacher = make_teacher(school=make_school(preset=None))
    if preset is not None:
        services.choose_policy(
            school=teacher.school, preset=preset, readers="server", now=MONDAY, **LAWFUL, **fields
        )
    lesson = services.start_demo(teacher=teacher, speed=20, now=timezone.now())
    return Lesson.objects.select_related("classroom__school", "classroom__teacher").get(id=lesson.id)


def link(lesson):
    return reverse("join_classroom", args=[lesson.classroom.join_token])


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def make_trial(lesson):
    """The demonstration's teacher, as a student of it."""
    logged_in(lesson.classroom.teacher).post(link(lesson))
    return Participant.objects.get(user=lesson.classroom.teacher)


# --- which lessons there are -----------------------------------------------------------------------------


def test_no_ordinary_lesson_is_held_in_a_demonstration_classroom():
    classroom = demo_classroom(make_teacher())
    with pytest.raises(WrongClassroom):
        services.open_lesson(classroom=classroom, title="Waves", now=NOW)
    assert not Lesson.objects.exists()


def test_no_demonstration_is_held_in_an_ordinary_classroom():
    with pytest.raises(WrongClassroom):
        services.open_lesson(classroom=make_classroom(), title="Waves", now=NOW, is_simulation=True)


def test_the_page_of_the_demonstration_starts_demonstrations_only():
    teacher = make_teacher(school=make_school(preset="presence"))
    classroom = demo_classroom(teacher)
    page = logged_in(teacher).get(reverse("classroom", args=[classroom.id])).content.decode()
    assert reverse("start_demo") in page
    assert reverse("start_lesson", args=[classroom.id]) not in page
    assert classroom.join_token not in page


def test_who_posts_the_form_of_an_ordinary_lesson_to_the_demonstration_is_told_why_not():
    teacher = make_teacher(school=make_school(preset="presence"))
    classroom = demo_classroom(teacher)
    answer = logged_in(teacher).post(reverse("start_lesson", args=[classroom.id]), {"title": "Waves"})
    assert "has its own classroom" in answer.content.decode()
    assert not Lesson.objects.exists()


def test_a_teacher_without_a_school_starts_nothing_and_is_told_what_to_do():
    teacher = make_user(role="teacher")
    client = logged_in(teacher)
    answer = client.post(reverse("start_demo"), {"speed": "20"}, follow=True).content.decode()
    assert "does not belong to a school yet" in answer
    assert "Ask an administrator" in answer
    assert "has not decided yet" not in answer
    assert reverse("start_demo") not in answer
    assert not Lesson.objects.exists()
    with pytest.raises(SchoolMissing):
        services.start_demo(teacher=teacher, speed=20, now=NOW)


@pytest.mark.parametrize(("changed", "error"), [("none", SchoolMissing), ("another", SchoolLeft)])
def test_the_policy_of_a_school_that_the_teacher_left_is_no_way_to_a_lesson(changed, error):
    classroom = make_classroom(teacher=make_teacher(school=make_school(preset="full")))
    classroom.teacher.school = make_school(preset="presence") if changed == "another" else None
    classroom.teacher.save()
    with pytest.raises(error):
        services.open_lesson(classroom=classroom, title="Waves", now=NOW)


def test_the_demonstration_follows_its_teacher_to_another_school():
    teacher = make_teacher()
    before = demo_classroom(teacher)
    teacher.school = make_school()
    teacher.save()
    after = demo_classroom(teacher)
    assert (after.id, after.school) == (before.id, teacher.school)


# --- who is in it ----------------------------------------------------------------------------------------


def test_a_guest_with_the_link_gets_a_page_that_says_why_not_and_no_place():
    lesson = make_demo()
    for answer in (Client().get(link(lesson)), Client().post(link(lesson), {"display_name": "Kim"})):
        assert answer.status_code == 403
        assert "Nobody can join it" in answer.content.decode()
        assert not any(name.startswith("participant-") for name in answer.cookies)
    assert not Participant.objects.exists()


def test_the_code_leads_a_guest_to_the_same_page():
    lesson = make_demo()
    client = Client()
    answer = client.post(reverse("join"), {"code": lesson.classroom.join_code}, follow=True)
    assert "Nobody can join it" in answer.content.decode()
    assert not Participant.objects.exists()


@pytest.mark.parametrize("who", ["pupil", "colleague", "administrator"])
def test_no_other_account_gets_a_place(who):
    lesson = make_demo()
    school = lesson.classroom.school
    makers = {"pupil": make_user, "colleague": make_teacher, "administrator": make_admin}
    account = makers[who](school=school)
    assert logged_in(account).post(link(lesson), {"display_name": "Kim"}).status_code == 403
    with pytest.raises(DemonstrationClosed):
        services.join_classroom(
            now=timezone.now(), classroom=lesson.classroom, display_name="Kim", user=account
        )
    assert not Participant.objects.exists()


@pytest.mark.parametrize("choice", ["own_results", "class_mood", "no_camera"])
def test_a_place_that_came_about_in_another_way_cannot_consent(choice):
    lesson = make_demo("full")
    guest = make_participant(classroom=lesson.classroom)
    with pytest.raises(DemonstrationClosed):
        services.give_consent(lesson_id=lesson.id, participant_id=guest.id, choice=choice, now=NOW)
    assert not guest.consents.exists()


@pytest.mark.django_db(transaction=True)
async def test_a_socket_of_somebody_real_is_refused_even_with_a_consent():
    answers = {}
    lesson = await sync_to_async(make_demo)("full")
    for who, is_simulated in (("real", False), ("simulated", True)):
        participant = await sync_to_async(make_participant)(
            lesson=lesson, choice="own_results", is_simulated=is_simulated
        )
        cookie = "=".join(access.guest_cookie(participant))
        headers = [
            (b"origin", b"http://testserver"),
            (b"host", b"testserver"),
            (b"cookie", cookie.encode()),
        ]
        path = f"/ws/lessons/{lesson.id}/student/"
        socket = Socket(application, path, headers=headers)
        answers[who] = (await socket.connect())[0]
        await socket.disconnect()
    assert answers == {"real": False, "simulated": True}


# --- its teacher tries it --------------------------------------------------------------------------------


def test_its_teacher_is_a_student_of_it_in_the_same_browser_and_that_is_a_trial():
    lesson = make_demo()
    client = logged_in(lesson.classroom.teacher)
    assert "Be a student" in client.get(link(lesson)).content.decode()
    assert client.post(link(lesson)).url == reverse("my_lesson", args=[lesson.id])
    (place,) = Participant.objects.all()
    assert (place.user, place.is_trial) == (lesson.classroom.teacher, True)
    assert place.display_name == lesson.classroom.teacher.username
    assert client.get(link(lesson)).url == reverse("my_lesson", args=[lesson.id])


def test_the_dashboard_of_a_demonstration_leads_there_instead_of_telling_a_code():
    lesson = make_demo()
    page = logged_in(lesson.classroom.teacher).get(reverse("lesson", args=[lesson.id])).content.decode()
    button = page.index("Be a student")
    assert link(lesson) in page[button - 200 : button]
    assert 'data-opens="join-dialog"' not in page


@pytest.mark.parametrize("make_account", [make_teacher, make_admin])
def test_any_place_made_by_a_teacher_or_administrator_is_a_trial(make_account):
    classroom = make_classroom()
    account = make_account(school=classroom.school)
    logged_in(account).post(reverse("join_classroom", args=[classroom.join_token]), {"display_name": "Kim"})
    assert Participant.objects.get().is_trial


@pytest.mark.parametrize("account", [None, "pupil"])
def test_a_students_place_is_no_trial(account):
    user = make_user() if account else None
    place = services.join_classroom(
        now=timezone.now(), classroom=make_classroom(), display_name="Kim", user=user
    )
    assert not place.is_trial


def test_without_a_policy_the_page_says_so_and_whom_to_ask():
    lesson = make_demo(None)
    make_admin(school=lesson.classroom.school, first_name="Dana", last_name="Reed")
    client = logged_in(lesson.classroom.teacher)
    for answer in (client.get(link(lesson)), client.post(link(lesson))):
        page = answer.content.decode()
        assert "has not decided yet" in page
        assert "(Dana Reed)" in page
    assert not Participant.objects.exists()


def test_whoever_may_choose_the_policy_is_led_to_it():
    lesson = make_demo(None)
    teacher = lesson.classroom.teacher
    teacher.role = "admin"
    teacher.save()
    assert reverse("choose_policy") in logged_in(teacher).get(link(lesson)).content.decode()


def test_without_a_demonstration_there_is_nothing_to_be_a_student_of():
    lesson = make_demo()
    services.end_lesson(lesson_id=lesson.id, now=timezone.now())
    page = logged_in(lesson.classroom.teacher).get(link(lesson)).content.decode()
    assert "No demonstration runs" in page
    assert reverse("classroom", args=[lesson.classroom_id]) in page


READ_UNDER = {
    "presence": {Signal.PRESENCE},
    "attention": {Signal.PRESENCE, Signal.ATTENTION},
    "full": ALL,
}


@pytest.mark.parametrize("preset", READ_UNDER)
def test_from_its_teacher_no_more_is_read_than_the_school_allows(preset):
    lesson = make_demo(preset)
    trial = make_trial(lesson)
    consent = services.give_consent(
        lesson_id=lesson.id, participant_id=trial.id, choice="own_results", now=timezone.now()
    )
    assert queries.allowed_signals(lesson.id, [consent.id], timezone.now()) == {
        consent.id: READ_UNDER[preset]
    }
    measurement = Measurement(trial.id, consent.id, lesson.time_at(timezone.now()), attentive())
    services.record_readings(lesson_id=lesson.id, measurements=[measurement])
    (reading,) = Reading.objects.all()
    assert (reading.yaw is not None) is (preset != "presence")
    assert (reading.probabilities is not None) is (preset == "full")


@pytest.mark.parametrize("preset", [None, "self_report", "presence", "full"])
def test_from_simulated_students_everything_is_read_whatever_the_school_allows(preset):
    lesson = make_demo(preset)
    student = make_participant(lesson=lesson, choice="own_results", is_simulated=True)
    consent = student.consents.get()
    assert queries.allowed_signals(lesson.id, [consent.id], timezone.now()) == {consent.id: ALL}


def test_a_school_without_cameras_has_none_in_a_demonstration_either():
    lesson = make_demo("self_report")
    trial = make_trial(lesson)
    with pytest.raises(ChoiceNotAllowed):
        services.give_consent(
            lesson_id=lesson.id, participant_id=trial.id, choice="own_results", now=timezone.now()
        )


def test_a_trial_is_never_offered_to_be_counted():
    lesson = make_demo("full")
    trial = make_trial(lesson)
    with pytest.raises(ChoiceNotAllowed):
        services.give_consent(
            lesson_id=lesson.id, participant_id=trial.id, choice="class_mood", now=timezone.now()
        )


def test_a_policy_that_is_gone_meanwhile_ends_the_way_in():
    lesson = make_demo("full")
    trial = make_trial(lesson)
    lesson.classroom.school.policy.delete()
    with pytest.raises(NoPolicy):
        services.give_consent(
            lesson_id=lesson.id, participant_id=trial.id, choice="own_results", now=timezone.now()
        )
    page = logged_in(lesson.classroom.teacher).get(reverse("my_lesson", args=[lesson.id])).content.decode()
    assert "your school has not decided" in page


def test_a_large_smallest_group_leaves_the_demonstration_something_to_show():
    lesson = make_demo("full", minimum_group_size=12)
    policy = queries.policy_of(lesson)
    assert policy.minimum_group_size == DEMO_GROUP_SIZE
    assert queries.school_policy(lesson).minimum_group_size == 12


# --- who sees it -----------------------------------------------------------------------------------------


def make_ended_demo():
    lesson = make_demo()
    for number in range(1, 8):
        make_participant(
            lesson=lesson, choice="own_results", is_simulated=True, display_name=f"Simulated {number}"
        )
    services.end_lesson(lesson_id=lesson.id, now=timezone.now() + timedelta(minutes=2))
    return lesson


PAGES = {
    "open lesson": lambda it: reverse("lesson", args=[it.id]),
    "report": lambda it: reverse("report", args=[it.id]),
    "individuals": lambda it: reverse("report", args=[it.id]) + "?individuals=1",
    "status": lambda it: reverse("report_status", args=[it.id]),
}
SEEN_BY = {
    "its teacher": set(PAGES),
    "an administrator of the school": set(PAGES) - {"open lesson"},
    "a colleague": set(),
    "an administrator of another school": set(),
    "a teacher of another school": set(),
}


def client_of(who, lesson):
    school = lesson.classroom.school
    accounts = {
        "its teacher": lambda: lesson.classroom.teacher,
        "an administrator of the school": lambda: make_admin(school=school),
        "a colleague": lambda: make_teacher(school=school),
        "an administrator of another school": make_admin,
        "a teacher of another school": make_teacher,
    }
    return logged_in(accounts[who]())


@pytest.mark.parametrize("who", SEEN_BY)
def test_a_demonstration_is_seen_by_its_teacher_and_the_own_administrators_only(who):
    lesson = make_ended_demo()
    client = client_of(who, lesson)
    answers = {page: client.get(path(lesson), follow=True).status_code for page, path in PAGES.items()}
    assert {page for page, status in answers.items() if status == 200} == SEEN_BY[who]
    assert set(answers.values()) <= {200, 404}


@pytest.mark.parametrize("name", ["report_pdf", "report_xlsx", "report_csv", "report_json"])
@pytest.mark.parametrize("who", SEEN_BY)
def test_so_are_the_figures_of_its_report_as_a_file(who, name):
    lesson = make_ended_demo()
    build_report(lesson_id=lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.filter(id=lesson.id).update(report_state="ready")
    answer = client_of(who, lesson).get(reverse(name, args=[lesson.id]))
    assert answer.status_code == (200 if SEEN_BY[who] else 404)


@pytest.mark.parametrize(("is_own", "is_listed"), [(True, True), (False, False)])
def test_the_overview_lists_demonstrations_of_the_own_school_only(is_own, is_listed):
    lesson = make_ended_demo()
    admin = make_admin(school=lesson.classroom.school if is_own else make_school())
    page = logged_in(admin).get(reverse("overview")).content.decode()
    assert (reverse("report", args=[lesson.id]) in page) is is_listed


def test_the_lists_of_a_classroom_mark_the_demonstration_and_the_trial():
    lesson = make_demo("full")
    trial = make_trial(lesson)
    services.give_consent(
        lesson_id=lesson.id, participant_id=trial.id, choice="no_camera", now=timezone.now()
    )
    make_participant(lesson=lesson, choice="no_camera", is_simulated=True)
    client = logged_in(lesson.classroom.teacher)
    page = client.get(reverse("classroom", args=[lesson.classroom_id])).content.decode()
    assert '<td class="numeric">1 <span class="badge">and 1 trial</span></td>' in page
    assert "badge-simulation" in client.get(reverse("classrooms")).content.decode()


def test_the_administration_marks_a_trial():
    trial = make_trial(make_demo())
    admin = make_admin(school=trial.classroom.school, is_staff=True)
    page = logged_in(admin).get(reverse("admin:classroom_participant_changelist")).content.decode()
    assert "column-is_trial" in page


# --- its pace --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("speed", [1, 5, 20])
def test_a_demonstration_begins_at_its_slowest_and_any_other_lesson_at_its_speed(speed):
    assert services.start_demo(teacher=make_teacher(), speed=speed, now=NOW).pace == speed / 10
    ordinary = services.open_lesson(classroom=make_classroom(), title="Waves", now=NOW, speed=speed)
    assert ordinary.pace == speed


def at(seconds):
    return MONDAY + timedelta(seconds=seconds)


def test_lesson_time_goes_on_where_it_is_when_the_pace_changes():
    lesson = make_lesson(is_simulation=True, speed=20)
    services.set_pace(lesson_id=lesson.id, pace=5, now=at(30))
    services.set_pace(lesson_id=lesson.id, pace=10, now=at(40))
    lesson.refresh_from_db()
    known = {0: 0, 30: 650 / 40 * 30, 40: 650, 41: 660, 100: 1250}
    assert {real: (lesson.time_at(at(real)) - MONDAY).total_seconds() for real in known} == known
    times = [lesson.time_at(at(real / 10)) for real in range(-600, 1200)]
    assert times == sorted(times)


@pytest.mark.parametrize("speed", [1, 20])
def test_the_pace_stays_between_a_tenth_of_the_speed_and_the_speed(speed):
    lesson = make_lesson(is_simulation=True, speed=speed)
    assert services.set_pace(lesson_id=lesson.id, pace=0.0, now=at(1)).pace == speed / 10
    assert services.set_pace(lesson_id=lesson.id, pace=99.0, now=at(2)).pace == speed
    assert services.set_pace(lesson_id=lesson.id, pace=99.0, now=at(9)).paced_from == at(2)


def test_a_clock_that_goes_wrong_does_not_turn_lesson_time_back():
    lesson = make_lesson(is_simulation=True, speed=20)
    services.set_pace(lesson_id=lesson.id, pace=5, now=at(30))
    changed = services.set_pace(lesson_id=lesson.id, pace=10, now=at(20))
    assert changed.time_at(at(30)) == MONDAY + timedelta(seconds=600)
    first = make_lesson(is_simulation=True, speed=20)
    changed = services.set_pace(lesson_id=first.id, pace=5, now=at(-1))
    assert changed.time_at(at(-60)) < changed.time_at(at(0)) == MONDAY


def test_a_lesson_that_has_ended_has_no_pace_to_set():
    with pytest.raises(LessonClosed):
        services.set_pace(lesson_id=make_lesson(minutes=45, is_simulation=True).id, pace=1, now=NOW)


def test_everybody_is_told_and_a_row_read_earlier_can_follow(monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("classroom.wire.events.announce_to_students", lambda lesson_id, it: told.append(it))
    early = make_lesson(is_simulation=True, speed=20, interval_ms=10_000)
    with django_capture_on_commit_callbacks(execute=True):
        services.set_pace(lesson_id=early.id, pace=5, now=at(30))
        services.set_pace(lesson_id=early.id, pace=5, now=at(35))
    (message,) = told
    assert (message["lesson"]["pace"], message["lesson"]["capture_interval_ms"]) == (5, 2000)
    queries.follow_pace(early, message["lesson"])
    assert early.time_at(at(40)) == Lesson.objects.get().time_at(at(40)) == at(30 * 20 + 10 * 5)


def test_who_takes_part_is_here_also_after_the_lesson_slowed_down():
    """Heartbeats are 15 s of real time apart: at speed 20 the last one was long ago in slow lesson time."""
    lesson = make_lesson(is_simulation=True, speed=20)
    heard_at = lesson.time_at(at(100))
    services.set_pace(lesson_id=lesson.id, pace=2, now=at(114))
    lesson.refresh_from_db()
    assert lesson.time_at(at(116) - timedelta(seconds=60)) < heard_at
