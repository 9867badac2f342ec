"""The pages of a parent or guardian: no account, only a link."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from classroom import disclosure, queries, services
from classroom.errors import AnticipatedError, TermsChanged, TooManyLinkTries
from classroom.forms.guardians import AnswerForm, WithdrawForm
from classroom.join_sheet import qr_of
from classroom.models import GuardianAnswer
from classroom.queries import Recorded
from classroom.services import Ward


@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """What the school asks, and the answer: whoever answers goes on with a link of their own."""
    try:
        ward = _ward(request, token, is_own=False)
        form = AnswerForm(_posted(request), policy=ward.policy, label_suffix="")
        if request.method == "POST" and form.is_valid():
            _answer, own = services.answer_guardian(link_id=ward.link.id, now=timezone.now(), **form.answered)
            messages.success(request, _("Your answer is recorded. Keep this page: it is yours."))
            return redirect("guardian_own", token=own)
    except TermsChanged as error:
        form.add_error(None, str(error))
    except AnticipatedError as error:
        return _closed(request, error)
    return render(request, "guardians/answer.html", {**_about(ward), "form": form})


@require_safe
def own(request: HttpRequest, token: str) -> HttpResponse:
    """What is recorded of this guardian's answers, to see, keep, change and withdraw."""
    try:
        ward = _ward(request, token, is_own=True)
    except AnticipatedError as error:
        return _closed(request, error)
    rows = GuardianAnswer.objects.filter(link=ward.link).order_by("-at", "-id")
    counts = queries.guardian_answer(ward.link.school_id, ward.place)
    records = [queries.recorded(row, counts=row == counts) for row in rows]
    match request.GET.get("format"):
        case "json":
            document = {"school": _school(ward), "answers": [asdict(one) for one in records]}
            return _attached(JsonResponse(document, json_dumps_params={"indent": 2}), "json")
        case "txt":
            text = _text(ward, records)
            return _attached(HttpResponse(text, content_type="text/plain; charset=utf-8"), "txt")
    link = request.build_absolute_uri(request.path)
    context = {
        **_about(ward),
        "records": records,
        "other": counts if counts is not None and counts.link_id != ward.link.id else None,
        "counts": counts,
        "asks_again": counts is None or queries.asks_guardian_again(ward.policy, counts),
        "is_needed": _is_needed(ward),
        "school_has_to_ask": not ward.may_agree,
        "token": token,
        "link": link,
        "qr": qr_of(link),
    }
    return render(request, "guardians/own.html", context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, token: str) -> HttpResponse:
    try:
        ward = _ward(request, token, is_own=True)
        ward.check_may_agree()
        form = AnswerForm(_posted(request), policy=ward.policy, initial=_last_names(ward), label_suffix="")
        if request.method == "POST" and form.is_valid():
            services.change_answer(link_id=ward.link.id, now=timezone.now(), **form.answered)
            messages.success(request, _("Your new answer is recorded and holds from now on."))
            return redirect("guardian_own", token=token)
    except TermsChanged as error:
        form.add_error(None, str(error))
    except AnticipatedError as error:
        return _closed(request, error)
    if not _is_needed(ward):
        return redirect("guardian_own", token=token)
    return render(request, "guardians/answer.html", {**_about(ward), "form": form, "token": token})


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks whether what was read until now goes too."""
    try:
        ward = _ward(request, token, is_own=True)
        if request.method == "POST":
            form = WithdrawForm(request.POST)
            erases = form.is_valid() and form.cleaned_data["erases"]
            services.withdraw_answer(link_id=ward.link.id, erases=erases, now=timezone.now())
            messages.success(request, _("You have withdrawn. Nothing more is read from this camera."))
            return redirect("guardian_own", token=token)
    except AnticipatedError as error:
        return _closed(request, error)
    context = {**_about(ward), "form": WithdrawForm(label_suffix=""), "token": token}
    return render(request, "guardians/withdraw.html", context)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _ward(request: HttpRequest, token: str, *, is_own: bool) -> Ward:
    address = request.META["REMOTE_ADDR"]
    return services.ward_behind(token=token, is_own=is_own, address=address, now=timezone.now())


def _about(ward: Ward) -> dict[str, object]:
    return {
        "school": _school(ward),
        "first_name": ward.first_name,
        "came_by_name": ward.came_by_name,
        "is_account": ward.link.user_id is not None,
        "policy": ward.policy,
        "ways": disclosure.ways_of_guardian(ward.policy),
    }


def _school(ward: Ward) -> str:
    return ward.place.classroom.school.name


def _is_needed(ward: Ward) -> bool:
    return disclosure.needs_guardian(ward.policy, ward.place)


def _last_names(ward: Ward) -> dict[str, str]:
    last = GuardianAnswer.objects.filter(link=ward.link).exclude(guardian_name="").last()
    return {"guardian_name": last.guardian_name, "relation": last.relation} if last else {}


def _closed(request: HttpRequest, error: AnticipatedError) -> HttpResponse:
    status = 429 if isinstance(error, TooManyLinkTries) else 404
    return render(request, "guardians/closed.html", {"refusal": str(error)}, status=status)


def _attached(response: HttpResponse, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="guardian-record.{ending}"'
    return response


def _text(ward: Ward, records: list[Recorded]) -> str:
    """For keeping: what the page says, line by line."""
    lines = [_("What you answered to %(school)s") % {"school": _school(ward)}, ""]
    for one in records:
        lines.append(f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}: {one.phrase}")
        if one.guardian_name:
            lines.append(
                _("By: %(name)s, %(relation)s") % {"name": one.guardian_name, "relation": one.relation}
            )
        if one.kind == GuardianAnswer.Kind.AGREED:
            lines += [
                _("Allowed: %(choice)s") % {"choice": one.choice_phrase},
                _("May be read: %(what)s") % {"what": "; ".join(one.signal_words)},
                _("Where: %(where)s") % {"where": "; ".join(one.reader_words)},
                _("Readings are kept for %(days)d days, sums for %(sums)d.")
                % {"days": one.retention_days, "sums": one.sums_days},
            ]
        if one.has_erased:
            lines.append(_("What had been read until then was deleted."))
        lines += [_("Version of the words: %(version)d") % {"version": one.version}, ""]
    return "\n".join(lines)
