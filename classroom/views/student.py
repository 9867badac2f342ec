"""The student's side of a lesson: ways to take part, the live page, withdrawal, the own data."""

import csv
from collections.abc import Collection
from math import ceil

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classroom import access, disclosure, queries, services, words
from classroom.errors import AnticipatedError, PlaceBlocked
from classroom.forms.joining import ConsentForm
from classroom.forms.own import AnswerForm, StrikeForm
from classroom.models import Consent, Lesson, Participant, Policy, User
from classroom.queries import own
from classroom.receipts import Receipt, of_withdrawal
from classroom.static_files import reader_addresses
from classroom.terms import Reader
from classroom.views.guests import ask_or_erase, forget_place


@require_GET
def my_lesson(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """A browser whose place another took over is led to where that is said."""
    classroom = access.any_lesson(lesson_id).classroom
    if access.taken_over_at(request.user, request.COOKIES, classroom):
        return redirect("join_classroom", token=classroom.join_token)
    lesson, participant = _own(request, lesson_id)
    if not lesson.is_open:
        return render(request, "student/ended.html", _context(lesson, participant))
    if participant.is_blocked:
        context = {**_context(lesson, participant), "refusal": str(PlaceBlocked())}
        return render(request, "joining/closed.html", context, status=403)
    policy = queries.policy_for(lesson, participant)
    if policy is None:
        return render(request, "student/no_policy.html", _no_policy_context(request, lesson, participant))
    consent = queries.active_consent(lesson.id, participant.id)
    if consent is None or "change" in request.GET:
        ways = queries.ways(participant, lesson, policy)
        return _offer_ways(request, lesson, participant, policy, ConsentForm(policy=policy, ways=ways))
    return render(request, "student/live.html", _live_context(lesson, participant, policy, consent))


@require_POST
def give_consent(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """The first choice, and every change of mind after it."""
    lesson, participant = _own(request, lesson_id)
    policy = queries.policy_for(lesson, participant)
    if policy is None or participant.is_blocked:
        return redirect("my_lesson", lesson_id=lesson.id)
    ways = queries.ways(participant, lesson, policy)
    form = ConsentForm(request.POST, policy=policy, ways=ways)
    if form.is_valid() and _record_choice(form, lesson, participant):
        return redirect("my_lesson", lesson_id=lesson.id)
    return _offer_ways(request, lesson, participant, policy, form)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """GET asks for confirmation, for browsers without scripts; POST deletes and leads to the receipt."""
    lesson, participant = _own(request, lesson_id)
    context = _context(lesson, participant)
    if request.method == "GET":
        return render(request, "student/withdraw.html", context)
    withdrawal = services.withdraw_consent(
        lesson_id=lesson.id, participant_id=participant.id, now=timezone.now()
    )
    return redirect("receipt", token=of_withdrawal(withdrawal, lesson).token())


@require_http_methods(["GET", "POST"])
def erase_place(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Name, attendance, consents and measurements of every lesson of this classroom."""
    lesson, participant = _own(request, lesson_id)
    return ask_or_erase(request, participant, back=reverse("my_data", args=[lesson.id]))


@require_POST
def leave_computer(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """On a device that others use, a guest leaves the place behind."""
    lesson, participant = _own(request, lesson_id)
    messages.success(
        request, _("This browser has forgotten you. Nothing that is stored was deleted by that.")
    )
    response = redirect("join_classroom", token=lesson.classroom.join_token)
    return forget_place(response, participant)


@require_GET
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the address can read it; it names nobody, and outlives the place."""
    try:
        found = Receipt.read(token)
    except signing.BadSignature as error:
        raise Http404 from error
    match request.GET.get("format"):
        case "json":
            document = JsonResponse(found.document(), json_dumps_params={"indent": 2})
            return _attached(document, "receipt.json")
        case "txt":
            return _attached(
                HttpResponse(found.text(), content_type="text/plain; charset=utf-8"), "receipt.txt"
            )
    context = {"receipt": found, "token": token, "lesson": _lesson_of(request, found)}
    return render(request, "student/receipt.html", context)


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


@require_POST
def my_question(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """The way of the form where there is no script."""
    lesson, participant = _own(request, lesson_id)
    text = request.POST.get("text", "")
    try:
        services.ask_question(
            lesson_id=lesson.id, participant_id=participant.id, text=text, now=timezone.now()
        )
    except AnticipatedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your question was sent, without your name."))
    return redirect("my_lesson", lesson_id=lesson.id)


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
    kept_days = own.kept_days(data.consents, queries.policy_for(lesson, participant))
    context = {
        "data": data,
        "platform_told": queries.platform_told(lesson),
        "kept_days": kept_days,
        "columns": own.COLUMNS,
        "guardian_records": queries.guardian_records(lesson.classroom.school_id, participant),
        "strike_form": StrikeForm() if own.can_strike(lesson, participant) else None,
        "lesson_minutes": ceil(lesson.seconds_at(lesson.ended_at) / 60) if lesson.ended_at else None,
    }
    return render(request, "student/my_data.html", {**_context(lesson, participant), **context})


@require_POST
def strike(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson, participant = _own(request, lesson_id)
    form = StrikeForm(request.POST)
    try:
        if form.is_valid():
            services.strike_minutes(
                lesson_id=lesson.id, participant_id=participant.id, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, _("These minutes are deleted. The report is being written again."))
            return redirect("my_data", lesson_id=lesson.id)
    except AnticipatedError as error:
        form.add_error(None, str(error))
    messages.error(request, form.first_error())
    return redirect("my_data", lesson_id=lesson.id)


@require_POST
def answer_flag(request: HttpRequest, lesson_id: int, flag_id: int) -> HttpResponse:
    lesson, participant = _own(request, lesson_id)
    form = AnswerForm(request.POST)
    try:
        if form.is_valid():
            services.answer_flag(
                lesson_id=lesson.id, participant_id=participant.id, flag_id=flag_id, **form.cleaned_data
            )
            messages.success(request, _("Your answer stands beside the note."))
        else:
            messages.error(request, str(form.errors["answer"][0]))
    except AnticipatedError as error:
        messages.error(request, str(error))
    return redirect("my_data", lesson_id=lesson.id)


def _own(request: HttpRequest, lesson_id: int) -> tuple[Lesson, Participant]:
    lesson = access.any_lesson(lesson_id)
    return lesson, access.own_participant(request.user, request.COOKIES, lesson)


def _context(lesson: Lesson, participant: Participant) -> dict[str, object]:
    return {"lesson": lesson, "classroom": lesson.classroom, "participant": participant}


def _no_policy_context(request: HttpRequest, lesson: Lesson, participant: Participant) -> dict[str, object]:
    """A teacher who tries this out is told who of the school can choose a policy."""
    found = {**_context(lesson, participant), "asks": []}
    if request.user.is_authenticated and request.user.is_teacher:
        admins = User.objects.filter(school=lesson.classroom.school_id, role=User.Role.ADMIN, is_active=True)
        found["asks"] = [one.get_full_name() or one.get_username() for one in admins.order_by("username")]
    return found


def _offer_ways(
    request: HttpRequest, lesson: Lesson, participant: Participant, policy: Policy, form: ConsentForm
) -> HttpResponse:
    context = {
        **_context(lesson, participant),
        "policy": policy,
        "platform_told": queries.platform_told(lesson),
        "ways": form.ways,
        "offers_camera": len(form.ways) > 1,
        "counts": disclosure.counts(disclosure.standing(participant, lesson), policy.counted),
        "consent": queries.active_consent(lesson.id, participant.id),
        "contact": queries.contact_of(lesson.classroom.school),
        "form": form,
        **_guardian_context(lesson, participant, policy, form.ways),
    }
    return render(request, "student/choose.html", context)


def _guardian_context(
    lesson: Lesson, participant: Participant, policy: Policy, ways: Collection[Consent.Choice]
) -> dict[str, object]:
    """Whether a way that the school offers waits for a guardian, and what one answered last."""
    answer = queries.answer_needed(participant, lesson, policy)
    waits = len(ways) < len(disclosure.ways_of_school(participant, lesson, policy))
    return {"waits_for_guardian": waits, "guardian_kind": queries.guardian_kind(policy, answer)}


def _record_choice(form: ConsentForm, lesson: Lesson, participant: Participant) -> bool:
    try:
        services.give_consent(
            lesson_id=lesson.id,
            participant_id=participant.id,
            now=timezone.now(),
            read=form.terms,
            held_since=participant.held_since,
            **form.cleaned_data,
        )
    except AnticipatedError as error:
        form.add_error(None, str(error))
    return form.is_valid()


def _live_context(
    lesson: Lesson, participant: Participant, policy: Policy, consent: Consent
) -> dict[str, object]:
    said, pace = queries.last_taps(lesson, participant.id)
    camera = queries.camera_under(lesson, consent)
    signals = camera.terms.signals if camera.terms else frozenset()
    readers = camera.terms.readers if camera.terms else frozenset()
    is_offered = consent.choice in queries.ways(participant, lesson, policy)
    return {
        **_context(lesson, participant),
        "policy": policy,
        "consent": consent,
        "signals": sorted(signals),
        "readers": sorted(readers),
        "waits_for_guardian": camera.refusal == "no_guardian",
        # What was chosen shows nothing where the policy of today no longer offers it.
        "way": consent.choice if signals and readers and is_offered else Consent.Choice.NO_CAMERA,
        "self_report": said,
        "pace": pace,
        "page_words": _page_words(),
        "reader_addresses": reader_addresses() if Reader.BROWSER in readers else None,
        "readings_a_message": settings.READINGS_A_MESSAGE,
        "quiet_from": queries.quiet_from(lesson, timezone.now()) if signals else None,
    }


def _page_words() -> dict[str, object]:
    return {
        "expressions": words.expression_words(),
        "pulse_asked": _("A question to everybody: with me? Answer yes, partly or no."),
        "pulse_sent": _("Sent. You can change it until this closes."),
        "question_sent": _("Sent, without your name."),
        "question_held": _("Held back: your teacher reads it first, because of a word in it."),
        "question_states": {
            "own": _("yours"),
            "held": _("waits for your teacher"),
            "answered": _("answered"),
            "hidden": _("hidden"),
        },
        "tap_failed": _("This was not sent: there is no connection. Tap again in a moment."),
    }


def _csv(lesson: Lesson, participant: Participant) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    table = csv.writer(response)
    table.writerow(own.COLUMNS)
    table.writerows(own.readings_table(lesson, participant))
    return response


def _download(response: HttpResponse, lesson: Lesson, ending: str) -> HttpResponse:
    return _attached(response, f"my-data-lesson-{lesson.id}.{ending}")


def _attached(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lesson_of(request: HttpRequest, found: Receipt) -> Lesson | None:
    """The lesson of a withdrawal, where the place in it is still the visitor's."""
    if found.lesson_id is None:
        return None
    try:
        return _own(request, found.lesson_id)[0]
    except Http404:
        return None
