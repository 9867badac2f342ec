"""A learning platform for tests: a server that speaks the platform's side of LTI 1.3, with keys of its own.

It logs in whoever a login hint names, signs messages with RS256, verifies the tool's assertions against the
keys that the tool publishes, and offers a roster in pages, columns without grades, dynamic registration and
the return of a chosen link. What an attacker would change is a field or an argument.
"""

import json
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from classroom.lti.vocabulary import (
    CLAIM,
    GRADES_CLAIM,
    ITEM_SCOPE,
    LINK_MESSAGE,
    MEMBERS_CLAIM,
    MEMBERS_SCOPE,
    MEMBERSHIP,
    SCORE_SCOPE,
    SELECTION_CLAIM,
    SELECTION_MESSAGE,
    TOOL_CONFIGURATION,
    VERSION,
)
from tests.serving import serve

TEACHER, STUDENT = f"{MEMBERSHIP}#Instructor", f"{MEMBERSHIP}#Learner"
CLIENT, DEPLOYMENT, COURSE = "client-1", "deployment-1", "course-1"
PAGE = 2  # members


@dataclass
class Person:
    subject: str
    given: str
    family: str
    role: str
    status: str = "Active"

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"


@dataclass
class Key:
    name: str
    private: rsa.RSAPrivateKey

    @classmethod
    def new(cls, name: str) -> "Key":
        return cls(name, rsa.generate_private_key(public_exponent=65537, key_size=2048))

    @property
    def published(self) -> dict[str, Any]:
        told = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**told, "kid": self.name, "alg": "RS256", "use": "sig"}


@dataclass
class Simulator:
    """One platform with one course. `asked` are the requests that came, as "METHOD path"."""

    port: int = 0
    client_id: str = CLIENT
    keys: list[Key] = field(default_factory=lambda: [Key.new("key-1")])
    people: dict[str, Person] = field(default_factory=dict)
    scores: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    chosen: list[dict[str, Any]] = field(default_factory=list)
    registered: list[dict[str, Any]] = field(default_factory=list)
    tool_keys_url: str = ""
    tool_keys: list[dict[str, Any]] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    next_members: str = ""
    tokens: set[str] = field(default_factory=set)
    launch_url: str = ""
    registration_url: str = ""
    login_url: str = ""
    course: str = "Physics 10a"
    link: str = "Open ClassPulse as"

    def __post_init__(self) -> None:
        if self.people:
            return
        for one in (
            Person("t1", "Mira", "Lindqvist", TEACHER),
            Person("s1", "Ada", "Lovelace", STUDENT),
            Person("s2", "Kim", "Okafor", STUDENT),
            Person("s3", "Jo", "Left", STUDENT, status="Inactive"),
        ):
            self.people[one.subject] = one

    def start(self) -> "Simulator":
        handler = type("Handler", (_Handler,), {"platform": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        serve(self.server)
        return self

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def fields(self) -> dict[str, Any]:
        """As an administrator types them by hand."""
        return {
            "name": "Moodle",
            "issuer": self.url,
            "client_id": self.client_id,
            "deployment_ids": [DEPLOYMENT],
            "login_url": f"{self.url}/auth",
            "token_url": f"{self.url}/token",
            "keys_url": f"{self.url}/keys",
            "names": "full",
        }

    def claims(self, subject: str, *, nonce: str, target: str, **changes: Any) -> dict[str, Any]:
        """Of a link that this person follows in the course; `changes` by the claims' full names."""
        who, now = self.people[subject], int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.client_id,
            "sub": subject,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "name": who.name,
            "given_name": who.given,
            "family_name": who.family,
            "email": f"{subject}@school.example",
            f"{CLAIM}version": VERSION,
            f"{CLAIM}message_type": LINK_MESSAGE,
            f"{CLAIM}deployment_id": DEPLOYMENT,
            f"{CLAIM}target_link_uri": target,
            f"{CLAIM}roles": [who.role],
            f"{CLAIM}context": {"id": COURSE, "title": self.course},
            f"{CLAIM}resource_link": {"id": "link-1"},
            MEMBERS_CLAIM: {"context_memberships_url": f"{self.url}/members", "service_versions": ["2.0"]},
            GRADES_CLAIM: {"scope": [ITEM_SCOPE, SCORE_SCOPE], "lineitems": f"{self.url}/items?course=1"},
        }
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}

    def selection(self, subject: str, **how: Any) -> dict[str, Any]:
        """Of a teacher who chooses what to link to."""
        settings = {
            "deep_link_return_url": f"{self.url}/chosen",
            "accept_types": ["ltiResourceLink"],
            "data": "abc",
        }
        return self.claims(subject, **how) | {
            f"{CLAIM}message_type": SELECTION_MESSAGE,
            f"{SELECTION_CLAIM}deep_linking_settings": settings,
        }

    def signed(self, claims: dict[str, Any], *, key: Key | None = None, name: str | None = None) -> str:
        key = key or self.keys[-1]
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": name or key.name})

    def verified(self, token: str, audience: str) -> dict[str, Any]:
        """What the tool signed, by its published keys: fetched as a platform does, or as a test set them."""
        if self.tool_keys_url:
            with urllib.request.urlopen(self.tool_keys_url, timeout=5) as answer:
                self.tool_keys = json.load(answer)["keys"]
        name = jwt.get_unverified_header(token)["kid"]
        key = next(RSAAlgorithm.from_jwk(one) for one in self.tool_keys if one["kid"] == name)
        return dict(jwt.decode(token, key, algorithms=["RS256"], audience=audience))


class _Handler(BaseHTTPRequestHandler):
    platform: Simulator

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._note(parts.path)
        pages = {
            "/keys": lambda: self._json({"keys": [key.published for key in self.platform.keys]}),
            "/course": self._course,
            "/framed": lambda: self._html(f'<iframe src="{escape(self._begin("t1"))}"></iframe>'),
            "/selecting": lambda: self._html(f'<iframe src="{escape(self._begin_selection())}"></iframe>'),
            "/registering": self._registering,
            "/auth": lambda: self._auth(query),
            "/members": lambda: self._members(query),
            "/items": lambda: self._list_items(query),
            "/configuration": self._configuration,
        }
        pages.get(parts.path, lambda: self._json({}, 404))()

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._note(parts.path)
        match parts.path:
            case "/token":
                self._token(parse_qs(body.decode()))
            case "/items":
                self._make_item(json.loads(body))
            case "/register":
                self._register(json.loads(body))
            case "/chosen":
                answer = parse_qs(body.decode())["JWT"][0]
                self.platform.chosen.append(self.platform.verified(answer, self.platform.url))
                self._html("<h1>The link is in the course</h1>")
            case path if path.startswith("/items/") and path.endswith("/scores"):
                self._score(path, json.loads(body))
            case _:
                self._json({}, 404)

    def _note(self, path: str) -> None:
        self.platform.asked.append(f"{self.command} {path}")

    def _course(self) -> None:
        """A page of the course with one link a person, as that person would see it."""
        links = "".join(
            f'<p><a href="{escape(self._begin(one.subject))}">{self.platform.link} {escape(one.name)}</a></p>'
            for one in self.platform.people.values()
        )
        self._html(f"<h1>{escape(self.platform.course)}</h1>{links}")

    def _begin(self, subject: str) -> str:
        told = {
            "iss": self.platform.url,
            "client_id": self.platform.client_id,
            "login_hint": subject,
            "target_link_uri": self.platform.launch_url,
        }
        return f"{self.platform.login_url}?{urlencode(told)}"

    def _begin_selection(self) -> str:
        told = {"lti_message_hint": "selection", "target_link_uri": f"{self.platform.launch_url}selection/"}
        return f"{self._begin('t1')}&{urlencode(told)}"

    def _registering(self) -> None:
        """The link that an administrator pasted, in a frame that closes when it is told to."""
        told = {
            "openid_configuration": f"{self.platform.url}/configuration",
            "registration_token": "one-time",
        }
        self._html(
            f'<iframe src="{escape(f"{self.platform.registration_url}?{urlencode(told)}")}"></iframe>'
            "<script>addEventListener('message', ({data}) => {"
            "if (data.subject === 'org.imsglobal.lti.close') document.body.textContent = 'Closed';"
            "})</script>"
        )

    def _auth(self, query: dict[str, str]) -> None:
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
        }
        assert {name: query[name] for name in asked} == asked
        is_selection = query.get("lti_message_hint") == "selection"
        say = self.platform.selection if is_selection else self.platform.claims
        claims = say(query["login_hint"], nonce=query["nonce"], target=query["redirect_uri"])
        token = self.platform.signed(claims)
        self._html(
            f'<form method="post" action="{escape(query["redirect_uri"])}">'
            f'<input type="hidden" name="id_token" value="{token}">'
            f'<input type="hidden" name="state" value="{escape(query["state"])}"></form>'
            "<script>document.forms[0].submit()</script>"
        )

    def _token(self, form: dict[str, list[str]]) -> None:
        said = self.platform.verified(form["client_assertion"][0], f"{self.platform.url}/token")
        assert said["iss"] == said["sub"] == self.platform.client_id and said["jti"]
        if "token" in self.platform.refuses:
            self._json({"error": "invalid_client"}, 400)
            return
        token = uuid.uuid4().hex
        self.platform.tokens.add(f"{token} {form['scope'][0]}")
        self._json({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    def _may(self, scope: str) -> bool:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        is_given = any(one.startswith(f"{token} ") and scope in one for one in self.platform.tokens)
        if not is_given or "services" in self.platform.refuses:
            self._json({}, 401)
            return False
        return True

    def _members(self, query: dict[str, str]) -> None:
        if not self._may(MEMBERS_SCOPE):
            return
        start = int(query.get("from", 0))
        people = list(self.platform.people.values())
        members = [
            {
                "user_id": one.subject,
                "name": one.name,
                "given_name": one.given,
                "family_name": one.family,
                "email": f"{one.subject}@school.example",
                "status": one.status,
                "roles": [one.role],
            }
            for one in people[start : start + PAGE]
        ]
        following = self.platform.next_members or f"{self.platform.url}/members?from={start + PAGE}"
        link = {"Link": f'<{following}>; rel="next"'} if start + PAGE < len(people) else {}
        self._json({"id": self.path, "members": members}, headers=link)

    def _list_items(self, query: dict[str, str]) -> None:
        if self._may(ITEM_SCOPE):
            self._json([one for one in self.platform.items if one["resourceId"] == query["resource_id"]])

    def _make_item(self, item: dict[str, Any]) -> None:
        if self._may(ITEM_SCOPE):
            item["id"] = f"{self.platform.url}/items/{len(self.platform.items)}?course=1"
            self.platform.items.append(item)
            self._json(item, 201)

    def _score(self, path: str, score: dict[str, Any]) -> None:
        if not self._may(SCORE_SCOPE):
            return
        if "away" in self.platform.refuses:
            self._json({}, 503)
        elif self.platform.people.get(score["userId"]) is None:
            self._json({}, 422)
        else:
            self.platform.scores.append({"item": path, **score})
            self._json({}, 200)

    def _configuration(self) -> None:
        here = self.platform.url
        self._json(
            {
                "issuer": here,
                "authorization_endpoint": f"{here}/auth",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/keys",
                "registration_endpoint": f"{here}/register",
                "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                    "product_family_code": "moodle"
                },
            }
        )

    def _register(self, described: dict[str, Any]) -> None:
        assert self.headers["Authorization"] == "Bearer one-time"
        self.platform.registered.append(described)
        self._json(
            {**described, "client_id": self.platform.client_id}
            | {TOOL_CONFIGURATION: {**described[TOOL_CONFIGURATION], "deployment_id": DEPLOYMENT}}
        )

    def _json(self, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._answer(json.dumps(value).encode(), "application/json", status, headers or {})

    def _html(self, body: str) -> None:
        self._answer(
            f"<!doctype html><title>Platform</title>{body}".encode(), "text/html; charset=utf-8", 200, {}
        )

    def _answer(self, body: bytes, kind: str, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
