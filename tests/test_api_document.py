"""Whatever the OpenAPI document lets a program ask, and whatever it does not, is answered as it says."""

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import negative_data_rejection, positive_data_acceptance

from classroom.api.urls import api
from classroom.services import tokens
from reports.build import build_report
from tests.factories import MONDAY, make_lesson
from tests.reports.class_of import make_taught_class
from tests.test_api import program_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_traceback")]
document = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
application = get_wsgi_application()


def from_somewhere(environment, start_response):
    return application(environment | {"REMOTE_ADDR": "192.0.2.1"}, start_response)


document.app = from_somewhere


@pytest.fixture(autouse=True)
def _one_connection():
    """Requests keep the connection of the test's transaction, as those of Django's own client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def program(monkeypatch):
    """Headers with a token of every scope, and which ids there are."""
    cache.clear()
    monkeypatch.setattr(tokens, "REQUESTS_A_MINUTE", 10**6)
    monkeypatch.setattr(tokens, "UNKNOWN_A_MINUTE", 10**6)
    taught = make_taught_class(report_state="ready").lesson
    build_report(lesson_id=taught.id, now=MONDAY, progress=lambda percent: None)
    lesson = make_lesson(classroom=taught.classroom)
    ids = {"lesson_id": [taught.id, lesson.id], "classroom_id": [taught.classroom_id]}
    authorization = program_of(taught.classroom.teacher).defaults["HTTP_AUTHORIZATION"]
    return {"Authorization": authorization}, ids


@document.given(known=st.booleans(), which=st.integers(0, 1))
@document.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
def test_an_operation_answers_as_the_document_says(case, known, which, program):
    """Also where it is asked about lessons that are there."""
    headers, ids = program
    if known and case.path_parameters:
        case.path_parameters = {
            name: ids[name][which % len(ids[name])] for name in case.path_parameters if name in ids
        }
    # No schema says which letters nobody can see. An unknown field of a query is passed over, and known
    # numbers stand where others were drawn.
    passed_over = [positive_data_acceptance]
    if known or case.query:
        passed_over.append(negative_data_rejection)
    case.call_and_validate(headers=headers, excluded_checks=passed_over)


def test_the_document_is_made_once_for_everybody_who_asks():
    assert api.get_openapi_schema() is api.get_openapi_schema(path_params={})
