"""The administrator's home: it says what needs attention, and nothing where nothing does."""

import shutil
import tomllib
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from classroom import queries, services
from classroom.models import Policy, RetentionRun, User
from classroom.queries.installation import Storage
from classroom.version import VERSION
from tests.factories import (
    make_admin,
    make_classroom,
    make_flag,
    make_lesson,
    make_participant,
    make_school,
    make_teacher,
    make_user,
)
from tests.reports.scenes import make_ended_lesson, make_student
from tests.upkeep import delete_past_retention

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
CALM = "Everything is as it should be"


@pytest.fixture
def school():
    return make_school()


@pytest.fixture
def read(client, school, monkeypatch):
    """The page's text for one of two administrators, on a server with room whose old rows have just been
    deleted."""
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**12))
    delete_past_retention(now=timezone.now())
    client.force_login(make_admin(school=school))
    make_admin(school=school, username="deputy", first_name="Admin")
    return lambda: " ".join(client.get("/attention/").content.decode().split())


def make_school_lesson(school, **fields):
    classroom = make_classroom(teacher=make_teacher(school=school))
    return make_ended_lesson(classroom=classroom, **{"report_state": "ready", **fields})


def test_where_nothing_needs_attention_it_says_so(read):
    assert CALM in read()


def test_it_counts_the_drafts_that_wait_at_the_own_school(read, school):
    for where in (school, school, make_school()):
        lesson = make_school_lesson(where)
        make_flag(lesson=lesson, participant=make_student(lesson))
    page = read()
    assert "2 drafts of flags wait for a review" in page and "/overview/?flags=open" in page
    assert CALM not in page


def test_it_names_the_reports_of_the_own_school_that_failed(read, school):
    failed = make_school_lesson(school, report_state="failed", title="Waves")
    make_school_lesson(make_school(), report_state="failed", title="Foreign")
    page = read()
    assert "1 report could not be written" in page and f"/lessons/{failed.id}/report/" in page
    assert "Foreign" not in page and CALM not in page


@pytest.mark.parametrize(("choice", "is_told"), [("own_results", True), ("class_mood", False)])
def test_it_says_that_analysis_is_behind_only_where_figures_are_told(
    read, school, monkeypatch, choice, is_told
):
    lesson = make_lesson(classroom=make_classroom(teacher=make_teacher(school=school)))
    make_participant(lesson=lesson, choice=choice)
    monkeypatch.setattr("classroom.wire.events.oldest_waiting_s", lambda lesson_id: 8)
    assert ("Analysis is behind by 8 seconds" in read()) is is_told


def test_it_says_for_how_long_the_oldest_picture_of_all_open_lessons_waits(read, school, monkeypatch):
    lessons = [make_school_lesson_now(school) for _ in range(3)]
    waits = dict(zip([one.id for one in lessons], (30, 190, 0), strict=True))
    monkeypatch.setattr("classroom.wire.events.oldest_waiting_s", waits.__getitem__)
    page = read()
    assert "Analysis is behind by 3 minutes" in page and "Tell whoever runs the server" in page


def make_school_lesson_now(school):
    lesson = make_lesson(classroom=make_classroom(teacher=make_teacher(school=school)))
    make_participant(lesson=lesson, choice="own_results")
    return lesson


@pytest.mark.parametrize(("required", "missing"), [("none", 0), ("admins", 3), ("teachers", 5)])
def test_it_counts_who_lacks_the_second_factor_that_is_required(
    client, read, school, settings, required, missing
):
    """The reader of the page has one: who lacks it reaches no page."""
    reader = User.objects.get(id=client.session["_auth_user_id"])
    for role in ("admin", "admin", "teacher", "teacher", "student"):
        make_user(role=role, school=school, first_name=role.title())
    made = make_admin(school=school), make_admin(school=school, is_active=False), make_admin()
    for user in (reader, made[0]):
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    settings.REQUIRE_SECOND_FACTOR = required
    page = read()
    assert (f"{missing} people have no second factor" in page) is (missing > 0)
    if missing:
        assert "/people/?second_factor=missing" in page
        listed = client.get("/people/?second_factor=missing").content.decode()
        assert listed.count("<strong>Admin</strong>") + listed.count("<strong>Teacher</strong>") == missing
        assert "<strong>Student</strong>" not in listed


def test_djangos_admin_is_named_to_the_platforms_administrator_alone_as_support(client, school):
    for is_superuser in (False, True):
        client.force_login(make_admin(school=school, is_staff=True, is_superuser=is_superuser))
        assert ("/django-admin/" in client.get("/attention/").content.decode()) is is_superuser


def test_drafts_of_a_demonstration_need_no_attention(read, school):
    lesson = make_school_lesson(school, is_simulation=True)
    make_flag(lesson=lesson, participant=make_student(lesson))
    page = read()
    assert "drafts of flags" not in page and "draft of a flag" not in page and CALM in page


ALONE, ONLY = "Nobody has been invited yet", "You are the only administrator of your school"


@pytest.fixture
def read_alone(read):
    """The same for the one account of the school."""
    User.objects.get(username="deputy").delete()
    return read


def invited(school, role):
    services.invite(school=school, role=role, actor=make_admin(), now=timezone.now())


def test_on_the_first_day_it_says_that_nobody_is_invited_and_that_one_administrator_is_few(read_alone):
    page = read_alone()
    assert ALONE in page and ONLY in page and CALM not in page


def test_who_is_invited_need_not_be_invited_again(read_alone, school):
    invited(school, "teacher")
    page = read_alone()
    assert ALONE not in page and ONLY in page
    invited(school, "admin")
    page = read_alone()
    assert ONLY not in page and CALM in page


def test_an_administrator_who_is_deactivated_is_no_second_one(read):
    User.objects.filter(username="deputy").update(is_active=False)
    assert ONLY in read()


@pytest.mark.parametrize("is_superuser", [True, False])
def test_schools_without_an_administrator_are_named_to_whoever_runs_the_platform(
    client, read, school, is_superuser
):
    User.objects.filter(id=client.session["_auth_user_id"]).update(is_superuser=is_superuser)
    make_school(name="Lake School")
    make_school(name="Closed School", suspended_at=timezone.now())
    make_admin(school=make_school(name="Hill School"))
    page = read()
    assert ("Lake School" in page and "1 school has no administrator" in page) is is_superuser
    assert (CALM in page) is not is_superuser
    assert "Closed School" not in page and "Hill School" not in page


def test_it_says_that_no_policy_is_chosen(read, school):
    Policy.objects.filter(school=school).delete()
    page = read()
    assert "No policy is chosen" in page and CALM not in page


@pytest.mark.parametrize(
    ("hours", "says"), [(2, None), (4, "has not been deleted for hours"), (None, "has been noted yet")]
)
def test_it_says_that_old_data_is_not_deleted(read, hours, says):
    RetentionRun.objects.all().delete()
    User.objects.update(date_joined=timezone.now() - timedelta(days=1))
    if hours is not None:
        delete_past_retention(now=timezone.now() - timedelta(hours=hours))
    page = read()
    assert (says or CALM) in page and (CALM in page) is (says is None)


def test_on_the_first_day_the_first_deletion_is_waited_for(read):
    RetentionRun.objects.all().delete()
    assert CALM in read()


def test_a_deletion_keeps_its_time_and_nothing_of_what_it_deleted(school):
    delete_past_retention(now=timezone.now() - timedelta(hours=1))
    delete_past_retention(now=timezone.now())
    assert RetentionRun.objects.count() == 1
    assert [field.name for field in RetentionRun._meta.fields] == ["id", "finished_at", "common_at"]


def test_it_says_that_the_disk_is_nearly_full(read, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9))
    page = read()
    assert "of disk are free" in page and CALM not in page


def test_it_tells_the_versions_and_how_large_the_database_is(read):
    page = read()
    assert queries.storage().database_bytes > 10**6
    sizes = {Storage(megabytes * 1024**2, 0).most_bytes for megabytes in (13, 14, 100)}
    assert sizes == {100 * 1024**2}, "how it grows within a lesson would tell how many cameras are on"
    for name, number in queries.versions().items():
        assert name in page and number in page
    assert set(queries.versions()) == {"ClassPulse", "Python", "Django", "PostgreSQL"}


def test_the_version_is_that_of_the_package():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
