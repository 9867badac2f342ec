"""The cookie by which a browser keeps a guest's place."""

from typing import TypeVar

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

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


def deleted_already(request: HttpRequest, *places: Participant) -> HttpResponse:
    """The answer to whom somebody, mostly the own first click, was quicker."""
    messages.success(request, _("This is deleted already, at once and for good."))
    response = redirect("all_my_data")
    for place in places:
        forget_place(response, place)
    return response


def forget_place(response: Response, participant: Participant) -> Response:
    response.delete_cookie(access.guest_cookie(participant)[0], samesite="Lax")
    return response
