"""The report's pages. Individual data is asked for by a step of its own, and each look at it is logged."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from classroom import access, queries, services
from classroom.access_log import log_looks
from classroom.errors import FlagAlreadyReviewed
from classroom.models import Flag, Lesson, User
from classroom.models.reviews import Place
from classroom.services.reports import UNFINISHED
from reports import charts, pages, sentences
from reports.briefing import attended_words, briefing
from reports.earlier import earlier_words
from reports.exhibits import class_exhibits, individual_exhibits
from reports.flag_cards import flag_card, taps_words
from reports.forms import DecisionForm
from reports.heat_map import heat_rows
from reports.heat_table import HeatTable, heat_table
from reports.individuals import Individual
from reports.reliability import reliability
from reports.roster import Attendee, attended, attendees, individuals, name_of, names_of_missing
from reports.shown import Signals, shown_flags, shown_signals, shown_strikes
from reports.stored import is_final, past_retention, stored_summary, summary_or_404
from reports.taps import own_taps
from reports.values import MINUTE_S, Summary

SHOW_INDIVIDUALS = "individuals"
SAVED, LATE = "saved", "late"


@login_required
@require_GET
def report(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson = access.lesson_to_review(request.user, lesson_id)
    if lesson.is_open and cast(User, request.user).is_teacher:
        return redirect("lesson", lesson_id)
    if lesson.is_open:
        return render(request, "reports/open.html", {"lesson": lesson})
    if (summary := stored_summary(lesson)) is None:
        is_waiting = lesson.report_state in UNFINISHED
        return render(request, "reports/progress.html", {"lesson": lesson, "is_waiting": is_waiting})
    shown, present = shown_signals(lesson), attendees(lesson)
    context = _class_context(lesson, summary, shown, present)
    if cast(User, request.user).is_teacher and not context["is_final"]:
        context["markers"] = list(lesson.markers.all())
    if SHOW_INDIVIDUALS in request.GET:
        context |= _individual_context(request, lesson, summary, shown, present)
    return render(request, "reports/report.html", context)


@login_required
@require_GET
def report_status(request: HttpRequest, lesson_id: int) -> JsonResponse:
    lesson = access.lesson_to_review(request.user, lesson_id)
    return JsonResponse({"state": lesson.report_state, "progress": lesson.report_progress})


@login_required
@require_POST
def write_again(request: HttpRequest, lesson_id: int) -> HttpResponse:
    lesson = access.lesson_to_review(request.user, lesson_id)
    if is_final(lesson, timezone.now()) and stored_summary(lesson) is not None:
        messages.error(request, _("The measurements have been deleted, so the report stays as it is."))
    else:
        services.ask_for_report_again(lesson_id=lesson.id)
    return redirect("report", lesson.id)


@login_required
@require_GET
def participant_report(request: HttpRequest, lesson_id: int, participant_id: int) -> HttpResponse:
    lesson = access.lesson_to_review(request.user, lesson_id)
    summary = summary_or_404(lesson)
    shown = shown_signals(lesson)
    its = {one: signals for one, signals in shown.items() if one == participant_id}
    one = individuals(lesson, summary.taught_s, its).get(participant_id)
    if one is None:
        raise Http404
    now = timezone.now()
    participant = access.participant_to_see(
        request.user, lesson, participant_id, place=Place.PARTICIPANT_REPORT, now=now
    )
    own = [attendee for attendee in attendees(lesson) if attendee.participant_id == participant_id]
    flags = list(shown_flags(lesson, shown).filter(participant=participant))
    strikes, taps = shown_strikes(lesson, shown), own_taps(lesson)
    in_browsers = queries.read_in_browsers(lesson, [participant_id])
    measured = {participant_id: one}
    earlier = earlier_words(lesson, measured)
    context = {
        "lesson": lesson,
        "participant": participant,
        "name": name_of(participant),
        "student": next(
            iter(pages.student_cards(own, measured, flags, strikes, lesson.started_at, earlier)), None
        ),
        "strip": charts.strip(one),
        "attendance": pages.attendance_lines(own, measured, lesson.started_at),
        "charts": individual_exhibits(one, summary),
        "moments": pages.moment_cards(summary, lesson.started_at),
        "flags": [
            flag_card(
                flag,
                lesson.started_at,
                one,
                taps=taps.get(participant_id),
                strikes=strikes.get(participant_id, ()),
                in_browsers=in_browsers,
            )
            for flag in flags
        ],
        "basis": pages.basis(summary, lesson),
        "said": taps_words(taps[participant_id], lesson.started_at) if participant_id in taps else "",
        "lesson_minutes": round(summary.lesson_s / 60, 1),
        "strip_kinds": pages.strip_kinds(),
    }
    return render(request, "reports/participant.html", context)


@login_required
@require_POST
def review_flag(request: HttpRequest, flag_id: int) -> HttpResponse:
    flag = access.flag_to_review(request.user, flag_id)
    if not shown_flags(flag.lesson, shown_signals(flag.lesson)).filter(id=flag.id).exists():
        raise Http404
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _review_again(request, flag, form.first_error())
    try:
        services.review_flag(
            flag_id=flag.id, reviewer=cast(User, request.user), now=timezone.now(), **form.cleaned_data
        )
    except FlagAlreadyReviewed:
        return _back_to(flag, LATE)
    return _back_to(flag, SAVED)


def _back_to(flag: Flag, told: str) -> HttpResponse:
    """What became of the decision is said beside the flag: the top of the page is out of sight there."""
    query = f"{SHOW_INDIVIDUALS}=1&{told}={flag.id}"
    return redirect(f"{reverse('report', args=[flag.lesson_id])}?{query}#flag-{flag.id}")


def _review_again(request: HttpRequest, flag: Flag, error: str) -> HttpResponse:
    if flag.state in (Flag.State.EXPIRED, Flag.State.SUPPRESSED):
        return redirect("report", flag.lesson_id)
    _log_look(request, flag.lesson, [flag.participant_id], place=Place.FLAG)
    card = flag_card(
        flag,
        flag.lesson.started_at,
        in_browsers=queries.read_in_browsers(flag.lesson, [flag.participant_id]),
        error=error,
        reason=request.POST.get("reason", ""),
        follow_up=request.POST.get("follow_up", ""),
    )
    return render(request, "reports/review.html", {"lesson": flag.lesson, "card": card}, status=400)


def _said_of_flags(request: HttpRequest) -> dict[str, str]:
    """What to say beside which flag, by its number as it came in."""
    return {
        request.GET.get(LATE, ""): str(FlagAlreadyReviewed()),
        request.GET.get(SAVED, ""): _("Your decision is saved."),
    }


def _class_context(
    lesson: Lesson, summary: Summary, shown: Signals, present: Sequence[Attendee]
) -> dict[str, object]:
    """What may stand on a shared screen: the class, and who was there."""
    now, there = timezone.now(), attended(present, lesson)
    return {
        "lesson": lesson,
        "briefing": briefing(summary, there, queries.told_checks(lesson)),
        "turns": pages.turn_cards(summary),
        "reliability": reliability(summary),
        "stats": pages.stats(summary),
        "sentences": sentences.class_sentences(summary),
        "charts": class_exhibits(summary),
        "moments": pages.moment_cards(summary, lesson.started_at),
        "attendance": pages.attendance_lines(present, {}, lesson.started_at),
        "attendance_words": attended_words(there) if there else "",
        "missing": names_of_missing(lesson),
        "basis": pages.basis(summary, lesson),
        "open_flags": shown_flags(lesson, shown).filter(state=Flag.State.DRAFT).count(),
        "lesson_minutes": round(summary.lesson_s / 60, 1),
        "measurements_deleted": past_retention(lesson, now),
        "is_final": is_final(lesson, now),
        "asked_for_cameras": summary.asked_for_cameras,
    }


def _individual_context(
    request: HttpRequest, lesson: Lesson, summary: Summary, shown: Signals, present: Sequence[Attendee]
) -> dict[str, object]:
    """What is added once somebody asks for it, and logged."""
    measured = individuals(lesson, summary.taught_s, shown)
    flags = list(shown_flags(lesson, shown))
    _log_look(request, lesson, {*measured, *(flag.participant_id for flag in flags)}, place=Place.REPORT)
    said = _said_of_flags(request)
    strikes, taps = shown_strikes(lesson, shown), own_taps(lesson)
    in_browsers = queries.read_in_browsers(lesson, [flag.participant_id for flag in flags])
    earlier = earlier_words(lesson, measured, says_not_enough=False)
    return {
        "individuals_shown": True,
        "attendance": pages.attendance_lines(present, measured, lesson.started_at),
        "students": pages.student_cards(present, measured, flags, strikes, lesson.started_at, earlier),
        "flags": [
            flag_card(
                flag,
                lesson.started_at,
                measured.get(flag.participant_id),
                taps=taps.get(flag.participant_id),
                strikes=strikes.get(flag.participant_id, ()),
                in_browsers=in_browsers,
                said=said.get(str(flag.id), ""),
            )
            for flag in flags
        ],
        "heat": _heat(present, measured, summary),
    }


def _heat(
    present: Iterable[Attendee], measured: Mapping[int, Individual], summary: Summary
) -> HeatTable | None:
    """None where nobody has individual data."""
    if not measured:
        return None
    return heat_table(heat_rows(present, measured, summary.lesson_s), -(-summary.lesson_s // MINUTE_S))


def _log_look(request: HttpRequest, lesson: Lesson, participants: Iterable[int], *, place: Place) -> None:
    log_looks(
        viewer=cast(User, request.user),
        lesson_id=lesson.id,
        participant_ids=participants,
        place=place,
        now=timezone.now(),
    )
