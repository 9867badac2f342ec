from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    words = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=words)
    except SystemExit:
        pytest.fail(f"models changed without a migration:\n{words.getvalue()}")
