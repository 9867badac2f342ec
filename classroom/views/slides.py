"""The key with which slides mark key moments: made and revoked by the teacher, and what it is good for."""

import json
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from classroom import access, services
from classroom.errors import AnticipatedError, LessonClosed, TooManySlides, UnknownSlidesKey
from classroom.models import User

STATUSES = {UnknownSlidesKey: 403, LessonClosed: 409, TooManySlides: 429}
# The slide's heading in a reveal.js deck, else what is selected, else the page's title.
BOOKMARKLET = (
    "javascript:void(()=>{"
    "const h=document.querySelector('section.present h1,section.present h2');"
    "const t=prompt('Key moment',(String(getSelection())||h?.innerText||document.title).trim().slice(0,80));"
    "if(t)fetch(%(address)s,{method:'POST',body:new URLSearchParams({token:%(token)s,title:t})})"
    ".then(r=>r.ok||r.json().then(a=>alert(a.error)),()=>alert('This page may not send it.'))"
    "})()"
)


@login_required
@require_POST
def make_slides_key(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Shown once, on the answer itself: the token is kept nowhere."""
    own = access.lesson_of_teacher(request.user, lesson_id)
    try:
        actor = cast(User, request.user)
        token = services.make_slides_key(lesson_id=own.id, actor=actor, now=timezone.now())
    except AnticipatedError as error:
        return JsonResponse({"error": str(error)}, status=400)
    address = request.build_absolute_uri(reverse("mark_slide"))
    return JsonResponse({"token": token, "address": address, "bookmarklet": bookmarklet(address, token)})


@login_required
@require_POST
def revoke_slides_key(request: HttpRequest, lesson_id: int) -> HttpResponse:
    own = access.lesson_of_teacher(request.user, lesson_id)
    services.revoke_slides_key(lesson_id=own.id)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def mark_slide(request: HttpRequest) -> HttpResponse:
    """From any page anywhere: the token is all that counts, not who is logged in here."""
    try:
        services.mark_slide(
            token=request.POST.get("token", ""),
            title=request.POST.get("title", ""),
            address=request.META["REMOTE_ADDR"],
            now=timezone.now(),
        )
    except AnticipatedError as error:
        response: HttpResponse = JsonResponse({"error": str(error)}, status=STATUSES.get(type(error), 400))
    else:
        response = HttpResponse(status=204)
    # Its page may read whether it worked; cookies are not sent with it.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def bookmarklet(address: str, token: str) -> str:
    return BOOKMARKLET % {"address": json.dumps(address), "token": json.dumps(token)}
