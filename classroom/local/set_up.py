"""Database, static files and demo classroom, in one process because Django takes a second to load.

Prints what the command `set_up` says: the logins, when it made them.
"""

import io
import os
import sys

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "classroom.settings")
    django.setup()
    unheard = io.StringIO()
    try:
        call_command("migrate", interactive=False, stdout=unheard)
    except (CommandError, OperationalError) as error:
        sys.exit(str(error))
    call_command("collectstatic", interactive=False, stdout=unheard)
    call_command("set_up")


if __name__ == "__main__":
    main()
