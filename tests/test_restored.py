"""A restored database serves nobody until what ended since the backup has ended again.

Then it holds no more of anybody than the one before.
"""

import os
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from classroom import services
from classroom.access import guest_cookie, participant_in
from classroom.lti.values import CourseRole, Member, Name
from classroom.models import (
    ApiToken,
    Classroom,
    Consent,
    GuardianAnswer,
    Lesson,
    Participant,
    Platform,
    PlatformClass,
    Policy,
    Question,
    Reading,
    RecordStore,
    RollupBin,
    User,
    Webhook,
)
from classroom.personal import PERSONAL
from classroom.services.course_rosters import keep_roster
from classroom.wire.measurement import Measurement
from tests.analyses import attentive
from tests.databases import product_on, program
from tests.factories import (
    MONDAY,
    make_classroom,
    make_consent,
    make_lesson,
    make_participant,
    make_school,
    make_user,
)
from tests.scenes import ended, fill, measured_lesson

pytestmark = pytest.mark.django_db(transaction=True)
RESTORED = "classpulse_restored"
NOTHING = Path("/dev/null")


@pytest.fixture
def backup(tmp_path):
    """`backup()` keeps the database of the test; within `restored()` the product's database is made of it."""
    yield lambda: program("pg_dump", "-Fc", "-f", tmp_path / "a.dump", connection.settings_dict["NAME"])
    connection.close()
    program("dropdb", "--if-exists", RESTORED)


@pytest.fixture
def restored(backup, tmp_path, monkeypatch):
    before = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].replace("/classpulse?", f"/{before}?")
    monkeypatch.setenv("OLD_DATABASE_URL", url)

    @contextmanager
    def stand():
        program("createdb", RESTORED)
        program("pg_restore", "--no-owner", "--exit-on-error", "-d", RESTORED, tmp_path / "a.dump")
        with product_on(RESTORED):
            yield

    return stand


def repeat(**source):
    said = StringIO()
    call_command("repeat_endings", stdout=said, **source)
    return said.getvalue()


def people():
    """Of whom each kind of personal row is there."""
    return {
        kind.name: set(kind.rows().values_list("lesson", "participant"))
        for kind in PERSONAL
        if kind.name not in ("looks", "consents")
    } | {
        "places": set(Participant.objects.values_list("id")),
        "accounts": set(User.objects.values_list("id")),
    }


@pytest.fixture
def lesson(sent):
    """Of yesterday, with eight students who show their results."""
    return ended(measured_lesson(make_school(), started_at=timezone.now() - timedelta(days=1), students=8))


def test_what_was_erased_withdrawn_and_struck_since_is_again(lesson, backup, restored):
    now = timezone.now()
    removed, withdrawn, struck, *_ = [one.participant for one in lesson.consents.order_by("id")]
    earlier = ended(measured_lesson(lesson.classroom.school, started_at=now - timedelta(days=2), students=2))
    erased = earlier.consents.order_by("id")[0].participant
    backup()
    services.erase_own_place(participant_id=erased.id, now=now)
    services.remove_place(participant_id=removed.id, by=lesson.classroom.teacher, now=now)
    services.withdraw_consent(lesson_id=lesson.id, participant_id=withdrawn.id, now=now)
    services.strike_minutes(
        lesson_id=lesson.id, participant_id=struck.id, first=0, last=1, reason="I took notes.", now=now
    )
    left = people()
    hidden = set(Question.objects.values_list("state", "lesson"))
    assert hidden == {("hidden", lesson.id), ("open", earlier.id)}
    with restored():
        said = repeat(old=True)
        assert people() == left
        assert Consent.objects.get(participant=withdrawn).was_withdrawn
        assert Lesson.objects.get(id=lesson.id).lacks_somebody, "of who was removed nothing is told"
        assert not Lesson.objects.get(id=earlier.id).lacks_somebody, "a student who leaves leaves no trace"
        assert set(Question.objects.values_list("state", "lesson")) == hidden
        assert Lesson.objects.get(id=lesson.id).report_state != "ready", "the report is written again"
    assert "place-erased: 1\nplace-removed: 1\nconsent-withdrawn: 1\nminutes-struck: 1\n" in said


def test_an_account_a_class_and_what_tells_others_that_were_deleted_since_are_again(lesson, backup, restored):
    now, school = timezone.now(), lesson.classroom.school
    kim, mira = make_user(school=school), make_user(role="teacher", school=school)
    place = make_participant(lesson=lesson, choice="own_results", user=kim)
    fill(lesson, place)
    other = ended(measured_lesson(school, started_at=now - timedelta(days=2)))
    services.make_token(owner=mira, school=school, name="Timetable", scopes=["lessons"], now=now)
    token = ApiToken.objects.get()
    hook = Webhook.objects.create(owner=mira, school=school, address="https://a", made_at=now, events=[])
    RecordStore.objects.create(school=school, address="https://a", made_at=now, told=[])
    backup()
    services.remove_place(participant_id=place.id, by=mira, now=now)
    kim.delete()
    services.delete_classroom(classroom_id=other.classroom_id, by=mira, now=now)
    services.revoke_token(owner=mira, school=school, token_id=token.id, now=now)
    hook.delete()
    school.record_store.delete()
    left = people()
    with restored():
        repeat(old=True)
        assert people() == left
        assert not Classroom.objects.filter(id=other.classroom_id).exists()
        assert not any(model.objects.exists() for model in (ApiToken, Webhook, RecordStore))


def test_a_choice_that_was_changed_and_a_guardian_who_withdrew_since_close_the_camera(backup, restored):
    now = timezone.now()
    lesson = make_lesson(
        classroom=make_classroom(school=make_school()), started_at=now - timedelta(minutes=9)
    )
    Policy.objects.update(requires_guardian_consent=True)
    kim, robin = (make_participant(lesson=lesson) for _ in range(2))
    for place in (kim, robin):
        answer_of(place, "own_results")
        make_consent(lesson=lesson, participant=place)
    backup()
    services.give_consent(lesson_id=lesson.id, participant_id=kim.id, choice="no_camera", now=now)
    GuardianAnswer.objects.create(
        **{
            **row_of(GuardianAnswer.objects.get(participant=robin)),
            "kind": "withdrawn",
            "choice": "no_camera",
        }
    )
    with restored():
        assert repeat(old=True).startswith("consent-ended: 1\nanswer-narrowed: 1\n")
        assert not Consent.objects.active().filter(choice="own_results").exists()
        newest = GuardianAnswer.objects.filter(participant=robin).latest("at", "id")
        assert (newest.kind, newest.choice) == ("withdrawn", "no_camera")
        assert GuardianAnswer.objects.get(participant=kim).kind == "agreed"


def answer_of(place, choice):
    """As a guardian of the school gives it."""
    place = Participant.objects.select_related("classroom__school__policy").get(id=place.id)
    now = timezone.now()
    token = services.make_guardian_link(place=place, by_school=True, now=now)
    ward = services.ward_behind(token=token, is_own=False, address="192.0.2.7", now=now)
    services.answer_guardian(
        link_id=ward.link.id, choice=choice, name="Ada", relation="mother", read=ward.policy.terms, now=now
    )


def row_of(answer):
    fields = {field.attname: getattr(answer, field.attname) for field in answer._meta.concrete_fields}
    return {**fields, "id": None, "at": timezone.now()}


def test_two_places_that_became_one_since_are_two_again_and_nothing_of_them_is_lost(lesson, backup, restored):
    one = lesson.consents.order_by("id")[0].participant
    later = make_lesson(
        classroom=lesson.classroom, started_at=timezone.now() - timedelta(hours=3), minutes=45
    )
    other = make_participant(lesson=later, choice="own_results")
    backup()
    rows = people()
    services.merge_participants(
        one_id=one.id, other_id=other.id, name_of=one.id, by=lesson.classroom.teacher, now=timezone.now()
    )
    with restored():
        assert repeat(old=True) == "Everybody logs in again. The database may be used.\n"
        assert people() == rows


def test_nobody_is_let_into_a_restored_database_before(lesson, backup, restored, client):
    """No page, no program, no worker; not even the one that moves tables."""
    consent = lesson.consents.order_by("id")[0]
    one = Measurement(consent.participant_id, consent.id, timezone.now(), attentive())
    backup()
    with restored():
        assert client.get("/readyz").status_code == 503
        with pytest.raises(OperationalError, match="came out of a backup"):
            client.get(reverse("join_classroom", args=["token"]))
        with pytest.raises(OperationalError, match="came out of a backup"):
            services.record_readings(lesson_id=lesson.id, measurements=[one])
        with pytest.raises(OperationalError, match="came out of a backup"):
            call_command("migrate", interactive=False, stdout=StringIO())
        repeat(old=True)
        assert client.get("/readyz").json()["database"] is True
    assert client.get("/readyz").json()["database"] is True, "nor did anything happen to the one before"


def test_every_login_has_ended_whether_it_had_or_not(lesson, backup, restored, client):
    """The file holds the keys of all that were open."""
    client.force_login(lesson.classroom.teacher)
    UserSession.objects.create(user=lesson.classroom.teacher, ip="127.0.0.1", user_agent="", session_key="a")
    backup()
    with restored():
        repeat(old=True)
        assert not Session.objects.exists() and not UserSession.objects.exists()


def test_what_is_past_its_period_by_now_is_deleted(backup, restored):
    ended(measured_lesson(make_school(), started_at=timezone.now() - timedelta(days=31)))
    backup()
    with restored():
        repeat(old=True)
        assert not Reading.objects.exists() and RollupBin.objects.exists()


def test_a_list_that_was_written_before_does_the_same_without_the_database_before(
    lesson, backup, restored, tmp_path, monkeypatch
):
    erased, kept = [one.participant for one in lesson.consents.order_by("id")][:2]
    backup()
    for place in (erased, kept):
        services.erase_own_place(participant_id=place.id, now=timezone.now())
    file = tmp_path / "since.txt"
    with restored():
        repeat(old=True, write=file)
        with pytest.raises(OperationalError, match="came out of a backup"):
            Participant.objects.count()
        lines = file.read_text().splitlines()
        assert lines[1:] == [f"place-erased {erased.id}", f"place-erased {kept.id}", "end"]
        others = f"{lines[1]}   # the other was a mistake\nplace-erased 987654321\nend\n"
        file.write_text(f"endings-of 2026-01-01T00:00:00+00:00\n{others}")
        with pytest.raises(CommandError, match="was written by another install"):
            repeat(listed=file)
        file.write_text(f"{lines[0]}\n{others}")
        monkeypatch.delenv("OLD_DATABASE_URL")
        assert repeat(listed=file).startswith("place-erased: 1\n")
        assert not Participant.objects.filter(id=erased.id).exists()
        assert Participant.objects.filter(id=kept.id).exists()


def test_the_wrong_database_before_ends_nothing_and_opens_nothing(lesson, backup, restored, monkeypatch):
    """Another install's would tell of everybody that they are gone; the restored one itself, of nobody."""
    backup()
    url, before = os.environ["OLD_DATABASE_URL"], connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = applied - interval '1 day'")
    rows = people()
    try:
        with restored():
            with pytest.raises(CommandError, match="was not made of the database"):
                repeat(old=True)
            monkeypatch.setenv("OLD_DATABASE_URL", url.replace(f"/{before}?", f"/{RESTORED}?"))
            with pytest.raises(CommandError, match="names the restored database itself"):
                repeat(old=True)
            monkeypatch.setenv("OLD_DATABASE_URL", url.replace(f"/{before}?", "/nowhere?"))
            with pytest.raises(CommandError, match='"nowhere" does not exist'):
                repeat(old=True)
            with pytest.raises(OperationalError, match="came out of a backup"):
                Participant.objects.count()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET applied = applied + interval '1 day'")
    assert people() == rows


def test_a_backup_over_the_restored_database_itself_is_recognised_too(lesson, backup, restored, tmp_path):
    """Into the same one: its tables are others than those that were marked."""
    backup()
    with restored():
        repeat(listed=NOTHING)
        connection.close()
        program("psql", "-d", RESTORED, "-c", "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        program("pg_restore", "--no-owner", "--exit-on-error", "-d", RESTORED, tmp_path / "a.dump")
        with pytest.raises(OperationalError, match="came out of a backup"):
            Participant.objects.count()
        repeat(listed=NOTHING)
        assert Participant.objects.count() == 8


def test_no_number_of_a_row_is_given_twice(lesson, backup, restored):
    """The browser of a guest who came after the backup still has the cookie of that place."""
    backup()
    lost = [make_participant(lesson=lesson, choice="own_results") for _ in range(2)][-1]
    name, cookie = guest_cookie(lost)
    with restored():
        repeat(old=True)
        for _ in range(3):
            assert make_participant(lesson=lesson).id > lost.id
        assert participant_in(AnonymousUser(), {name: cookie}, lesson.classroom) is None


def test_nor_where_nobody_knows_how_far_the_numbers_had_got(lesson, backup, restored):
    backup()
    lost = [make_participant(lesson=lesson) for _ in range(2)][-1]
    with restored():
        repeat(listed=NOTHING)
        assert make_participant(lesson=lesson).id > lost.id


def test_a_database_out_of_an_earlier_backup_does_not_tell_what_ended_since_a_later_one(
    lesson, backup, restored, tmp_path, monkeypatch
):
    """It never held who came in between: they would all be gone, and who withdrew since would not have."""
    first, later = tmp_path / "a.dump", tmp_path / "later.dump"
    backup()
    earlier = first.read_bytes()
    kim, robin = (make_participant(lesson=lesson, choice="own_results") for _ in range(2))
    backup()
    later.write_bytes(first.read_bytes())
    services.withdraw_consent(lesson_id=lesson.id, participant_id=robin.id, now=timezone.now())
    url, original = os.environ["OLD_DATABASE_URL"], connection.settings_dict["NAME"]
    first.write_bytes(earlier)
    with restored():
        repeat(old=True)
        for _ in range(5):
            make_participant(lesson=lesson, choice="own_results")
    again = RESTORED.replace("restored", "again")
    program("createdb", again)
    try:
        program("pg_restore", "--no-owner", "-d", again, later)
        with product_on(again):
            monkeypatch.setenv("OLD_DATABASE_URL", url.replace(f"/{original}?", f"/{RESTORED}?"))
            with pytest.raises(CommandError, match="came out of an earlier backup"):
                repeat(old=True)
            monkeypatch.setenv("OLD_DATABASE_URL", url)
            assert repeat(old=True).startswith("consent-withdrawn: 1\n")
            assert Participant.objects.filter(id=kim.id).exists()
            assert Consent.objects.get(participant=robin).was_withdrawn
    finally:
        connection.close()
        program("dropdb", "--if-exists", again)


def test_a_backup_that_was_brought_back_once_is_brought_back_again(
    lesson, backup, restored, tmp_path, monkeypatch
):
    """With the database before that came out of it, and with the one that came out of that."""
    backup()
    url, original = os.environ["OLD_DATABASE_URL"], connection.settings_dict["NAME"]
    with restored():
        repeat(old=True)
        gone = lesson.consents.order_by("id")[0].participant
        services.erase_own_place(participant_id=gone.id, now=timezone.now())
    again = RESTORED.replace("restored", "again")
    monkeypatch.setenv("OLD_DATABASE_URL", url.replace(f"/{original}?", f"/{RESTORED}?"))
    program("createdb", again)
    program("pg_restore", "--no-owner", "--exit-on-error", "-d", again, tmp_path / "a.dump")
    try:
        with product_on(again):
            repeat(old=True)
            assert not Participant.objects.filter(id=gone.id).exists()
            assert repeat(old=True).startswith("Everybody"), "and once more, as whoever was interrupted does"
    finally:
        connection.close()
        program("dropdb", "--if-exists", again)


def test_who_erased_a_place_that_another_had_become_part_of_gives_no_name_back(lesson, backup, restored):
    """The lessons that came by the merge stay for the teacher, as they did, and nobody's."""
    mine = lesson.consents.order_by("id")[0].participant
    later = make_lesson(
        classroom=lesson.classroom, started_at=timezone.now() - timedelta(hours=3), minutes=45
    )
    other = make_participant(lesson=later, choice="own_results")
    backup()
    stays = services.merge_participants(
        one_id=mine.id, other_id=other.id, name_of=mine.id, by=lesson.classroom.teacher, now=timezone.now()
    )
    services.erase_own_place(participant_id=stays.id, now=timezone.now())
    names = set(Participant.objects.values_list("display_name", flat=True))
    readings = Reading.objects.count()
    assert "Name deleted" in names
    with restored():
        repeat(old=True)
        assert set(Participant.objects.values_list("display_name", flat=True)) == names
        assert Reading.objects.count() == readings
        left = Participant.objects.get(display_name="Name deleted")
        assert left.is_left_behind and Consent.objects.moved().filter(participant=left).exists()


def test_no_roster_brings_a_name_back_that_came_and_was_erased_since(lesson, backup, restored):
    """Nor does the name wait for that one which the backup holds."""
    course = make_course(lesson.classroom)
    kim, robin, ada = (Member(f"s{n}", CourseRole.STUDENT, Name(name, name)) for n, name in enumerate(NAMES))
    keep_roster(course=course, found=[kim])
    backup()
    keep_roster(course=course, found=[kim, robin, ada])
    for name in ("Kim", "Robin"):
        guest = services.join_classroom(classroom=lesson.classroom, display_name=name, now=timezone.now())
        services.erase_own_place(participant_id=guest.id, now=timezone.now())
    with restored():
        assert "member-erased: 1\n" in repeat(old=True)
        keep_roster(course=course, found=[kim, robin, ada])
        assert [*Participant.objects.filter(is_expected=True).values_list("display_name", flat=True)] == [
            "Ada"
        ]


NAMES = ("Kim", "Robin", "Ada")


def make_course(classroom):
    platform = Platform.objects.create(
        school=classroom.school, name="Moodle", issuer="x", client_id="1", deployment_ids=[], made_at=MONDAY
    )
    return PlatformClass.objects.create(platform=platform, context_id="c", classroom=classroom)
