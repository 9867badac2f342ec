from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from classroom import disclosure, services
from classroom.models import Consent, Participant, Policy, Reading, School, User
from classroom.partitions import PARTITIONED
from tests.factories import MONDAY, make_lesson, make_participant, make_school, make_teacher, make_user
from tests.scenes import measured_lesson


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    words = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=words)
    except SystemExit:
        pytest.fail(f"models changed without a migration:\n{words.getvalue()}")


@pytest.mark.django_db
def test_a_database_of_another_version_is_recognised_and_left_alone() -> None:
    MigrationRecorder.Migration.objects.create(app="classroom", name="0001_initial", applied=timezone.now())
    school = School.objects.create(name="Here before")
    with pytest.raises(CommandError, match=r"another version of ClassPulse \(0001_initial\).*make where"):
        call_command("migrate", interactive=False, stdout=StringIO())
    assert School.objects.get() == school


@pytest.mark.django_db(transaction=True)
def test_a_database_of_the_first_schema_is_taken_over_on_its_way_through_those_between() -> None:
    """Its people are asked for a time zone at the next login, and nobody is out. Where schools, consents and
    readings of before have no choice of where, it is the server; a new school begins with the browser.
    """
    try:
        call_command("migrate", "classroom", "0001", interactive=False, stdout=StringIO())
        before = MigrationExecutor(connection).loader.project_state([("classroom", "0001_schema")]).apps
        school = before.get_model("classroom", "School").objects.create(name="Here before")
        before.get_model("classroom", "User").objects.create(username="mira", role="admin", school=school)
        call_command("migrate", "classroom", "0010", interactive=False, stdout=StringIO())
        before = MigrationExecutor(connection).loader.project_state([("classroom", "0010_summary")]).apps
        row = before.get_model("classroom", "School").objects.create(name="Here before too")
        policies = before.get_model("classroom", "Policy").objects
        policies.create(school=row, preset="full", chosen_at=MONDAY)
        user = before.get_model("classroom", "User").objects.create(username="noor", school=row)
        room = before.get_model("classroom", "Classroom").objects.create(
            school=row, teacher=user, name="Physics", join_token="a", join_code="ABCDEF"
        )
        student = before.get_model("classroom", "Participant").objects.create(
            classroom=room, display_name="Kim"
        )
        lesson = before.get_model("classroom", "Lesson").objects.create(
            classroom=room, title="Waves", started_at=MONDAY
        )
        agreed = {"lesson": lesson, "participant": student, "given_at": MONDAY}
        consents = before.get_model("classroom", "Consent").objects
        consent = consents.create(**agreed, choice="own_results", ended_at=MONDAY)
        consents.create(**agreed, choice="no_camera")
        before.get_model("classroom", "Reading").objects.create(
            lesson=lesson,
            participant=student,
            taken_at=MONDAY,
            school=row,
            consent=consent,
            faces=1,
            level="unknown",
            was_folded=True,
        )
    finally:
        call_command("migrate", interactive=False, stdout=StringIO())
    mira = User.objects.get(username="mira")
    assert (mira.username, mira.role, mira.is_introduced) == ("mira", "admin", False)
    assert mira.school is not None and mira.school.suspended_at is None
    assert Policy.objects.get().readers == "server"
    assert (Policy.objects.get().precedes_rules, Policy.objects.get().jurisdiction) == (True, "")
    assert Policy(school=mira.school).readers == "browser"
    assert dict(Consent.objects.values_list("choice", "readers")) == {
        "own_results": ["server"],
        "no_camera": [],
    }
    assert (Reading.objects.get().reader, Reading.objects.get().network) == ("server", "")


@pytest.mark.django_db
def test_what_a_place_of_before_vouched_for_is_what_it_would_today_and_less_if_it_was_another() -> None:
    lesson = make_lesson()
    school, since = lesson.classroom.school, MONDAY - timedelta(days=1)
    for fields in (
        {"user": make_user(school=school)},
        {"user": make_user()},
        {"user": make_teacher(school=school)},
        {"is_trial": True, "user": make_user(school=school)},
        {"is_simulated": True},
        {},
    ):
        made = make_participant(lesson=lesson, choice="no_camera", **fields)
        Participant.objects.filter(id=made.id).update(created_at=since)
    new = make_participant(lesson=lesson, choice="no_camera")
    Participant.objects.filter(id=new.id).update(created_at=since, came_at=MONDAY)
    moved = make_participant(lesson=lesson, choice="no_camera", user=make_user(school=school))
    Consent.objects.filter(participant=moved).update(moved_at=MONDAY)
    Consent.objects.update(standing="new")
    import_module("classroom.migrations.0004_standing").note_standings(apps, connection.schema_editor())
    consents = Consent.objects.select_related("participant__user").order_by("id")
    noted = [one.standing for one in consents]
    assert noted[:-1] == [disclosure.standing(one.participant, lesson) for one in consents][:-1]
    assert noted == ["account", "known", "known", "uncounted", "uncounted", "known", "new", "new"]


KEPT_ALIKE = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = ANY(%s::regclass[]) AND contype <> 'n'
    UNION SELECT indrelid::regclass::text, indexrelid::regclass::text,
        replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
    FROM pg_index WHERE indrelid = ANY(%s::regclass[]) ORDER BY 1, 2
"""
BY_MONTH = ["classroom_reading", "classroom_rollupbin"]


def asked(query: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_readings_and_sums_of_before_are_carried_over_into_months_and_back() -> None:
    """Every row, constraint and index; what comes after the newest of before lies in a month of its own."""
    lesson = measured_lesson(make_school(), started_at=timezone.now() - timedelta(days=3), students=3)
    rows = [asked(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in BY_MONTH]
    alike = asked(KEPT_ALIKE, BY_MONTH, BY_MONTH)
    try:
        call_command("migrate", "classroom", "0013", interactive=False, stdout=StringIO())
        assert [asked(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in BY_MONTH] == rows
        assert asked(KEPT_ALIKE, BY_MONTH, BY_MONTH) == alike
        assert asked("SELECT count(*) FROM pg_inherits") == [(0,)]
    finally:
        call_command("migrate", interactive=False, stdout=StringIO())
    assert [asked(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in BY_MONTH] == rows
    assert asked(KEPT_ALIKE, BY_MONTH, BY_MONTH) == alike
    for each in PARTITIONED:
        before, *months = each.partitions()
        assert before.month is None and before.ends.starts_at > timezone.now() and len(months) == 4
        assert {name for (name,) in asked(f"SELECT DISTINCT tableoid::regclass::text FROM {each.table}")} == {
            before.name
        }
        assert each.make_months(timezone.now()) == []
    services.remove_place(
        participant_id=Reading.objects.first().participant_id,  # type: ignore[union-attr]
        by=lesson.classroom.teacher,
        now=timezone.now(),
    )
    assert Reading.objects.count() == 14
    call_command("flush", interactive=False, stdout=StringIO())
    call_command("migrate", "classroom", "0013", interactive=False, stdout=StringIO())
    call_command("migrate", interactive=False, stdout=StringIO())
    assert all(one.month for one in PARTITIONED[0].partitions()), "an empty table leaves nothing"
