"""Rights of programs as tables: operation x whose token, and operation x scope. One that is missing fails."""

from copy import deepcopy

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classroom import services
from classroom.api.urls import api
from classroom.models import ApiToken
from classroom.models.programs import Scope
from tests.test_rights import add_results, make_world

# With a token of every scope; `co` and `substitute` teach the class too, `former` did.
TABLE = """
operation        none unknown owner co  substitute former colleague admin foreigner platform pupil
token            401  401     200   200 200        200    200       200   200       200      401
classrooms       401  401     200   200 200        200    200       200   200       200      401
lessons          401  401     200   200 200        404    404       200   404       404      401
lesson           401  401     200   200 200        404    404       200   404       404      401
moments          401  401     200   200 200        404    404       200   404       404      401
add_moment       401  401     201   201 201        404    404       404   404       404      401
class_now        401  401     200   200 200        404    404       404   404       404      401
report           401  401     200   200 200        404    404       200   404       404      401
report_students  401  401     200   200 200        404    404       200   404       404      401
"""
SCOPES = """
operation        lessons moments class students
token            200     200     200   200
classrooms       200     403     403   403
lessons          200     403     403   403
lesson           200     403     403   403
moments          200     403     403   403
add_moment       403     201     403   403
class_now        403     403     200   403
report           403     403     200   403
report_students  403     403     403   200
"""
AFTER_THE_LESSON = {"report", "report_students"}


def parsed(table):
    header, *rows = (line.split() for line in table.strip().splitlines())
    return {name: dict(zip(header[1:], cells, strict=True)) for name, *cells in rows}


OWNERS, BY_SCOPE = parsed(TABLE), parsed(SCOPES)


@pytest.fixture(scope="module")
def _standing_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        add_results(world)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(_standing_world, db):
    cache.clear()
    return deepcopy(_standing_world)


def operations():
    """As (method, name): those of the document."""
    return [
        (method, operation.url_name if hasattr(operation, "url_name") else operation.view_func.__name__)
        for bound in api._get_bound_routers()
        for view in bound.path_operations.values()
        for operation in view.operations
        for method in operation.methods
    ]


METHODS = {name: method for method, name in operations()}


def token_of(world, role, scopes=tuple(Scope)):
    if role == "unknown":
        return "classpulse_none"
    owner = getattr(world, role)
    made = {"name": "Diary", "scopes": scopes, "now": timezone.now()}
    return services.make_token(owner=owner, school=owner.school, **made)


def asked(world, name, token):
    lesson = world.ended if name in AFTER_THE_LESSON else world.lesson
    named = {"lessons": {"classroom_id": world.classroom.id}, "token": {}, "classrooms": {}}
    path = reverse(f"api:{name}", kwargs=named.get(name, {"lesson_id": lesson.id}))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    told = '{"label": "Waves"}' if METHODS[name] == "POST" else ""
    with transaction.atomic():
        answer = Client().generic(METHODS[name], path, told, "application/json", headers=headers)
        transaction.set_rollback(True)
    return str(answer.status_code)


@pytest.mark.parametrize("name", OWNERS)
def test_an_operation_answers_each_owner_of_a_token_as_the_table_says(name, world):
    answers = {
        role: asked(world, name, token_of(world, role) if role != "none" else None) for role in OWNERS[name]
    }
    assert answers == OWNERS[name]


@pytest.mark.parametrize("name", BY_SCOPE)
def test_an_operation_needs_its_scope(name, world):
    answers = {scope: asked(world, name, token_of(world, "owner", [scope])) for scope in BY_SCOPE[name]}
    assert answers == BY_SCOPE[name]


def test_the_tables_hold_every_operation_and_every_scope():
    assert set(OWNERS) == set(BY_SCOPE) == set(METHODS)
    assert all(set(cells) == set(Scope) for cells in BY_SCOPE.values())


def test_no_operation_goes_without_a_token():
    for path, operation in api.get_openapi_schema(path_prefix="")["paths"].items():
        assert all(one.get("security") == [{"Token": []}] for one in operation.values()), path


@pytest.mark.parametrize("name", OWNERS)
def test_a_login_in_a_browser_is_no_token(name, world):
    """So that no page of another site can use it."""
    client = Client()
    client.force_login(world.owner)
    named = {"lessons": {"classroom_id": world.classroom.id}, "token": {}, "classrooms": {}}
    path = reverse(f"api:{name}", kwargs=named.get(name, {"lesson_id": world.lesson.id}))
    assert client.generic(METHODS[name], path).status_code == 401


def test_who_lacks_a_second_factor_that_is_asked_for_has_no_token_either(world, settings):
    token = token_of(world, "owner")
    assert asked(world, "token", token) == "200"
    settings.REQUIRE_SECOND_FACTOR = "teachers"
    assert asked(world, "token", token) == "401"


def test_a_token_whose_time_is_over_is_told_so_by_a_name_of_its_own(world):
    token = token_of(world, "owner")
    ApiToken.objects.update(expires_at=timezone.now())
    answer = Client().get(reverse("api:token"), headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]) == (401, "token_expired")
    assert "has expired" in answer.json()["detail"]
