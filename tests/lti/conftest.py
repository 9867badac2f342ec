"""A platform that a school has registered, and ways to come in from it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from classroom import services
from classroom.models import Platform, School
from tests.factories import make_admin, make_school
from tests.lti.simulator import Key, Simulator


@pytest.fixture(scope="session")
def signing_key() -> Key:
    return Key.new("key-1")


@pytest.fixture
def simulator(signing_key: Key, settings: Any) -> Iterator[Simulator]:
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    one = Simulator(keys=[signing_key]).start()
    yield one
    one.stop()


@pytest.fixture
def school(db: None) -> School:
    return make_school(name="Hill School")


@pytest.fixture
def admin(school: School) -> Any:
    return make_admin(school=school)


@pytest.fixture
def platform(simulator: Simulator, school: School, admin: Any) -> Platform:
    now = timezone.now()
    simulator.tool_keys = services.published_keys(now=now)["keys"]
    return services.register_platform(school=school, actor=admin, now=now, **simulator.fields)


def visitor() -> Any:
    """A browser that nobody is logged in with."""
    return Client()


def begin(client: Any, simulator: Simulator, school: School, subject: str, **more: str) -> SimpleNamespace:
    """Follow a link of the course as far as the platform's own page: what it is asked."""
    asked = {
        "iss": simulator.url,
        "client_id": simulator.client_id,
        "login_hint": subject,
        "target_link_uri": f"http://testserver/lti/{school.id}/",
    }
    answer = client.get(f"/lti/{school.id}/login/", asked | more)
    assert answer.status_code == 302, answer.content
    parts = urlsplit(answer.url)
    return SimpleNamespace(address=parts._replace(query="").geturl(), **dict(parse_qsl(parts.query)))


def launch(client: Any, simulator: Simulator, school: School, subject: str, **changes: object) -> Any:
    """The whole way in; `changes` by the claims' full names."""
    asked = begin(client, simulator, school, subject)
    claims = simulator.claims(subject, nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    token = simulator.signed({**claims, **changes})
    return client.post(f"/lti/{school.id}/", {"state": asked.state, "id_token": token})


def teach(simulator: Simulator, school: School, subject: str = "t1") -> Any:
    """A teacher who has come for the first time, and has gone on with a new account."""
    client = visitor()
    assert launch(client, simulator, school, subject).url == "/lti/account/"
    assert client.post("/lti/account/").status_code == 302
    return client
