"""Access tokens for a platform's services: asked for with a signed assertion, and kept while they last."""

from datetime import datetime
from urllib.parse import urlencode

from django.core.cache import cache

from classroom.errors import PlatformSaysNo
from classroom.lti.asked import asked, given
from classroom.lti.keys import OwnKey
from classroom.lti.reading import json_of, text_in
from classroom.lti.tokens import signed
from classroom.lti.values import Endpoints

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_TOKEN = 20_000
LONGEST_KEPT_S, EARLY_S = 3600, 60


def access_token(platform: Endpoints, key: OwnKey, *scopes: str, now: datetime) -> str:
    """Good for these scopes. Raises PlatformAway, PlatformSaysNo."""
    kept_as = _kept_as(platform, *scopes)
    if token := cache.get(kept_as):
        return str(token)
    audience = platform.token_audience or platform.token_url
    claims = {"iss": platform.client_id, "sub": platform.client_id, "aud": audience}
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": signed(claims, key, now=now),
        "scope": " ".join(sorted(scopes)),
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    answer = json_of(
        given(asked("POST", platform.token_url, headers=headers, body=urlencode(form).encode())).body
    )
    token = text_in(answer, "access_token", LONGEST_TOKEN)
    # It goes into a header as it is.
    if not token or not token.isascii() or not token.isprintable():
        raise PlatformSaysNo
    lasts = answer.get("expires_in")
    if isinstance(lasts, int) and lasts > EARLY_S:
        cache.set(kept_as, token, min(lasts, LONGEST_KEPT_S) - EARLY_S)
    return token


def forget_token(platform: Endpoints, *scopes: str) -> None:
    """One that was refused is asked for anew the next time."""
    cache.delete(_kept_as(platform, *scopes))


def _kept_as(platform: Endpoints, *scopes: str) -> str:
    return f"lti-access:{platform.key}:{','.join(sorted(scopes))}"
