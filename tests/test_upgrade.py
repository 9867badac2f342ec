"""A database with rows in every table is brought to the newest schema: all are there, the product goes on."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import law, services
from classroom.models import Classroom, Consent, Lesson, Participant, Reading, User
from classroom.schema import MIGRATIONS
from classroom.wire.measurement import Measurement
from reports.build import build_report
from tests.analyses import attentive
from tests.databases import product_on, program
from tests.factories import LAWFUL
from tests.old_rows import LONG_AGO, Rows, models_of

pytestmark = pytest.mark.django_db(transaction=True)
UPGRADED = "classpulse_upgraded"
# Where one value of a kind is not as good as another.
GIVEN = {
    "School": {"name": "Here before"},
    "User": {
        "username": "mira",
        "password": make_password("a word of before"),
        "role": "teacher",
        "language": "en",
        "time_zone": "UTC",
    },
    "Policy": {
        "preset": "full",
        "readers": "server",
        "allows_attention": True,
        "allows_expression": True,
        "rules_version": law.current().version,
        **LAWFUL,
    },
    "Participant": {"display_name": "Kim", "user": None},
    "Lesson": {"ended_at": LONG_AGO + timedelta(minutes=45), "report_state": "pending"},
    "Consent": {"choice": "own_results"},
    "PulseCheck": {"closes_at": LONG_AGO + timedelta(minutes=1)},
    "Strike": {"ends_at": LONG_AGO + timedelta(minutes=1)},
    "GuardianLink": {"user": None},
    "GuardianAnswer": {"user": None},
    "Delivery": {"store": None},
}
TEACHERS = ("home", "classrooms", "help", "course")
OF_CLASS = ("classroom", "participants", "class_lessons")
OF_LESSON = ("lesson", "report", "report_json")
ADMINISTRATORS = (
    *("home", "choose_policy", "people", "places", "school_settings", "school_calendar", "school_classes"),
    *("school_programs", "platforms", "access_log", "attention", "overview"),
)


@pytest.fixture
def empty_database():
    """One without a table, in which the product stands until the test is over."""
    program("createdb", UPGRADED)
    with product_on(UPGRADED):
        yield
    program("dropdb", UPGRADED)


def migrate(*target):
    call_command("migrate", *target, interactive=False, stdout=StringIO())


def bring_to(migration):
    """Ours to that one, and all of Django and the other packages."""
    migrate("classroom", migration)
    for app in sorted(MigrationLoader(connection).migrated_apps - {"classroom"}):
        migrate(app)


def tables():
    """All but Django's list of what it did, and the parts of tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace AND relname <> 'django_migrations'"
        )
        return {name for (name,) in cursor.fetchall()}


def rows(names):
    found = {}
    with connection.cursor() as cursor:
        for name in sorted(names):
            cursor.execute(f'SELECT to_jsonb(its)::text FROM "{name}" its')
            found[name] = [json.loads(row) for (row,) in cursor.fetchall()]
    return found


BY_AGE = sorted(file.stem for file in MIGRATIONS.glob("[0-9]*.py"))


# Columns that a migration since then means to change.
CHANGED = {"0013_law": {"classroom_user": {"language"}}}


@pytest.mark.parametrize("since", ["0013_law", BY_AGE[-2]])
def test_a_database_of_before_is_brought_to_this_version_and_taught_in(since, empty_database, sent):
    bring_to(since)
    Rows(models_of(since), GIVEN).make_all()
    before = rows(tables())
    assert [name for name, held in before.items() if not held] == [], "a table without a row proves nothing"
    migrate()
    after = rows(before)
    changed = CHANGED.get(since, {})
    for name, held in before.items():
        assert [row for row in held if not is_kept(row, after[name], changed.get(name, ()))] == [], name
    assert_pages_answer()
    teach()


def is_kept(row, among, changed):
    """With every value that has a column still."""
    kept = {name: value for name, value in row.items() if name not in changed}
    return any({name: other.get(name, value) for name, value in kept.items()} == kept for other in among)


def assert_pages_answer():
    """To the teacher and, once that is the role, to the administrator of before."""
    lesson, client = Lesson.objects.get(), Client()
    build_report(lesson_id=lesson.id, now=timezone.now(), progress=lambda percent: None)
    Lesson.objects.update(report_state="ready")
    client.force_login(User.objects.get())
    asked = [reverse(name) for name in TEACHERS]
    asked += [reverse(name, args=[lesson.classroom_id]) for name in OF_CLASS]
    asked += [reverse(name, args=[lesson.id]) for name in OF_LESSON]
    refused = [address for address in asked if client.get(address, follow=True).status_code != 200]
    User.objects.update(role="admin")
    asked = [reverse(name) for name in ADMINISTRATORS]
    refused += [address for address in asked if client.get(address, follow=True).status_code != 200]
    User.objects.update(role="teacher")
    assert refused == []


def teach():
    """A lesson in the class of before: joined by its old link, agreed to, measured, ended and reported."""
    classroom, now = Classroom.objects.get(), timezone.now()
    lesson = services.open_lesson(classroom=classroom, title="Waves", now=now)
    student = Client()
    student.post(reverse("join_classroom", args=[classroom.join_token]), {"display_name": "Robin"})
    assert student.get(reverse("my_lesson", args=[lesson.id])).status_code == 200
    robin = Participant.objects.get(display_name="Robin")
    own = {"lesson_id": lesson.id, "participant_id": robin.id}
    consent = services.give_consent(**own, choice="own_results", now=now)
    at = now + timedelta(seconds=1)
    services.record_readings(
        lesson_id=lesson.id, measurements=[Measurement(robin.id, consent.id, at, attentive())]
    )
    assert Reading.objects.filter(participant=robin).count() == 1
    services.end_lesson(lesson_id=lesson.id, now=now + timedelta(minutes=45))
    assert build_report(lesson_id=lesson.id, now=now, progress=lambda percent: None)
    services.withdraw_consent(**own, now=now)
    assert not Reading.objects.filter(participant=robin).exists()
    assert Consent.objects.get(id=consent.id).was_withdrawn
