"""A student's own place: the cookie by which a browser keeps a guest's, and its end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from classroom import access, cookies, services
from classroom.cookies import Response
from classroom.errors import PlaceGone
from classroom.models import Participant
from classroom.receipts import of_erasure


def keep_place(response: Response, participant: Participant) -> Response:
    name, value = access.guest_cookie(participant)
    return cookies.keep(response, name, value, for_s=access.GUEST_COOKIE_MAX_AGE)


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


def ask_or_erase(request: HttpRequest, place: Participant, *, back: str) -> HttpResponse:
    """The question comes first; `back` leads whoever keeps the place."""
    if request.method == "GET":
        context = {"classroom": place.classroom, "participant": place, "back": back}
        return render(request, "student/erase.html", context)
    try:
        erasure = services.erase_own_place(participant_id=place.id, now=timezone.now())
    except PlaceGone:
        return deleted_already(request, place)
    return forget_place(redirect("receipt", token=of_erasure(erasure).token()), place)
