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

from classroom import disclosure
from classroom.models import Consent, Participant, Policy, Reading, School, User
from tests.factories import MONDAY, make_lesson, make_participant, make_teacher, make_user


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
def test_a_database_of_the_first_schema_is_taken_over_with_its_people() -> None:
    """Each of them is asked for a time zone at the next login, and nobody is out."""
    try:
        call_command("migrate", "classroom", "0001", interactive=False, stdout=StringIO())
        before = MigrationExecutor(connection).loader.project_state([("classroom", "0001_schema")]).apps
        school = before.get_model("classroom", "School").objects.create(name="Here before")
        before.get_model("classroom", "User").objects.create(username="mira", role="admin", school=school)
    finally:
        call_command("migrate", interactive=False, stdout=StringIO())
    mira = User.objects.get()
    assert (mira.username, mira.role, mira.is_introduced) == ("mira", "admin", False)
    assert mira.school is not None and mira.school.suspended_at is None


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


@pytest.mark.django_db(transaction=True)
def test_who_chose_before_there_was_a_choice_of_where_keeps_the_server() -> None:
    """Schools, consents and readings of before; a new school begins with the student's browser."""
    try:
        call_command("migrate", "classroom", "0010", interactive=False, stdout=StringIO())
        before = MigrationExecutor(connection).loader.project_state([("classroom", "0010_summary")]).apps
        row = before.get_model("classroom", "School").objects.create(name="Here before")
        policies = before.get_model("classroom", "Policy").objects
        policies.create(school=row, preset="full", chosen_at=MONDAY)
        user = before.get_model("classroom", "User").objects.create(username="mira", school=row)
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
    assert Policy.objects.get().readers == "server"
    assert (Policy.objects.get().precedes_rules, Policy.objects.get().jurisdiction) == (True, "")
    assert Policy(school=School.objects.get()).readers == "browser"
    assert dict(Consent.objects.values_list("choice", "readers")) == {
        "own_results": ["server"],
        "no_camera": [],
    }
    assert (Reading.objects.get().reader, Reading.objects.get().network) == ("server", "")
