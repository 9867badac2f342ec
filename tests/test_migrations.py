from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from classroom.models import School


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
