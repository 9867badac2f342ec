"""What somebody may try who is not the platform, or not the one who clicked: each refused by its reason."""

import base64
import hashlib
import hmac
import json
import pickle
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.utils import timezone
from jwt.algorithms import RSAAlgorithm

from classroom import services
from classroom.errors import (
    AlgorithmRefused,
    AudienceWrong,
    ClaimMissing,
    DeploymentUnknown,
    IssuerWrong,
    KeyUnknown,
    LaunchExpired,
    LaunchOutdated,
    MessageUnknown,
    NonceWrong,
    OtherBrowser,
    PlatformAway,
    PlatformRefuses,
    PlatformUnknown,
    RoleUnknown,
    SignatureWrong,
    TargetElsewhere,
    TokenTooLarge,
    TokenUnreadable,
)
from classroom.lti import keyset
from classroom.lti.tokens import LARGEST
from classroom.lti.vocabulary import CLAIM
from classroom.models import Classroom, PlatformAccount, User
from classroom.services import launches
from tests.factories import make_admin, make_school
from tests.lti.conftest import begin, launch, teach, visitor
from tests.lti.simulator import Key
from tests.serving import served

pytestmark = pytest.mark.django_db


def is_refused(answer, reason):
    """With the sentence of this reason, and nobody let in."""
    expected = 503 if issubclass(reason, PlatformAway) else 403
    shown = answer.content.decode()
    return (
        answer.status_code == expected and str(reason.sentence) in shown and "sessionid" not in answer.cookies
    )


def post(client, simulator, school, token_of, subject="t1"):
    """Answer a try with whatever `token_of(claims)` makes of what the platform would say."""
    asked = begin(client, simulator, school, subject)
    claims = simulator.claims(subject, nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    return client.post(f"/lti/{school.id}/", {"state": asked.state, "id_token": token_of(claims)})


@pytest.mark.parametrize(
    ("claim", "value", "reason"),
    [
        ("iss", "https://other.example", IssuerWrong),
        ("aud", "another-tool", AudienceWrong),
        ("aud", ["client-1", "another-tool"], AudienceWrong),
        ("azp", "another-tool", AudienceWrong),
        ("nonce", "of another try", NonceWrong),
        ("nonce", None, NonceWrong),
        ("exp", 1, LaunchExpired),
        ("exp", None, LaunchExpired),
        ("exp", "tomorrow", LaunchExpired),
        ("exp", 10**400, LaunchExpired),
        ("iat", 4_000_000_000, LaunchExpired),
        ("sub", None, ClaimMissing),
        ("sub", "a\0b", ClaimMissing),
        ("sub", "x" * 256, ClaimMissing),
        ("sub", 7, ClaimMissing),
        (f"{CLAIM}deployment_id", "deployment-9", DeploymentUnknown),
        (f"{CLAIM}deployment_id", None, DeploymentUnknown),
        (f"{CLAIM}message_type", "LtiSubmissionReviewRequest", MessageUnknown),
        (f"{CLAIM}message_type", None, MessageUnknown),
        (f"{CLAIM}version", "1.1.0", MessageUnknown),
        (f"{CLAIM}target_link_uri", "https://evil.example/lti/1/", TargetElsewhere),
        (f"{CLAIM}target_link_uri", None, TargetElsewhere),
        (f"{CLAIM}context", None, ClaimMissing),
        (f"{CLAIM}context", {"id": ["x"]}, ClaimMissing),
        (f"{CLAIM}roles", None, RoleUnknown),
        (f"{CLAIM}roles", {"Instructor": 1}, RoleUnknown),
    ],
)
def test_a_claim_that_is_wrong_lets_nobody_in(claim, value, reason, client, simulator, platform, school):
    def changed(claims):
        return simulator.signed(
            {name: one for name, one in {**claims, claim: value}.items() if one is not None}
        )

    assert is_refused(post(client, simulator, school, changed), reason)
    assert not User.objects.exclude(role="admin").exists()


def test_a_try_is_answered_once(simulator, platform, school):
    teach(simulator, school)
    client = visitor()
    asked = begin(client, simulator, school, "t1")
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    assert client.post(f"/lti/{school.id}/", form).status_code == 302
    assert is_refused(client.post(f"/lti/{school.id}/", form), LaunchOutdated)


def test_a_message_of_one_try_answers_no_other(client, simulator, platform, school):
    old = begin(client, simulator, school, "t1")
    claims = simulator.claims("t1", nonce=old.nonce, target=f"http://testserver/lti/{school.id}/")
    new = begin(client, simulator, school, "t1")
    form = {"state": new.state, "id_token": simulator.signed(claims)}
    assert is_refused(client.post(f"/lti/{school.id}/", form), NonceWrong)


def test_a_try_is_over_after_ten_minutes(client, simulator, platform, school):
    asked = begin(client, simulator, school, "t1")
    redis = cast(Any, cache)._cache.get_client()
    (key,) = redis.keys("*lti-try*")
    assert 590 <= redis.ttl(key) <= 600
    cache.clear()
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    assert is_refused(client.post(f"/lti/{school.id}/", form), LaunchOutdated)


@pytest.mark.parametrize("state", ["", "made up", "x" * 5000])
def test_a_state_that_was_not_given_is_none(state, client, platform, school):
    assert is_refused(client.post(f"/lti/{school.id}/", {"state": state, "id_token": "x"}), LaunchOutdated)


def test_a_message_that_somebody_else_began_logs_nobody_in(simulator, platform, school):
    """Login CSRF: the attacker's own try, posted in the browser of the victim."""
    teach(simulator, school)
    attacker, victim = visitor(), visitor()
    asked = begin(attacker, simulator, school, "t1")
    begin(victim, simulator, school, "t1")
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    answer = victim.post(f"/lti/{school.id}/", form)
    assert is_refused(answer, OtherBrowser)
    assert 'target="_blank"' in answer.content.decode()


def test_a_message_without_a_signature_is_none(client, simulator, platform, school):
    def unsigned(claims):
        return jwt.encode(claims, None, algorithm="none", headers={"kid": "key-1"})

    assert is_refused(post(client, simulator, school, unsigned), AlgorithmRefused)


def test_the_public_key_is_no_shared_secret(client, simulator, platform, school):
    """HS256 with what everybody may read."""
    public = simulator.keys[0].private.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def forged(claims):
        head, body = (
            base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=")
            for one in ({"alg": "HS256", "typ": "JWT", "kid": "key-1"}, claims)
        )
        sign = base64.urlsafe_b64encode(hmac.digest(pem, head + b"." + body, hashlib.sha256)).rstrip(b"=")
        return b".".join((head, body, sign)).decode()

    assert is_refused(post(client, simulator, school, forged), AlgorithmRefused)


def test_a_stranger_with_a_key_of_the_same_name_signs_nothing(client, simulator, platform, school):
    stranger = Key.new("key-1")
    answer = post(client, simulator, school, lambda claims: simulator.signed(claims, key=stranger))
    assert is_refused(answer, SignatureWrong)


def test_a_key_that_is_not_published_is_unknown_and_the_platform_is_not_asked_each_time(
    client, simulator, platform, school
):
    for _ in range(3):
        answer = post(client, simulator, school, lambda claims: simulator.signed(claims, name="other"))
        assert is_refused(answer, KeyUnknown)
    assert simulator.asked.count("GET /keys") == 1


def test_a_new_key_of_the_platform_is_known_at_once_and_the_old_one_as_long_as_it_is_published(
    simulator, platform, school, monkeypatch
):
    monkeypatch.setattr(keyset, "ASKED_AGAIN_AFTER_S", 1)
    teach(simulator, school)
    simulator.keys.append(Key.new("key-2"))
    time.sleep(1.1)
    assert launch(visitor(), simulator, school, "t1").status_code == 302
    answer = post(
        visitor(), simulator, school, lambda claims: simulator.signed(claims, key=simulator.keys[0])
    )
    assert answer.status_code == 302
    assert simulator.asked.count("GET /keys") == 2


def test_a_key_that_is_too_short_is_not_taken(client, simulator, platform, school, recwarn):
    weak = Key("weak", rsa.generate_private_key(public_exponent=65537, key_size=1024))  # noqa: S505
    simulator.keys.append(weak)

    def signed_weakly(claims):
        jws = jwt.PyJWS(options={"enforce_minimum_key_length": False})
        return jws.encode(
            json.dumps(claims).encode(), weak.private, algorithm="RS256", headers={"kid": "weak"}
        )

    assert is_refused(post(client, simulator, school, signed_weakly), AlgorithmRefused)
    recwarn.clear()


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("", PlatformRefuses),
        ("a.b.c", TokenUnreadable),
        ("no token", TokenUnreadable),
        ("x" * (LARGEST + 1), TokenTooLarge),
    ],
)
def test_what_is_no_token_is_none(token, reason, client, simulator, platform, school):
    assert is_refused(post(client, simulator, school, lambda claims: token), reason)


def test_a_platform_that_is_not_registered_or_not_on_begins_nothing(client, simulator, platform, school):
    def begun(**asked):
        form = {"iss": simulator.url, "client_id": "client-1", "login_hint": "t1"} | asked
        return client.get(f"/lti/{school.id}/login/", form)

    assert is_refused(begun(iss="https://other.example"), PlatformUnknown)
    assert is_refused(begun(client_id="client-2"), PlatformUnknown)
    type(platform).objects.update(active_since=None)
    assert is_refused(begun(), PlatformUnknown)


def test_nobody_begins_without_end(client, simulator, platform, school, monkeypatch, now):
    """Each try is kept for ten minutes: a network begins so many a minute."""
    monkeypatch.setattr(launches, "TRIES_A_MINUTE", 3)
    form = {"iss": simulator.url, "client_id": "client-1", "login_hint": "t1"}
    answers = [client.get(f"/lti/{school.id}/login/", form).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]


@pytest.mark.parametrize(
    ("hint", "begins_again"), [("x" * 1998, True), ("x" * 1999, False), ("\U0001f393" * 600, False)]
)
def test_no_hint_fills_the_memory_that_tries_are_kept_in(
    hint, begins_again, client, simulator, platform, school
):
    """1,500 tries a minute from one address, each kept for ten minutes: 2,000 bytes of hints, or none."""
    asked = begin(client, simulator, school, "t1", lti_message_hint=hint)
    assert asked.lti_message_hint == hint, "the platform has back what it said"
    kept = cache.get(f"lti-try:{hashlib.sha256(asked.state.encode()).hexdigest()}")
    assert len(pickle.dumps(kept)) < 3000
    client.cookies.clear()
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    answer = client.post(f"/lti/{school.id}/", form)
    assert is_refused(answer, OtherBrowser)
    assert ("Open in a new tab" in answer.content.decode()) == begins_again


def test_a_platform_whose_hints_are_long_is_come_in_from(client, simulator, platform, school):
    asked = begin(client, simulator, school, "t1", lti_message_hint="x" * 4000)
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    assert client.post(f"/lti/{school.id}/", form).headers["Location"] == "/lti/account/"


def test_a_platform_that_is_removed_meanwhile_lets_nobody_in(client, simulator, platform, school, admin):
    asked = begin(client, simulator, school, "t1")
    services.remove_platform(platform_id=platform.id, actor=admin, now=timezone.now())
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    assert is_refused(client.post(f"/lti/{school.id}/", form), PlatformUnknown)


def test_the_same_platform_of_another_school_is_another_one(simulator, platform, school):
    """As with Canvas, whose issuer all schools share: a try of one school is answered at no other."""
    teach(simulator, school)
    other = make_school()
    services.register_platform(
        school=other, actor=make_admin(school=other), now=timezone.now(), **simulator.fields
    )
    client = visitor()
    asked = begin(client, simulator, school, "t1")
    claims = simulator.claims("t1", nonce=asked.nonce, target=f"http://testserver/lti/{other.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    assert is_refused(client.post(f"/lti/{other.id}/", form), PlatformUnknown)
    own = begin(client, simulator, other, "t1")
    claims = simulator.claims("t1", nonce=own.nonce, target=f"http://testserver/lti/{other.id}/")
    form = {"state": own.state, "id_token": simulator.signed(claims)}
    assert client.post(f"/lti/{other.id}/", form).url == "/lti/account/"
    assert PlatformAccount.objects.get().platform == platform


def test_keys_of_one_school_sign_nothing_for_another(simulator, platform, school):
    """Two schools name the same issuer; one of them a keyset of its own."""
    mine = make_school()
    fields = {**simulator.fields, "keys_url": f"{simulator.url}/none"}
    services.register_platform(school=mine, actor=make_admin(school=mine), now=timezone.now(), **fields)
    teach(simulator, school)
    answer = launch(visitor(), simulator, mine, "t1")
    assert answer.status_code == 503
    assert Classroom.objects.get().school == school


def test_what_is_not_signed_says_nothing_about_a_role(simulator, platform, school):
    """A student adds fields to the form on its way."""
    teach(simulator, school)
    client = visitor()
    asked = begin(client, simulator, school, "s1")
    claims = simulator.claims("s1", nonce=asked.nonce, target=f"http://testserver/lti/{school.id}/")
    form = {"state": asked.state, "id_token": simulator.signed(claims)}
    forged = {"roles": "Instructor", f"{CLAIM}roles": "Instructor", "role": "teacher"}
    assert client.post(f"/lti/{school.id}/", form | forged).url.startswith("/join/")
    assert client.get(f"/classrooms/{Classroom.objects.get().id}/").status_code == 404


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/people/", "javascript:alert(1)"]
)
def test_no_target_leads_anywhere_else(target, client, simulator, platform, school):
    form = {"iss": simulator.url, "client_id": "client-1", "login_hint": "t1", "target_link_uri": target}
    assert is_refused(client.get(f"/lti/{school.id}/login/", form), TargetElsewhere)


def test_a_student_makes_no_teachers_account_of_a_pending_one(simulator, platform, school):
    """What a teacher left half done stays in that teacher's browser."""
    launch(visitor(), simulator, school, "t1")
    assert is_refused(visitor().post("/lti/account/"), LaunchOutdated)


def slow_server(answer):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server


def huge(handler):
    handler.send_response(200)
    handler.end_headers()
    one = RSAAlgorithm.to_jwk(Key.new("x").private.public_key(), as_dict=True)
    handler.wfile.write(json.dumps({"keys": [{**one, "kid": str(n)} for n in range(2000)]}).encode())


def slow(handler):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(300):
        handler.wfile.write(b" ")
        time.sleep(0.1)


def moved(handler):
    handler.send_response(302)
    handler.send_header("Location", "http://169.254.169.254/")
    handler.end_headers()


@pytest.mark.parametrize("answer", [huge, slow, moved], ids=["huge", "slow", "moved"])
def test_a_keyset_that_is_no_keyset_costs_little(answer, client, simulator, platform, school, monkeypatch):
    monkeypatch.setattr("classroom.lti.asked.SECONDS", 0.5)
    server = slow_server(answer)
    with served(server):
        type(platform).objects.update(keys_url=f"http://127.0.0.1:{server.server_port}/")
        began = time.monotonic()
        refused = launch(client, simulator, school, "t1")
        assert refused.status_code == 503
        assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    "address",
    ["https://10.0.0.1/keys", "https://169.254.169.254/keys", "http://8.8.8.8/keys", "file:///etc/passwd"],
)
def test_no_keyset_is_asked_for_in_the_servers_own_network(address, client, simulator, platform, school):
    type(platform).objects.update(keys_url=address)
    assert is_refused(launch(client, simulator, school, "t1"), PlatformAway)
