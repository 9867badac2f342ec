"""The answer to a teacher who chooses what to link to: the class, as one link."""

from classroom.lti.reading import Claims
from classroom.lti.values import Launch
from classroom.lti.vocabulary import CLAIM, SELECTION_ANSWER, SELECTION_CLAIM, VERSION


def selection_answer(
    launch: Launch, *, issuer: str, client_id: str, address: str, title: str, nonce: str
) -> Claims:
    """Claims to be signed. `address` is where the link leads, `title` what the course calls it."""
    assert launch.selection is not None
    claims: Claims = {
        "iss": client_id,
        "aud": [issuer],
        "nonce": nonce,
        f"{CLAIM}message_type": SELECTION_ANSWER,
        f"{CLAIM}version": VERSION,
        f"{CLAIM}deployment_id": launch.deployment_id,
        f"{SELECTION_CLAIM}content_items": [
            {"type": "ltiResourceLink", "title": title, "url": address, "window": {"targetName": "_blank"}}
        ],
    }
    if launch.selection.data is not None:
        claims[f"{SELECTION_CLAIM}data"] = launch.selection.data
    return claims
