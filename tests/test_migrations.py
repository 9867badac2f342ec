from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from classroom.models import School, User


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
