"""The command that makes what a new install needs, and may be run at every start."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

from classroom.models import Classroom, Policy, School, User

pytestmark = pytest.mark.django_db
ROWS = (School, User, Policy, Classroom)


def set_up():
    """The logins that it printed: role, username, password."""
    output = StringIO()
    call_command("set_up", stdout=output)
    return [line.split()[1:] for line in output.getvalue().splitlines() if line.startswith("login ")]


def test_it_prints_a_teachers_and_an_admins_login_that_work():
    logins = set_up()
    assert [role for role, *_ in logins] == ["teacher", "admin"]
    for role, username, password in logins:
        assert authenticate(username=username, password=password).role == role


def test_a_second_run_changes_nothing_and_prints_no_login():
    set_up()
    before = [list(model.objects.order_by("pk").values()) for model in ROWS]
    assert set_up() == []
    assert [list(model.objects.order_by("pk").values()) for model in ROWS] == before


def test_the_school_has_no_policy_until_its_administrator_chooses_one():
    set_up()
    assert School.objects.count() == 1
    assert not Policy.objects.exists()


def test_what_was_removed_by_hand_is_made_again_with_a_new_password():
    (_, _, first), _admin = set_up()
    Classroom.objects.all().delete()
    User.objects.filter(role="teacher").delete()
    ((role, username, second),) = set_up()
    assert (role, username) == ("teacher", "teacher")
    assert first != second
    assert Classroom.objects.filter(teacher__username="teacher").count() == 2
