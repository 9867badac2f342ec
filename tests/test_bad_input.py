"""Whatever comes in, no page answers with a fault of its own and none leaves a traceback in the log."""

import re
from copy import deepcopy
from urllib.parse import quote, unquote, urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve, reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from classroom import services
from classroom.guide.course import QUESTIONS
from classroom.models import GuardianLink, Participant, Policy
from classroom.models.accounts import digest_of
from reports.build import build_report
from tests.factories import (
    MONDAY,
    make_admin,
    make_classroom,
    make_flag,
    make_lesson,
    make_participant,
    make_platform,
    make_school,
    make_teacher,
)

# Django leaves a body that nobody reads to the collector.
pytestmark = pytest.mark.usefixtures("no_traceback")
PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
NUMBERS = ["0", "9" * 18, "9" * 19, "9" * 4000, "9" * 5000, "-1", "٣", "1e9"]
TEXTS = [
    "\0",
    "a\0b",
    "x" * 5000,
    "\u202e",
    "\U0001f642",
    "\ufffe",
    "'\"<>&;%s{}",
    "../..",
    "%",
    "\u0301" * 99,
]
VALUES = (*NUMBERS, *TEXTS)
FIELDS = (
    *(
        "code",
        "display_name",
        "name",
        "title",
        "label",
        "ago_ms",
        "interval_ms",
        "speed",
        "kind",
        "choice",
        "state",
    ),
    *("reason", "preset", "minimum_group_size", "retention_days", "minimum_age", "username", "password"),
    *("next", "sad_share", "disengaged_share", "minimum_minutes", "minimum_coverage", "is_old_enough"),
    *("ago_ms", "minutes", "remove"),
    *("address", "events", "key", "secret", "told", "days", "scopes"),
    *("role", "email", "first_name", "last_name", "language", "time_zone", "password1", "school"),
    *("teacher", "last_day", "new_owner", "owner", "names", "list", "note", "other", "name_of", "file"),
    *(
        "token",
        "is_without_cameras",
        "text",
        "held_words",
        "corrects",
        "follow_up",
        "first",
        "last",
        "answer",
    ),
    *("guardian_name", "relation", "read", "erases", "signed_on", "kept_at", "address", "places", "letter"),
    *("short_name", "accent", "has_colour", "picture", "days", "periods", "terms", "holidays"),
    *("from_0", "until_0", "joins", "names", "code_days", "most_places", "address", "phone", "officer"),
    *("officer_email", "authority", "authority_link", "help_desk", "help_desk_link", "imprint", "privacy"),
    *("jurisdiction", "ages", "ground", "decided_by", "decided_on", "readers", "ask", "scopes"),
    *("requires_course", *QUESTIONS),
    *("action", "_selected_action", "csrfmiddlewaretoken"),
    *("iss", "client_id", "login_hint", "lti_message_hint", "target_link_uri", "id_token", "error"),
    *("openid_configuration", "registration_token", "issuer", "deployment_ids", "login_url", "token_url"),
    *("keys_url", "told"),
)
QUERIES = (
    *("classroom", "format", "flags", "page", "log", "person", "lesson", "place", "since", "until"),
    *("individuals", "new", "change", "next", "where", "name", "mailed", "process", "second_factor", "zone"),
    *("title", "saved", "late", "panel", "q", "again", "accent"),
    *("iss", "client_id", "login_hint", "lti_message_hint", "target_link_uri", "openid_configuration"),
)
ADMIN = "/django-admin/"
LOGINS = ("/login/?next=", f"{ADMIN}login/?next=")
ADMIN_QUERIES = (
    *("q", "o", "p", "e", "term", "all", "started_at__year", "at__year", "started_at__month"),
    *("school__id__exact", "state__exact", "_to_field"),
)


@pytest.fixture(scope="module")
def _standing_world(django_db_setup, django_db_blocker):
    """Made once, inside a transaction that ends with the module; each test has a savepoint in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(_standing_world, db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return deepcopy(_standing_world)


def make_world():
    """Those who together may open every page, on a lesson that has ended and one that is open."""
    services.published_keys(now=MONDAY)  # else each visit of theirs makes one anew
    school = make_school()
    teacher = make_teacher(school=school)
    room = make_classroom(teacher=teacher)
    ended = make_lesson(classroom=room, minutes=40, report_state="ready")
    lesson = make_lesson(classroom=room, started_at=MONDAY)
    guest = make_participant(lesson=lesson, choice="own_results")
    flag = make_flag(lesson=ended, participant=guest)
    build_report(lesson_id=ended.id, now=MONDAY, progress=lambda percent: None)
    Policy.objects.update(requires_guardian_consent=True)
    # A guardian's own link under the token that every path gets.
    GuardianLink.objects.create(
        school=school,
        participant=guest,
        token_digest=digest_of(room.join_token),
        is_own=True,
        made_at=MONDAY,
    )
    platform = make_platform(school=school, classroom=room)
    keeper = make_admin(school=school, is_staff=True, is_superuser=True)
    known = {
        "lesson_id": str(lesson.id),
        "classroom_id": str(room.id),
        "participant_id": str(guest.id),
        "flag_id": str(flag.id),
        "hint_id": "1",
        "question_id": "1",
        "marker_id": "1",
        "account_id": str(teacher.id),
        "invitation_id": "1",
        "school_id": str(school.id),
        "teacher_id": str(keeper.id),
        "token": room.join_token,
        "code": "ABCD2345EFGH",
        "object_id": str(guest.id),
        "content_type_id": str(ContentType.objects.get_for_model(Participant).id),
        "id": str(teacher.id),
        "provider_id": "school",
        "login_id": "1",
        "accent": "0a5f6b",
        "digest": "none",
        "token_id": "1",
        "platform_id": str(platform.id),
        "part": "measured",
        "slug": "joining",
        "pk": "1",
        "webhook_id": str(with_programs(teacher, keeper).id),
    }
    return known, [teacher, keeper, None]


def with_programs(teacher, keeper):
    """A webhook of the teacher's, and the school's record store."""
    there = {"origin": "https://pulse.example.org", "now": MONDAY}
    services.set_store(
        **there,
        school=keeper.school,
        actor=keeper,
        address="https://lrs.example.org/",
        key="key",
        secret="secret",
        told=["lesson"],
    )
    webhook, _ = services.make_webhook(
        **there,
        owner=teacher,
        school=teacher.school,
        name="Diary",
        address="https://example.org/",
        events=["lesson.ended"],
    )
    return webhook


def routes():
    """Every path of the product and of its administration, as (text, parameter) parts."""
    found = []

    def walk(patterns, before):
        for it in patterns:
            here = before + str(it.pattern)
            if isinstance(it, URLPattern):
                found.append(here)
            else:
                walk(it.url_patterns, here)

    walk(get_resolver().url_patterns, "/")
    return sorted({route for route in found if "^" not in route and "(" not in route})


def filled(route, values):
    for kind, name in PARAMETER.findall(route):
        route = route.replace(f"<{kind}:{name}>" if kind else f"<{name}>", quote(values[name], safe=""))
    return route


def paths_of(route, known):
    """The route as it is, and with each parameter in turn replaced by what it does not expect."""
    parameters = [name for _kind, name in PARAMETER.findall(route)]
    yield filled(route, known)
    for name in parameters:
        for value in VALUES:
            yield filled(route, known | {name: value})


def as_typed(fields):
    """A form without a file, as browsers send it: read in a tenth of the time that one with files takes."""
    return {"data": urlencode(fields), "content_type": "application/x-www-form-urlencoded"}


def visit(client, method, path, data=None, **options):
    with transaction.atomic():
        response = getattr(client, method)(path, data or {}, **options)
        assert response.status_code < 500, (method, path, data)
        transaction.set_rollback(True)
    return response


def is_routed(path):
    try:
        return bool(resolve(unquote(path)))
    except Resolver404:
        return False


def is_at_the_door(answer):
    """Refused for the method or for want of a login, before anything that came in is read."""
    return answer.status_code == 405 or answer.headers.get("Location", "").startswith(LOGINS)


def clients(users):
    for user in users:
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        yield client


@pytest.mark.parametrize("route", routes())
def test_no_path_makes_a_fault(route, world):
    known, users = world
    first, *others = paths_of(route, known)
    for path in others:
        visit(Client(raise_request_exception=False), "get", path)
    others = list(filter(is_routed, others))  # what is no address of ours is so for everybody
    for client in clients(users):
        for method in ("get", "post"):
            if not is_at_the_door(visit(client, method, first)):
                for path in others:
                    visit(client, method, path)


@pytest.mark.django_db
def test_a_page_of_the_administration_that_is_refused_leaves_no_traceback(client):
    client.force_login(make_admin(is_staff=True))
    answer = client.get(reverse("admin:classroom_user_changelist"))
    assert answer.status_code == 403
    assert "This request was refused" in answer.content.decode()


@pytest.mark.parametrize("route", routes())
def test_no_query_and_no_field_makes_a_fault(route, world):
    known, users = world
    path = filled(route, known)
    names = ADMIN_QUERIES if route.startswith(ADMIN) else QUERIES
    for client in clients(users):
        seen, sent = visit(client, "get", path), visit(client, "post", path)
        is_refused = seen.status_code in (302, 403, 404)
        is_shown = not is_refused and not is_at_the_door(seen)
        is_taken = not is_refused and not is_at_the_door(sent)
        for value in VALUES if is_shown else TEXTS[:1]:
            visit(client, "get", path, dict.fromkeys((*QUERIES, *ADMIN_QUERIES), value))
        for value in VALUES if is_taken else TEXTS[:1]:
            visit(client, "post", path, **as_typed(dict.fromkeys(FIELDS, value)))
        visit(client, "post", path, dict.fromkeys(FIELDS, TEXTS[2]))  # and sent as one with files is
        for name in names if is_shown else ():  # one that is refused would hide the others
            visit(client, "get", path, {name: "9" * 19})


@pytest.mark.parametrize("value", VALUES)
def test_a_form_holds_the_same_whether_it_is_sent_with_files_or_without(value, rf):
    sent = dict.fromkeys(FIELDS, value)
    typed, with_files = rf.post("/", **as_typed(sent)).POST, rf.post("/", sent).POST
    assert typed == with_files
    assert set(typed) == set(FIELDS) and set(typed.values()) == {value}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/join/%00/", 400),
        ("/%00", 400),
        ("/static/%00", 400),
        ("/join/?x=%00", 400),
        ("/join/?%00=x", 400),
        (f"/lessons/{'9' * 5000}/me/", 404),
        (f"/lessons/{'9' * 19}/me/", 404),
        (f"/join/{'x' * 5000}/", 404),
        ("/join/%ff%fe/", 404),
        ("/join/%ed%a0%80/", 404),
    ],
)
@pytest.mark.django_db
def test_what_no_row_can_hold_is_refused_in_the_design_of_the_product(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert "Go to the start" in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["code", "x", "\0"])
@pytest.mark.django_db
def test_a_nul_in_a_form_is_a_bad_request(client, name):
    answer = client.post("/join/", {name: "AB\0C"})
    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()


@pytest.mark.parametrize("cookie", ['"aaaaaaaa\\000"', '"\\000"'])
@pytest.mark.django_db
def test_a_nul_in_a_cookie_is_a_bad_request(cookie):
    assert Client().get("/", headers={"cookie": f"sessionid={cookie}"}).status_code == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--b\r\nnothing", "multipart/form-data; boundary=b"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=" + "b" * 500),
        (b"&".join(b"a%d=1" % number for number in range(2000)), "application/x-www-form-urlencoded"),
        (b"code=" + b"x" * 3_000_000, "application/x-www-form-urlencoded"),
        (b"[" * 200_000, "application/json"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.django_db
def test_a_body_that_is_no_form_makes_no_fault(body, kind):
    answer = Client(raise_request_exception=False).post("/join/", body, content_type=kind)
    assert answer.status_code in (200, 400, 413)


@pytest.mark.parametrize("host", ["evil.example", "a b", "x" * 5000, "[", "testserver:port"])
@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_a_bad_request(host):
    answer = Client(raise_request_exception=False).get("/", headers={"host": host})
    assert answer.status_code == 400
    assert "could not be understood" in answer.content.decode()


@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_at_all_may_be_sent_to_the_way_in(world, text):
    known, _users = world
    client = Client(raise_request_exception=False)
    visit(client, "get", f"/join/{quote(text, safe='')}/", {"new": text})
    visit(client, "post", f"/join/{known['token']}/", {"display_name": text})
    visit(client, "post", "/join/", {"code": text})
    visit(client, "post", reverse("login"), {"username": text, "password": text})
