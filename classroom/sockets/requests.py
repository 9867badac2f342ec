"""What clients may ask over their sockets, read from untrusted text into declared types."""

import msgspec

from classroom.wire.messages import ClientRequest, RefreshRequest, RevealRequest, StudentRequest

LONGEST_TEXT = 4_000

# Of both sockets at once: msgspec asks for the `type` only where there are several.
REQUESTS: msgspec.json.Decoder[ClientRequest] = msgspec.json.Decoder(ClientRequest)


def student_request(text: str) -> StudentRequest | None:
    """None where the text is no request of a student."""
    request = _request(text)
    return request if isinstance(request, StudentRequest) else None


def teacher_request(text: str) -> RevealRequest | RefreshRequest | None:
    request = _request(text)
    return request if isinstance(request, RevealRequest | RefreshRequest) else None


def _request(text: str) -> ClientRequest | None:
    """None for what is too long, too deep, no JSON, or not as it was declared."""
    if len(text) > LONGEST_TEXT:
        return None
    try:
        return REQUESTS.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None
