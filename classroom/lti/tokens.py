"""JSON Web Tokens: signed for platforms, and opened from them."""

import json
from datetime import datetime, timedelta
from secrets import token_urlsafe

import jwt
from jwt import api_jws

from classroom.errors import AlgorithmRefused, KeyUnknown, SignatureWrong, TokenTooLarge, TokenUnreadable
from classroom.lti.keys import OwnKey, PublicKey
from classroom.lti.reading import Claims

ALGORITHMS = ("RS256", "ES256")  # never a shared secret, and never none
LARGEST = 64_000  # characters
LASTS = timedelta(minutes=5)


def signed(claims: Claims, key: OwnKey, *, now: datetime) -> str:
    """For the next five minutes, with a number of its own."""
    at = int(now.timestamp())
    times = {"iat": at, "exp": at + int(LASTS.total_seconds()), "jti": token_urlsafe(16)}
    return jwt.encode({**claims, **times}, key.private, algorithm="RS256", headers={"kid": key.name})


def signed_with(token: str) -> tuple[str, str]:
    """The ID of the key and the algorithm, as the token has it. Nothing is believed yet.

    Raises TokenTooLarge, TokenUnreadable, AlgorithmRefused, KeyUnknown.
    """
    if len(token) > LARGEST:
        raise TokenTooLarge
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
        raise TokenUnreadable from error
    if header.get("alg") not in ALGORITHMS:
        raise AlgorithmRefused
    name = header.get("kid")
    if not isinstance(name, str) or not name:
        raise KeyUnknown
    return name, header["alg"]


def opened(token: str, key: PublicKey, algorithm: str) -> Claims:
    """What the token says, once its signature is right. Raises SignatureWrong, TokenUnreadable."""
    try:
        payload = api_jws.decode(token, key, algorithms=[algorithm])
    except jwt.InvalidSignatureError as error:
        raise SignatureWrong from error
    except (jwt.InvalidTokenError, jwt.InvalidKeyError, ValueError) as error:
        raise TokenUnreadable from error
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise TokenUnreadable from error
    if not isinstance(claims, dict):
        raise TokenUnreadable
    return claims
