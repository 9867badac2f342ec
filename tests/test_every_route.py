"""What holds at every address of the product, whoever asks and by whatever method."""

from copy import deepcopy
from types import SimpleNamespace

import pytest
import redis
from asgiref.sync import async_to_sync
from django.db import transaction
from django.http.response import ResponseHeaders
from django.test import Client
from django.urls import URLPattern, get_resolver

from classroom import access
from classroom.bodies import BodyTooSlow, BoundedBodies, TooManyBodies
from classroom.errors import TooManyLogins
from classroom.models import Participant
from tests.test_bad_input import filled, make_world, routes, visit

# With those that `routes` leaves out, because their addresses are patterns.
ROUTES = [*routes(), "/reset/<uidb36>-<key>/", "/account/email/<key>/"]
METHODS = ("post", "put", "delete")
# Who comes here sends something else than Django's token, and its login counts for nothing.
WITHOUT_TOKEN = {
    "/slides/": "the slides' own key, in the body",
    "/lti/register/<str:token>/": "the link that an administrator made",
    "/lti/<int:school_id>/": "a message that the platform signed",
    "/lti/<int:school_id>/selection/": "the same",
    "/lti/<int:school_id>/login/": "nothing: it changes nothing, and asks the platform who comes",
}
PROGRAMS = "/api/v1/"  # a bearer's token
# The same for everybody: at an address that never shows anything else, and for platforms that ask often.
MAY_BE_KEPT = {
    "/colours/1/<str:accent>.css": {"public", "max-age=31536000", "immutable"},
    "/lti/keys/": {"public", "max-age=300"},
}
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
# Pages that lead on and change nothing: a platform that is known may show them inside its own.
FRAMED = "/lti/"


@pytest.fixture(scope="module")
def _standing_world(django_db_setup, django_db_blocker):
    """Made once, inside a transaction that ends with the module; each test has a savepoint in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        known, users = make_world()
        yield known | {"uidb36": "1", "key": "none"}, users
        transaction.set_rollback(True)


@pytest.fixture
def world(_standing_world, db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return deepcopy(_standing_world)


def everybody(world, **options):
    """Browsers of the teacher, of the administrator, of a guest, and of nobody who is known."""
    known, users = world
    for user in users:
        client = Client(raise_request_exception=False, **options)
        if user is not None:
            client.force_login(user)
        yield client
    guest = Client(raise_request_exception=False, **options)
    name, value = access.guest_cookie(Participant.objects.get(id=known["participant_id"]))
    guest.cookies[name] = value
    yield guest


def exempt_routes():
    """Where Django asks for no token, as `routes` writes them."""

    def walk(patterns, before):
        for it in patterns:
            here = before + str(it.pattern)
            if not isinstance(it, URLPattern):
                yield from walk(it.url_patterns, here)
            elif getattr(it.callback, "csrf_exempt", False):
                yield here

    return {one for one in walk(get_resolver().url_patterns, "/") if not one.startswith(PROGRAMS)}


def test_each_address_that_asks_for_no_token_is_named_with_its_reason():
    assert exempt_routes() == set(WITHOUT_TOKEN)


@pytest.mark.parametrize("route", ROUTES)
def test_no_method_changes_anything_without_the_token(route, world):
    """A page elsewhere can have a browser send all but that. Of a program no cookie is looked at."""
    path = filled(route, world[0])
    refusals = {401, 403, 404, 405} if route.startswith(PROGRAMS) or route in WITHOUT_TOKEN else {403}
    for client in everybody(world, enforce_csrf_checks=True):
        for method in METHODS:
            assert visit(client, method, path).status_code in refusals, method


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://testserver"}, 302),
        ({"Origin": "http://testserver.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://testserver:81"}, 403),
    ],
)
@pytest.mark.django_db
def test_the_token_is_good_for_our_own_pages_only(headers, status):
    client = Client(enforce_csrf_checks=True)
    token = client.get("/").cookies["csrftoken"].value
    form = {"language": "en", "csrfmiddlewaretoken": token}
    assert client.post("/language/", form, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("came_from", "status"), [("https://testserver/", 302), ("https://evil.example/", 403)]
)
@pytest.mark.django_db
def test_by_tls_the_page_that_sends_a_token_is_looked_at_where_no_origin_is_told(came_from, status):
    client = Client(enforce_csrf_checks=True)
    token = client.get("/", secure=True).cookies["csrftoken"].value
    form = {"language": "en", "csrfmiddlewaretoken": token}
    answer = client.post("/language/", form, secure=True, headers={"Referer": came_from})
    assert answer.status_code == status


@pytest.mark.parametrize("route", ROUTES)
def test_no_browser_keeps_what_is_told_and_no_other_page_frames_it(route, world):
    """Whatever the answer is: a page, a file, a way on, a refusal. After a logout the way back is empty."""
    path = filled(route, world[0])
    for client in everybody(world):
        for method in ("get", "post"):
            answer = visit(client, method, path)
            kept = MAY_BE_KEPT.get(route) if answer.status_code == 200 else None
            assert_guarded(answer, kept=kept, is_framed=route.startswith(FRAMED))


def assert_guarded(answer, *, kept=None, is_framed=False):
    told = set(answer.headers["Cache-Control"].split(", "))
    assert told == kept if kept else {"private", "no-store"} <= told
    is_alone = "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert is_alone or is_framed
    guards = GUARDS if is_alone else {**GUARDS, "X-Frame-Options": None}
    assert {name: answer.headers.get(name) for name in GUARDS} == guards


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing/", 404),
        (f"/lessons/{'9' * 30}/", 404),
        ("/join/%00/", 400),
        ("/logout/", 405),
        ("/help", 301),
        ("/static/none.js", 404),
        ("/api/v1/token", 401),
        ("/api/v1/nothing", 404),
    ],
)
@pytest.mark.django_db
def test_what_is_at_no_address_is_answered_under_the_same_headers(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert_guarded(answer)


@pytest.mark.parametrize(
    ("fault", "status"), [(TooManyLogins(9), 429), (redis.ConnectionError(), 503), (RuntimeError(), 500)]
)
@pytest.mark.django_db
def test_so_is_what_goes_wrong(monkeypatch, fault, status):
    def goes_wrong(**_told):
        raise fault

    monkeypatch.setattr("classroom.doors.services.begin_login", goes_wrong)
    client = Client(raise_request_exception=False)
    answer = client.post("/login/", {"username": "kim", "password": "wrong"})
    assert answer.status_code == status
    assert_guarded(answer)


@pytest.mark.parametrize("path", ["/login/", "/api/v1/token"])
@pytest.mark.parametrize(
    ("size", "fault", "status"),
    [(b"9000000", None, 413), (b"9", BodyTooSlow, 408), (b"9", TooManyBodies, 503)],
)
def test_so_is_a_body_that_no_page_gets_to_see(path, size, fault, status):
    sent = []

    async def page(_scope, _receive, _send):
        raise fault

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": [(b"content-length", size)]}
    async_to_sync(BoundedBodies(page))(scope, receive, send)
    assert sent[0]["status"] == status
    headers = ResponseHeaders({name.decode(): value.decode() for name, value in sent[0]["headers"]})
    assert_guarded(SimpleNamespace(headers=headers))


def test_a_file_that_every_page_loads_is_guarded_too_and_may_be_kept(settings, tmp_path, client):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "page.js").write_text("export {};")
    answer = client.get("/static/page.js")
    assert_guarded(answer, kept={"public", "max-age=60"})
    answer.close()
