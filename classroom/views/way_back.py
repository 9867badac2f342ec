"""A way back to a place whose cookie is lost: its teacher makes it, the student follows it."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from classroom import access, services
from classroom.errors import AnticipatedError, TooManyGuesses, WayBackClosed
from classroom.forms.joining import WayBackForm
from classroom.join_sheet import qr_of
from classroom.models import Participant, User
from classroom.views.guests import keep_place


@login_required
@require_POST
def make(request: HttpRequest, classroom_id: int, participant_id: int) -> HttpResponse:
    """Shown once, on the answer itself: the code is kept nowhere."""
    own = access.roster_to_manage(request.user, classroom_id)
    place = access.student_of(own, participant_id)
    actor = cast(User, request.user)
    try:
        code = services.make_way_back(participant_id=place.id, actor=actor, now=timezone.now())
    except AnticipatedError as error:
        messages.error(request, str(error))
        return redirect("participant", classroom_id=own.id, participant_id=place.id)
    link = request.build_absolute_uri(reverse("take_way_back", args=[code]))
    context = {
        "classroom": own,
        "place": place,
        "link": link,
        "qr": qr_of(link),
        "code": " ".join(code[start : start + 4] for start in range(0, len(code), 4)),
        "host": request.get_host() + reverse("find_way_back"),
        "minutes": services.WAY_BACK_LASTS.seconds // 60,
        "section": "classrooms",
    }
    return render(request, "classes/way_back.html", context)


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """For a code that is typed. Whether it is right is seen, and counted, on the next page."""
    form = WayBackForm(request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        return redirect("take_way_back", code=form.cleaned_data["code"])
    return render(request, "joining/find_way_back.html", {"form": form})


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Asked first, so that a chat that looks at a link in advance does not use it up."""
    now, address = timezone.now(), request.META["REMOTE_ADDR"]
    try:
        place = _place_behind(code, address, now)
        if request.method == "POST" and not request.user.is_authenticated:
            place = services.take_way_back(code=code, now=now)
            return keep_place(redirect("join_classroom", token=place.classroom.join_token), place)
    except AnticipatedError as error:
        status = 429 if isinstance(error, TooManyGuesses) else 404
        form = WayBackForm(initial={"code": code}, label_suffix="")
        context = {"refusal": str(error), "form": form}
        return render(request, "joining/way_back_closed.html", context, status=status)
    here = access.participant_in(request.user, request.COOKIES, place.classroom)
    context = {"place": place, "classroom": place.classroom, "here": here}
    return render(request, "joining/way_back.html", context)


def _place_behind(code: str, address: str, now: datetime) -> Participant:
    try:
        return services.place_behind(code=code, now=now)
    except WayBackClosed:
        services.count_wrong_way_back(address=address, now=now)
        raise
