"""The roster of a course, page by page (Names and Role Provisioning Services 2.0)."""

import re
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urljoin

from classroom.errors import PlatformSaysNo, RoleUnknown
from classroom.lti.asked import asked, given, server_of
from classroom.lti.grants import access_token, forget_token
from classroom.lti.keys import OwnKey
from classroom.lti.launch import LONGEST_ID, name_in, role_in
from classroom.lti.reading import Claims, json_of, text_in, texts_in
from classroom.lti.values import Endpoints, Member
from classroom.lti.vocabulary import MEMBERS_SCOPE, MEMBERS_TYPE

MOST_PAGES = 50
MOST_MEMBERS = 2000
NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*\brel\s*=\s*"?next"?', re.IGNORECASE)


def members(platform: Endpoints, url: str, key: OwnKey, *, now: datetime) -> list[Member]:
    """Who is in the course now and teaches or learns there; whoever is inactive or gone is left out.

    Raises PlatformAway, PlatformSaysNo.
    """
    token = access_token(platform, key, MEMBERS_SCOPE, now=now)
    found: dict[str, Member] = {}
    for page in _pages(platform, url, token):
        for one in page:
            if (member := _member(one)) is not None:
                found[member.subject] = member
        if len(found) > MOST_MEMBERS:
            raise PlatformSaysNo
    return list(found.values())


def _pages(platform: Endpoints, url: str, token: str) -> Iterator[list[Claims]]:
    """A next page stays with the server of the first: the token is for that one alone."""
    headers = {"Authorization": f"Bearer {token}", "Accept": MEMBERS_TYPE}
    at, first = url, url
    for _ in range(MOST_PAGES):
        answer = asked("GET", at, headers=headers)
        if answer.status == 401:
            forget_token(platform, MEMBERS_SCOPE)
        listed = json_of(given(answer).body)
        rows = listed.get("members") if isinstance(listed, dict) else None
        if not isinstance(rows, list):
            raise PlatformSaysNo
        yield [one for one in rows if isinstance(one, dict)]
        following = NEXT.search(answer.headers.get("link", ""))
        if following is None:
            return
        at = urljoin(at, following[1])
        if server_of(at) != server_of(first):
            raise PlatformSaysNo
    raise PlatformSaysNo


def _member(row: Claims) -> Member | None:
    subject, status = text_in(row, "user_id", LONGEST_ID), row.get("status", "Active")
    if not subject or status != "Active":
        return None
    try:
        role = role_in(texts_in(row, "roles"))
    except RoleUnknown:
        return None
    return Member(subject, role, name_in(row))
