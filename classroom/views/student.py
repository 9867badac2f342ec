"""The student's side of a lesson: ways to take part, the live page, withdrawal, the own data."""

import csv

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classroom import access, queries, services, words
from classroom.errors import AnticipatedError
from classroom.forms.joining import ConsentForm, allows_camera
from classroom.models import Consent, Lesson, Participant, Policy, SelfReport
from classroom.models.lessons import CONSENT_VERSION
from classroom.queries import own
from emotion.labels import EMOTIONS


@never_cache
@require_GET
def my_lesson(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson, participant = _own(request, lesson_id)
    if not lesson.is_open:
        return render(request, "student/ended.html", _context(lesson, participant))
    policy = queries.policy_for(lesson, participant)
    if policy is None:
        return render(request, "student/no_policy.html", _context(lesson, participant))
    consent = queries.active_consent(lesson.id, participant.id)
    if consent is None or consent.version < CONSENT_VERSION or "change" in request.GET:
        return _offer_ways(request, lesson, participant, policy, ConsentForm(policy=policy))
    return render(request, "student/live.html", _live_context(lesson, participant, policy, consent))


@require_POST
def give_consent(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """The first choice, and every change of mind after it."""
    lesson, participant = _own(request, lesson_id)
    policy = queries.policy_for(lesson, participant)
    if policy is None:
        return redirect("my_lesson", lesson_id=lesson.id)
    form = ConsentForm(request.POST, policy=policy)
    if form.is_valid() and _record_choice(form, lesson, participant):
        return redirect("my_lesson", lesson_id=lesson.id)
    return _offer_ways(request, lesson, participant, policy, form)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """GET asks for confirmation, for browsers without scripts; POST deletes and shows the receipt."""
    lesson, participant = _own(request, lesson_id)
    context = _context(lesson, participant)
    if request.method == "GET":
        return render(request, "student/withdraw.html", context)
    withdrawal = services.withdraw_consent(
        lesson_id=lesson.id, participant_id=participant.id, now=timezone.now()
    )
    return render(request, "student/receipt.html", {**context, "withdrawal": withdrawal})


@require_POST
def my_self_report(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """The way of the buttons where there is no socket; scripts ask for JSON."""
    lesson, participant = _own(request, lesson_id)
    wants_json = "application/json" in request.headers.get("Accept", "")
    kind = request.POST.get("kind", "")
    try:
        services.report_self(
            lesson_id=lesson.id, participant_id=participant.id, kind=kind, now=timezone.now()
        )
    except AnticipatedError as error:
        if wants_json:
            return JsonResponse({"error": str(error)}, status=400)
    return HttpResponse(status=204) if wants_json else redirect("my_lesson", lesson_id=lesson.id)


@never_cache
@require_GET
def my_data(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson, participant = _own(request, lesson_id)
    data = own.own_data(lesson, participant)
    match request.GET.get("format"):
        case "json":
            document = JsonResponse(own.document(data, lesson, participant), json_dumps_params={"indent": 2})
            return _download(document, lesson, "json")
        case "csv":
            return _download(_csv(lesson, participant), lesson, "csv")
    context = {"data": data, "policy": queries.policy_for(lesson, participant), "columns": own.COLUMNS}
    return render(request, "student/my_data.html", {**_context(lesson, participant), **context})


def _own(request: HttpRequest, lesson_id: int) -> tuple[Lesson, Participant]:
    lesson = access.any_lesson(lesson_id)
    return lesson, access.own_participant(request.user, request.COOKIES, lesson)


def _context(lesson: Lesson, participant: Participant) -> dict[str, object]:
    return {"lesson": lesson, "classroom": lesson.classroom, "participant": participant}


def _offer_ways(
    request: HttpRequest, lesson: Lesson, participant: Participant, policy: Policy, form: ConsentForm
) -> HttpResponse:
    context = {
        **_context(lesson, participant),
        "policy": policy,
        "offers_camera": allows_camera(policy),
        "consent": queries.active_consent(lesson.id, participant.id),
        "form": form,
    }
    return render(request, "student/choose.html", context)


def _record_choice(form: ConsentForm, lesson: Lesson, participant: Participant) -> bool:
    choice = form.cleaned_data["choice"]
    try:
        services.give_consent(
            lesson_id=lesson.id, participant_id=participant.id, choice=choice, now=timezone.now()
        )
    except AnticipatedError as error:
        form.add_error(None, str(error))
    return form.is_valid()


def _live_context(
    lesson: Lesson, participant: Participant, policy: Policy, consent: Consent
) -> dict[str, object]:
    last = SelfReport.objects.filter(lesson=lesson, participant=participant).last()
    return {
        **_context(lesson, participant),
        "policy": policy,
        "consent": consent,
        "offers_camera": allows_camera(policy),
        "self_report": last.kind if last else None,
        "page_words": _page_words(),
    }


def _page_words() -> dict[str, object]:
    return {
        "expressions": {label: words.expression_phrase(label) for label in EMOTIONS},
        "confident": _("{expression}, {percent} %"),
        "uncertain": _("uncertain: no expression stands out"),
        "tap_failed": _("This was not sent: the connection is away. Tap again in a moment."),
    }


def _csv(lesson: Lesson, participant: Participant) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    table = csv.writer(response)
    table.writerow(own.COLUMNS)
    table.writerows(own.readings_table(lesson, participant))
    return response


def _download(response: HttpResponse, lesson: Lesson, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="my-data-lesson-{lesson.id}.{ending}"'
    return response
