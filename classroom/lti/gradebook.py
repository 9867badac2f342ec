"""A column of a course's gradebook in which nobody gets a grade (Assignment and Grade Services 2.0).

That somebody attended is progress without a score: Moodle takes it and leaves the grade empty, Canvas takes
it and scores nothing. See docs/lti.md.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from classroom.errors import PlatformSaysNo
from classroom.lti.asked import asked, given, server_of
from classroom.lti.grants import access_token, forget_token
from classroom.lti.keys import OwnKey
from classroom.lti.reading import json_of, text_in
from classroom.lti.values import Endpoints
from classroom.lti.vocabulary import ITEM_SCOPE, ITEM_TYPE, ITEMS_TYPE, SCORE_SCOPE, SCORE_TYPE

TAG = "classpulse-attendance"
UNAUTHORISED, TOO_MANY = 401, 429


def tell_attendance(
    platform: Endpoints,
    items_url: str,
    key: OwnKey,
    *,
    resource: str,
    label: str,
    subjects: Iterable[str],
    at: datetime,
    now: datetime,
) -> Iterator[str]:
    """Tell that these attended, in the column of `resource`, which is made with `label` where it is missing.

    Each takes a request, and is yielded after it: whoever asks may stop there, and go on another time. Whom
    the platform does not take, such as somebody who has left the course, is passed over. Telling it again
    changes nothing. Raises PlatformAway, PlatformSaysNo.
    """
    token = access_token(platform, key, ITEM_SCOPE, SCORE_SCOPE, now=now)
    try:
        item = _item(items_url, token, resource, label)
        for subject in subjects:
            _tell(item, token, subject, at)
            yield subject
    except PlatformSaysNo:
        forget_token(platform, ITEM_SCOPE, SCORE_SCOPE)
        raise


def _item(items_url: str, token: str, resource: str, label: str) -> str:
    """The address of the column."""
    headers = {"Authorization": f"Bearer {token}"}
    wanted = _with_query(items_url, resource_id=resource, tag=TAG)
    listed = json_of(given(asked("GET", wanted, headers={**headers, "Accept": ITEMS_TYPE})).body)
    for one in listed if isinstance(listed, list) else []:
        if text_in(one, "resourceId", 255) == resource and text_in(one, "tag", 255) == TAG:
            return _same_server(items_url, text_in(one, "id", 2000))
    column = {"scoreMaximum": 1, "label": label, "resourceId": resource, "tag": TAG}
    made = asked(
        "POST", items_url, headers={**headers, "Content-Type": ITEM_TYPE}, body=json.dumps(column).encode()
    )
    return _same_server(items_url, text_in(json_of(given(made).body), "id", 2000))


def _tell(item: str, token: str, subject: str, at: datetime) -> None:
    parts = urlsplit(item)
    address = parts._replace(path=f"{parts.path}/scores").geturl()
    progress = {
        "userId": subject,
        "timestamp": at.isoformat(timespec="milliseconds"),
        "activityProgress": "Completed",
        "gradingProgress": "NotReady",
    }
    headers = {"Authorization": f"Bearer {token}", "Content-Type": SCORE_TYPE}
    answer = asked("POST", address, headers=headers, body=json.dumps(progress).encode())
    # 400, 404, 409 and 422 are about this one student: unknown there, or told already.
    if answer.status in {UNAUTHORISED, 403, TOO_MANY} or answer.status < 200 or 300 <= answer.status < 400:
        raise PlatformSaysNo


def _with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode([*parse_qsl(parts.query), *more.items()])).geturl()


def _same_server(items_url: str, item: str) -> str:
    address = urljoin(items_url, item)
    if not item or server_of(address) != server_of(items_url):
        raise PlatformSaysNo
    return address
