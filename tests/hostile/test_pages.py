"""No request of any kind to any address, from whoever is logged in, is answered with a fault of ours."""

import json
from itertools import islice
from random import Random
from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import make_password
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import strategies as st

from classroom import access, services
from classroom.models import Participant
from classroom.models.programs import Scope
from classroom.wire.redis import client as redis_client
from tests.factories import make_admin, make_classroom, make_lesson, make_user
from tests.hostile.drawn import drawn, likely, texts
from tests.hostile.mutation import json_mutants, odd_bytes
from tests.hostile.pages import FORM, Asked, Server, Site
from tests.hostile.tally import Tally, cases_asked, seed_asked, watched
from tests.test_bad_input import filled, make_world, routes

pytestmark = pytest.mark.django_db
SHARES = {"pages": 0.25, "api": 0.1, "slides": 0.04}
FORGET_EVERY = 25
MORE_ROUTES = ["/reset/<uidb36>-<key>/", "/account/email/<key>/", "/static/<path>", "/<path>"]
API = "/api/v1/"


@pytest.fixture(autouse=True)
def _alone(settings):
    """Passwords are cheap; the connection outlives each answer; what is announced reaches nobody."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    request_finished.disconnect(close_old_connections)
    make_password("warm")
    yield
    request_finished.connect(close_old_connections)


@pytest.fixture
def world():
    known, users = make_world()
    teacher, admin, _ = users
    guest = Participant.objects.get(id=known["participant_id"])
    student = make_user()
    owner = make_admin(school=None, is_staff=True, is_superuser=True)
    cookies = [b"", b"; ".join(f"{k}={v}".encode() for k, v in [access.guest_cookie(guest)])]
    for user in (student, teacher, admin, owner):
        client = Client()
        client.force_login(user)
        cookies.append(b"sessionid=" + client.cookies["sessionid"].value.encode())
    known |= {"uidb36": "1", "key": "abc-def", "path": "css/base.css"}
    return known, cookies, teacher


def share(name):
    return int(SHARES[name] * cases_asked())


def ask(server, tally, asked, *, kind_of=None):
    with tally.case(asked), transaction.atomic():
        answer = server.answer(asked)
        kind = str(answer.status_code) if answer is not None else "400"
        tally.answers[kind] += 1
        if answer is not None and answer.status_code >= 500:
            tally.fault(f"{kind} for {asked!r:.600}")
        if kind_of is not None and answer is not None:
            kind_of(answer)
        transaction.set_rollback(True)
    if tally.cases % FORGET_EVERY == 0:
        redis_client().flushdb()


def test_whatever_is_asked_of_any_page_is_answered(world, tallies):
    known, cookies, _ = world
    site, server = Site([*routes(), *MORE_ROUTES], known, cookies), Server()
    first = Tally("first")
    for route in site.routes:
        for cookie in cookies:
            asked = Asked("GET", filled(route, known).encode(), headers=((b"cookie", cookie),))
            ask(
                server,
                first,
                asked,
                kind_of=lambda answer, route=route: site.learn(
                    route, getattr(answer, "content", b"").decode("utf-8", "replace")
                ),
            )
    first.check()
    with watched(Tally("pages and actions")) as tally:
        for _route, asked in islice(site.requests(Random(seed_asked())), share("pages")):
            ask(server, tally, asked)
    tallies.append(tally)
    tally.check()
    assert tally.answers["200"] > tally.cases / 20
    assert tally.answers["302"] > tally.cases / 50


def test_whatever_a_program_asks_is_answered_as_json_by_name(world, tallies):
    known, _, teacher = world
    made = {"name": "Diary", "scopes": tuple(Scope), "now": timezone.now()}
    token = services.make_token(owner=teacher, school=teacher.school, **made).encode()
    chance, server = Random(seed_asked()), Server()
    operations = [route for route in routes() if route.startswith(API)]
    site = Site(operations, known, [b""])
    count = share("api")
    bodies = [json.dumps(one).encode() for one in drawn(likely({"label": texts}), count // 3, seed_asked())]
    mutated = json_mutants([{"label": "Waves"}], chance)

    def is_named(answer):
        if answer.status_code >= 400:
            assert set(json.loads(answer.content)) == {"error", "detail"}, answer.content[:200]

    with watched(Tally("API for programs")) as tally:
        for number, (route, asked) in enumerate(islice(site.requests(chance), count)):
            body = bodies[number] if number < len(bodies) else next(mutated).encode("utf-8", "surrogatepass")
            bearer = b"Bearer " + (token if chance.random() < 0.8 else odd_bytes(chance))
            kept = tuple(one for one in asked.headers if one[0] not in (b"content-type", b"cookie", b"host"))
            headers = (
                (b"content-type", b"application/json"),
                (b"authorization", bearer.replace(b"\n", b"")),
                *kept,
            )
            likely_method = "POST" if route.endswith("/moments") else "GET"
            method = likely_method if chance.random() < 0.8 else asked.method
            is_api = asked.path.startswith(API.encode())
            whole = Asked(method, asked.path, asked.query, headers, body)
            ask(server, tally, whole, kind_of=is_named if is_api and method != "HEAD" else None)
    tallies.append(tally)
    tally.check()
    assert tally.answers["200"]
    assert tally.answers["422"]
    assert tally.answers["401"]


def test_whatever_slides_send_is_answered(world, tallies):
    _, _, teacher = world
    lesson = make_lesson(classroom=make_classroom(teacher=teacher), started_at=timezone.now())
    token = services.make_slides_key(lesson_id=lesson.id, actor=teacher, now=timezone.now())
    chance, server = Random(seed_asked()), Server()
    known = {"token": token, "title": "Standing waves"}
    site = Site(["/slides/"], known, [b""], {"/slides/": list(known.items())})
    count = share("slides")
    said = drawn(st.tuples(texts, texts), count // 3, seed_asked())
    with watched(Tally("slides")) as tally:
        for number, (key, title) in enumerate(said):
            pairs = {"token": key if number % 2 else token, "title": title}
            body = urlencode(pairs, errors="replace").encode()
            ask(server, tally, Asked("POST", b"/slides/", b"", ((b"content-type", FORM.encode()),), body))
        for _route, asked in islice(site.requests(chance), count - len(said)):
            ask(server, tally, asked)
    tallies.append(tally)
    tally.check()
    assert tally.answers["204"]
    assert tally.answers["403"]
