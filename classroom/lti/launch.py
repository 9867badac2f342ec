"""What a signed message says, each claim checked; a claim that fails has an error of its own. Pure."""

from collections.abc import Collection
from datetime import datetime, timedelta

from classroom.errors import (
    AudienceWrong,
    ClaimMissing,
    DeploymentUnknown,
    IssuerWrong,
    LaunchExpired,
    MessageUnknown,
    NonceWrong,
    RoleUnknown,
    TargetElsewhere,
)
from classroom.lti.reading import Claims, dict_in, text_in, texts_in
from classroom.lti.values import Course, CourseRole, Launch, Name, Selection
from classroom.lti.vocabulary import (
    CLAIM,
    GRADES_CLAIM,
    ITEM_SCOPE,
    LEARNS,
    LEARNS_AS,
    LINK_MESSAGE,
    MEMBERS_CLAIM,
    SCORE_SCOPE,
    SELECTION_CLAIM,
    SELECTION_MESSAGE,
    TEACHES,
    TEST_PERSON,
    VERSION,
)

SKEW = timedelta(minutes=1)
LONGEST_ID = 255
LONGEST_NAME = 150
LONGEST_ADDRESS = 500
LONGEST_DATA = 20_000
LAST_MOMENT = 1e11  # seconds; the fifth millennium


def check_meant(claims: Claims, *, issuer: str, client_id: str, nonce: str, now: datetime) -> None:
    """Whether the message is of this platform, for this tool, of now, and the answer to this try.

    Raises IssuerWrong, AudienceWrong, LaunchExpired, NonceWrong.
    """
    if claims.get("iss") != issuer:
        raise IssuerWrong
    audience = claims.get("aud")
    meant = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp", None if len(meant) > 1 else client_id)
    if client_id not in meant or party != client_id:
        raise AudienceWrong
    at = now.timestamp()
    ends, began = _moment(claims, "exp"), _moment(claims, "iat")
    if ends is None or began is None or at > ends + SKEW.total_seconds() or began > at + SKEW.total_seconds():
        raise LaunchExpired
    if not nonce or claims.get("nonce") != nonce:
        raise NonceWrong


def read_launch(claims: Claims, *, deployment_ids: Collection[str], targets: Collection[str]) -> Launch:
    """Who comes, as what, from which course. `targets` are the addresses of this server that a link may name.

    Raises DeploymentUnknown, MessageUnknown, TargetElsewhere, ClaimMissing, RoleUnknown.
    """
    deployment_id = text_in(claims, f"{CLAIM}deployment_id", LONGEST_ID)
    if not deployment_id or deployment_id not in deployment_ids:
        raise DeploymentUnknown
    message = claims.get(f"{CLAIM}message_type")
    if claims.get(f"{CLAIM}version") != VERSION or message not in {LINK_MESSAGE, SELECTION_MESSAGE}:
        raise MessageUnknown
    is_selection = message == SELECTION_MESSAGE
    if not is_selection and claims.get(f"{CLAIM}target_link_uri") not in targets:
        raise TargetElsewhere
    subject = text_in(claims, "sub", LONGEST_ID)
    course = _course(dict_in(claims, f"{CLAIM}context"))
    if not subject or not (course.id or is_selection):
        raise ClaimMissing
    roles = texts_in(claims, f"{CLAIM}roles")
    role = role_in(roles)
    return Launch(
        subject=subject,
        role=role,
        name=name_in(claims),
        deployment_id=deployment_id,
        course=course,
        is_test=TEST_PERSON in roles,
        language=text_in(dict_in(claims, f"{CLAIM}launch_presentation"), "locale", 20),
        members_url=text_in(dict_in(claims, MEMBERS_CLAIM), "context_memberships_url", LONGEST_ADDRESS),
        items_url=_items_url(dict_in(claims, GRADES_CLAIM)),
        selection=_selection(claims, role) if is_selection else None,
    )


def role_in(roles: Collection[str]) -> CourseRole:
    """Teaching comes first; whatever else somebody is, elsewhere or in the platform, counts for nothing.

    Raises RoleUnknown.
    """
    if TEACHES.intersection(roles):
        return CourseRole.TEACHER
    if LEARNS.intersection(roles) or any(role.startswith(LEARNS_AS) for role in roles):
        return CourseRole.STUDENT
    raise RoleUnknown


def name_in(person: Claims) -> Name:
    given = text_in(person, "given_name", LONGEST_NAME)
    both = f"{given} {text_in(person, 'family_name', LONGEST_NAME)}".strip()
    return Name(whole=text_in(person, "name", LONGEST_NAME) or both, given=given)


def _course(context: Claims) -> Course:
    title = text_in(context, "title", 1000) or text_in(context, "label", 1000)
    return Course(text_in(context, "id", LONGEST_ID), title)


def _items_url(grades: Claims) -> str:
    """Where columns of the gradebook are made; empty where making them and writing into them is refused."""
    if not {ITEM_SCOPE, SCORE_SCOPE} <= set(texts_in(grades, "scope")):
        return ""
    return text_in(grades, "lineitems", LONGEST_ADDRESS)


def _selection(claims: Claims, role: CourseRole) -> Selection:
    settings = dict_in(claims, f"{SELECTION_CLAIM}deep_linking_settings")
    address = text_in(settings, "deep_link_return_url", 2000)
    if not address or "ltiResourceLink" not in texts_in(settings, "accept_types"):
        raise MessageUnknown
    if role is not CourseRole.TEACHER:
        raise RoleUnknown
    return Selection(address, text_in(settings, "data", LONGEST_DATA) or None)


def _moment(claims: Claims, name: str) -> float | None:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or abs(value) > LAST_MOMENT:
        return None
    return float(value)
