"""The cookie by which a browser keeps a guest's place."""

from typing import TypeVar

from django.conf import settings
from django.http import HttpResponseBase

from classroom import access
from classroom.models import Participant

Response = TypeVar("Response", bound=HttpResponseBase)


def keep_place(response: Response, participant: Participant) -> Response:
    name, value = access.guest_cookie(participant)
    response.set_cookie(
        name,
        value,
        max_age=access.GUEST_COOKIE_MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.BEHIND_TLS,
    )
    return response


def forget_place(response: Response, participant: Participant) -> Response:
    response.delete_cookie(access.guest_cookie(participant)[0], samesite="Lax")
    return response
