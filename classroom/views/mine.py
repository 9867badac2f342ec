"""The own data over all lessons: seen, downloaded, withdrawn and erased from one page."""

import csv
from contextlib import suppress

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from classroom import access, disclosure, queries, services
from classroom.errors import PlaceGone
from classroom.models import Consent, Participant
from classroom.queries import mine
from classroom.queries.over_time import over_time
from classroom.receipts import of_erasure, of_withdrawals
from classroom.views.guests import ask_or_erase, deleted_already, forget_place
from emotion.cells import BYTE_ORDER_MARK, safe

LESSONS_A_PAGE = 20


@require_GET
def all_my_data(request: HttpRequest) -> HttpResponse:
    places = _places(request)
    match request.GET.get("format"):
        case "json":
            response: HttpResponse = JsonResponse(mine.document(places))
            return _attached(response, "my-data.json")
        case "csv":
            return _attached(_csv(places), "my-data.csv")
    page = Paginator(mine.own_lessons(places), LESSONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "places": places,
        "waiting_places": [one.id for one in places if _asks_guardian(one)],
        "put_out_of": access.classes_put_out_of(request.user, request.COOKIES),
        "page": page,
        "lessons": mine.in_short(page, places),
    }
    return render(request, "mine/my_data.html", {**context, "section": "account"})


@require_GET
def my_lessons_over_time(request: HttpRequest) -> HttpResponse:
    found = over_time(_places(request), timezone.now())
    return render(request, "mine/over_time.html", {"classes": found, "section": "account"})


@require_http_methods(["GET", "POST"])
def withdraw_everywhere(request: HttpRequest) -> HttpResponse:
    """From each lesson, as from one. The question comes first."""
    places = _places(request)
    if request.method == "GET" or not places:
        return render(request, "mine/withdraw.html", {"places": places})
    now = timezone.now()
    lessons = mine.own_lessons(places)
    agreed = Consent.objects.filter(participant__in=places, lesson__in=lessons.values("id"))
    whose = agreed.filter(was_withdrawn=False).order_by("lesson").values_list("lesson", "participant")
    withdrawals = [
        services.withdraw_consent(lesson_id=lesson, participant_id=participant, now=now)
        for lesson, participant in whose.distinct()
    ]
    return redirect("receipt", token=of_withdrawals(withdrawals, now=now).token())


@require_http_methods(["GET", "POST"])
def erase_everywhere(request: HttpRequest) -> HttpResponse:
    """Every place with everything that hangs on it. The question comes first."""
    places = _places(request)
    if request.method == "GET" or not places:
        return render(request, "mine/erase.html", {"places": places})
    erasures = []
    for one in places:
        with suppress(PlaceGone):
            erasures.append(services.erase_own_place(participant_id=one.id, now=timezone.now()))
    if not erasures:
        return deleted_already(request, *places)
    response = redirect("receipt", token=of_erasure(*erasures).token())
    for place in places:
        forget_place(response, place)
    return response


@require_http_methods(["GET", "POST"])
def erase_my_place(request: HttpRequest, participant_id: int) -> HttpResponse:
    """One place, of a class that may have had no lesson yet."""
    place = access.own_place(request.user, request.COOKIES, participant_id)
    return ask_or_erase(request, place, back=reverse("all_my_data"))


def _asks_guardian(place: Participant) -> bool:
    policy = queries.policy_chosen(place.classroom.school)
    return policy is not None and disclosure.needs_guardian(policy, place)


def _places(request: HttpRequest) -> list[Participant]:
    return list(access.own_places(request.user, request.COOKIES))


def _csv(places: list[Participant]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.write(BYTE_ORDER_MARK)
    table = csv.writer(response)
    table.writerow(mine.TABLE)
    for row in mine.table(mine.in_short(mine.own_lessons(places), places)):
        table.writerow([safe(cell) for cell in row])
    return response


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
