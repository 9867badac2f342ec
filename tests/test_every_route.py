"""What holds at every address of the product, whoever asks and by whatever method."""

from copy import deepcopy

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver

from classroom import access
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
